"""Lights: shape, word and colour of a state, so that a grey print or a colour-blind eye can tell."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """How one state looks: ``css`` names the colour, ``colour`` is the same for charts."""

    code: str
    shape: str
    word: str | Promise
    css: str
    colour: str
    decal: str = ""


NORMAL = Light(code="NORMAL", shape="●", word=_("正常"), css="ok", colour="#2b7a4b")
WARNING = Light(code="WARNING", shape="▲", word=_("预警"), css="warn", colour="#9a5b00")
LATE = Light(code="LATE", shape="■", word=_("滞后"), css="late", colour="#b42318")
NOT_STARTED = Light(code="NOT_STARTED", shape="○", word=_("未开始"), css="none", colour="#5b6675")
DONE = Light(code="DONE", shape="✓", word=_("销号"), css="done", colour="#1d4ed8")

LIGHTS: dict[str, Light] = {
    light.code: light for light in (LATE, WARNING, NORMAL, NOT_STARTED, DONE)
}


def light_of(code: str | Light | None) -> Light:
    """Return the light of a stored code; nothing and the unknown are told as not started."""
    if isinstance(code, Light):
        return code
    return LIGHTS.get(str(code or "").upper(), NOT_STARTED)
