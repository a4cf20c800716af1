"""The fields of a measure: its targets, its deadlines and the systems it names.

Each function reads the characters ``span`` of the whole document ``text``; every offset it
returns is one of the whole document, and a reported text is exactly ``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass

from ._model import Deadline, DocKind, MeasureType, Span, Target


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
    return ()


def find_deadlines(text: str, *, span: Span, context: FieldContext) -> tuple[Deadline, ...]:
    """Return the date phrases of the span, each date once, in printed order."""
    return ()


def find_platforms(text: str, *, span: Span) -> tuple[str, ...]:
    """Return the quoted names of systems in the span, in printed order."""
    return ()
