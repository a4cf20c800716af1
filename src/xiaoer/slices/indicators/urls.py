"""Addresses of the slice."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

app_name = "indicators"


def _soon(request, **kwargs):
    return HttpResponse("")


urlpatterns = [
    path("report/", _soon, name="report"),
    path("report/<int:report_id>/", _soon, name="report_detail"),
    path("verify/", _soon, name="queue"),
]
