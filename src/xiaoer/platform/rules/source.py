"""Where rules come from: the files shipped with the system, later the rows a city has adopted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol

from xiaoer.platform.rules.model import Rule
from xiaoer.platform.rules.parse import RuleFileError, RuleProblem, parse_rules


class RuleSource(Protocol):
    """Anything that yields rules.

    A source covers what it covers: rules of a city may begin late or end early, and the source
    below it speaks for the days that are left.
    """

    @property
    def name(self) -> str:
        """Return the name under which people know the source."""

    def rules(self) -> Mapping[str, Rule]:
        """Return the source's rules by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRules:
    """Rules from texts by file name: what both the shipped files and a city's upload come down to."""

    name: str
    texts: Mapping[str, str]

    def rules(self) -> Mapping[str, Rule]:
        """Parse all texts; every fault of every file is reported at once."""
        found: dict[str, Rule] = {}
        problems: list[RuleProblem] = []
        for file, text in sorted(self.texts.items()):
            try:
                parsed = parse_rules(text=text, file=file)
            except RuleFileError as error:
                problems.extend(error.problems)
                continue
            for rule in parsed:
                if rule.code in found:
                    problems.append(
                        RuleProblem(
                            file=file,
                            where=rule.code,
                            problem=f"is also in {found[rule.code].origin}",
                            remedy="Keep a rule in one file, with all its versions",
                        )
                    )
                found[rule.code] = rule
        if problems:
            raise RuleFileError(problems)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedRules:
    """The rule files that come with the package."""

    name: str = "shipped"
    package: str = "xiaoer.rules"

    def rules(self) -> Mapping[str, Rule]:
        """Read and parse every YAML file of the package."""
        root = files(self.package)
        texts = {path: entry.read_text(encoding="utf-8") for path, entry in _yaml(root, "")}
        return TextRules(name=self.name, texts=texts).rules()


def _yaml(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _yaml(entry, f"{path}/")
        elif entry.name.endswith(".yaml"):
            yield path, entry
