"""Ask which rule was in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from xiaoer.platform.rules.model import Rule, RuleGroup, RuleLookupError, RuleVersion, digest_of
from xiaoer.platform.rules.source import RuleSource, ShippedRules


class RuleBook:
    """Rules of several sources; a later source wins on the days it covers."""

    def __init__(self, *, sources: Sequence[RuleSource]) -> None:
        self._layers = tuple(source.rules() for source in reversed(sources))

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every known code, in order."""
        return tuple(sorted({code for layer in self._layers for code in layer}))

    def rule(self, code: str) -> Rule:
        """Return a rule with its versions, as the strongest source that knows it tells it."""
        for layer in self._layers:
            if code in layer:
                return layer[code]
        raise RuleLookupError(self._unknown(code))

    def rule_at(self, code: str, *, on: date) -> RuleVersion:
        """Return the version of a rule in force on a day.

        Raises
        ------
        RuleLookupError
            If no source knows the rule, or none has a version for the day.
        """
        known = [layer[code] for layer in self._layers if code in layer]
        for rule in known:
            version = rule.at(on)
            if version is not None:
                return version
        if not known:
            raise RuleLookupError(self._unknown(code))
        first = min(version.valid_from for rule in known for version in rule.versions)
        raise RuleLookupError(
            f"the rule {code} has no version in force on {on} (earliest: {first}); "
            f"add one to {known[-1].origin or 'its source'}"
        )

    def number_at(self, code: str, *, on: date) -> Decimal:
        """Return a rule's value as an exact number."""
        value = self.rule_at(code, on=on).value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise RuleLookupError(f"the rule {code} is {value!r} on {on}, not a number")
        return Decimal(value)

    def text_at(self, code: str, *, on: date) -> str:
        """Return a rule's value as text."""
        value = self.rule_at(code, on=on).value
        if not isinstance(value, str):
            raise RuleLookupError(f"the rule {code} is {value!r} on {on}, not a text")
        return value

    def group_at(self, prefix: str, *, on: date) -> RuleGroup:
        """Return the rules directly under a prefix as they stood on a day, keyed by last name.

        Rules not yet or no longer in force on the day are left out.
        """
        start = f"{prefix}."
        codes = [c for c in self.codes if c.startswith(start) and "." not in c[len(start) :]]
        if not codes:
            raise RuleLookupError(self._unknown(prefix))
        found = [version for code in codes if (version := self._try(code, on)) is not None]
        digest = digest_of({version.code: version.digest for version in found})
        newest = max((_numbers(version.semver) for version in found), default=(0, 0, 0))
        return RuleGroup(
            prefix=prefix,
            on=on,
            values=MappingProxyType({v.code[len(start) :]: v.value for v in found}),
            sources=MappingProxyType({v.code[len(start) :]: v.source for v in found}),
            version=f"{prefix}@{'.'.join(map(str, newest))}+{digest[:12]}",
        )

    def _try(self, code: str, on: date) -> RuleVersion | None:
        for layer in self._layers:
            version = layer[code].at(on) if code in layer else None
            if version is not None:
                return version
        return None

    def _unknown(self, code: str) -> str:
        close = get_close_matches(code, self.codes, n=3)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        return f"there is no rule {code}{hint}"


def _numbers(semver: str) -> tuple[int, ...]:
    return tuple(int(part) for part in semver.split("."))


@cache
def shipped_book() -> RuleBook:
    """Return the book of the shipped rules alone, read once."""
    return RuleBook(sources=(ShippedRules(),))


def rule_at(code: str, *, on: date) -> RuleVersion:
    """Return the shipped version of a rule in force on a day."""
    return shipped_book().rule_at(code, on=on)
