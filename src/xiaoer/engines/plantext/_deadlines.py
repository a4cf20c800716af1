"""Deadlines: the date phrases of a span, each date once.

A phrase is a date in print (2025年6月底前), a month or a day whose year stands elsewhere (6月底前),
a part of a year (上半年), a relative time (印发后30日内) or lasting work (持续推进). Years of document
titles, of the past and of the present state are no deadlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from . import _deadline_words as words
from ._model import Deadline, DeadlineKind, DocKind, Span
from ._numbers import hanzi_value
from ._view import EDGE, squeeze

# A span no longer than this that opens with a date is a field or a cell by itself.
_FIELD_SIZE = 40
_SURE, _THIN, _BROKEN = 0.95, 0.75, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What the document says of its own time: the year of a bare month, the day of publication."""

    year: int | None
    source: str | None
    published: date | None
    kind: DocKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    """A date phrase in the view."""

    start: int
    end: int
    date: str | None
    kind: DeadlineKind
    source: str | None = None
    confidence: float = _SURE


def read_deadlines(text: str, *, span: Span, reckoning: Reckoning) -> tuple[Deadline, ...]:
    """Return the deadlines of ``text[span[0]:span[1]]`` in printed order, each date once."""
    view = squeeze(text, span=span)
    hits = sorted(_hits(view.text, reckoning), key=lambda hit: (hit.start, -hit.end))
    found: list[Deadline] = []
    seen: set[tuple[str | None, DeadlineKind]] = set()
    done = 0
    for hit in hits:
        known = hit.date is not None or hit.kind == "ongoing"
        key = (hit.date, "ongoing" if hit.kind == "ongoing" else "by")
        if hit.start < done or (known and key in seen):
            continue
        seen.add(key)  # type: ignore[arg-type]
        done = hit.end
        begin, stop = view.span(hit.start, hit.end)
        found.append(
            Deadline(
                text=text[begin:stop],
                date=hit.date,
                kind=hit.kind,
                span=(begin, stop),
                year_inferred_from=hit.source,
                confidence=hit.confidence,
            )
        )
    return tuple(found)


def _hits(body: str, reckoning: Reckoning) -> Iterator[_Hit]:
    hidden = bytearray(len(body) + 1)
    for match in words.HIDDEN.finditer(body):
        hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for reader in (_ranges, _relative, _dotted, _dates, _ongoing):
        for hit in reader(body, reckoning):
            if not hidden[hit.start]:
                yield hit


def _ranges(body: str, reckoning: Reckoning) -> Iterator[_Hit]:
    for match in words.YEARS.finditer(body):
        if body[match.end() : match.end() + 1] == "）" or int(match["year"]) < _this_year(
            reckoning
        ):
            continue
        if reckoning.kind != "report" and int(match["first"]) < int(match["year"]):
            yield _Hit(start=match.start(), end=match.end(), date=match["year"], kind="during")
    for match in words.MONTHS.finditer(body):
        if not (
            _in_field(body, match.start(), match.end())
            or match["year"]
            and not _reported(reckoning)
        ):
            continue
        if int(match["month"]) <= int(match["first"]):
            continue
        year, source = _year(body, match, reckoning)
        if year is not None and year < _this_year(reckoning):
            continue
        yield _Hit(
            start=match.start(),
            end=match.end(),
            date=_join(year, int(match["month"])),
            kind="during",
            source=source,
            confidence=_THIN,
        )


def _relative(body: str, reckoning: Reckoning) -> Iterator[_Hit]:
    for match in words.RELATIVE.finditer(body):
        word = match["count"]
        count = int(word) if word.isdigit() else hanzi_value(word) or 0
        day, confidence = None, 0.5
        if reckoning.published is not None and count:
            day = _later(reckoning.published, count, match["unit"])
            confidence = 0.6 if match["unit"] == "个工作日" else 0.9
        yield _Hit(
            start=match.start(),
            end=match.end(),
            date=day.isoformat() if day else None,
            kind="by",
            source="date of publication" if day else None,
            confidence=confidence,
        )


def _later(start: date, count: int, unit: str) -> date:
    """Count from publication; working days here know weekends only, hence the lower confidence."""
    if unit in {"日", "天"}:
        return start + timedelta(days=count)
    if unit == "周":
        return start + timedelta(weeks=count)
    if unit == "个工作日":
        day = start
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    months = start.month - 1 + count * (12 if unit == "年" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    for last in (start.day, 30, 29, 28):
        if _is_day(year, month, last):
            return date(year, month, last)
    return start


def _dotted(body: str, reckoning: Reckoning) -> Iterator[_Hit]:
    for match in words.DOTTED.finditer(body):
        if not (match["before"] or _in_field(body, match.start(), match.end())):
            continue
        year, month = int(match["year"]), int(match["month"])
        if year < _this_year(reckoning):
            continue
        yield _dated(match.start(), match.end(), year, month, match["day"], None)


def _dates(body: str, reckoning: Reckoning) -> Iterator[_Hit]:
    for match in words.DATE.finditer(body):
        if words.RECURRING.search(body, max(0, match.start() - 5), match.start()):
            continue
        if words.PAST_RIGHT.match(body, match.end()):
            continue
        explicit = match["year"] or match["han"]
        keeps = _keeps_dated if explicit else _keeps_bare
        if keeps(body, match, reckoning):
            yield _hit(body, match, reckoning)


def _keeps_dated(body: str, match: re.Match[str], reckoning: Reckoning) -> bool:
    """Decide on a phrase that prints its year."""
    year = _printed_year(match)
    start, end = match.start(), match.end()
    if year is None:
        return False
    if year < _this_year(reckoning):
        # The document may be older than the year it is filed under; only a plain 底前 or 到 counts.
        aims = bool(match["before"]) or match["to"] in {"到", "至"}
        if not aims or _reported(reckoning) or words.SO_FAR.match(body, end):
            return False
    field = _in_field(body, start, end)
    if _tells_past(body, match, reckoning):
        return False
    if words.LISTED.search(body, max(0, start - 10), start):
        return True
    if match["before"] or match["to"]:
        whole_year = not (match["month"] or match["end"] or match["half"] or match["quarter"])
        return not (match["before"] and whole_year and words.OLDER.match(body, end))
    if words.PAST_LEFT.search(body, max(0, start - 2), start) and body[start - 1] != "在":
        return False
    if match["part"] or match["end"] or match["half_end"] or match["quarter_end"]:
        return not _reported(reckoning)
    if match["day"]:
        return field
    if _reported(reckoning):
        return False
    if field:
        return True
    if match["month"]:
        return words.ACTION.match(body, end) is not None and _leads(body, start)
    if match["whole"] or match["within"]:
        return True
    if words.FINISHES.match(body, end) and year >= _this_year(reckoning) > 0:
        return True
    if words.FINISHES.match(body, end) and words.INTENDS.search(body, max(0, start - 60), end + 2):
        return True
    return not words.NOT_AFTER_YEAR.match(body, end) and _leads(body, start)


def _tells_past(body: str, match: re.Match[str], reckoning: Reckoning) -> bool:
    """截至2024年底已有…, and in a report 到2024年底累计…: how far things are."""
    told = (match["to"] or "").startswith("截")
    if told and _reported(reckoning):
        return True
    return (told or _reported(reckoning)) and words.SO_FAR.match(body, match.end()) is not None


def _keeps_bare(body: str, match: re.Match[str], reckoning: Reckoning) -> bool:
    """Decide on a phrase without a year: 6月底前, 年内, 上半年."""
    start, end = match.start(), match.end()
    before = body[start - 1 : start]
    if before.isdigit() or before in {"-", "~", ".", "/"} and before:
        return False
    if match["before"] and match["to"] != "截至":
        return True
    if _reported(reckoning):
        return False
    field = _in_field(body, start, end)
    if match["month"]:
        if match["part"]:
            return match["part"] != "初" or field
        if match["day"]:
            return field or match["to"] in {"到", "至"}
        return field or (
            words.ACTION.match(body, end) is not None
            and _leads(body, start)
            and not before.isalpha()
        )
    if match["whole"]:
        return not words.NOT_WHOLE.match(body, end)
    if match["half"] or match["quarter"]:
        return field or (_leads(body, start) and not words.NOT_HALF.match(body, end))
    if match["end"]:
        return True
    whole_year = bool(match["word"]) and not words.NOT_AFTER_YEAR.match(body, end)
    if not whole_year or reckoning.year is None and not field:
        return False
    return field or (_leads(body, start) and words.THIS_YEAR.match(body, end) is not None)


def _hit(body: str, match: re.Match[str], reckoning: Reckoning) -> _Hit:
    year, source = _year(body, match, reckoning)
    start, end = match.start(), match.end()
    by = bool(match["before"] or match["to"] or match["part"] or match["end"])
    by = by or bool(match["half_end"] or match["quarter_end"] or match["month"])
    kind: DeadlineKind = "by" if by else "during"
    month: int | None = None
    if match["month"]:
        month = int(match["month"]) if match["month"].isdigit() else hanzi_value(match["month"])
        return _dated(start, end, year, month or 0, match["day"], source)
    if match["half"]:
        month = 6 if match["half"] == "上" else 12
    elif match["quarter"]:
        month = 3 * (hanzi_value(match["quarter"]) or int(match["quarter"]))
    elif match["end"]:
        month = 12
    listed = words.LISTED.search(body, max(0, start - 10), start) is not None
    kind = "by" if listed else kind
    if year is None and month is None:
        return _Hit(start=start, end=end, date=None, kind=kind, confidence=0.5)
    sure = year is not None and year >= _this_year(reckoning) and (by or match["whole"])
    confidence = _SURE if sure else _THIN
    return _Hit(
        start=start,
        end=end,
        date=_join(year, month),
        kind=kind,
        source=source,
        confidence=confidence,
    )


def _dated(
    start: int, end: int, year: int | None, month: int, day: str | None, source: str | None
) -> _Hit:
    """A month or a day; one that no calendar has keeps its phrase and loses its date."""
    number = int(day) if day else None
    # A leap year stands in where the year is unknown, so that 2月29日 is possible.
    if not _is_day(year or 2024, month, number or 1):
        return _Hit(start=start, end=end, date=None, kind="by", source=source, confidence=_BROKEN)
    return _Hit(
        start=start,
        end=end,
        date=_join(year, month, number),
        kind="by",
        source=source,
        confidence=_SURE if year is not None else 0.6,
    )


def _ongoing(body: str, reckoning: Reckoning) -> Iterator[_Hit]:
    for rule in (words.ONGOING, words.ONGOING_TAIL):
        for match in rule.finditer(body):
            yield _Hit(
                start=match.start("ongoing"), end=match.end("ongoing"), date=None, kind="ongoing"
            )
    for match in words.DATE.finditer(body):
        after = words.ONGOING_AFTER.match(body, match.end())
        if after is not None:
            yield _Hit(
                start=after.start("ongoing"), end=after.end("ongoing"), date=None, kind="ongoing"
            )


def _year(body: str, match: re.Match[str], reckoning: Reckoning) -> tuple[int | None, str | None]:
    """Return the year of a phrase and, where it is not printed there, where it comes from."""
    groups = match.groupdict()
    printed = _printed_year(match)
    if printed is not None:
        return printed, None
    if groups.get("word") == "明年" and reckoning.year is not None:
        return reckoning.year + 1, reckoning.source
    if not groups.get("word"):
        floor = max(0, match.start() - 120)
        near: int | None = None
        for other in words.YEAR_OR_STOP.finditer(body, floor, match.start()):
            near = None if other["stop"] else int(other["year"])
        if near is not None and near >= _this_year(reckoning):
            return near, "same sentence"
    return reckoning.year, reckoning.source if reckoning.year is not None else None


def _printed_year(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    return hanzi_value(groups["han"].replace("○", "〇")) if groups.get("han") else None


def _in_field(body: str, start: int, end: int) -> bool:
    """Tell whether a phrase fills a field, a table cell or an item of a bracket by itself."""
    if words.FIELD.search(body[max(0, start - 12) : start].removesuffix("：")):
        return True
    before, after = body[start - 1 : start] if start else "", body[end : end + 1] or EDGE
    if before == EDGE or (not start and len(body) <= _FIELD_SIZE):
        return True
    return bool(before) and before in "（，；：" and after in "）；" + EDGE


def _leads(body: str, start: int) -> bool:
    return words.LEADS.search(body[max(0, start - 3) : start]) is not None


def _reported(reckoning: Reckoning) -> bool:
    return reckoning.kind == "report"


def _this_year(reckoning: Reckoning) -> int:
    return reckoning.year or 0


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _join(year: int | None, month: int | None, day: int | None = None) -> str:
    parts = [str(year) if year is not None else "-"]
    parts += [f"{part:02d}" for part in (month, day) if part is not None]
    return "-".join(parts)
