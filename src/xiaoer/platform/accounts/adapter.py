"""Log-in policy on top of allauth: accounts are made by an officer, never by sign-up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Close public sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
