"""Structure: sections, measures, tables, junk and document data, on documents written for the tests.

The city of Qingjiang (清江市) and its plans are invented.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.engines.plantext import Measure, Plan, compile_text

PIECES = (
    *(
        "一、",
        "（一）",
        "1.",
        "（1）",
        "①",
        "一是",
        "第一章",
        "推进",
        "优化营商环境",
        "责任单位：",
        "市发改委",
    ),
    *(
        "、",
        "，",
        "。",
        "；",
        "：",
        "\n",
        "\t",
        "  ",
        "（",
        "）",
        "〔",
        "〕",
        "“",
        "”",
        "牵头",
        "负责",
        "及",
    ),
    *(
        "6月底前",
        "2025年",
        "到2027年",
        "达到95%以上",
        "附件：",
        "附件1",
        "目录\n",
        "— 3 —",
        "\f",
        "问：",
        "各",
    ),
    *(
        "序号\t任务\t牵头单位\t完成时限\n",
        "序号\n任务\n牵头单位\n完成时限\n",
        "1\n",
        "1\t",
        "保障措施",
    ),
    *(
        "工作目标",
        "主要包括：",
        "清江市",
        "列第一位的为牵头单位",
        "\u2028",
        "\u200b",
        "\U0001f600",
        "2025年3月1日",
    ),
)

DOCUMENTS = Path(__file__).parent / "documents"


@cache
def text_of(name: str) -> str:
    return (DOCUMENTS / f"{name}.txt").read_bytes().decode("utf-8")


@cache
def plan_of(name: str) -> Plan:
    return compile_text(text_of(name))


def printed(name: str, measure: Measure) -> str:
    return text_of(name)[slice(*measure.span)]


def numbers(name: str) -> list[str | None]:
    return [m.number for m in plan_of(name).measures]


def headings(name: str) -> list[tuple[int, str | None, str]]:
    return [(s.level, s.number, s.heading) for s in plan_of(name).sections]


def types(name: str) -> list[str]:
    return [m.type for m in plan_of(name).measures]


def codes(name: str) -> set[str]:
    return {d.code for d in plan_of(name).doubts}


def assert_sound(text: str, plan: Plan) -> None:
    sections = {s.id for s in plan.sections}
    for span in [s.span for s in plan.sections] + [m.span for m in plan.measures]:
        assert 0 <= span[0] < span[1] <= len(text)
    for measure in plan.measures:
        start, end = measure.span
        assert not text[start].isspace() and not text[end - 1].isspace()
        assert measure.section is None or measure.section in sections
        for target in measure.targets:
            assert start <= target.span[0] < target.span[1] <= end
            assert text[slice(*target.span)] == target.text
        if measure.title_span:
            assert start <= measure.title_span[0] < measure.title_span[1] <= end
    spans = [m.span for m in plan.measures]
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


class TestEveryDocument:
    @pytest.mark.parametrize("name", sorted(p.stem for p in DOCUMENTS.glob("*.txt")))
    def test_has_sound_spans(self, name: str) -> None:
        assert_sound(text_of(name), plan_of(name))

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.sampled_from(PIECES), max_size=80))
    def test_is_sound_however_its_pieces_are_thrown_together(self, pieces: list[str]) -> None:
        text = "".join(pieces)
        assert_sound(text, compile_text(text))


class TestNumberedItems:
    def test_run_across_sections_and_end_with_their_bracket(self) -> None:
        assert numbers("two_items_on_a_line") == ["（一）", "（二）", "（三）"]
        assert printed("two_items_on_a_line", plan_of("two_items_on_a_line").measures[1]).endswith(
            "（市供电公司负责）"
        )

    def test_of_one_sentence_are_measures_without_a_title(self) -> None:
        first, *_, last = plan_of("one_sentence_items").measures
        assert (first.number, first.title) == ("1.", None)
        assert (last.number, last.title) == ("（三）", "加大要素支持")
        assert headings("one_sentence_items")[1] == (
            2,
            "（一）",
            "支持民间投资参与重大工程项目建设",
        )

    def test_are_found_on_a_single_line(self) -> None:
        assert headings("one_line") == [
            (1, "一、", "降低企业成本"),
            (1, "二、", "强化金融支持"),
            (1, "三、", "组织保障"),
        ]
        assert numbers("one_line") == ["1.", "2.", "3.", "4.", "（一）", "（二）"]
        assert (
            printed("one_line", plan_of("one_line").measures[-1])
            == "（二）强化考核。纳入年度考核。"
        )

    def test_that_only_introduce_numbered_items_are_sections(self) -> None:
        names = {s.number: s for s in plan_of("inline_fields_and_annex").sections}
        assert names["3."].heading == "建设智慧大厅"
        assert [m.number for m in plan_of("inline_fields_and_annex").measures][3:6] == [
            "（1）",
            "（2）",
            "（3）",
        ]

    def test_called_first_and_second_are_measures(self) -> None:
        assert numbers("first_second_third")[:5] == ["一是", "二是", "三是", "一是", "二是"]
        assert [m.number for m in plan_of("mixed_numbers").measures if m.section == "s3"] == [
            "第一，",
            "第二，",
        ]

    def test_keep_circled_parts_of_their_own_line(self) -> None:
        third = next(m for m in plan_of("mixed_numbers").measures if m.number == "（三）")
        assert "③公开养老服务信息" in printed("mixed_numbers", third)

    def test_of_chapters_and_parts_form_four_levels(self) -> None:
        assert (2, "第一节", "建设高效政务环境") in headings("chapters")
        assert [(m.type, m.number) for m in plan_of("chapters").measures] == [
            ("goal", None),
            ("action", "一、"),
            ("action", "二、"),
            ("action", "一、"),
            ("guarantee", "一、"),
            ("guarantee", "二、"),
        ]

    @pytest.mark.parametrize("stop", [".", "、", "．"])
    def test_may_begin_with_a_year(self, stop: str) -> None:
        text = f"一、主要任务\n1{stop}2025年底前完成系统升级，优化流程。\n2{stop}2026年底前建成服务中心，完善机制。"
        assert [m.number for m in compile_text(text).measures] == [f"1{stop}", f"2{stop}"]

    def test_are_not_seen_in_a_decimal_at_the_head_of_a_line(self) -> None:
        text = "一、主要任务\n（一）优化服务。全年为企业减负\n1.2亿元以上，完善服务机制，推进改革。"
        assert [m.number for m in compile_text(text).measures] == ["（一）"]

    def test_that_skip_a_number_raise_a_doubt(self) -> None:
        plan = compile_text("一、推进简政放权。优化审批。\n三、加强监管。完善机制。")
        assert "structure.number_gap" in {d.code for d in plan.doubts}


class TestHeadingAlone:
    def test_makes_each_paragraph_a_measure(self) -> None:
        plan = plan_of("dashes")
        assert [m.section for m in plan.measures] == ["s1", "s1", "s2", "s2"]
        assert {m.number for m in plan.measures} == {None}

    def test_needs_no_number_in_a_text_without_any(self) -> None:
        assert headings("headings_without_numbers") == [
            (1, None, "优化市场环境"),
            (1, None, "优化法治环境"),
            (1, None, "保障措施"),
        ]
        assert types("headings_without_numbers") == ["action"] * 4 + ["guarantee"]

    def test_with_content_lines_is_one_measure(self) -> None:
        second = plan_of("county_draft").measures[1]
        assert (second.number, second.title) == ("1、", "推进帮办代办")
        assert printed("county_draft", second).endswith("完成时限：2025年6月底前")

    def test_with_nothing_under_it_is_a_section_without_measures(self) -> None:
        plan = compile_text(
            "（一）优化市场准入。\n（二）维护公平竞争。\n加强公平竞争审查。\n推行柔性监管。"
        )
        assert len(plan.sections) == 2 and len(plan.measures) == 2


class TestTypes:
    def test_leave_out_guiding_thought_and_principles(self) -> None:
        texts = [printed("city_web_page", m) for m in plan_of("city_web_page").measures]
        assert not any("指导" in t or "坚持问题导向" in t for t in texts)

    def test_cut_goals_at_their_dates(self) -> None:
        goals = [m for m in plan_of("city_web_page").measures if m.type == "goal"]
        assert [printed("city_web_page", g).split("，")[0] for g in goals] == [
            "到2025年底",
            "到2027年",
        ]

    def test_take_the_last_part_for_guarantees(self) -> None:
        assert types("city_web_page")[-2:] == ["guarantee", "guarantee"]
        assert "guarantee" not in types("city_web_page")[:-2]

    def test_take_a_goal_without_figure_or_date_for_none(self) -> None:
        text = "一、工作目标\n全面优化营商环境，打造一流服务。\n二、主要任务\n（一）推进改革。完善机制。"
        assert [m.type for m in compile_text(text).measures] == ["action"]

    def test_take_items_with_owners_for_tasks_under_aims_and_tasks(self) -> None:
        text = "一、目标任务\n（一）优化流程。推行集成服务。（市政务服务局负责）\n（二）提升能力。加强队伍建设。（市人社局负责）"
        assert [m.type for m in compile_text(text).measures] == ["action", "action"]

    def test_take_numbered_aims_for_goals(self) -> None:
        text = "一、工作目标\n（一）到2025年底，网上可办率达到98%。\n（二）到2026年底，实现全程网办。\n二、主要任务\n（一）推进改革。完善机制。"
        goals = [m for m in compile_text(text).measures if m.type == "goal"]
        assert [(g.number, g.deadlines[0].date) for g in goals] == [
            ("（一）", "2025-12"),
            ("（二）", "2026-12"),
        ]

    def test_call_the_part_on_factors_of_production_an_action(self) -> None:
        text = "一、强化要素保障\n（一）保障用地。全年供地100亩。\n二、优化服务\n（一）优化窗口。完善机制。\n三、组织保障\n（一）加强领导。建立机制。"
        assert [m.type for m in compile_text(text).measures] == ["action", "action", "guarantee"]


class TestInheritance:
    def test_hands_the_owner_of_a_heading_to_items_without_one(self) -> None:
        third, fourth = plan_of("city_web_page").measures[4:6]
        assert [(o.name, o.role, o.inherited) for o in third.owners] == [
            ("市市场监管局", "lead", True)
        ]
        assert not any(o.inherited for o in fourth.owners)
        assert "owner.inherited" in codes("city_web_page")

    def test_hands_the_closing_bracket_to_all_items_of_a_list(self) -> None:
        items = plan_of("inline_fields_and_annex").measures[3:6]
        assert {tuple(o.name for o in m.owners) for m in items} == {("市政务服务局", "市大数据局")}
        assert {d.date for m in items for d in m.deadlines if d.inherited} == {"2025-10"}

    def test_hands_the_day_of_a_heading_to_its_items(self) -> None:
        due = [
            [(d.date, d.inherited) for d in m.deadlines]
            for m in plan_of("goals_and_due_headings").measures
            if m.type == "action"
        ]
        assert due == [[("2025-06", True)], [("2025-06", True)], [("2025-12", True)]]

    def test_hands_the_year_of_an_introducing_line_to_each_aim(self) -> None:
        goals = [m for m in plan_of("goals_and_due_headings").measures if m.type == "goal"]
        assert [[d.date for d in g.deadlines] for g in goals] == [["2027"]] * 3


class TestTables:
    def test_in_one_cell_a_line_give_a_measure_a_row(self) -> None:
        plan = plan_of("stacked_table")
        assert numbers("stacked_table") == ["1", "2", "3", "4"]
        assert [o.name for o in plan.measures[0].owners] == [
            "市发改委",
            "市财政局",
            "市自然资源和规划局",
            "各县（市、区）人民政府",
        ]
        assert plan.measures[0].deadlines[0].date == "2025-12"
        assert headings("stacked_table") == [(1, None, "扩大有效投资"), (1, None, "促进消费")]
        assert "structure.table_guess" in codes("stacked_table")

    def test_keep_the_unit_of_a_second_column_beside_the_lead(self) -> None:
        first = plan_of("gap_table").measures[0]
        assert [(o.name, o.role) for o in first.owners] == [
            ("市市场监管局", "lead"),
            ("市税务局", "support"),
            ("市公安局", "support"),
        ]

    def test_with_bars_give_a_measure_a_row(self) -> None:
        assert [m.title for m in plan_of("bar_table").measures] == [
            "企业开办",
            "获得电力",
            "纳税服务",
        ]
        assert [m.deadlines[0].kind for m in plan_of("bar_table").measures] == [
            "by",
            "by",
            "ongoing",
        ]

    def test_of_an_annex_follow_the_plan(self) -> None:
        assert numbers("inline_fields_and_annex")[-2:] == ["1", "2"]

    def test_take_a_column_that_covers_rows_for_sections(self) -> None:
        assert headings("group_column_table") == [(1, None, "政务环境"), (1, None, "市场环境")]


class TestJunk:
    def test_is_kept_out_of_the_measures(self) -> None:
        texts = "".join(printed("city_web_page", m) for m in plan_of("city_web_page").measures)
        assert not any(word in texts for word in ("首页", "索引", "上一篇", "备案", "技术支持"))
        assert len(plan_of("city_web_page").doc.noise_spans) >= 6

    def test_second_copy_is_marked_and_not_read(self) -> None:
        plan = plan_of("body_twice")
        (span,) = plan.doc.duplicate_spans
        assert len(plan.measures) == 5
        assert all(m.span[1] <= span[0] for m in plan.measures)
        assert "structure.duplicate_body" in codes("body_twice")

    def test_repeated_field_lines_are_no_second_copy(self) -> None:
        item = "{0}．推进事项{0}。完善机制。\n牵头单位：市发展和改革委员会\n配合单位：市财政局、市商务局、市科技局\n完成时限：持续推进，长期坚持"
        text = "\n".join(item.format(n) for n in range(1, 9))
        plan = compile_text(text)
        assert plan.doc.duplicate_spans == ()
        assert len(plan.measures) == 8

    def test_page_marks_may_cut_a_word(self) -> None:
        second = plan_of("wrapped_pdf").measures[2]
        assert [o.name for o in second.owners] == ["市数据局", "市发展改革委", "市工业和信息化局"]

    def test_table_of_contents_is_passed_over(self) -> None:
        text = "目录\n一、总体要求\n二、主要任务\n一、总体要求\n坚持改革。\n二、主要任务\n（一）推进改革。完善机制。\n（二）优化服务。健全制度。"
        assert [s.heading for s in compile_text(text).sections] == ["总体要求", "主要任务"]


class TestOtherKinds:
    def test_an_interpretation_is_cut_into_clauses(self) -> None:
        plan = plan_of("interpretation")
        assert plan.doc.kind == "interpretation"
        clauses = [printed("interpretation", m) for m in plan.measures if m.type == "action"]
        assert clauses[1] == "建设“一窗综办”大厅"
        assert numbers("interpretation")[-2:] == ["一是", "二是"]

    def test_an_interpretation_may_come_as_questions(self) -> None:
        assert len(plan_of("questions").measures) == 3

    def test_a_report_gives_its_lead_figures_and_its_lead_phrases(self) -> None:
        assert plan_of("report").doc.kind == "report"
        assert types("report")[:4] == ["summary", "action", "action", "action"]
        assert plan_of("report").measures[1].title == "深化“一件事”改革"

    def test_a_report_is_known_by_its_words_too(self) -> None:
        assert plan_of("report_as_news").doc.kind == "report"
        assert len(plan_of("report_as_news").measures) == 5

    def test_a_draft_leaves_out_how_to_comment(self) -> None:
        assert plan_of("draft_for_comments").doc.kind == "draft-for-comments"
        assert numbers("draft_for_comments") == ["（一）", "（二）", "（三）"]

    def test_a_notice_keeps_its_signature_out(self) -> None:
        texts = [printed("notice", m) for m in plan_of("notice").measures]
        assert not any("2025年2月10日" in t for t in texts)

    @pytest.mark.parametrize("text", ["", "   \n\t ", "今天天气很好。", text_of("novel")])
    def test_a_text_that_is_no_plan_says_so(self, text: str) -> None:
        plan = compile_text(text)
        assert plan.measures == () and [d.code for d in plan.doubts] == ["structure.not_a_plan"]


class TestDocument:
    def test_tells_title_issuer_date_number_and_region(self) -> None:
        doc = plan_of("city_web_page").doc
        assert doc.title == "清江市2025年营商环境攻坚行动方案"
        assert doc.issuer == "清江市人民政府办公室"
        assert (doc.date, doc.number) == ("2025-03-12", "清政办发〔2025〕12号")
        assert (doc.region, doc.year, doc.year_source) == ("清江市", 2025, "document title")

    def test_joins_a_title_broken_over_lines(self) -> None:
        doc = plan_of("wrapped_pdf").doc
        assert doc.title == "清江市数字经济高质量发展三年行动计划（2025—2027年）"
        assert (doc.date, doc.year) == ("2025-05-06", 2025)

    def test_takes_the_year_a_person_states(self) -> None:
        doc = compile_text(text_of("traditional"), year=2026).doc
        assert (doc.year, doc.year_source) == (2026, "stated by the user")

    def test_leaves_a_year_open_that_nobody_states(self) -> None:
        assert plan_of("traditional").doc.year is None

    def test_reads_traditional_characters(self) -> None:
        assert numbers("traditional") == ["1．", "2．", "（一）"]
        assert [o.name for o in plan_of("traditional").measures[0].owners] == [
            "市政務服務局",
            "市發展改革委",
        ]


class TestSize:
    def test_reads_five_thousand_measures(self) -> None:
        lines = [
            f"{n}.推进第{n}类事项改革。完善机制，优化流程。（市发改委负责）" for n in range(1, 5001)
        ]
        assert len(compile_text("一、主要任务\n" + "\n".join(lines)).measures) == 5000
