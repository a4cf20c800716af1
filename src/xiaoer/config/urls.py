"""The URL tree: log-in, accounts, files, the audit trail, the API, and each slice's own pages."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path, re_path

from xiaoer.config.slices import present
from xiaoer.platform.accounts.views_closed import ask_an_officer
from xiaoer.platform.api.health import healthz
from xiaoer.platform.api.site import api

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    # in front of allauth: what an officer does here is not done by sign-up or by e-mail
    re_path(r"^accounts/(?:signup|email|confirm-email|password/(?:reset|set))/", ask_an_officer),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    path("", include("xiaoer.platform.ui.urls")),
    path("", include("xiaoer.platform.accounts.urls")),
    path("", include("xiaoer.platform.audit.urls")),
    path("", include("xiaoer.platform.files.urls")),
    *[
        path("", include(f"xiaoer.slices.{name}.urls"))
        for name in present()
        if find_spec(f"xiaoer.slices.{name}.urls")
    ],
]

handler500 = "xiaoer.platform.ui.refusals.server_error"
