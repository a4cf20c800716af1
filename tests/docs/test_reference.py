"""The reference pages say what the code declares: nothing missing, nothing invented."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from xiaoer.platform.audit.registry import declared
from xiaoer.platform.ops import audit as _ops_events  # noqa: F401 - declares the events

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
BASE = ROOT / "src/xiaoer/config/settings/base.py"


def rows_of(page: str) -> list[list[str]]:
    """Return the cells of every table row of a page."""
    lines = (REFERENCE / page).read_text(encoding="utf-8").splitlines()
    rows = [line.strip().strip("|").split(" | ") for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows]


class TestGeneratedPages:
    def test_are_what_the_generator_writes_today(self, tmp_path):
        run = subprocess.run(
            [sys.executable, ROOT / "tools/make_reference.py", "--check"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert run.returncode == 0, (
            f"{run.stdout}{run.stderr}Run: .venv/bin/python tools/make_reference.py"
        )


def settings_read() -> dict[str, str | None]:
    """Return each name that the settings read from the environment, with its literal default."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(BASE.read_text(encoding="utf-8"))):
        is_read = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
            and node.func.attr != "prefixed"
        )
        if is_read:
            name = f"XIAOER_{ast.literal_eval(node.args[0])}"
            default = node.args[1] if len(node.args) > 1 else None
            if isinstance(default, ast.List):
                found[name] = ",".join(ast.literal_eval(default))
            elif isinstance(default, ast.Constant):
                found[name] = str(default.value)
            else:
                found.setdefault(name, None)
    return found


class TestSettingsPage:
    def documented(self) -> dict[str, str]:
        return {
            row[0].strip("`"): row[1] for row in rows_of("settings.md") if row[0].startswith("`")
        }

    def test_lists_every_setting_and_no_other(self):
        read = settings_read()
        assert len(read) > 10
        assert set(self.documented()) == set(read)

    @pytest.mark.parametrize("name", sorted(settings_read()))
    def test_tells_the_default(self, name):
        default, told = settings_read()[name], self.documented()[name]
        if default is None:
            assert told
        elif default == "":
            assert told.startswith("empty")
        else:
            assert told == f"`{default}`"


def stored_classes() -> list[str]:
    models = [m for m in apps.get_models() if m.__module__.startswith("xiaoer.")]
    return sorted({m.__name__ for m in models})


def event_nouns() -> list[str]:
    return sorted({code.split(".")[1] for code in declared()})


class TestGlossary:
    def identifiers(self) -> set[str]:
        words: set[str] = set()
        for row in rows_of("glossary.md"):
            if len(row) > 1:
                words.update(re.findall(r"\w+", row[1]))
        return words

    @pytest.mark.parametrize("name", stored_classes())
    def test_has_every_stored_class(self, name):
        assert name in self.identifiers()

    @pytest.mark.parametrize("noun", event_nouns())
    def test_has_every_noun_of_an_event(self, noun):
        assert noun in self.identifiers()

    def test_gives_every_term_a_source(self):
        for row in rows_of("glossary.md"):
            if len(row) == 4:
                assert all(row), row

    def test_uses_a_class_for_one_term_only(self):
        classes = [
            word
            for row in rows_of("glossary.md")
            if len(row) == 4
            for word in re.findall(r"\b[A-Z][a-z]\w+\b", row[1])
        ]
        assert len(classes) == len(set(classes))


class TestApiPage:
    def test_names_addresses_that_exist(self, client):
        page = (REFERENCE / "api.md").read_text(encoding="utf-8")
        addresses = re.findall(r"\| `(/[^`]*)` \|", page)
        assert len(addresses) >= 3
        from django.urls import resolve

        for address in addresses:
            resolve(address)

    def test_names_the_city_of_the_settings(self):
        assert settings.XIAOER_CITY in (REFERENCE / "settings.md").read_text(encoding="utf-8")
