"""Read case files and build targets and measures from plain values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from xiaoer.engines.supervision import (
    Accumulation,
    Cadence,
    Comparator,
    Light,
    LightRule,
    Measure,
    Milestone,
    Observation,
    Reads,
    Report,
    ReportState,
    Shape,
    StrikeOff,
    Target,
    TargetRecord,
)
from xiaoer.platform.rules import shipped_book, shipped_calendar

CALENDAR = shipped_calendar()
WORDS = {light.word_zh: light for light in Light}
_ENUMS = {
    "comparator": Comparator,
    "shape": Shape,
    "accumulation": Accumulation,
    "reads": Reads,
    "cadence": Cadence,
}
_NUMBERS = ("value", "value_max", "baseline", "lower", "upper")


def a_rule(**changes: object) -> LightRule:
    """Build the shipped rule of lights as of 2026, with changes."""
    group = shipped_book().group_at("supervision.lights", on=date(2026, 1, 1))
    return LightRule.from_values(values={**group.values, **changes}, version=group.version)


RULE = a_rule()


def number(value: object) -> Decimal:
    """Read a number of a case file exactly."""
    return Decimal(str(value))


def a_target(**fields: Any) -> Target:
    """Build a target from plain values."""
    fields = {"key": "目标", **fields}
    for name, kind in _ENUMS.items():
        if name in fields:
            fields[name] = kind(fields[name])
    for name in _NUMBERS:
        if fields.get(name) is not None:
            fields[name] = number(fields[name])
    if "line" in fields:
        fields["line"] = tuple((day, number(value)) for day, value in fields["line"].items())
    fields["counties"] = tuple(fields.get("counties", ()))
    fields["county_values"] = {
        name: number(value) for name, value in fields.get("county_values", {}).items()
    }
    return Target(**fields)


def some_values(values: dict[Any, Any], *, verified: bool = True) -> tuple[Observation, ...]:
    """Build observations from {date: value} or {county: {date: value}}."""
    found: list[Observation] = []
    for key, value in values.items():
        if isinstance(value, dict):
            found.extend(
                Observation(date=day, value=number(one), county=key, verified=verified)
                for day, one in value.items()
            )
        else:
            found.append(Observation(date=key, value=number(value), verified=verified))
    return tuple(found)


def a_closing(given: dict[str, Any] | None) -> StrikeOff | None:
    """Build a strike-off from a case's date and evidence."""
    return StrikeOff(on=given["date"], evidence=given["evidence"]) if given else None


def a_report(given: dict[str, Any]) -> Report:
    """Build a report from a case's date, state and whether it is verified."""
    state = ReportState(given["state"])
    return Report(on=given["date"], state=state, verified=given["verified"])


def a_record(given: dict[str, Any]) -> TargetRecord:
    """Build a target record from the given part of a case."""
    return TargetRecord(
        target=a_target(**given["target"]),
        observations=some_values(given.get("values", {}))
        + some_values(given.get("unverified", {}), verified=False),
        struck_off=a_closing(given.get("struck_off")),
    )


def a_measure(given: dict[str, Any]) -> Measure:
    """Build a measure from the given part of a case."""
    fields = dict(given["measure"])
    closing = fields.pop("struck_off", None)
    return Measure(
        key="措施",
        targets=tuple(a_record(one) for one in given.get("targets", ())),
        milestones=tuple(Milestone(**one) for one in given.get("milestones", ())),
        reports=tuple(a_report(one) for one in given.get("reports", ())),
        cadence=Cadence(fields.pop("cadence", "none")),
        struck_off=a_closing(closing),
        **fields,
    )


def cases(file: str) -> list[dict[str, Any]]:
    """Read the cases of a file."""
    path = Path(__file__).parent / "cases" / file
    return yaml.safe_load(path.read_text(encoding="utf-8"))
