"""A draft with the places of its fields, and the damage that copies of real plans show.

Every kind of damage is an edit of characters; the places of all fields move with them, so the
annotation of the damaged text stays exact.
"""

from __future__ import annotations

import copy
import random
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from .plan_vocabulary import TargetPhrase

_NAVIGATION_HEAD = (
    "首页 | 政务公开 | 互动交流 | 政务服务\n您现在的位置：首页 > 政务公开 > 政策文件\n"
    "【字体：大 中 小】 打印本页 关闭窗口\n"
)
_NAVIGATION_TAIL = "上一篇：无\n下一篇：无\n扫一扫在手机打开当前页\n主办单位：清江市人民政府办公室 网站地图 联系我们\n"
_FULL = {code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)} | {
    ord("%"): "％",
    ord("."): "．",
}
_HALF = {ord("，"): ",", ord("（"): "(", ord("）"): ")", ord("："): ":", ord("；"): ";"}
_SIMPLIFIED = "务环优营动业质权执监开设产关项统图标总时间体书决导组织"
_TRADITIONAL = "務環優營動業質權執監開設產關項統圖標總時間體書決導組織"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How a text is damaged; the default leaves it clean."""

    wrap: int | None = None
    page_marks: bool = False
    navigation: bool = False
    twice: bool = False
    width: Literal["normal", "half", "full"] = "normal"
    traditional: bool = False


@dataclass(slots=True)
class Draft:
    """A text under construction and its annotation; spans count the clean text."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    doc: dict[str, Any] = field(
        default_factory=lambda: {
            "title": None, "issuer": None, "date": None, "kind": "plan", "region": None,
        }
    )  # fmt: skip
    sections: list[dict[str, Any]] = field(default_factory=list)
    measures: list[dict[str, Any]] = field(default_factory=list)

    def put(self, text: str) -> tuple[int, int]:
        """Append text and return where it stands."""
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start, self.length

    def section(self, *, level: int, number: str | None, heading: str) -> dict[str, Any]:
        """Open a section here."""
        made = {
            "id": f"s{len(self.sections) + 1}",
            "level": level,
            "number": number,
            "heading": heading,
            "span": [self.length, self.length],
        }
        self.sections.append(made)
        return made

    def measure(self, *, section: str, number: str | None, kind: str) -> dict[str, Any]:
        """Open a measure here."""
        made: dict[str, Any] = {
            "id": f"m{len(self.measures) + 1:03d}",
            "section": section,
            "number": number,
            "title": None,
            "type": kind,
            "span": [self.length, self.length],
            "owners": [],
            "deadlines": [],
            "targets": [],
            "platforms": [],
        }
        self.measures.append(made)
        return made

    def close(self, item: dict[str, Any]) -> None:
        """End a section or measure at the last printed character."""
        trailing = 0
        for part in reversed(self.parts):
            stripped = part.rstrip("\n")
            trailing += len(part) - len(stripped)
            if stripped:
                break
        item["span"][1] = self.length - trailing

    def title(self, measure: dict[str, Any], text: str) -> None:
        """Write the lead phrase of a measure."""
        measure["title"] = text
        self.put(text)

    def owner(self, measure: dict[str, Any], name: str, *, role: str) -> None:
        """Write the name of a unit."""
        start, end = self.put(name)
        measure["owners"].append({"name": name, "role": role, "span": [start, end]})

    def deadline(self, measure: dict[str, Any], text: str, *, date: str | None, kind: str) -> None:
        """Write a date phrase; a date given twice in a measure is annotated once."""
        start, end = self.put(text)
        if all(other["date"] != date for other in measure["deadlines"]):
            measure["deadlines"].append(
                {"text": text, "date": date, "kind": kind, "span": [start, end]}
            )

    def target(self, measure: dict[str, Any], phrase: TargetPhrase) -> None:
        """Write a phrase with a number somebody is bound to reach."""
        start, end = self.put(phrase.text)
        measure["targets"].append(
            {
                "text": phrase.text,
                "span": [start, end],
                "indicator": phrase.indicator,
                "comparator": phrase.comparator,
                "value": phrase.value,
                **({"value_max": phrase.value_max} if phrase.value_max is not None else {}),
                "unit": phrase.unit,
                "baseline": None,
                "period": None,
                "kind": "target",
            }
        )


def spoil(draft: Draft, *, noise: Noise, rng: random.Random) -> tuple[str, dict[str, Any]]:
    """Return the damaged text of a draft and its annotation with the places moved along."""
    clean = "".join(draft.parts)
    characters, origin = list(clean), array("q", range(len(clean)))
    if noise.wrap is not None:
        characters, origin = _wrapped(characters, origin, noise.wrap, rng)
    if noise.page_marks:
        characters, origin = _paged(characters, origin, rng)
    text = _retouched("".join(characters), noise)
    place = array("q", [-1] * len(clean))
    for new, old in enumerate(origin):
        if old >= 0:
            place[old] = new
    head = _NAVIGATION_HEAD if noise.navigation else ""
    gold = _moved(draft, place, len(head), text)
    if noise.twice:
        start = len(head) + len(text) + 1
        gold["doc"]["duplicate_spans"] = [[start, start + len(text.rstrip("\n"))]]
        text = f"{text}\n{text}"
    return head + text + (_NAVIGATION_TAIL if noise.navigation else ""), gold


def _wrapped(
    characters: list[str], origin: array[int], width: int, rng: random.Random
) -> tuple[list[str], array[int]]:
    """Break lines at a display width, where digits take half the room of a character."""
    out: list[str] = []
    where = array("q")
    column = 0.0
    for character, old in zip(characters, origin, strict=True):
        if column >= width and character not in "\n，。；：、）" and character > "\u4e00":
            out.append("\n")
            where.append(-1)
            column = rng.choice((0.0, 1.0))
        out.append(character)
        where.append(old)
        wide = 0.5 if character.isascii() else 1.0
        column = 0.0 if character == "\n" else column + wide
    return out, where


def _paged(
    characters: list[str], origin: array[int], rng: random.Random
) -> tuple[list[str], array[int]]:
    """Put a page mark at some line ends, as text extracted from a PDF has them."""
    out: list[str] = []
    where = array("q")
    page, lines = 0, 0
    for character, old in zip(characters, origin, strict=True):
        out.append(character)
        where.append(old)
        lines += character == "\n"
        if character == "\n" and lines >= 12 and rng.random() < 0.5:
            page += 1
            lines = 0
            mark = f"\n— {page} —\n\n"
            out.extend(mark)
            where.extend([-1] * len(mark))
    return out, where


def _retouched(text: str, noise: Noise) -> str:
    """Change the forms of characters one for one."""
    if noise.traditional:
        text = text.translate(str.maketrans(_SIMPLIFIED, _TRADITIONAL))
    if noise.width == "half":
        text = text.translate(_HALF)
    elif noise.width == "full":
        text = re.sub(r"\d+(?:\.\d+)?%?", lambda found: found.group().translate(_FULL), text)
    return text


def _moved(draft: Draft, place: array[int], shift: int, text: str) -> dict[str, Any]:
    def span(old: list[int]) -> list[int]:
        return [place[old[0]] + shift, place[old[1] - 1] + 1 + shift]

    gold: dict[str, Any] = copy.deepcopy(
        {"doc": draft.doc, "sections": draft.sections, "measures": draft.measures}
    )
    retouch = _same_forms(draft, place, text)
    for section in gold["sections"]:
        section["span"] = span(section["span"])
        section["heading"] = retouch(section["heading"])
        section["number"] = retouch(section["number"])
    for measure in gold["measures"]:
        measure["span"] = span(measure["span"])
        for key in ("number", "title"):
            measure[key] = retouch(measure[key])
        for owner in measure["owners"]:
            owner["span"] = span(owner["span"])
            owner["name"] = retouch(owner["name"])
        for item in (*measure["deadlines"], *measure["targets"]):
            item["span"] = span(item["span"])
            item["text"] = text[item["span"][0] - shift : item["span"][1] - shift]
        for target in measure["targets"]:
            for key in ("indicator", "unit"):
                target[key] = retouch(target[key])
    return gold


def _same_forms(draft: Draft, place: array[int], text: str) -> Callable[[str | None], str | None]:
    """Return a function that gives a phrase the character forms of the damaged text."""
    forms: dict[int, str] = {}
    for old, character in enumerate("".join(draft.parts)):
        if place[old] >= 0 and text[place[old]] != character:
            forms.setdefault(ord(character), text[place[old]])
    return lambda phrase: None if phrase is None else phrase.translate(forms)
