"""The kinds of events there are. An event nobody declared cannot be recorded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """A kind of event, in the past tense, never renamed or reused.

    ``sentence`` is filled with ``actor``, ``subject``, ``reason`` and the keys of the changes;
    ``personal`` names the change keys whose values are erasable.
    """

    code: str
    sentence: str
    personal: tuple[str, ...] = ()
    needs_reason: bool = False


_TYPES: dict[str, EventType] = {}


def register(*types: EventType) -> None:
    """Declare kinds of events; the same code with another sentence is a defect."""
    for kind in types:
        known = _TYPES.get(kind.code)
        if known is not None and known != kind:
            raise ValueError(f"event {kind.code} is declared twice")
        _TYPES[kind.code] = kind


def get(code: str) -> EventType:
    """Return the declared kind; raise ``KeyError`` for one that nobody declared."""
    return _TYPES[code]


def find(code: str) -> EventType | None:
    """Return the declared kind, None for one whose slice is not installed any more."""
    return _TYPES.get(code)


def declared() -> dict[str, EventType]:
    """Return every declared kind by code."""
    return dict(_TYPES)
