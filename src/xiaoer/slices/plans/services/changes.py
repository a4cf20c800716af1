"""Tell those who listen that the ledger changed, inside the transaction that changed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """A plan that came into force, or one measure of it (``measure_uid``) whose terms changed."""

    plan_id: int
    measure_uid: str = ""


_listeners: list[Callable[[LedgerChange], None]] = []


def listen(react: Callable[[LedgerChange], None]) -> None:
    """Call ``react`` at every change; registering the same function again changes nothing."""
    if react not in _listeners:
        _listeners.append(react)


def announce(*, plan_id: int, measure_uid: str = "") -> None:
    """Tell every listener."""
    change = LedgerChange(plan_id=plan_id, measure_uid=measure_uid)
    for react in _listeners:
        react(change)
