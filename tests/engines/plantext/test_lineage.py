"""Lineage: the same indicator across plans, versions of a plan, parents and children."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.demo.plan_generator import PlanOptions, generate
from xiaoer.engines.plantext import Plan, Target, compile_text
from xiaoer.engines.plantext.lineage import (
    Child,
    TargetLink,
    check_children,
    compare_bars,
    link,
    match_measures,
    similarity,
)

PROVINCE = """清江省2025年优化营商环境行动方案
一、主要任务
（一）深化信用修复。信用修复初审时间不超过2个工作日。（省发展改革委负责）
（二）扩大通办范围。推动1000项政务服务事项跨市通办。（省政务办负责）
（三）壮大经营主体。全省新增高新技术企业3000家以上。（省科技厅负责）
（四）优化纳税服务。电子税务局网上可办率达到95%以上。（省税务局负责）
"""
CITY = """清江市2026年优化营商环境行动方案
一、主要任务
（一）优化税费服务。纳税事项网上可办率达到98%以上。（市税务局负责）
（二）壮大创新主体。新增高新技术企业120家以上。（市科技局负责）
（三）深化信用建设。信用修复初审时间压缩至1个工作日。（市发改委负责）
（四）拓展通办事项。新增政务服务通办事项1016项。（市政务服务局负责）
（五）增加停车供给。新增公共停车泊位3000个。（市住建局负责）
"""


def links(old: str, new: str) -> dict[str, TargetLink]:
    found = link(compile_text(old), compile_text(new))
    return {item.new.indicator: item for item in found}


def a_target(value: float, unit: str, comparator: str = "ge", indicator: str = "指标") -> Target:
    return Target(
        text="", span=(0, 1), indicator=indicator, comparator=comparator, value=value, unit=unit
    )


class TestLink:
    @pytest.fixture
    def found(self) -> dict[str, TargetLink]:
        return links(PROVINCE, CITY)

    def test_finds_an_indicator_whose_wording_changed(self, found):
        repair = next(item for item in found.values() if "信用修复" in item.new.indicator)
        assert (repair.old.value, repair.new.value, repair.change) == (2, 1, "tighter")

    def test_keeps_what_may_be_another_definition(self, found):
        firms = next(item for item in found.values() if "高新技术企业" in item.new.indicator)
        assert firms.change == "looser"
        assert any(note.startswith("范围：全省") for note in firms.definition) or (
            firms.old.indicator == firms.new.indicator
        )

    def test_leaves_an_indicator_alone_that_the_other_plan_does_not_know(self, found):
        assert not any("停车" in indicator for indicator in found)

    def test_uses_each_target_once(self, found):
        assert len({item.old.span for item in found.values()}) == len(found)

    def test_links_a_plan_to_itself_wholly_and_unchanged(self):
        plan = compile_text(CITY)
        found = link(plan, plan)
        assert [item.change for item in found] == ["same"] * 5
        assert all(item.old == item.new and item.score == 1.0 for item in found)

    def test_never_links_units_that_cannot_agree(self):
        old = "一、任务\n（一）甲。高新技术企业达到100家。（市科技局负责）\n"
        new = "一、任务\n（一）甲。高新技术企业占比达到30%。（市科技局负责）\n"
        assert links(old, new) == {}

    @pytest.mark.parametrize("seed", range(5))
    def test_finds_every_target_of_a_generated_plan_in_its_successor(self, seed):
        options = PlanOptions(layout="bracketed", sections=4, items=5, guarantees=0)
        made = generate(seed=seed, options=options)
        plan = compile_text(made.text)
        raised = compile_text(made.text.replace("2026年", "2027年"))
        found = link(plan, raised)
        total = sum(len(measure.targets) for measure in plan.measures)
        assert len(found) == total
        assert all(item.old.indicator == item.new.indicator for item in found)


class TestSimilarity:
    @pytest.mark.parametrize(
        "a, b",
        [
            ("信用修复初审时间", "初审时间"),
            ("城市公共停车泊位", "新增公共停车泊位"),
            ("惠企政策按时兑现率", "政策按时兑现率"),
        ],
    )
    def test_is_high_for_the_same_indicator(self, a, b):
        assert similarity(a, b) > 0.6

    @pytest.mark.parametrize(
        "a, b",
        [("诉求办结率", "网上可办率"), ("返乡创业", "公共停车泊位"), ("执行到位率", "覆盖率")],
    )
    def test_is_low_for_another(self, a, b):
        assert similarity(a, b) < 0.42

    @given(
        st.text("信用修复初审时间办结率企业全市新增", max_size=12),
        st.text("信用修复时间率企业", max_size=12),
    )
    def test_is_symmetric_and_bounded(self, a, b):
        assert 0.0 <= similarity(a, b) <= 1.0
        assert similarity(a, b) == pytest.approx(similarity(b, a))


class TestCompareBars:
    @pytest.mark.parametrize(
        "old, new, change",
        [
            (a_target(95, "%"), a_target(98, "%"), "tighter"),
            (a_target(2, "个工作日", "le"), a_target(1, "个工作日", "le"), "tighter"),
            (a_target(2, "个工作日", "within"), a_target(3, "个工作日", "le"), "looser"),
            (a_target(3.5, "万人", "eq"), a_target(35000, "人", "ge"), "same"),
            (a_target(95, "%", "ge"), a_target(95, "%", "gt"), "tighter"),
            (a_target(95, "%", "ge"), a_target(5, "%", "le"), "incomparable"),
            (a_target(95, "%"), a_target(3, "家"), "incomparable"),
            (a_target(30, "%", "decrease_ge"), a_target(40, "%", "decrease_ge"), "tighter"),
        ],
    )
    def test_knows_which_way_is_harder(self, old, new, change):
        assert compare_bars(old, new) == change

    @given(st.floats(1, 1e6), st.floats(1, 1e6), st.sampled_from(["ge", "le", "within", "eq"]))
    def test_turns_round_with_its_arguments(self, a, b, comparator):
        old, new = a_target(a, "家", comparator), a_target(b, "家", comparator)
        turned = {"tighter": "looser", "looser": "tighter", "same": "same"}
        assert compare_bars(new, old) == turned[compare_bars(old, new)]


def versions(old: str, new: str) -> tuple[list[tuple[str, str, tuple[str, ...]]], Plan, Plan]:
    first, second = compile_text(old), compile_text(new)
    numbers_old = {m.id: m.number for m in first.measures}
    numbers_new = {m.id: m.number for m in second.measures}
    found = match_measures(first, second, old_text=old, new_text=new)
    rows = [
        (item.change, numbers_old.get(item.old or "", ""), tuple(numbers_new[n] for n in item.new))
        for item in found
    ]
    return rows, first, second


class TestMatchMeasures:
    def test_keeps_everything_of_an_unchanged_plan(self):
        rows, *_ = versions(CITY, CITY)
        assert rows == [
            ("kept", n, (n,)) for n in ("（一）", "（二）", "（三）", "（四）", "（五）")
        ]

    def test_follows_a_measure_to_its_new_number(self):
        lines = CITY.split("\n")
        moved = "\n".join([*lines[:2], lines[6].replace("（五）", "（一）"), *(
            line.replace(f"（{a}）", f"（{b}）", 1)
            for line, a, b in zip(lines[2:6], "一二三四", "二三四五", strict=True)
        ), ""])  # fmt: skip
        rows, *_ = versions(CITY, moved)
        assert {(old, new) for _, old, new in rows} == {
            ("（一）", ("（二）",)), ("（二）", ("（三）",)), ("（三）", ("（四）",)),
            ("（四）", ("（五）",)), ("（五）", ("（一）",)),
        }  # fmt: skip
        assert {change for change, *_ in rows} == {"kept"}

    def test_tells_changed_added_and_removed(self):
        new = CITY.replace("1个工作日", "0.5个工作日").replace(
            "（五）增加停车供给。新增公共停车泊位3000个。（市住建局负责）",
            "（五）发展首店经济。引进品牌首店20家，举办时尚消费活动。（市商务局负责）",
        )
        rows, *_ = versions(CITY, new)
        assert ("changed", "（三）", ("（三）",)) in rows
        assert ("removed", "（五）", ()) in rows
        assert ("added", "", ("（五）",)) in rows

    def test_sees_a_measure_split_in_two(self):
        old = (
            "一、任务\n（一）提升服务。建设企业综合服务中心五处，推行帮办代办和首席服务员制度。"
            "完善诉求响应平台，健全受理转办督办评价闭环机制。（市政务服务局负责）\n"
        )
        new = (
            "一、任务\n（一）建设中心。建设企业综合服务中心五处，推行帮办代办和首席服务员制度。（市政务服务局负责）\n"
            "（二）响应诉求。完善诉求响应平台，健全受理转办督办评价闭环机制。（市政务服务局负责）\n"
        )
        rows, *_ = versions(old, new)
        assert [(change, set(parts)) for change, _, parts in rows] == [
            ("split", {"（一）", "（二）"})
        ]

    @pytest.mark.parametrize("seed", range(6))
    def test_accounts_for_every_measure_once_whatever_was_edited(self, seed):
        options = PlanOptions(layout="arabic", sections=4, items=5, guarantees=2)
        text = generate(seed=seed, options=options).text
        rng = random.Random(seed)
        lines = text.split("\n")
        for _ in range(4):
            lines.pop(rng.randrange(5, len(lines) - 1))
        edited = "\n".join(lines)
        first, second = compile_text(text), compile_text(edited)
        found = match_measures(first, second, old_text=text, new_text=edited)
        assert [item.old for item in found if item.old] == [m.id for m in first.measures]
        new = [name for item in found for name in item.new]
        assert sorted(new) == sorted(m.id for m in second.measures)
        kept = [item for item in found if item.change == "kept"]
        words = {m.id: edited[m.span[0] : m.span[1]] for m in second.measures}
        assert all(words[item.new[0]] in text for item in kept)


class TestCheckChildren:
    PARTS = (Child(name="东城区", value=60), Child(name="西山县", value=50))

    def test_adds_up_what_adds(self):
        check = check_children(a_target(120, "家"), self.PARTS, kind="additive")
        assert (check.ok, check.combined, check.gap) == (False, 110, 10)
        assert check.explanation_zh == "东城区60+西山县50＝110家，上级目标 120家，还差 10家。"
        assert check_children(a_target(110, "家"), self.PARTS, kind="additive").ok

    def test_treats_an_additive_ceiling_the_other_way_round(self):
        check = check_children(a_target(100, "件", "le"), self.PARTS, kind="additive")
        assert (check.ok, check.gap) == (False, 10)

    def test_weights_rates_by_their_denominators(self):
        parts = (
            Child(name="东城区", value=99, denominator=900),
            Child(name="西山县", value=89, denominator=100),
        )
        check = check_children(a_target(97, "%"), parts, kind="rate")
        assert check.ok
        assert check.combined == pytest.approx(98.0)

    def test_refuses_to_average_rates_without_denominators(self):
        check = check_children(a_target(97, "%"), self.PARTS, kind="rate")
        assert not check.ok
        assert check.offenders == ("东城区", "西山县")

    def test_lets_limits_be_tighter_only(self):
        parts = (Child(name="东城区", value=1), Child(name="西山县", value=3))
        check = check_children(a_target(2, "个工作日", "le"), parts, kind="limit")
        assert (check.ok, check.offenders, check.gap) == (False, ("西山县",), 1)
        floor = check_children(a_target(95, "%", "ge"), (Child(name="甲", value=96),), kind="limit")
        assert floor.ok

    def test_says_so_when_there_are_no_children(self):
        check = check_children(a_target(2, "家"), (), kind="additive")
        assert not check.ok
        assert check.combined is None

    @given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8), st.randoms())
    def test_does_not_depend_on_the_order_of_children(self, values, rng):
        parts = [Child(name=str(i), value=v, denominator=i + 1.0) for i, v in enumerate(values)]
        shuffled = parts[:]
        rng.shuffle(shuffled)
        for kind in ("additive", "rate", "limit"):
            a = check_children(a_target(100, "家"), parts, kind=kind)
            b = check_children(a_target(100, "家"), shuffled, kind=kind)
            assert a.combined == pytest.approx(b.combined)


class TestDevelopmentDocuments:
    def test_link_few_targets_by_chance(self):
        folder = Path(__file__).resolve().parents[3].parent / "shared/gold/dev"
        if not folder.exists():
            pytest.skip("../shared/gold/dev is not on this machine")
        plans = {
            file.stem: compile_text(file.read_bytes().decode())
            for file in sorted(folder.glob("*.txt"))
        }
        found = link(plans["gf2018_42_nongji"], plans["004_24c6dcfb139a70dd"])
        assert [item for item in found if item.score >= 0.7] == []
