"""The fields of a measure: its targets, its deadlines and the systems it names.

Each function reads the characters ``span`` of the whole document ``text``; every offset it
returns is one of the whole document, and a reported text is exactly ``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ._deadlines import Reckoning, read_deadlines
from ._model import Deadline, DocKind, MeasureType, Span, Target
from ._platforms import read_platforms
from ._targets import read_targets


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldContext:
    """What the rest of the document says that a single measure leaves out.

    Parameters
    ----------
    year : int or None
        The year a bare month belongs to.
    year_source : str or None
        Where ``year`` was found: ``document title``, ``document date``, ``stated by the user``.
    kind : str
        The kind of document; the figures of a report are outcomes.
    published : str or None
        The day of publication (ISO), on which relative deadlines are counted.
    """

    year: int | None
    year_source: str | None
    kind: DocKind
    published: str | None


def find_targets(
    text: str, *, span: Span, context: FieldContext, measure_type: MeasureType
) -> tuple[Target, ...]:
    """Return the numbers the span binds its authority to, in printed order."""
    return read_targets(
        text, span=span, kind=context.kind, measure_type=measure_type, year=context.year
    )


def find_deadlines(text: str, *, span: Span, context: FieldContext) -> tuple[Deadline, ...]:
    """Return the date phrases of the span, each date once, in printed order."""
    reckoning = Reckoning(
        year=context.year,
        source=context.year_source,
        published=_day(context.published),
        kind=context.kind,
    )
    return read_deadlines(text, span=span, reckoning=reckoning)


def find_platforms(text: str, *, span: Span) -> tuple[str, ...]:
    """Return the quoted names of systems in the span, in printed order."""
    return read_platforms(text, span=span)


def _day(word: str | None) -> date | None:
    """Read an ISO day; a year or a month alone is no day to count from."""
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        return None
