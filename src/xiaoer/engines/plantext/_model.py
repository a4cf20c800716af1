"""The compiled form of a plan: what every reader, rule and page of the compiler speaks.

The names and meanings follow the published annotation schema (docs/reference/plan-schema.md);
``Plan.to_json`` writes it. All spans are ``[start, end)`` in characters of the compiled text.
This module holds no rules of language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

Span = tuple[int, int]
Role = Literal["lead", "support", "joint"]
MeasureType = Literal["action", "goal", "guarantee", "summary"]
DeadlineKind = Literal["by", "during", "ongoing"]
TargetKind = Literal["target", "outcome", "parameter"]
Comparator = Literal["ge", "gt", "le", "lt", "eq", "within", "approx", "increase_ge", "decrease_ge"]
DocKind = Literal["plan", "draft-for-comments", "interpretation", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A unit named as answering for a measure, as printed; ``span`` is None when inherited prose hides it."""

    name: str
    role: Role
    span: Span | None = None
    alt: tuple[str, ...] = ()
    inherited: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A date phrase; ``date`` is YYYY-MM-DD, YYYY-MM or YYYY, None for ongoing work.

    A month whose year nobody states has the date ``--MM`` and a doubt.
    """

    text: str
    date: str | None
    kind: DeadlineKind
    span: Span | None = None
    inherited: bool = False
    year_inferred_from: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A number an authority binds itself to; ``value`` is the printed number, ``unit`` what follows it."""

    text: str
    span: Span
    indicator: str
    comparator: Comparator
    value: float | int
    unit: str
    value_max: float | int | None = None
    baseline: str | None = None
    period: str | None = None
    kind: TargetKind = "target"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and all that stands under it."""

    id: str
    level: int
    number: str | None
    heading: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The smallest printed unit a supervision office would track."""

    id: str
    section: str | None
    number: str | None
    title: str | None
    type: MeasureType
    span: Span
    title_span: Span | None = None
    owners: tuple[Owner, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    targets: tuple[Target, ...] = ()
    platforms: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something a person should look at: a low confidence or a lint finding.

    ``code`` is stable and documented; ``message_zh``/``message_en`` are finished sentences.
    ``measure`` is the id of the measure it concerns, None for the whole document.
    """

    code: str
    message_zh: str
    message_en: str
    spans: tuple[Span, ...] = ()
    measure: str | None = None
    field: str | None = None
    severity: Literal["block", "check", "note"] = "check"
    data: Mapping[str, Any] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the text says about itself; None where it does not say."""

    title: str | None = None
    issuer: str | None = None
    date: str | None = None
    kind: DocKind = "plan"
    region: str | None = None
    number: str | None = None
    year: int | None = None
    year_source: str | None = None
    duplicate_spans: tuple[Span, ...] = ()
    noise_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A compiled plan."""

    doc: Document
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]
    doubts: tuple[Doubt, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the published schema as plain lists and dicts, ready for ``json.dumps``."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
