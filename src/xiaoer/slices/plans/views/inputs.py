"""What people may write into addresses and hidden fields, read without trusting it."""

from __future__ import annotations

from django.http import HttpRequest


def whole(text: str | None) -> int | None:
    """Return a whole number, None where the text is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def version_of(request: HttpRequest) -> int:
    """Return the version that the form was made from; 0, which no row has, where it is missing."""
    return whole(request.POST.get("version")) or 0
