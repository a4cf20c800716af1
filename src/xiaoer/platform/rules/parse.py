"""Read a rule file and say clearly what is wrong with it: file, rule, problem, remedy.

The shape is described in ``xiaoer/rules/README.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

import yaml

from xiaoer.platform.rules.model import Rule, RuleVersion, Value

_FILE_KEYS = {"group", "version", "title", "rules"}
_RULE_KEYS = {"title", "unit", "values"}
_VALUE_KEYS = {"value", "from", "until", "source", "note"}
_OPTIONAL = {"until", "note"}
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_SEMVER = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """One fault of a rule file: where it is, what it is, and what to do about it."""

    file: str
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.problem}. {self.remedy}"


class RuleFileError(ValueError):
    """A rule file that cannot be used; ``problems`` lists every fault that was found."""

    def __init__(self, problems: Iterable[RuleProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def parse_rules(*, text: str, file: str) -> tuple[Rule, ...]:
    """Parse the text of a rule file.

    Raises
    ------
    RuleFileError
        With every fault found: bad YAML, an unknown or missing key, a repeated key, a gap or an
        overlap between versions, values of different types, a missing source.
    """
    return _Reader(file).read(text)


class _Loader(yaml.SafeLoader):
    """YAML with exact numbers, no silently repeated key, and only true and false as switches."""


_SWITCH = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != _SWITCH]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_SWITCH, re.compile(r"^(?:true|false)$"), list("tf"))


def _exact(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    text = str(loader.construct_scalar(node)).replace("_", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise yaml.constructor.ConstructorError(
            None, None, f"{text!r} is not an exact number", node.start_mark
        )
    return number


def _unique(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be a plain word", key_node.start_mark
            )
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is repeated", key_node.start_mark
            )
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:float", _exact)
_Loader.add_constructor("tag:yaml.org,2002:map", _unique)


class _Reader:
    """Collect the rules and the faults of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[RuleProblem] = []

    def fault(self, where: str, problem: str, remedy: str) -> None:
        self.problems.append(
            RuleProblem(file=self.file, where=where, problem=problem, remedy=remedy)
        )

    def read(self, text: str) -> tuple[Rule, ...]:
        rules = self._rules(self._document(text))
        if self.problems:
            raise RuleFileError(self.problems)
        return rules

    def _document(self, text: str) -> Mapping[str, Any]:
        try:
            # _Loader is a SafeLoader: it builds plain values only.
            document = yaml.load(text, Loader=_Loader)  # noqa: S506
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}" if mark else "the file"
            problem = getattr(error, "problem", None) or str(error)
            self.fault(where, problem, "Correct the YAML; see rules/README.md")
            return {}
        return self._mapping(document, "the file", _FILE_KEYS)

    def _mapping(self, value: object, where: str, keys: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fault(where, "is not a mapping", f"Give it the keys {', '.join(sorted(keys))}")
            return {}
        for key in value.keys() - keys:
            self.fault(where, f"unknown key {key!r}", f"Known keys: {', '.join(sorted(keys))}")
        for key in sorted(keys - value.keys() - _OPTIONAL):
            self.fault(where, f"the key {key!r} is missing", "Add it; see rules/README.md")
        return value

    def _rules(self, document: Mapping[str, Any]) -> tuple[Rule, ...]:
        group = self._matching(document, "group", _CODE, "lower-case words joined by dots")
        semver = self._matching(document, "version", _SEMVER, "a version such as 1.0.0")
        self._title(document, "the file")
        bodies = document.get("rules", {})
        if not isinstance(bodies, Mapping) or not bodies:
            if "rules" in document:
                self.fault("rules", "holds no rule", "Add at least one rule under its code")
            return ()
        return tuple(
            self._rule(f"{group}.{name}", body, semver)
            for name, body in bodies.items()
            if self._is_name(name)
        )

    def _is_name(self, name: object) -> bool:
        if isinstance(name, str) and _CODE.fullmatch(name):
            return True
        self.fault(f"rule {name!r}", "is no code", "Use lower-case letters, digits and _")
        return False

    def _matching(
        self, document: Mapping[str, Any], key: str, pattern: re.Pattern[str], wanted: str
    ) -> str:
        text = str(document.get(key, ""))
        if key in document and not pattern.fullmatch(text):
            self.fault(key, f"{text!r} is not {wanted}", "Correct it")
        return text

    def _title(self, holder: Mapping[str, Any], where: str) -> tuple[str, str]:
        title = holder.get("title")
        if title is None and "title" not in holder:
            return "", ""
        if not isinstance(title, Mapping) or set(title) != {"zh", "en"}:
            self.fault(where, "the title needs zh and en", "Write title: {zh: …, en: …}")
            return "", ""
        return str(title["zh"]), str(title["en"])

    def _rule(self, code: str, body: object, semver: str) -> Rule:
        rule = self._mapping(body, code, _RULE_KEYS)
        zh, en = self._title(rule, code)
        unit = str(rule.get("unit") or "")
        if "unit" in rule and not unit:
            self.fault(code, "the unit is empty", "Name it; write 'none' for text or a switch")
        entries = rule.get("values")
        if "values" in rule and (not isinstance(entries, list) or not entries):
            self.fault(code, "has no values", "Give at least one value with from and source")
            entries = []
        found = [
            self._version(code, position, entry, unit, semver)
            for position, entry in enumerate(entries or [], start=1)
        ]
        versions = tuple(version for version in found if version is not None)
        self._check_sequence(code, versions)
        return Rule(
            code=code, title_zh=zh, title_en=en, unit=unit, versions=versions, origin=self.file
        )

    def _version(
        self, code: str, position: int, entry: object, unit: str, semver: str
    ) -> RuleVersion | None:
        where = f"{code} value {position}"
        before = len(self.problems)
        body = self._mapping(entry, where, _VALUE_KEYS)
        first = self._day(body, "from", where)
        until = self._day(body, "until", where) if body.get("until") is not None else None
        source = str(body.get("source") or "").strip()
        if "source" in body and not source:
            self.fault(where, "the source is empty", "Name the law, notice or decision")
        if "value" in body and body["value"] is None:
            self.fault(where, "the value is empty", "Give the value or remove the entry")
        if first and until and until <= first:
            self.fault(where, f"until {until} is not after from {first}", "until is exclusive")
        if len(self.problems) > before or first is None:
            return None
        return RuleVersion(
            code=code,
            value=_value(body["value"]),
            unit=unit,
            valid_from=first,
            valid_until=until,
            source=source,
            semver=semver,
            note=str(body.get("note") or ""),
        )

    def _day(self, body: Mapping[str, Any], key: str, where: str) -> date | None:
        value = body.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if key in body:
            self.fault(where, f"{key} {value!r} is not a date", f"Write {key}: 2026-01-01")
        return None

    def _check_sequence(self, code: str, versions: tuple[RuleVersion, ...]) -> None:
        for earlier, later in zip(versions, versions[1:], strict=False):
            end, begin = earlier.valid_until, later.valid_from
            if end is None or end > begin:
                told = end or "open"
                self.fault(
                    code,
                    f"versions overlap: one runs until {told}, the next begins {begin}",
                    f"Set until: {begin} on the earlier one, in order of time",
                )
            elif end < begin:
                self.fault(
                    code,
                    f"versions leave a gap from {end} to {begin}",
                    f"Set until: {begin} on the earlier one or add a value for the gap",
                )
            if _kind(earlier.value) != _kind(later.value):
                self.fault(
                    code,
                    f"values are of different types ({_kind(earlier.value)}, {_kind(later.value)})",
                    "Use one type in all versions",
                )


def _kind(value: Value) -> str:
    kinds: tuple[tuple[Callable[[Value], bool], str], ...] = (
        (lambda item: isinstance(item, bool), "switch"),
        (lambda item: isinstance(item, int | Decimal), "number"),
        (lambda item: isinstance(item, str), "text"),
        (lambda item: isinstance(item, date), "date"),
        (lambda item: isinstance(item, tuple), "list"),
    )
    return next((name for matches, name in kinds if matches(value)), "table")


def _value(raw: Any) -> Value:
    # Any: whatever YAML yields; _Loader builds scalars, lists and mappings only.
    if isinstance(raw, Mapping):
        return MappingProxyType({key: _value(item) for key, item in raw.items()})
    if isinstance(raw, list):
        return tuple(_value(item) for item in raw)
    plain: Value = raw
    return plain
