"""The gallery: every component with invented data, where developers run the system (debug only)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "ui/gallery.html", {})


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    return render(request, "ui/gallery.html", {})


def enter(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html", {})
