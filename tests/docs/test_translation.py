"""English is a full second language: whatever a page says has its English."""

from __future__ import annotations

import re

import pytest

from xiaoer.platform.ui import catalogue
from xiaoer.platform.ui.collecting import CHINESE, HAN, messages_of, unmarked

PACKAGE = catalogue.PACKAGE
PRESENT = ("slices", "platform")
#: Modules whose Chinese no English reader meets on a page, by what they are.
EXEMPT = (
    (re.compile(r"/(tests|migrations)/"), "not part of the product's words"),
    (re.compile(r"/cli(_\w+)?\.py$|^platform/ops/"), "the command line speaks Chinese"),
    (re.compile(r"/demonstration\.py$"), "an invented Chinese city"),
    (re.compile(r"^platform/ui/gallery\.py$"), "sample data for developers"),
    (re.compile(r"/apps\.py$"), "names of parts that no page shows"),
    (re.compile(r"/tasks\.py$|^platform/tasks/"), "periodic jobs report to the command line"),
    (re.compile(r"^platform/audit/verify\.py$"), "what `xiaoer audit verify` prints"),
    (re.compile(r"^platform/orgs/names\.py$"), "patterns that read Chinese names of units"),
    (re.compile(r"/imports\.py$|^slices/indicators/services/importing\.py$"), "headings of files"),
    (re.compile(r"^platform/ingest/(reading|queries)\.py$"), "cells and headings of files"),
    (re.compile(r"^platform/ui/(formats|charts/_progress)\.py$"), "dates as Chinese writes them"),
    (re.compile(r"^platform/api/|/api(/\w+)?\.py$"), "the description of the API"),
    (re.compile(r"^slices/indicators/domain/(units|values)\.py$"), "words that read Chinese units"),
)
#: Words that documents and tables are read by, or that are Chinese in every language.
READ_NOT_TOLD = {
    "slices/plans/queries/children.py": {"个百分点", "百分点"},
    "slices/indicators/queries/standing.py": {
        "每月", "每季", "逐月", "月均", "每周", "季度"
    },
    "slices/indicators/domain/__init__.py": {"f'{self.year}年{self.month}月'"},
    "platform/words.py": {"；", "、"},
}  # fmt: skip
#: Doubts and choices that carry their English beside them or are not shown.
BILINGUAL = {"slices/plans/services/duties.py", "platform/orgs/models.py"}
_MODEL_NAME = re.compile(r"models\.\w+\(\s*\"[^\"]*\"|verbose_name(_plural)? = \"[^\"]*\"")
_TEMPLATE_MARKED = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->"
    r"|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*trans(?:late)?\b.*?%}|\b_\((?:\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)
_LANGUAGE_NAMES = re.compile(r"^platform/ui/templates/ui/(gallery|parts/language)\.html$")


def _modules() -> list[str]:
    paths = (
        p.relative_to(PACKAGE).as_posix() for f in PRESENT for p in (PACKAGE / f).rglob("*.py")
    )
    return sorted(
        p
        for p in paths
        if p not in BILINGUAL and not any(pattern.search(p) for pattern, _why in EXEMPT)
    )


def _templates() -> list[str]:
    paths = (p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.html"))
    return sorted(p for p in paths if not _LANGUAGE_NAMES.match(p))


class TestCatalogue:
    def test_has_english_for_every_sentence(self) -> None:
        known = catalogue.read_po(catalogue.CATALOGUE.read_text(encoding="utf-8"))
        found = catalogue.merged(found=messages_of(PACKAGE), known=known)
        undone = [f"{m.place}: {m.text}" for m in found if not m.is_done]
        assert undone == []

    def test_has_nothing_fuzzy(self) -> None:
        assert "fuzzy" not in catalogue.CATALOGUE.read_text(encoding="utf-8")

    def test_has_no_chinese_left_in_its_english(self) -> None:
        known = catalogue.read_po(catalogue.CATALOGUE.read_text(encoding="utf-8"))
        # what is quoted stands for the Chinese thing itself: a heading of a file, a unit
        left = [
            m.text
            for m in known
            for e in m.english
            if HAN.search(re.sub(r"本期值|3\.5万人|“?3?\.?5?万%", "", e))
        ]
        assert left == []


class TestTemplates:
    @pytest.mark.parametrize("name", _templates())
    def test_mark_every_chinese_word(self, name: str) -> None:
        text = (PACKAGE / name).read_text(encoding="utf-8")
        rest = _TEMPLATE_MARKED.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
        left = [
            f"{n}: {line}" for n, line in enumerate(rest.splitlines(), 1) if CHINESE.search(line)
        ]
        assert left == []


class TestModules:
    @pytest.mark.parametrize(
        "name", [n for n in _modules() if re.search(r"/(views|panels|forms)", n)]
    )
    def test_tell_states_by_their_label_in_the_language_of_the_page(self, name: str) -> None:
        text = (PACKAGE / name).read_text(encoding="utf-8")
        # words.state_label(life, state); a bare look-up would show Chinese on an English page
        assert re.findall(r"\.states(?:\[|\.get\().*", text) == []

    @pytest.mark.parametrize("name", _modules())
    def test_mark_every_chinese_word(self, name: str) -> None:
        path = PACKAGE / name
        allowed = READ_NOT_TOLD.get(name, set())
        left = [u for u in unmarked(path, root=PACKAGE) if u.text not in allowed]
        if path.name == "models.py":  # names of columns: no page shows them
            names = {m.group() for m in _MODEL_NAME.finditer(path.read_text(encoding="utf-8"))}
            left = [u for u in left if not any(f'"{u.text}"' in n for n in names)]
        assert [f"{u.line}: {u.text}" for u in left] == []
