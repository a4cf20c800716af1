"""The home page; the gallery of components where developers run the system."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from xiaoer.platform.ui import views

urlpatterns = [path("", views.home, name="home")]

if settings.DEBUG:
    from xiaoer.platform.ui import gallery

    urlpatterns += [
        path("_ui/", gallery.gallery, name="ui_gallery"),
        path("_ui/refuse/<str:kind>/", gallery.refuse, name="ui_refuse"),
    ]
