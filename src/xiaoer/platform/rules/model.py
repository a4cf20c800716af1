"""What a dated rule is: values with the day they begin and end, their unit and their source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: A parsed value: numbers with a fraction are ``Decimal``, lists are tuples, mappings are read-only.
Value = str | bool | int | Decimal | date | tuple["Value", ...] | Mapping["str | int", "Value"]


class RuleLookupError(LookupError):
    """A rule was asked for that does not exist, is not in force, or is of another type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """The value of a rule from one day (inclusive) until another (exclusive; None: still in force)."""

    code: str
    value: Value
    unit: str
    valid_from: date
    valid_until: date | None
    source: str
    semver: str
    note: str = ""

    def covers(self, day: date) -> bool:
        """Say whether the version is in force on ``day``."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the content, so that a figure can name exactly what it used."""
        return digest_of(
            {
                "code": self.code,
                "value": self.value,
                "unit": self.unit,
                "from": self.valid_from,
                "until": self.valid_until,
                "source": self.source,
            }
        )

    @property
    def ident(self) -> str:
        """Return ``code@version+digest``, the form in which records cite the version."""
        return f"{self.code}@{self.semver}+{self.digest[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with all its versions in order of time."""

    code: str
    title_zh: str
    title_en: str
    unit: str
    versions: tuple[RuleVersion, ...]
    origin: str = ""

    def at(self, day: date) -> RuleVersion | None:
        """Return the version in force on ``day``, None where there is none."""
        return next((version for version in self.versions if version.covers(day)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """All rules of one prefix as they stood on a day; ``version`` names their common content."""

    prefix: str
    on: date
    values: Mapping[str, Value]
    sources: Mapping[str, str]
    version: str


def digest_of(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of plain content, independent of the order of keys."""
    text = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return {"decimal": str(value.normalize())}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value
