"""The home page, made of what slices put on it, and the gallery of components for developers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page: the panels that slices registered for ``home``."""
    return render(request, "ui/home.html")
