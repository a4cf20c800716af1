"""Deadlines: date phrases, the year they mean, and the years that are no deadline."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.engines.plantext._fields import FieldContext, find_deadlines
from xiaoer.engines.plantext._model import Deadline, DocKind

REPO = Path(__file__).resolve().parents[3]
GOLD = REPO.parent / "shared" / "gold"


def deadlines(
    text: str,
    *,
    year: int | None = 2025,
    published: str | None = "2025-03-01",
    kind: DocKind = "plan",
) -> tuple[Deadline, ...]:
    where = FieldContext(
        year=year,
        year_source="document title" if year else None,
        kind=kind,
        published=published,
    )
    found = find_deadlines(text, span=(0, len(text)), context=where)
    for deadline in found:
        assert deadline.span is not None
        assert text[deadline.span[0] : deadline.span[1]] == deadline.text
    return found


def read(text: str, **how: object) -> list[tuple[str | None, str]]:
    return [(deadline.date, deadline.kind) for deadline in deadlines(text, **how)]  # type: ignore[arg-type]


class TestDate:
    @pytest.mark.parametrize(
        ("text", "date", "kind"),
        [
            ("2025年6月底前，完成改造。", "2025-06", "by"),
            ("2025年12月31日前完成改造。", "2025-12-31", "by"),
            ("2025年底前完成改造。", "2025-12", "by"),
            ("2025年年底前完成改造。", "2025-12", "by"),
            ("到2028年，基本建成。", "2028", "by"),
            ("到2026年底，建成一批场景。", "2026-12", "by"),
            ("力争2025年进入全国前列。", "2025", "during"),
            ("确保年内通车。", "2025", "during"),
            ("力争全年完成投资。", "2025", "during"),
            ("上半年完成改造。", "2025-06", "during"),
            ("三季度末前完成改造。", "2025-09", "by"),
            ("2025年第一季度完成改造。", "2025-03", "during"),
            ("6月底前，完成改造。", "2025-06", "by"),
            ("9月30日前，完成改造。", "2025-09-30", "by"),
            ("力争年底前全部清零。", "2025-12", "by"),
            ("明年3月底前完成改造。", "2026-03", "by"),
            ("2025—2027年，每年改造一批。", "2027", "during"),
            ("二〇二六年六月底前完成改造。", "2026-06", "by"),
            ("完成时限：2025年6月", "2025-06", "by"),
            ("完成时限：2025.6.30", "2025-06-30", "by"),
            ("（责任单位：市司法局；完成时限：2025年10月）", "2025-10", "by"),
            ("省财政厅\t2026年9月\n", "2026-09", "by"),
            ("2 0 2 5 年 6\n月底前完成。", "2025-06", "by"),
            ("２０２５年６月底前完成。", "2025-06", "by"),
        ],
    )
    def test_is_read(self, text: str, date: str, kind: str) -> None:
        assert read(text) == [(date, kind)]

    def test_may_be_two_years_of_one_aim(self) -> None:
        found = read("到2026年和2030年，水平分别不低于22%和30%。")
        assert found == [("2026", "by"), ("2030", "by")]

    def test_is_given_once(self) -> None:
        assert read("6月底前完成甲项，6月底前完成乙项。") == [("2025-06", "by")]

    def test_may_be_two_in_one_phrase(self) -> None:
        found = read("完成时限：2025年12月取得阶段性成果并持续推进")
        assert found == [("2025-12", "by"), (None, "ongoing")]


class TestYear:
    def test_that_is_printed_is_not_inferred(self) -> None:
        (deadline,) = deadlines("2025年6月底前完成。")
        assert deadline.year_inferred_from is None

    def test_that_is_left_out_comes_from_the_document(self) -> None:
        (deadline,) = deadlines("6月底前完成。")
        assert deadline.year_inferred_from == "document title"

    def test_of_the_same_sentence_goes_before_that_of_the_document(self) -> None:
        found = deadlines("2026年3月底前出台细则，9月底前完成系统升级。")
        assert [deadline.date for deadline in found] == ["2026-03", "2026-09"]

    def test_that_nobody_states_leaves_the_month(self) -> None:
        (deadline,) = deadlines("6月底前完成。", year=None)
        assert (deadline.date, deadline.year_inferred_from) == ("--06", None)
        assert deadline.confidence < 0.9


class TestRelative:
    def test_counts_from_the_printed_day(self) -> None:
        (deadline,) = deadlines("印发后30日内制定细则。")
        assert (deadline.date, deadline.year_inferred_from) == ("2025-03-31", "date of publication")

    def test_stays_open_where_no_day_is_printed(self) -> None:
        (deadline,) = deadlines("印发之日起30日内制定细则。", published=None)
        assert deadline.date is None and deadline.kind == "by" and deadline.confidence < 0.9

    def test_counts_months_to_a_day_that_exists(self) -> None:
        (deadline,) = deadlines("自印发之日起1个月内制定细则。", published="2025-01-31")
        assert deadline.date == "2025-02-28"


class TestOngoing:
    @pytest.mark.parametrize(
        "text",
        [
            "完成时限：持续推进",
            "完成时限：长期坚持",
            "省财政厅\t持续推进\n",
            "（市公安局负责，持续推进）",
            "完成时限：常态化推进",
        ],
    )
    def test_is_a_field_of_its_own(self, text: str) -> None:
        assert read(text) == [(None, "ongoing")]

    @pytest.mark.parametrize(
        "text", ["持续推进医保改革。", "常态化开展走访活动。", "健全长期坚持的工作机制。"]
    )
    def test_is_no_verb_of_prose(self, text: str) -> None:
        assert read(text) == []


class TestNoDeadline:
    @pytest.mark.parametrize(
        "text",
        [
            "对2015年前颁布施行的文件开展清理。",
            "落实《标准化建设指南（2026版）》和《规划（2021—2025年）》。",
            "自2025年7月1日起施行，有效期至2027年12月31日。",
            "每年12月15日前报送总结，每季度首月10日前通报，每月5日前填报。",
            "截至2024年底，全市已有经营主体68万户。",
            "2024年1—9月，全市新设经营主体5.6万户。",
            "比上年末增长7.2%，较2020年下降5%。",
            "推进2025年度国债项目建设。",
            "今年是开局之年。",
            "力争三年内达到30家。",
            "落实2025年重点工作任务。",
            "全年无休提供服务，完成全年目标任务。",
            "根据各类收费标准明确时间节点和完成时限。",
        ],
    )
    def test_is_in(self, text: str) -> None:
        assert read(text) == []

    def test_is_in_the_past_of_a_report(self) -> None:
        assert read("2025年，全市新设经营主体5.6万户，6月份上线系统。", kind="report") == []
        assert read("到2025年底，全市累计培训3.5万人次。", kind="report") == []


class TestImpossibleDate:
    @pytest.mark.parametrize("text", ["2025年2月30日前完成。", "2025年13月底前完成。"])
    def test_keeps_its_phrase_and_raises_doubt(self, text: str) -> None:
        (deadline,) = deadlines(text)
        assert deadline.date is None and deadline.kind == "by"
        assert deadline.confidence < 0.5

    @settings(deadline=None)
    @given(
        st.integers(min_value=2025, max_value=2035),
        st.integers(min_value=0, max_value=99),
        st.integers(min_value=0, max_value=99),
    )
    def test_never_breaks_the_reader(self, year: int, month: int, day: int) -> None:
        for deadline in deadlines(f"{year}年{month}月{day}日前完成。"):
            assert deadline.kind == "by"


class TestGeneratedDate:
    @settings(deadline=None)
    @given(
        st.integers(min_value=2025, max_value=2035),
        st.integers(min_value=1, max_value=12),
        st.sampled_from(["", " ", "\n"]),
        st.sampled_from(["底前", "底之前", "底以前"]),
    )
    def test_is_read_whatever_the_typesetting(
        self, year: int, month: int, gap: str, tail: str
    ) -> None:
        text = f"认真研究，{year}{gap}年{gap}{month}{gap}月{tail}完成任务。"
        assert read(text) == [(f"{year}-{month:02d}", "by")]

    @settings(deadline=None)
    @given(
        st.text(
            alphabet="到至前底年月日内全上下半季度一二三四持续推进印发后起，。：；（）0123456789 \n\t",
            max_size=120,
        )
    )
    def test_never_breaks_on_noise(self, text: str) -> None:
        deadlines(text)


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_score", GOLD / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (GOLD / "dev").is_dir(), reason="the gold corpus is not on this machine")
class TestGoldCorpus:
    def test_deadlines_of_the_gold_measures_are_found(self) -> None:
        scorer = load_scorer()
        count = scorer.Count()
        keys = scorer.date_keys
        for path in sorted((GOLD / "dev").glob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            text = path.with_suffix(".txt").read_bytes().decode("utf-8")
            date = gold["doc"]["date"]
            where = FieldContext(
                year=int(str(date or "2025")[:4]),
                year_source="document date",
                kind=gold["doc"]["kind"],
                published=date,
            )
            for measure in gold["measures"]:
                span = (measure["span"][0], measure["span"][1])
                found = [asdict(d) for d in find_deadlines(text, span=span, context=where)]
                scorer.match_keyed(
                    scorer.uniq(measure["deadlines"], keys),
                    scorer.uniq(found, keys),
                    keys,
                    keys,
                    count,
                )
        assert count.prf()[2] >= 0.96
