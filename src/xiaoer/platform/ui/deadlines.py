"""A date that unfolds into the days that were counted.

Takes the calendar engine's ``DueDate``, the same thing stored as a mapping, or a bare date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xiaoer.engines.calendar import RULE_TEXTS, DueDate, Remaining
from xiaoer.platform.ui.formats import day, is_english

_WHY: dict[str, str | Promise] = {
    "start_day": gettext_lazy("起始日"),
    "make_up": gettext_lazy("调休上班"),
    "weekend": gettext_lazy("周末"),
    "holiday": gettext_lazy("放假"),
    "suspended": gettext_lazy("中止"),
    "rolled": gettext_lazy("顺延"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some days in a row that were counted, or left out and why; ``name`` is the holiday's."""

    first: date
    last: date
    counted: bool
    name: str = ""
    why: str = ""

    @property
    def reason(self) -> str:
        """Return why the days count or do not, in words; empty for ordinary days."""
        return self.name or str(_WHY.get(self.why, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline ready to be shown.

    ``note`` says how far it is off, ``rules`` how it was counted, one sentence each; ``year`` is
    the year that need not be written.
    """

    date: date | None
    note: str = ""
    is_overdue: bool = False
    is_provisional: bool = False
    stretches: tuple[Stretch, ...] = ()
    rules: tuple[str, ...] = ()
    printed: str = ""
    basis: str = ""
    year: int | None = None

    @property
    def text(self) -> str:
        """Return the date in words."""
        return day(self.date, year=self.year) if self.date else self.printed or _("长期")

    @property
    def unfolds(self) -> bool:
        """Return whether there is anything to explain."""
        return bool(self.stretches or self.rules or self.printed or self.basis)


def _field(source: Any, name: str, default: Any = None) -> Any:  # a dataclass or a stored mapping
    if isinstance(source, Mapping):
        return source.get(name, default)
    return getattr(source, name, default)


def _date(value: Any) -> date | None:  # a date or its ISO text
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else value or None


def _stretches(source: Any) -> tuple[Stretch, ...]:  # as ``_field``
    found = []
    for run in _field(source, "runs", ()) or ():
        first = _date(_field(run, "first"))
        if first is None:
            continue
        last = first + timedelta(days=int(_field(run, "n_days", 1)) - 1)
        counted = bool(_field(run, "counted"))
        name, why = str(_field(run, "name", "") or ""), str(_field(run, "why", "") or "")
        found.append(Stretch(first=first, last=last, counted=counted, name=name, why=why))
    return tuple(found)


def rule_sentences(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sentence, with its basis, of each counting rule."""
    texts = [RULE_TEXTS[code] for code in codes if code in RULE_TEXTS]
    if is_english():
        return tuple(text.en for text in texts)
    return tuple(f"{text.zh}（{text.basis}）" if text.basis else text.zh for text in texts)


def remaining_note(remaining: Remaining) -> str:
    """Say how far a date is off in working days."""
    if remaining.overdue:
        n = abs(remaining.working_days)
        return ngettext("逾期 %(n)s 个工作日", "逾期 %(n)s 个工作日", n) % {"n": n}
    if remaining.is_today:
        return _("今天到期")
    n = remaining.working_days
    return ngettext("余 %(n)s 个工作日", "余 %(n)s 个工作日", n) % {"n": n}


def deadline_view(
    due: DueDate | Mapping[str, Any] | date | None,  # a stored mapping has the fields of DueDate
    *,
    remaining: Remaining | None = None,
    today: date | None = None,
    printed: str = "",
    basis: str = "",
) -> Deadline:
    """Return a deadline ready to be shown.

    Parameters
    ----------
    due
        The engine's result, the same stored as a mapping, a bare date, or None for ongoing work.
    remaining
        How far it is off; gives the note and, where ``due`` is bare, the days that unfold.
    printed
        The words of the document, such as 11月底前.
    basis
        Where the calendar comes from.
    """
    year = today.year if today else remaining.today.year if remaining else None
    when = due if isinstance(due, date) else _date(_field(due, "date"))
    stretches = () if isinstance(due, date) else _stretches(due)
    if not stretches and remaining is not None:
        stretches = _stretches(remaining)
    codes = () if isinstance(due, date) else tuple(_field(due, "rules", ()) or ())
    provisional = bool(_field(due, "provisional", False)) if due is not None else False
    if remaining is not None and remaining.provisional:
        provisional = True
    return Deadline(
        date=when,
        note=remaining_note(remaining) if remaining else "",
        is_overdue=remaining.overdue if remaining else bool(when and today and when < today),
        is_provisional=provisional,
        stretches=stretches,
        rules=rule_sentences(codes),
        printed=printed,
        basis=basis,
        year=year,
    )
