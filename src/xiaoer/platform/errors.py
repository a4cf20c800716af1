"""Anticipated refusals: what a person can be told and can act on.

Everything else is a defect and surfaces as a logged error with its request id.
This module imports no Django so that ``domain`` modules may raise from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A request that the system understood and will not carry out.

    Parameters
    ----------
    message
        A finished Chinese sentence: what happened, why, and what to do next.
    code
        Stable dotted code for clients; the class's own when left out.
    field
        Name of the form field or API property at fault, None for the whole request.
    data
        Machine-readable particulars, shown in problem+json.
    """

    code = "refused"
    http_status = 409

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.data = dict(data or {})


class NotHere(Refused):
    """It does not exist, or the actor may not know that it does: the same answer for both."""

    code = "not_here"
    http_status = 404

    def __init__(self, message: str = "没有找到这条记录，可能已被移除，或不在您的职责范围内。") -> None:
        super().__init__(message)


class NotAllowed(Refused):
    """The actor sees it but may not do this; the message says why and who can."""

    code = "not_allowed"
    http_status = 403


class NotFromHere(Refused):
    """The thing is in a state from which this step cannot be taken."""

    code = "not_from_here"


class Stale(Refused):
    """Somebody else changed it first."""

    code = "stale"

    def __init__(self, message: str = "这条记录刚被他人更新。您填写的内容没有丢失，请刷新后核对再提交。") -> None:
        super().__init__(message)


class Invalid(Refused):
    """A value is not acceptable; ``field`` names it."""

    code = "invalid"
    http_status = 422
