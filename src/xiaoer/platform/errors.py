"""Anticipated refusals: what a person can be told and can act on.

Everything else is a defect and surfaces as a logged error with its request id.
This module imports no Django so that ``domain`` modules may raise from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Term(str):
    """A word of the system's own among the values of a message (a state, a step): it is translated too."""

    __slots__ = ()


class Refused(Exception):
    """A request that the system understood and will not carry out.

    Parameters
    ----------
    message
        A Chinese sentence: what happened, why, and what to do next; with ``values``, a template
        with ``%(name)s`` places. Its English is looked up when the refusal is told.
    values
        What stands in the places: text, numbers, a :class:`Term`, or a tuple of these to be listed.
    message_en
        The finished English sentence, where whoever refuses has its own (an engine).
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
        values: Mapping[str, object] | None = None,
        message_en: str = "",
        code: str | None = None,
        field: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.template = message
        self.values = values
        self.message_en = message_en
        super().__init__(in_chinese(self))
        self.code = code or type(self).code
        self.field = field
        self.data = dict(data or {})

    @property
    def message(self) -> str:
        """Return the finished sentence in the language of whoever is being answered."""
        return _tell(self)


def in_chinese(refused: Refused) -> str:
    """Return the finished Chinese sentence."""
    if refused.values is None:
        return refused.template
    shown = {
        k: "、".join(map(str, v)) if isinstance(v, tuple) else v for k, v in refused.values.items()
    }
    return refused.template % shown


_tell: Callable[[Refused], str] = in_chinese


def tell_with(tell: Callable[[Refused], str]) -> None:
    """Let ``tell`` choose the language in which refusals are told; Chinese until then."""
    global _tell  # noqa: PLW0603 - set once at start-up, by the part that knows languages
    _tell = tell


class NotHere(Refused):
    """It does not exist, or the actor may not know that it does: the same answer for both."""

    code = "not_here"
    http_status = 404

    def __init__(
        self, message: str = "没有找到这条记录，可能已被移除，或不在您的职责范围内。"
    ) -> None:
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

    def __init__(
        self,
        message: str = "这条记录刚被他人更新。您填写的内容没有丢失，请刷新后核对再提交。",
        *,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, values=values)


class Invalid(Refused):
    """A value is not acceptable; ``field`` names it."""

    code = "invalid"
    http_status = 422
