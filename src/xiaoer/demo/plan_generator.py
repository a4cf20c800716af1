"""Invented action plans of 清江市 with known answers, for tests, benchmarks and exercises.

``generate`` writes a plan in one of several layouts, damages its text the way real copies are
damaged (broken lines, page marks, navigation, a second copy of the body, full- and halfwidth and
traditional characters) and returns the annotation in the published schema. Same seed, same plan.
City, units and figures are made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any, Literal

from . import plan_vocabulary as words
from .plan_noise import Draft, Noise, spoil

Layout = Literal["classic", "bracketed", "arabic", "table"]
OwnerStyle = Literal["bracket_joint", "bracket_lead", "bracket_field", "lines"]

_COUNTING = "零一二三四五六七八九十"
_SHAPES: tuple[Layout, ...] = ("classic", "bracketed", "arabic", "table")
_STYLES: tuple[OwnerStyle, ...] = ("bracket_joint", "bracket_lead", "bracket_field", "lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """Shape of a generated plan; ``noise`` says how its text is damaged afterwards.

    ``bare_months`` lets dates leave out their year, which the title then gives.
    """

    layout: Layout = "classic"
    owner_style: OwnerStyle = "bracket_joint"
    sections: int = 5
    items: int = 4
    year: int = 2026
    guarantees: int = 3
    headline: bool = True
    bare_months: bool = True
    noise: Noise = Noise()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedPlan:
    """A text and its annotation."""

    text: str
    gold: dict[str, Any]
    options: PlanOptions


def options_for(seed: int) -> PlanOptions:
    """Return a random combination of layout, owner style and noise for ``seed``."""
    rng = random.Random(f"options {seed}")
    layout = rng.choice(_SHAPES)
    noise = Noise(
        wrap=rng.choice((None, None, 24, 28, 36)) if layout != "table" else None,
        page_marks=rng.random() < 0.3 and layout != "table",
        navigation=rng.random() < 0.3,
        twice=rng.random() < 0.2,
        width=rng.choice(("normal", "normal", "half", "full")),
        traditional=rng.random() < 0.15,
    )
    return PlanOptions(
        layout=layout,
        owner_style=rng.choice(_STYLES),
        sections=rng.randint(2, 7),
        items=rng.randint(1, 6),
        year=rng.randint(2019, 2032),
        guarantees=rng.choice((0, 2, 3)),
        headline=rng.random() < 0.5,
        noise=noise,
    )


def generate(*, seed: int, options: PlanOptions | None = None) -> GeneratedPlan:
    """Return the plan of ``seed``: its text and its annotation.

    Parameters
    ----------
    seed
        Any integer; with the same options it always gives the same plan.
    options
        Its shape; drawn from the seed when left out.
    """
    options = options or options_for(seed)
    writer = _Writer(seed, options)
    draft = writer.write()
    text, gold = spoil(draft, noise=options.noise, rng=random.Random(f"noise {seed}"))
    return GeneratedPlan(text=text, gold=gold, options=options)


def generate_long(*, seed: int, characters: int) -> GeneratedPlan:
    """Return a plan of about ``characters`` characters, for measurements of speed."""
    options = PlanOptions(layout="classic", sections=8, items=12)
    probe = generate(seed=seed, options=options)
    per_item = len(probe.text) / (options.sections * options.items)
    items = max(1, round(characters / per_item / options.sections))
    return generate(seed=seed, options=replace(options, items=items, headline=items < 12))


class _Writer:
    """Write the clean text and note the place of every field."""

    def __init__(self, seed: int, options: PlanOptions) -> None:
        self._rng = random.Random(f"plan {seed}")
        self._options = options
        self._draft = Draft()
        self._number = 0
        self._topics = words.topics(self._rng)
        self._groups = words.groups(self._rng)
        self._promised: set[str] = set()
        self._year = options.year

    def write(self) -> Draft:
        """Return the finished draft."""
        if self._options.layout == "table":
            self._table()
        else:
            self._prose()
        return self._draft

    # -- parts of a plan in prose ---------------------------------------------------------

    def _prose(self) -> None:
        draft, options = self._draft, self._options
        draft.doc["title"] = f"清江市{self._year}年优化营商环境行动方案"
        draft.put(draft.doc["title"] + "\n")
        draft.put(words.PREAMBLE)
        if options.headline:
            draft.put(f"本方案共{_chinese(options.sections * options.items)}项具体举措。")
        draft.put("\n")
        self._goals()
        themes = words.themes(self._rng, options.sections)
        for index, theme in enumerate(themes, start=2):
            self._section(index, theme)
        if options.guarantees:
            self._guarantees(options.sections + 2)

    def _heading(self, *, level: int, number: str, words_: str) -> dict[str, Any]:
        section = self._draft.section(level=level, number=number, heading=words_)
        self._draft.put(number + words_ + "\n")
        return section

    def _goals(self) -> None:
        draft = self._draft
        section = self._heading(level=1, number="一、", words_="工作目标")
        measure = draft.measure(section=section["id"], number=None, kind="goal")
        due = f"到{self._year}年底"
        draft.deadline(measure, due, date=f"{self._year}-12", kind="by")
        draft.put("，")
        for index in range(2):
            draft.put("，" if index else "")
            self._target(measure)
        draft.put("，营商环境整体水平明显提升。")
        draft.close(measure)
        draft.put("\n")
        draft.close(section)

    def _section(self, index: int, theme: str) -> None:
        draft, options = self._draft, self._options
        section = self._heading(level=1, number=f"{_chinese(index)}、", words_=theme)
        holder = section
        for item in range(1, options.items + 1):
            if options.layout == "classic" and (item - 1) % 3 == 0:
                if holder is not section:
                    draft.close(holder)
                ordinal = _chinese((item - 1) // 3 + 1)
                group = next(self._groups)
                holder = self._heading(level=2, number=f"（{ordinal}）", words_=group)
            self._number += 1
            self._item(holder["id"], self._label(item))
        if holder is not section:
            draft.close(holder)
        draft.close(section)

    def _label(self, item: int) -> str:
        layout = self._options.layout
        if layout == "bracketed":
            return f"（{_chinese(item)}）"
        if layout == "arabic":
            return f"{self._number}."
        return f"{(item - 1) % 3 + 1}."

    def _item(self, section: str, number: str) -> None:
        """Write one numbered measure: title, sentences, dates, targets, owners."""
        draft, rng = self._draft, self._rng
        topic = next(self._topics)
        measure = draft.measure(section=section, number=number, kind="action")
        draft.put(number)
        draft.title(measure, words.title(rng, topic))
        draft.put("。")
        lines = self._options.owner_style == "lines"
        for sentence in range(rng.randint(1, 3)):
            if sentence == 0 and not lines and rng.random() < 0.5:
                self._dated(measure)
            draft.put(words.sentence(rng, topic) + "。")
        if rng.random() < 0.6:
            self._target(measure, topic)
            if rng.random() < 0.3:
                draft.put("，")
                self._target(measure, topic)
            draft.put("。")
        self._owners(measure)
        draft.close(measure)
        draft.put("\n")

    def _dated(self, measure: dict[str, Any]) -> None:
        rng, year = self._rng, self._year
        month = rng.randint(2, 11)
        choices = [
            (f"{year}年底前", f"{year}-12"),
            (f"{year}年{month}月底前", f"{year}-{month:02d}"),
            (f"{year}年{month}月15日前", f"{year}-{month:02d}-15"),
        ]
        if self._options.bare_months:
            choices.append((f"{month}月底前", f"{year}-{month:02d}"))
        phrase, date = rng.choice(choices)
        self._draft.deadline(measure, phrase, date=date, kind="by")
        self._draft.put("，")

    def _target(self, measure: dict[str, Any], topic: str | None = None) -> None:
        made = words.target(self._rng, topic or next(self._topics))
        while made.indicator in self._promised:
            made = words.target(self._rng, next(self._topics))
        self._promised.add(made.indicator)
        self._draft.target(measure, made)

    def _owners(self, measure: dict[str, Any]) -> None:
        draft, rng, style = self._draft, self._rng, self._options.owner_style
        names = rng.sample(words.UNITS, rng.randint(1, 4))
        if style == "lines":
            self._owner_lines(measure, names)
            return
        draft.put("（")
        if style == "bracket_lead" and len(names) > 1:
            draft.owner(measure, names[0], role="lead")
            draft.put("牵头，")
            self._name_list(measure, names[1:], role="support")
            draft.put(rng.choice(("配合", "参与", "按职责分工负责")))
        elif style == "bracket_field":
            draft.put(rng.choice(("责任单位：", "责任部门：")))
            self._name_list(measure, names, role="joint" if len(names) > 1 else "lead")
        else:
            self._name_list(measure, names, role="joint" if len(names) > 1 else "lead")
            tail = rng.choice(("按职责分工负责", "等部门按职责分工负责"))
            draft.put("负责" if len(names) == 1 else tail)
        draft.put("）")

    def _owner_lines(self, measure: dict[str, Any], names: list[str]) -> None:
        draft, rng, year = self._draft, self._rng, self._year
        draft.put("\n牵头单位：")
        draft.owner(measure, names[0], role="lead")
        if names[1:]:
            draft.put("\n配合单位：")
            self._name_list(measure, names[1:], role="support")
        draft.put("\n完成时限：")
        month = rng.randint(2, 11)
        if rng.random() < 0.2:
            draft.deadline(measure, "持续推进", date=None, kind="ongoing")
        elif rng.random() < 0.5:
            draft.deadline(measure, f"{year}年{month}月底前", date=f"{year}-{month:02d}", kind="by")
        else:
            draft.deadline(measure, f"{year}年12月", date=f"{year}-12", kind="by")

    def _name_list(self, measure: dict[str, Any], names: list[str], *, role: str) -> None:
        for index, name in enumerate(names):
            self._draft.put("、" if index else "")
            self._draft.owner(measure, name, role=role)

    def _guarantees(self, index: int) -> None:
        draft = self._draft
        section = self._heading(level=1, number=f"{_chinese(index)}、", words_="保障措施")
        for item in range(self._options.guarantees):
            title, body = words.GUARANTEES[item]
            number = f"（{_chinese(item + 1)}）"
            measure = draft.measure(section=section["id"], number=number, kind="guarantee")
            draft.put(number)
            draft.title(measure, title)
            draft.put("。" + body)
            draft.close(measure)
            draft.put("\n")
        draft.close(section)

    # -- a plan as a table ----------------------------------------------------------------

    def _table(self) -> None:
        draft, rng, options = self._draft, self._rng, self._options
        draft.doc["title"] = None
        draft.put("序号\t重点任务\t具体举措\t牵头单位\t配合单位\t完成时限\n")
        for theme in words.themes(rng, options.sections):
            section = draft.section(level=1, number=None, heading=theme)
            for _ in range(options.items):
                self._number += 1
                self._row(section["id"], theme)
            draft.close(section)

    def _row(self, section: str, theme: str) -> None:
        draft, rng, year = self._draft, self._rng, self._year
        topic = next(self._topics)
        names = rng.sample(words.UNITS, rng.randint(1, 4))
        measure = draft.measure(section=section, number=str(self._number), kind="action")
        draft.put(f"{self._number}\t{theme}\t{words.sentence(rng, topic)}。")
        if rng.random() < 0.6:
            self._target(measure, topic)
            draft.put("。")
        draft.put("\t")
        draft.owner(measure, names[0], role="lead")
        draft.put("\t")
        self._name_list(measure, names[1:], role="support")
        draft.put("\t")
        month = rng.randint(1, 12)
        if rng.random() < 0.2:
            draft.deadline(measure, "持续推进", date=None, kind="ongoing")
        else:
            draft.deadline(measure, f"{year}年{month}月", date=f"{year}-{month:02d}", kind="by")
        draft.close(measure)
        draft.put("\n")


def _chinese(number: int) -> str:
    """Return a number below one thousand as official texts print it (十二, 一百零五)."""
    if number < 11:
        return _COUNTING[number]
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = _COUNTING[hundreds % 10] + "百" if hundreds else ""
    if tens:
        text += (_COUNTING[tens] if hundreds or tens > 1 else "") + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_COUNTING[ones] if ones else "")
