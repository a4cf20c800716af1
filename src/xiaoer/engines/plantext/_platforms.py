"""Platforms: the quoted names of systems that a measure speaks of (“浙里办”平台, “企业码”).

Quotation marks in official documents mostly hold slogans; a name counts where it is itself the
name of a system or stands beside the word for one.
"""

from __future__ import annotations

import re

from ._model import Span
from ._view import squeeze

_QUOTED = re.compile(r"“(?P<name>[^“”]{2,20})”")
# The name says so itself: 企业码, 单一窗口, 政务服务网.
_IS_SYSTEM = re.compile(
    r"(?:码|单一窗口|平台|系统|APP|App|小程序|数据库|服务网|政务网|一网通办|在线[\d.]*|驾驶舱|公众号)$"
)
_NO_NAME = re.compile(
    r"^(?:一张网|互联网|平台|赋码|亮码|扫码|一码|.*[+、，；·].*|.*(?:改革|行动|服务|工程|机制|模式|活动|制度|式|化))$"
)
_SYSTEM = r"(?:平台|系统|应用(?!场景|于|示范|试点|推广)|小程序|APP|App|门户|网站|数据库|客户端|公众号|服务号)"
# Behind the name: “数字营商”应用, “浙里算”算力监测调度平台, “浙里建管”与“投资在线3.0”的业务数据对接.
_NEXT = re.compile(rf"(?:（[^（）]{{1,16}}）)?(?:线上|网上|数字化|综合)?{_SYSTEM}")
_NEAR = re.compile(
    rf"(?![^，。；、“”]{{0,10}}(?:中试|创新|示范|试验|孵化|产业|展示|转化|研发|合作|交易会|开放))"
    rf"[^，。；、“”（）\t和与的]{{1,10}}?{_SYSTEM}"
)
_LINKED = re.compile(
    r"(?:[与和、]“[^“”]{2,20}”){0,3}的?(?:业务)?(?:数据|系统)(?:对接|互通|共享|归集|贯通)"
)
_COUNTED = re.compile(r"^[一二两三四五六七八九十百千万双多全\d]")


def read_platforms(text: str, *, span: Span) -> tuple[str, ...]:
    """Return the names in printed order, each once, without quotation marks."""
    view = squeeze(text, span=span)
    body = view.text
    names: dict[str, None] = {}
    for match in _QUOTED.finditer(body):
        if _is_platform(body, match):
            names[view.printed(*match.span("name"))] = None
    return tuple(names)


def _is_platform(body: str, match: re.Match[str]) -> bool:
    name = match["name"]
    if _NO_NAME.match(name):
        return False
    if _IS_SYSTEM.search(name) or _NEXT.match(body, match.end()):
        return True
    if _LINKED.match(body, match.end()):
        return True
    return not _COUNTED.match(name) and _NEAR.match(body, match.end()) is not None
