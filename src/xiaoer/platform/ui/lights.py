"""Lights: shape, word and colour of a state, so that a grey print or a colour-blind eye can tell."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiaoer.engines.supervision import Light


@dataclass(frozen=True, slots=True, kw_only=True)
class LightLook:
    """How one light looks.

    ``css`` names the colour in the stylesheet, ``fill`` and ``on_fill`` are the area and the text
    upon it in charts, ``symbol`` the mark of a dot.
    """

    code: str
    shape: str
    word: str | Promise
    css: str
    fill: str
    on_fill: str
    symbol: str


BEHIND = LightLook(
    code=Light.BEHIND, shape="■", word=_("滞后"), css="late",
    fill="#b42318", on_fill="#ffffff", symbol="rect",
)  # fmt: skip
AT_RISK = LightLook(
    code=Light.AT_RISK, shape="▲", word=_("预警"), css="warn",
    fill="#f0c566", on_fill="#1b2330", symbol="triangle",
)  # fmt: skip
ON_TRACK = LightLook(
    code=Light.ON_TRACK, shape="●", word=_("正常"), css="ok",
    fill="#a9d5b9", on_fill="#1b2330", symbol="circle",
)  # fmt: skip
NOT_STARTED = LightLook(
    code=Light.NOT_STARTED, shape="○", word=_("未开始"), css="none",
    fill="#eceff3", on_fill="#1b2330", symbol="emptyCircle",
)  # fmt: skip
STRUCK_OFF = LightLook(
    code=Light.STRUCK_OFF, shape="✓", word=_("销号"), css="done",
    fill="#2f5fd0", on_fill="#ffffff", symbol="diamond",
)  # fmt: skip

#: Every light by its stored code, the most urgent first.
LIGHTS: dict[str, LightLook] = {
    str(look.code): look for look in (BEHIND, AT_RISK, ON_TRACK, NOT_STARTED, STRUCK_OFF)
}


def light_of(code: str | LightLook) -> LightLook:
    """Return how a stored code looks; an unknown code is a defect."""
    return code if isinstance(code, LightLook) else LIGHTS[str(code)]
