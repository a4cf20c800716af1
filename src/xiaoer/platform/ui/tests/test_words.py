from __future__ import annotations

import pytest
from django.utils.translation import override

from xiaoer.platform import words
from xiaoer.platform.errors import Invalid, NotHere, Refused, Term
from xiaoer.platform.ingest.domain import LIFE


@pytest.fixture
def phrases():
    words.learn({
        "测试用：%(who)s 缺 %(n)d 期": "%(who)s lacks %(n)d for the test",
        "{on} 为 {value}，到期": "{value} on {on}, due",
    })  # fmt: skip


class TestTold:
    def test_fills_the_english_template(self) -> None:
        refused = Invalid("没有“%(kind)s”这一机构类别。", values={"kind": "室"})
        with override("en"):
            assert refused.message == "There is no kind of unit “室”."
        assert refused.message == "没有“室”这一机构类别。"
        assert str(refused) == "没有“室”这一机构类别。"

    def test_translates_the_terms_of_a_lifecycle(self) -> None:
        with override("en"), pytest.raises(Refused) as caught:
            LIFE.decide(name="void", state="DONE")
        with override("en"):
            assert caught.value.message == (
                "This import: the state is “Imported”, so “Discard” is not possible now; "
                "it is possible only in the state “To be confirmed”."
            )

    def test_joins_lists_as_the_language_does(self) -> None:
        refused = Refused("有：%(all)s", values={"all": (Term("滞后"), "乙")})
        assert refused.message == "有：滞后、乙"
        with override("en"):
            assert refused.message == "有：Behind, 乙"

    def test_takes_the_english_of_an_engine(self) -> None:
        refused = Refused("读不了。", message_en="Cannot be read.")
        with override("en"):
            assert refused.message == "Cannot be read."

    def test_tells_the_standing_sentence_of_what_is_not_here(self) -> None:
        with override("en"):
            assert NotHere().message.startswith("This record was not found")


@pytest.mark.usefixtures("phrases")
class TestRetold:
    def test_recognises_a_stored_sentence(self) -> None:
        with override("en"):
            assert words.retold("测试用：市财政局 缺 2 期") == "市财政局 lacks 2 for the test"

    def test_tells_clauses_one_by_one(self) -> None:
        with override("en"):
            told = words.retold("2026年3月 为 5，到期；测试用：甲 缺 1 期")
        assert told == "5 on Mar 2026, due; 甲 lacks 1 for the test"

    def test_leaves_data_alone(self) -> None:
        with override("en"):
            assert words.retold("推进“一业一查”；落实免罚清单") == "推进“一业一查”；落实免罚清单"

    def test_says_nothing_new_in_chinese(self) -> None:
        assert words.retold("测试用：甲 缺 1 期") == "测试用：甲 缺 1 期"
