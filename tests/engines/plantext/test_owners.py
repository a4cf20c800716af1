"""Owners: who answers for a measure, in which role, as printed."""

from __future__ import annotations

import pytest

from xiaoer.engines.plantext import Measure, Owner, compile_text


def measure(tail: str, *, before: str = "") -> Measure:
    text = f"一、主要任务\n（一）推进改革。完善机制，优化流程。{tail}\n（二）优化服务。健全制度。{before}"
    return compile_text(text).measures[0]


def owners(tail: str, *, before: str = "") -> list[tuple[str, str]]:
    return [(o.name, o.role) for o in measure(tail, before=before).owners]


def owner(tail: str, name: str) -> Owner:
    return next(o for o in measure(tail).owners if o.name == name)


class TestRoles:
    @pytest.mark.parametrize(
        ("tail", "expected"),
        [
            ("（市发改委负责）", [("市发改委", "lead")]),
            (
                "（市发改委、市财政局等部门按职责分工负责）",
                [("市发改委", "joint"), ("市财政局", "joint")],
            ),
            ("（市发改委牵头，市财政局配合）", [("市发改委", "lead"), ("市财政局", "support")]),
            (
                "（市发改委牵头，市财政局、市商务局按职责分工负责）",
                [("市发改委", "lead"), ("市财政局", "support"), ("市商务局", "support")],
            ),
            ("（市发改委、市财政局牵头负责）", [("市发改委", "lead"), ("市财政局", "lead")]),
            ("（市发改委会同市财政局负责）", [("市发改委", "lead"), ("市财政局", "support")]),
            ("（由市公安局牵头，市法院等单位参与）", [("市公安局", "lead"), ("市法院", "support")]),
            (
                "（牵头单位：市发改委；配合单位：市财政局）",
                [("市发改委", "lead"), ("市财政局", "support")],
            ),
            ("（责任单位：市发改委）", [("市发改委", "lead")]),
            ("（责任单位：市发改委、市财政局）", [("市发改委", "joint"), ("市财政局", "joint")]),
            (
                "【责任单位：市发改委（牵头）、市财政局】",
                [("市发改委", "lead"), ("市财政局", "support")],
            ),
            ("（市发改委、市财政局）", [("市发改委", "joint"), ("市财政局", "joint")]),
            ("（市发改委负责，12月底前完成）", [("市发改委", "lead")]),
            (
                "\n牵头单位：市发改委\n责任单位：市财政局",
                [("市发改委", "lead"), ("市财政局", "support")],
            ),
            (
                "\n责任单位：市发改委、市财政局\n配合单位：各区政府",
                [("市发改委", "joint"), ("市财政局", "joint"), ("各区政府", "support")],
            ),
            ("\n责任领导：张某某\n责任单位：县行政审批局", [("县行政审批局", "lead")]),
        ],
    )
    def test_follow_the_words_of_the_statement(
        self, tail: str, expected: list[tuple[str, str]]
    ) -> None:
        assert owners(tail) == expected

    @pytest.mark.parametrize(
        "statement",
        [
            "列第一位的为牵头单位，下同",
            "列第一位者为牵头单位",
            "排在第一位的单位为牵头单位",
            "列第一位的责任单位为牵头单位或汇总单位",
        ],
    )
    def test_follow_the_order_where_the_document_says_so(self, statement: str) -> None:
        assert owners(f"（市发改委、市财政局负责。{statement}）") == [
            ("市发改委", "lead"),
            ("市财政局", "support"),
        ]
        assert owners(
            "（市发改委、市财政局负责）", before=f"（市商务局、市科技局负责。{statement}）"
        ) == [
            ("市发改委", "lead"),
            ("市财政局", "support"),
        ]

    def test_come_from_all_brackets_of_a_measure(self) -> None:
        assert owners("（市发改委负责）加强监管。（市财政局、市商务局负责）") == [
            ("市发改委", "lead"),
            ("市财政局", "joint"),
            ("市商务局", "joint"),
        ]


class TestNames:
    @pytest.mark.parametrize(
        ("statement", "names"),
        [
            (
                "海关总署等国务院相关部门及各地区按职责分工负责",
                ["海关总署", "国务院相关部门", "各地区"],
            ),
            ("国务院相关部门和单位及各地区按职责分工负责", ["国务院相关部门和单位", "各地区"]),
            ("文化和旅游部、工业和信息化部按职责分工负责", ["文化和旅游部", "工业和信息化部"]),
            ("市委组织部和市人社局负责", ["市委组织部", "市人社局"]),
            ("市财政局，各市、县、区政府负责", ["市财政局", "各市", "县", "区政府"]),
            ("市财政局、各县（市、区）人民政府负责", ["市财政局", "各县（市、区）人民政府"]),
            (
                "市市场监管局（市知识产权局）、市税务局负责",
                ["市市场监管局（市知识产权局）", "市税务局"],
            ),
            (
                "市国资委〔清控集团〕、市财政局等相关部门按职责分工负责",
                ["市国资委〔清控集团〕", "市财政局"],
            ),
            ("省高等法院、省检察院等单位负责", ["省高等法院", "省检察院"]),
            (
                "责任单位：财政局、发改局、工商联(列第一位者为牵头或汇总单位,下同)",
                ["财政局", "发改局", "工商联"],
            ),
            ("市税务局、市科技局。以下均需各县区政府落实，不再单独列出", ["市税务局", "市科技局"]),
        ],
    )
    def test_are_split_as_printed(self, statement: str, names: list[str]) -> None:
        assert [o.name for o in measure(f"（{statement}）").owners] == names

    def test_keep_the_name_without_its_bracket_as_another_form(self) -> None:
        assert owner("（市国资委〔清控集团〕负责）", "市国资委〔清控集团〕").alt == ("市国资委",)

    @pytest.mark.parametrize(
        ("statement", "name", "full"),
        [
            ("市发改、财政局负责", "市发改", "市发改局"),
            ("市发改委、经信局负责", "经信局", "市经信局"),
            ("各市、县、区政府负责", "各市", "各市政府"),
        ],
    )
    def test_offer_the_whole_form_of_an_elided_name(
        self, statement: str, name: str, full: str
    ) -> None:
        assert full in owner(f"（{statement}）", name).alt

    def test_carry_the_span_they_were_read_from(self) -> None:
        text = "一、主要任务\n1.推进改革。完善机制。（市发\n改委、市财政局负责）\n2.优化服务。健全制度。"
        plan = compile_text(text)
        first = plan.measures[0].owners[0]
        assert first.name == "市发改委" and first.span is not None
        assert text[slice(*first.span)] == "市发\n改委"

    def test_that_are_no_units_raise_a_doubt(self) -> None:
        text = "一、主要任务\n1.推进改革。完善机制。（责任单位：市发改委、有关同志）\n2.优化服务。健全制度。"
        doubts = [d for d in compile_text(text).doubts if d.code == "owner.not_a_unit"]
        assert [d.data["names"] for d in doubts] == [["有关同志"]]


class TestWhatIsNoOwner:
    @pytest.mark.parametrize(
        "tail",
        [
            "探索将食品经营许可（仅销售预包装食品）改为备案。",
            "落实首台（套）保险补偿政策。",
            "对中小企业（含个体工商户）给予支持。",
            "各地区要落实属地管理责任。",
        ],
    )
    def test_brackets_and_subjects_of_prose(self, tail: str) -> None:
        assert owners(tail) == []

    def test_a_column_that_says_none(self) -> None:
        text = (
            "序号\t任务\t牵头单位\t配合单位\t完成时限\n1\t推进改革方案落实\t市发改委\t无\t6月底前"
        )
        assert [o.name for o in compile_text(text).measures[0].owners] == ["市发改委"]
