"""The one clock. Views, the API, commands and tasks read it; nothing below them may.

The demonstration drives it: ``XIAOER_HOME/clock.json`` moves the city's "now" to another date,
from which it goes on at the ordinary pace.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

_fixed: ContextVar[datetime | None] = ContextVar("xiaoer_clock_fixed", default=None)
_offsets: dict[Path, tuple[float, timedelta]] = {}


def now() -> datetime:
    """Return the current moment in China time, as the city's clock shows it."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    return datetime.now(tz=CHINA) + _offset()


def today() -> date:
    """Return the current date in China."""
    return now().astimezone(CHINA).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` inside the block (demonstration, replays, tests)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)


def set_city_clock(*, home: Path, moment: datetime) -> None:
    """Move the city's clock so that it shows ``moment`` now and goes on from there."""
    offset = moment - datetime.now(tz=CHINA)
    path = home / "clock.json"
    path.write_text(json.dumps({"offset_seconds": round(offset.total_seconds())}), encoding="utf-8")
    _offsets.pop(path, None)


def _offset() -> timedelta:
    from django.conf import settings

    path = Path(settings.XIAOER_HOME) / "clock.json"
    try:
        changed = path.stat().st_mtime
    except FileNotFoundError:
        return timedelta()
    known = _offsets.get(path)
    if known is None or known[0] != changed:
        seconds = json.loads(path.read_text(encoding="utf-8"))["offset_seconds"]
        known = _offsets[path] = (changed, timedelta(seconds=seconds))
    return known[1]
