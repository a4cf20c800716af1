"""The written documentation holds together: links lead somewhere, commands and files exist."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from xiaoer.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.M)
_COMMAND = re.compile(r"(?<![\w/.-])xiaoer ([a-z][a-z-]+)")
_MAKE = re.compile(r"(?<![\w-])make ([a-z][a-z-]+)")


@cache
def documents() -> tuple[Path, ...]:
    """Return every Markdown file of the project that is not installed by somebody else."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists())


def names() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in documents()]


def anchors(path: Path) -> set[str]:
    """Return the anchors that headings of a page make."""
    headings = _HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def code_of(text: str) -> str:
    """Return what a page shows as code: fenced blocks and words in backticks."""
    fenced = re.findall(r"```.*?```", text, re.S)
    inline = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.S))
    return "\n".join([*fenced, *inline])


@pytest.mark.parametrize("name", names())
class TestEveryPage:
    def test_links_to_what_exists(self, name):
        path = ROOT / name
        dead = []
        for target in _LINK.findall(path.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            where, _, anchor = target.partition("#")
            file = (path.parent / where).resolve() if where else path
            if not file.exists() or (anchor and anchor not in anchors(file)):
                dead.append(target)
        assert not dead

    def test_names_commands_that_exist(self, name):
        code = code_of((ROOT / name).read_text(encoding="utf-8"))
        assert set(_COMMAND.findall(code)) <= set(COMMANDS)

    def test_names_targets_of_make_that_exist(self, name):
        code = code_of((ROOT / name).read_text(encoding="utf-8"))
        known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
        assert set(_MAKE.findall(code)) <= known

    def test_has_one_title(self, name):
        text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.S)
        if "changelog.d" in name and not name.endswith("README.md"):
            return
        assert len(re.findall(r"^# ", text, re.M)) == 1


class TestContributing:
    def test_is_read_in_one_go(self):
        assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 150


class TestDecisions:
    FOLDER = ROOT / "docs" / "adr"

    def test_are_numbered_without_a_gap(self):
        numbers = sorted(int(p.name[:4]) for p in self.FOLDER.glob("[0-9]*.md"))
        assert numbers == list(range(1, len(numbers) + 1))

    @pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("[0-9]*.md")), ids=str)
    def test_are_listed_and_fit_a_page(self, path):
        text = path.read_text(encoding="utf-8")
        assert f"({path.name})" in (self.FOLDER / "README.md").read_text(encoding="utf-8")
        assert len(text.split()) < 450
        for part in ("**Status**", "**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text


class TestFragments:
    KINDS = ("feature", "change", "fix", "removal", "security")

    @pytest.mark.parametrize("path", sorted((ROOT / "changelog.d").glob("*.md")), ids=str)
    def test_say_what_a_city_notices(self, path):
        if path.name == "README.md":
            return
        issue, kind, *number, _suffix = path.name.split(".")
        assert issue.isdigit() and kind in self.KINDS and all(n.isdigit() for n in number)
        assert len(path.read_text(encoding="utf-8")) > 40


class TestLightsPage:
    def test_shows_the_figures_of_the_rule(self):
        rules = yaml.safe_load(
            (ROOT / "src/xiaoer/rules/supervision/lights.yaml").read_text(encoding="utf-8")
        )["rules"]
        page = (ROOT / "docs/reference/lights.md").read_text(encoding="utf-8")
        assert all(f"`{name}`" in page for name in rules)
