"""The worked figures of the reference pages and the examples of the docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = ("calendar.md", "lights.md")
PACKAGES = ("xiaoer.engines.calendar", "xiaoer.engines.supervision", "xiaoer.platform.rules")
MODULES = [
    module.name
    for package in PACKAGES
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}.")
]
_BLOCK = re.compile(r"```python\n(.*?)```", re.S)


def examples_of(page: str) -> str:
    """Return the page's Python blocks as one session, at their own lines."""
    text = (ROOT / "docs/reference" / page).read_text(encoding="utf-8")
    kept = [""] * text.count("\n")
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        for offset, line in enumerate(block[1].splitlines()):
            kept[first + offset] = line
    return "\n".join(kept) + "\n"


class TestReferencePages:
    @pytest.mark.parametrize("page", PAGES)
    def test_show_what_the_engine_answers(self, page):
        parser, told = doctest.DocTestParser(), []
        session = parser.get_doctest(examples_of(page), {}, page, page, 0)
        result = doctest.DocTestRunner(verbose=False).run(session, out=told.append)
        assert result.attempted > 10
        assert not result.failed, "".join(told)


class TestDocstrings:
    @pytest.mark.parametrize("name", MODULES)
    def test_have_true_examples(self, name):
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0
