"""The lint: every planted defect is found, clean plans raise nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from xiaoer.demo.plan_generator import Layout, OwnerStyle, PlanOptions, generate
from xiaoer.engines.plantext import Doubt, Target, compile_text
from xiaoer.engines.plantext.lint import LINT_CODES, lint
from xiaoer.engines.plantext.readers import REFUSAL_CODES, WARNING_CODES

REPO = Path(__file__).resolve().parents[3]


def clean_plan(
    seed: int,
    *,
    layout: Layout = "classic",
    owner_style: OwnerStyle = "bracket_lead",
    items: int = 4,
) -> str:
    options = PlanOptions(
        layout=layout, owner_style=owner_style, sections=4, items=items, bare_months=False
    )
    return generate(seed=seed, options=options).text


def findings(text: str, **silenced: str) -> tuple[Doubt, ...]:
    return lint(compile_text(text), text=text, silenced=silenced)


def codes(text: str) -> set[str]:
    return {finding.code for finding in findings(text)}


HAND_WRITTEN = """清江市2026年优化营商环境行动方案

为持续优化营商环境，打造政务、法治、市场“三大环境”，结合实际，制定本方案。本方案共3个方面6项具体举措（4+2）。

一、优化政务环境
（一）精简办事材料。2026年6月底前，推行告知承诺制，企业开办申请材料压减30%以上。（市政务服务局牵头，市市场监管局、市税务局配合）
（二）建设服务中心。2026年底前，建设企业综合服务中心5个，窗口即办率不低于90%。（市政务服务局负责）
二、优化法治环境
（三）规范涉企检查。推行“综合查一次”，2026年全年入企检查频次降低20%以上。（市司法局牵头，各行政执法单位配合）
（四）提升执行质效。健全联动机制，2026年11月底前，首次执行案件平均用时压缩至90天以内。（市中级人民法院负责）
三、优化市场环境
（五）清理市场壁垒。对照负面清单开展自查，持续推进。（市发改委、市商务局按职责分工负责）
（六）加大金融支持。2026年底前，普惠小微企业贷款余额突破120亿元，综合融资成本降至4%以下。（人行清江分行牵头，市金融办配合）
"""


class TestCleanPlans:
    def test_written_by_hand_raises_nothing(self):
        assert [finding.message_zh for finding in findings(HAND_WRITTEN)] == []

    @pytest.mark.parametrize("layout", ["classic", "bracketed", "arabic", "table"])
    @pytest.mark.parametrize("style", ["bracket_joint", "bracket_lead", "bracket_field", "lines"])
    def test_of_every_layout_raise_nothing(self, layout, style):
        for seed in range(12):
            text = clean_plan(seed, layout=layout, owner_style=style, items=1 + seed % 6)
            assert [finding.message_zh for finding in findings(text)] == [], seed

    def test_that_only_mention_masks_drafts_and_counts_raise_nothing(self):
        text = HAND_WRITTEN.replace(
            "推行告知承诺制",
            "推行7×24小时服务，落实“6+X”产业集群和“1+N”政策体系，推动5G基站提速，就《条例（草案）》公开征求意见，贯彻省政府30条措施",
        )
        assert codes(text) == set()


def swap(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return edit


def twice(text: str) -> str:
    line = next(line for line in text.split("\n") if line.startswith("（二）"))
    return text.replace("二、优化法治环境", line.replace("（二）", "（三）") + "\n二、优化法治环境")


PLANTED: list[tuple[str, Callable[[str], str]]] = [
    ("headline_measures", swap("6项具体举措（4+2）", "8项具体举措")),
    ("headline_measures", swap("6项具体举措（4+2）", "九条措施")),
    ("headline_parts", swap("共3个方面", "共5个方面")),
    ("headline_parts", swap("本方案共3个方面", "本方案包括七大行动")),
    ("headline_sum", swap("6项具体举措（4+2）", "6项具体举措（4+3）")),
    ("headline_sum", swap("6项具体举措（4+2）", "6项具体举措，其中重点4项、一般3项")),
    ("headline_sum", swap("6项具体举措（4+2）", "“5+3”九大行动")),
    ("headline_sum", swap("6项具体举措（4+2）", "5+3=9项")),
    ("headline_list", swap("政务、法治、市场“三大环境”", "政务、法治、市场“四大环境”")),
    ("headline_list", swap("政务、法治、市场“三大环境”", "三大环境（政务、法治、市场、人文）")),
    ("repeated_heading", swap("（五）清理市场壁垒", "（五）精简办事材料")),
    ("repeated_target", swap("对照负面清单开展自查", "企业开办申请材料压减30%以上")),
    ("conflicting_target", swap("对照负面清单开展自查，持续推进", "2026年6月底前，企业开办申请材料压减40%以上")),
    ("deadline_without_year", swap("2026年6月底前", "6月底前")),
    ("deadline_impossible", swap("2026年6月底前", "2026年2月30日前")),
    ("deadline_impossible", swap("2026年6月底前", "2026年13月底前")),
    ("deadline_impossible", swap("2026年6月底前", "2206年6月底前")),
    ("target_without_unit", swap("企业综合服务中心5个", "企业综合服务中心达到5")),
    ("target_without_unit", swap("不低于90%", "不低于90")),
    ("measure_without_owner", swap("（市中级人民法院负责）", "")),
    ("owner_everyone", swap("（市中级人民法院负责）", "（各有关部门按职责分工负责）")),
    ("owner_everyone", swap("（市中级人民法院负责）", "（责任单位：市直有关单位）")),
    ("masked_number", swap("企业综合服务中心5个", "企业综合服务中心X个")),
    ("masked_number", swap("企业综合服务中心5个", "企业综合服务中心**家")),
    ("masked_number", swap("企业综合服务中心5个", "企业综合服务中心××个")),
    ("masked_number", swap("（市中级人民法院负责）", "（市××局负责）")),
    ("draft_for_comment", swap("优化营商环境行动方案\n", "优化营商环境行动方案（征求意见稿）\n")),
]  # fmt: skip


class TestPlantedDefects:
    @pytest.mark.parametrize("code, edit", PLANTED)
    def test_are_found_and_nothing_else_is(self, code, edit):
        assert codes(edit(HAND_WRITTEN)) == {code}

    def test_of_a_body_entered_twice_are_found(self):
        found = findings(twice(HAND_WRITTEN))
        assert {f.code for f in found} == {
            "repeated_body", "repeated_heading", "repeated_target", "headline_measures",
        }  # fmt: skip
        (body,) = [f for f in found if f.code == "repeated_body"]
        assert body.data["percent"] == 100

    def test_of_a_figure_already_reached_is_found(self):
        text = HAND_WRITTEN.replace("健全联动机制", "截至目前，已办结执行案件1200件。健全联动机制")
        plan = compile_text(text)
        start = text.index("执行案件1200件")
        past = Target(
            text="执行案件1200件", span=(start, start + 9), indicator="执行案件", comparator="eq", value=1200, unit="件",
        )  # fmt: skip
        measures = tuple(
            replace(m, targets=(*m.targets, past)) if m.number == "（四）" else m
            for m in plan.measures
        )
        found = lint(replace(plan, measures=measures), text=text)
        assert [f.code for f in found] == ["report_as_target"]

    @pytest.mark.parametrize("growth", ["同比增长15%以上", "同比增长达到15%"])
    def test_that_promises_a_growth_on_the_year_is_no_past_figure(self, growth):
        text = HAND_WRITTEN.replace("健全联动机制，", f"外贸进出口额{growth}。健全联动机制，")
        assert text != HAND_WRITTEN
        assert "report_as_target" not in codes(text)

    def test_of_growth_that_was_is_a_past_figure(self):
        text = HAND_WRITTEN.replace("健全联动机制，", "外贸进出口额同比增长了15%。健全联动机制，")
        assert "report_as_target" in codes(text)

    def test_before_publication_is_found(self):
        text = HAND_WRITTEN + "\n清江市人民政府办公室\n2026年7月20日\n"
        found = findings(text)
        assert [(f.code, f.data["date"]) for f in found] == [
            ("deadline_before_publication", "2026-06")
        ]

    def test_without_a_date_anywhere_is_found(self):
        text = re.sub(r"2026年(?:6月底前，|底前，|全年)?", "", HAND_WRITTEN)
        text = text.replace("11月底前，", "")
        assert codes(text) == {"target_without_date"}

    def test_of_a_year_nobody_states_blocks_publication(self):
        text = HAND_WRITTEN.replace("清江市2026年", "清江市").replace("2026年6月底前", "6月底前")
        text = re.sub(r"2026年", "", text) + "\n2026年1月5日\n"
        found = [f for f in findings(text) if f.code == "deadline_without_year"]
        assert found
        assert {f.severity for f in found} == {"block"}

    def test_of_a_plan_without_any_owner_is_said_once(self):
        text = re.sub(r"（[^（）]*(?:负责|配合)）", "", HAND_WRITTEN)
        assert codes(text) == {"plan_without_owners"}
        assert len(findings(text)) == 1

    def test_of_a_report_is_not_taken_for_promises(self):
        plan = compile_text(HAND_WRITTEN)
        measures = tuple(m for m in plan.measures)
        report = type(plan)(
            doc=type(plan.doc)(title="情况通报", kind="report"),
            sections=plan.sections,
            measures=measures,
        )
        assert "report_as_target" in {f.code for f in lint(report, text=HAND_WRITTEN)}

    def test_of_a_novel_is_named(self):
        novel = "那年冬天，雪下得很早。\n老人坐在门口，望着远处的山。\n" * 30
        assert "no_measures" in codes(novel)

    def test_in_a_generated_plan_are_found_too(self):
        text = clean_plan(5, owner_style="bracket_joint")
        without = re.sub(r"（[^（）]*负责）", "", text, count=1)
        assert codes(without) == {"measure_without_owner"}

    def test_of_a_body_printed_twice_are_noted_once(self):
        options = PlanOptions(sections=3, items=3, bare_months=False)
        text = generate(seed=3, options=options).text
        assert codes(text + "\n" + text) <= {"repeated_text"}


class TestFindings:
    TEXT = HAND_WRITTEN.replace("企业综合服务中心5个", "企业综合服务中心X个")

    def test_point_at_the_words(self):
        (finding,) = findings(self.TEXT)
        start, end = finding.spans[0]
        assert self.TEXT[start:end] == "X"
        assert finding.measure is not None
        assert "企业综合服务中心X个" in finding.message_zh
        assert "企业综合服务中心X个" in finding.message_en

    def test_stay_silenced_when_the_text_moves(self):
        (finding,) = findings(self.TEXT)
        mark = finding.data["fingerprint"]
        moved = "关于印发行动方案的通知\n各区人民政府：\n" + self.TEXT
        plan = compile_text(moved)
        assert mark in {f.data["fingerprint"] for f in lint(plan, text=moved)}
        assert lint(plan, text=moved, silenced={mark: "原文如此，待印发时补"}) == ()

    def test_are_not_silenced_by_a_blank_reason(self):
        (finding,) = findings(self.TEXT)
        plan = compile_text(self.TEXT)
        assert lint(plan, text=self.TEXT, silenced={finding.data["fingerprint"]: "  "})

    def test_have_distinct_fingerprints(self):
        text = self.TEXT.replace("突破120亿元", "突破X亿元")
        marks = [f.data["fingerprint"] for f in findings(text)]
        assert len(marks) == len(set(marks)) == 2

    def test_have_finished_sentences(self):
        for code, edit in PLANTED:
            for finding in findings(edit(HAND_WRITTEN)):
                assert finding.code == code
                assert "{" not in finding.message_zh + finding.message_en
                assert finding.message_zh.endswith("。")
                assert finding.message_en.endswith(".")


class TestDocumentation:
    def test_names_every_code(self):
        page = (REPO / "docs/reference/lint-codes.md").read_text(encoding="utf-8")
        every = (*LINT_CODES, *REFUSAL_CODES, *WARNING_CODES)
        missing = [code for code in every if f"`{code}`" not in page]
        assert missing == []


class TestDevelopmentDocuments:
    """Real papers: what is found there was checked by reading them."""

    EXPECTED = {
        "000_bbf01e8f73f4a27b": {"headline_parts", "plan_without_owners", "target_without_date"},
        "004_24c6dcfb139a70dd": {"deadline_without_year", "target_without_date", "repeated_target"},
        "gbf2020_24": {"owner_everyone", "low_confidence"},
        "gf2018_42_nongji": set(),
        "sx2019_zhongjie_shoufei": set(),
        "zj2026_ai_tasks_table": set(),
        "zj2026_robot": set(),
    }

    @pytest.mark.parametrize("stem", sorted(EXPECTED))
    def test_raise_no_other_finding(self, stem):
        file = REPO.parent / f"shared/gold/dev/{stem}.txt"
        if not file.exists():
            pytest.skip("../shared/gold/dev is not on this machine")
        text = file.read_bytes().decode("utf-8")
        assert codes(text) - {"low_confidence"} == self.EXPECTED[stem] - {"low_confidence"}
