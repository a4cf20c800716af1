"""The gallery and the ways to be refused, for the tests of the design system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from xiaoer.platform.errors import NotAllowed
from xiaoer.platform.ui import gallery, views


def refuse_api(request: HttpRequest) -> HttpResponse:
    raise NotAllowed("只有营商办可以销号。", field="state", data={"action": "x"})


urlpatterns = [
    path("", views.home, name="home"),
    path("_ui/", gallery.gallery),
    path("_ui/refuse/<str:kind>/", gallery.refuse),
    path("api/refuse/", refuse_api),
    path("accounts/", include("allauth.urls")),
    path("", include("xiaoer.platform.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
handler500 = "xiaoer.platform.ui.refusals.server_error"
