"""Refusals told to somebody who is not logged in yet; they must not lead back to the log-in page."""

from __future__ import annotations

from xiaoer.platform.errors import Refused


class LogInRefused(Refused):
    """This person cannot log in here; the message says what to do."""

    code = "login_refused"
    http_status = 403


class LockedOut(Refused):
    """Too many failed attempts; the account waits."""

    code = "locked_out"
    http_status = 429
