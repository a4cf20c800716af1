"""Which slices are present: a folder under ``slices`` with an ``apps.py`` is installed."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1] / "slices"


def present() -> list[str]:
    """Return the names of the installed slices, in alphabetical order."""
    return sorted(p.parent.name for p in _ROOT.glob("*/apps.py"))
