from __future__ import annotations

import gettext
from io import BytesIO
from pathlib import Path

from xiaoer.platform.ui import catalogue


class TestCatalogue:
    def test_has_english_for_every_sentence_of_the_design_system(self) -> None:
        known = catalogue.read_po(catalogue.CATALOGUE.read_text(encoding="utf-8"))
        found = catalogue.messages_of(Path(catalogue.__file__).parent)
        undone = [m.text for m in catalogue.merged(found=found, known=known) if not m.is_done]
        assert undone == []

    def test_compiles_to_what_gettext_reads(self) -> None:
        messages = [
            catalogue.Message(text="滞后", english=("Behind",)),
            catalogue.Message(
                text="余 %(n)s 天", plural="余 %(n)s 天", english=("%(n)s day", "%(n)s days")
            ),
            catalogue.Message(text="甲", context="天干", english=("A",)),
            catalogue.Message(text="没有英文"),
        ]
        compiled = gettext.GNUTranslations(BytesIO(catalogue.compiled(messages)))
        assert compiled.gettext("滞后") == "Behind"
        assert compiled.ngettext("余 %(n)s 天", "余 %(n)s 天", 2) == "%(n)s days"
        assert compiled.pgettext("天干", "甲") == "A"
        assert compiled.gettext("没有英文") == "没有英文"

    def test_writes_what_it_reads(self) -> None:
        messages = [catalogue.Message(text='他说“\n”"\\', english=('He said "\\"',), place="a.py")]
        assert catalogue.read_po(catalogue.write_po(messages)) == messages

    def test_finds_sentences_in_templates_and_modules(self, tmp_path: Path) -> None:
        (tmp_path / "a.html").write_text(
            "{% load i18n %}{% translate '甲' %}{{ x|default:_('乙') }}"
            "{% blocktranslate trimmed with n=n %}\n 共 {{ n }} 行 {% endblocktranslate %}",
            encoding="utf-8",
        )
        (tmp_path / "b.py").write_text(
            'from django.utils.translation import gettext_lazy as _\nX = _("丙"\n "丁")\n',
            encoding="utf-8",
        )
        assert [m.text for m in catalogue.messages_of(tmp_path)] == [
            "甲",
            "乙",
            "共 %(n)s 行",
            "丙丁",
        ]

    def test_does_not_pass_english_that_lost_a_number(self) -> None:
        assert not catalogue.Message(text="共 %(n)s 行", english=("rows",)).is_done
