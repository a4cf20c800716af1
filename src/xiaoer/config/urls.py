"""The URL tree: log-in, the API, and each slice under its own name."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from xiaoer.config.slices import present

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *[
        path("", include(f"xiaoer.slices.{name}.urls"))
        for name in present()
        if find_spec(f"xiaoer.slices.{name}.urls")
    ],
]
