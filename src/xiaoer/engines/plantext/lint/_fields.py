"""The fields of each measure: dates that cannot be, numbers nobody can compute, work without owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from xiaoer.engines.plantext._model import Deadline, Measure, Owner, Target
from xiaoer.engines.plantext._normalise import normalise

from ._paper import Finding, Paper

_LOW = 0.6
_HORIZON = 30
_SOURCES = {
    "document title": "文件标题",
    "document date": "成文日期",
    "stated by the user": "用户指定",
    "the only year in the text": "文中唯一的年份",
}
_EVERYONE = re.compile(
    r"^(?:市|县|区|省|国家|本)*(?:级|直)?(?:各|有关|相关|全体|所有)+.{0,6}(?:部门|单位|成员单位|科室|处室)$"
    r"|^各(?:地|级|方|地区|相关方)$|^(?:有关|相关)(?:方面|各方)$"
)
_IMPOSSIBLE = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]"
    r"|(?<!\d)(?P<y2>(?:19|20)\d{2})[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2})(?![\d.])"
    r"|(?<!\d)(?P<y3>\d{4})\s*年\s*(?P<m3>\d{1,2})\s*月"
    r"|(?<![\d年第])(?P<m4>1[3-9]|[2-9]\d|0)\s*月(?:\s*底)?(?:前|末)"
)


def check_deadlines(paper: Paper) -> Iterator[Finding]:
    """Yield deadlines without a year, before publication, or that do not exist."""
    published = paper.plan.doc.date
    for measure in paper.ordered:
        for deadline in measure.deadlines:
            if deadline.inherited:
                continue
            if _lacks_year(deadline):
                yield _without_year(paper, measure, deadline)
            elif _before(deadline, published):
                yield _deadline(
                    paper,
                    measure,
                    deadline,
                    "deadline_before_publication",
                    date=deadline.date,
                    published=published,
                )
    yield from _impossible(paper)


def _before(deadline: Deadline, published: str | None) -> bool:
    if not deadline.date or not published or deadline.kind == "ongoing":
        return False
    return earlier(deadline.date, published)


def _lacks_year(deadline: Deadline) -> bool:
    return bool(deadline.date and deadline.date.startswith("--")) or bool(
        deadline.year_inferred_from and not re.search(r"\d{4}", deadline.text)
        and re.search(r"\d|[一二三四五六七八九十]月", deadline.text)
    )  # fmt: skip


def _without_year(paper: Paper, measure: Measure, deadline: Deadline) -> Finding:
    source, published = deadline.year_inferred_from, paper.plan.doc.date
    assumed = assumed_en = ""
    if deadline.date and not deadline.date.startswith("--"):
        assumed = f"，暂按 {deadline.date} 处理（依据：{_SOURCES.get(source or '', source)}）"
        assumed_en = f"; it was read as {deadline.date} (from: {source})"
        if _before(deadline, published):
            assumed += f"，但这早于印发日期 {published}"
            assumed_en += f", which is earlier than publication on {published}"
    found = _deadline(
        paper,
        measure,
        deadline,
        "deadline_without_year",
        date=deadline.date,
        inferred_from=source,
        assumed=assumed,
        assumed_en=assumed_en,
    )
    # A title that dates the whole plan leaves little room for error; a date of issue does not.
    return replace(found, severity="check") if source == "document title" else found


def _deadline(
    paper: Paper, measure: Measure, deadline: Deadline, code: str, **data: object
) -> Finding:
    span = deadline.span or measure.span
    return Finding(
        code=code,
        key=f"{paper.label(measure)}|{deadline.text}",
        spans=(span,),
        measure=measure,
        concerns="deadlines",
        data={"label": paper.label(measure), "quote": "".join(deadline.text.split()), **data},
    )


def earlier(due: str, published: str) -> bool:
    """Return whether a date lies before another, at the coarser of their precisions.

    Examples
    --------
    >>> earlier("2024-06", "2025-03-01"), earlier("2025", "2025-03-01"), earlier("2025-03", "2025-03-09")
    (True, False, False)
    """
    length = min(len(due), len(published))
    return due[:length] < published[:length]


def _impossible(paper: Paper) -> Iterator[Finding]:
    norm = normalise(paper.text)
    reference = paper.plan.doc.year or int((paper.plan.doc.date or "0")[:4])
    for found in _IMPOSSIBLE.finditer(norm):
        if not _cannot_be(found, reference):
            continue
        span = found.span()
        measure = paper.measure_at(span[0])
        quote = "".join(found.group().split())
        yield Finding(
            code="deadline_impossible",
            key=f"{paper.label(measure)}|{quote}",
            spans=(span,),
            measure=measure,
            concerns="deadlines",
            data={"label": paper.label(measure), "quote": quote},
        )


def _cannot_be(found: re.Match[str], reference: int) -> bool:
    if found["m4"]:
        return True
    year = found["y"] or found["y2"] or found["y3"]
    month = int(found["m"] or found["m2"] or found["m3"])
    day = found["d"] or found["d2"]
    # Without a year a leap day may be right.
    number = int(year) if year else 2000
    if year and (number < 1900 or (reference and number > reference + _HORIZON)):
        return True
    if not 1 <= month <= 12:
        return True
    try:
        date(number, month, int(day or 1))
    except ValueError:
        return True
    return False


def check_targets(paper: Paper) -> Iterator[Finding]:
    """Yield targets without unit, and measures whose targets have no date at all."""
    doc = paper.plan.doc
    dated_by_title = _title_year(paper)
    for measure in paper.ordered:
        binding = [target for target in measure.targets if target.kind == "target"]
        for target in binding:
            if not target.unit.strip():
                yield Finding(
                    code="target_without_unit",
                    key=f"{paper.label(measure)}|{target.text}",
                    spans=(target.span,),
                    measure=measure,
                    concerns="targets",
                    data={"label": paper.label(measure), "quote": paper.slice(target.span)},
                )
        undated = [target for target in binding if target.period in (None, "每年")]
        if dated_by_title or measure.deadlines or not undated or doc.kind == "report":
            continue
        yield Finding(
            code="target_without_date",
            key=paper.label(measure),
            spans=tuple(target.span for target in undated),
            measure=measure,
            concerns="targets",
            data={
                "label": paper.label(measure),
                "quote": "；".join(paper.slice(target.span) for target in undated[:3]),
                "count": len(undated),
            },
        )


def _title_year(paper: Paper) -> bool:
    """Tell whether the title dates the whole plan: 2025年…方案, …三年行动（2025—2027年）."""
    title = normalise(paper.plan.doc.title or "")
    return bool(
        re.search(r"(?:19|20)\d{2}\s*(?:年|[-—~至])|[二三]〇[〇一二三四五六七八九]{2}年", title)
    )


def check_owners(paper: Paper) -> Iterator[Finding]:
    """Yield measures without a responsible unit, and those that everyone owns."""
    actions = [measure for measure in paper.ordered if measure.type == "action"]
    if not actions:
        yield from _nothing_found(paper)
        return
    if paper.plan.doc.kind in ("report", "interpretation"):
        return
    owned = [measure for measure in actions if measure.owners]
    if not owned:
        yield Finding(
            code="plan_without_owners",
            key="",
            spans=(actions[0].span,),
            concerns="owners",
            data={"count": len(actions)},
        )
        return
    for measure in actions:
        names = [owner.name for owner in measure.owners]
        if not names:
            yield Finding(
                code="measure_without_owner",
                key=paper.label(measure),
                spans=(measure.span,),
                measure=measure,
                concerns="owners",
                data={"label": paper.label(measure)},
            )
        elif all(is_everyone(name) for name in names):
            yield Finding(
                code="owner_everyone",
                key=f"{paper.label(measure)}|{'|'.join(names)}",
                spans=tuple(owner.span for owner in measure.owners if owner.span)
                or (measure.span,),
                measure=measure,
                concerns="owners",
                data={"label": paper.label(measure), "quote": "、".join(names)},
            )


def _nothing_found(paper: Paper) -> Iterator[Finding]:
    if not paper.ordered and paper.text.strip():
        yield Finding(
            code="no_measures",
            key="",
            spans=((0, len(paper.text)),),
            data={"characters": len(paper.text)},
        )


def is_everyone(name: str) -> bool:
    """Return whether a name stands for all units and hence for none.

    Examples
    --------
    >>> is_everyone("市直有关部门"), is_everyone("各县（市、区）政府"), is_everyone("市财政局")
    (True, False, False)
    """
    return bool(_EVERYONE.match(re.sub(r"[\s（）]", "", normalise(name))))


def check_confidence(paper: Paper) -> Iterator[Finding]:
    """Yield one finding for each measure with fields the compiler was not sure of."""
    reported = {span for doubt in paper.plan.doubts for span in doubt.spans}
    for measure in paper.ordered:
        parts: tuple[Target | Deadline | Owner, ...] = (
            *measure.targets,
            *measure.deadlines,
            *measure.owners,
        )
        fields = [
            (part.span, part.confidence)
            for part in parts
            if part.confidence < _LOW and part.span and part.span not in reported
        ]
        if measure.confidence < _LOW and measure.span not in reported:
            fields.insert(0, (measure.span, measure.confidence))
        if fields:
            spans = tuple(span for span, _ in fields)
            quotes = "；".join(paper.slice(span)[:20] for span in spans[:3])
            yield Finding(
                code="low_confidence",
                key=f"{paper.label(measure)}|{quotes}",
                spans=spans,
                measure=measure,
                data={
                    "label": paper.label(measure),
                    "quote": quotes,
                    "count": len(fields),
                    "lowest": min(confidence for _, confidence in fields),
                },
            )
