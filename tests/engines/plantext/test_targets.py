"""Targets: which numbers bind an authority, how they are bounded, and what is none."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.engines.plantext._fields import FieldContext, find_targets
from xiaoer.engines.plantext._model import DocKind, MeasureType, Target

REPO = Path(__file__).resolve().parents[3]
GOLD = REPO.parent / "shared" / "gold"


def context(kind: DocKind = "plan") -> FieldContext:
    return FieldContext(year=2025, year_source="document title", kind=kind, published=None)


def targets(
    text: str, *, kind: DocKind = "plan", measure_type: MeasureType = "action"
) -> tuple[Target, ...]:
    found = find_targets(
        text, span=(0, len(text)), context=context(kind), measure_type=measure_type
    )
    for target in found:
        assert text[target.span[0] : target.span[1]] == target.text
        assert 0.0 <= target.confidence <= 1.0
    return found


def values(text: str, **how: Any) -> list[tuple[object, str]]:
    return [(target.value, target.unit) for target in targets(text, **how)]


class TestComparator:
    @pytest.mark.parametrize(
        ("text", "comparator"),
        [
            ("覆盖率达到90%以上。", "ge"),
            ("覆盖率不低于90%。", "ge"),
            ("召开例会不少于6次。", "ge"),
            ("每年至少开展2次联席会议。", "ge"),
            ("吞吐量突破405万吨以上。", "ge"),
            ("经营主体突破30万户。", "gt"),
            ("覆盖率均超过50%。", "gt"),
            ("审批时长不超过1个月。", "le"),
            ("租金不高于同地段同品质住房租金85%。", "le"),
            ("初审时间压缩至1个工作日。", "le"),
            ("压减企业开办环节至2个环节。", "le"),
            ("将审批时限从法定20个工作日压缩到承诺5个工作日。", "le"),
            ("平均利率低于4%。", "lt"),
            ("不良率降至1%以下。", "lt"),
            ("平均周期压缩至4个月以内。", "within"),
            ("败诉率控制在8%以内。", "within"),
            ("3个工作日内办结。", "within"),
            ("五个工作日内作出答复。", "within"),
            ("入驻率达到70%。", "eq"),
            ("建设5个企业服务中心。", "eq"),
            ("规上工业增加值增长7%以上。", "increase_ge"),
            ("占比提高3个百分点。", "increase_ge"),
            ("收入实现翻一番。", "increase_ge"),
            ("公司律师增长率达20%以上。", "ge"),
            ("材料精简30%以上。", "decrease_ge"),
            ("办理时间再压缩20%。", "decrease_ge"),
            ("推动降低一般工商业平均电价10%。", "decrease_ge"),
            ("亿元以上项目签约100个。", "eq"),
            ("每立方米细颗粒物控制在32微克以下。", "lt"),
            ("稳定在11亿千瓦左右。", "approx"),
            ("整体提升100所学校周边环境。", "eq"),
        ],
    )
    def test_follows_the_surface_form(self, text: str, comparator: str) -> None:
        assert [target.comparator for target in targets(text)] == [comparator]

    def test_of_a_chain_is_that_of_its_last_tail(self) -> None:
        found = targets("网上可办率、全程网办率分别达到95%和85%以上。")
        assert [(t.value, t.comparator) for t in found] == [(95, "ge"), (85, "ge")]


class TestChains:
    def test_give_each_number_the_shared_indicator(self) -> None:
        found = targets("花生种植、收获机械化率分别达到65%和55%。")
        assert [target.value for target in found] == [65, 55]
        assert {target.indicator for target in found} == {"花生种植、收获机械化率"}
        assert found[1].text == "和55%"

    def test_give_one_target_to_three_indicators_of_one_number(self) -> None:
        found = targets("信息上报率、合规率和及时率均达到100%。")
        assert [(t.indicator, t.value) for t in found] == [("信息上报率、合规率和及时率", 100)]

    def test_list_counts_without_repeating_the_verb(self) -> None:
        assert values("拟遴选“甲型数商”10家、“乙型数商”50家、优秀案例100个。") == [
            (10, "家"),
            (50, "家"),
            (100, "个"),
        ]


class TestChange:
    @pytest.mark.parametrize(
        "text",
        [
            "占比由20%提高到30%。",
            "占比从20%提升至30%。",
            "预留份额由20%以上阶段性提高至30%以上。",
        ],
    )
    def test_binds_to_where_it_leads(self, text: str) -> None:
        assert values(text) == [(30, "%")]


class TestNoTarget:
    @pytest.mark.parametrize(
        "text",
        [
            "《方案》内容涵盖六大环境25项具体举措。",
            "围绕4个方面推进改革。",
            "落实国务院令第722号和国办发〔2022〕30号文件。",
            "推行“1133”支付模式，深化“1+10+N”体系，依托“415X”集群。",
            "设立12345热线专席，提供7×24小时服务。",
            "推广应用网上技术市场3.0。",
            "完善亿元以上重大项目统筹机制。",
            "400万元以下的工程采购项目适宜由中小企业提供的，应当面向中小企业。",
            "批发企业新增量达到300万元且增速达到20%以上的，优先支持。",
            "为65岁以上老年人提供服务。",
            "培育年产值超10亿元的企业。",
            "对2015年前颁布施行的文件开展清理。",
            "目前全市已建成充电桩3000个。",
            "截至2024年底，全市实有经营主体68万户。",
            "2024年1—9月，全市新设经营主体5.6万户，同比增长12.3%。",
            "印发后30日内制定细则。",
            "开展3个月试运行。",
            "推进二轮土地承包到期后再延长30年试点。",
            "谋划10万卡算力集群布局，创建5A级景区。",
            "制定一批标准，办好一件事，实现“零”突破。",
            "由8个部门联合推进。",
            "160千瓦及以下实行低压接入。",
            "处1万元以上10万元以下罚款。",
            "对35千伏及以上用户优化接入方案。",
            "支持注册资本1000万元以上、从业人员50人以上的企业申报。",
            "群众办事最多跑1次，只交1套材料。",
            "落实工地扬尘治理六个100%要求。",
            "按照省委七届三次、四次全会部署推进工作。",
            "单笔50万元以下拖欠账款全部清零。",
            "主营业务收入超10亿元的供应商优先入库。",
        ],
    )
    def test_is_in(self, text: str) -> None:
        assert values(text) == []


class TestCounts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("培育AEO企业1家。", (1, "家")),
            ("年底前出台20条政策措施。", (20, "条")),
            ("组织企业参加境内外展会120家次。", (120, "家次")),
            ("招引1—2家龙头企业总部。", (1, "家")),
            ("打造300个以上典型应用场景。", (300, "个")),
            ("与3个以上成员国建立合作渠道。", (3, "个")),
            ("推进6个人工智能中试基地建设。", (6, "个")),
            ("引进总投资50亿元以上项目3个。", (3, "个")),
            ("组建不少于50人的服务专员队伍。", (50, "人")),
            ("力争新增贷款3 500亿元。", (3500, "亿元")),
        ],
    )
    def test_of_things_delivered_are_targets(self, text: str, expected: tuple[object, str]) -> None:
        assert values(text) == [expected]

    def test_keeps_both_ends_of_a_range(self) -> None:
        (target,) = targets("培育单项冠军3—5家。")
        assert (target.value, target.value_max) == (3, 5)


class TestKind:
    def test_is_parameter_for_a_subsidy(self) -> None:
        assert [t.kind for t in targets("省财政给予最高800万元补助。")] == ["parameter"]

    def test_is_outcome_with_eq_in_a_report(self) -> None:
        (target,) = targets("新设经营主体5.6万户以上。", kind="report")
        assert (target.kind, target.comparator) == ("outcome", "eq")

    def test_is_target_in_the_outlook_of_a_report(self) -> None:
        (target,) = targets("下一步，力争到2027年底，网上可办率达到99%以上。", kind="report")
        assert (target.kind, target.comparator) == ("target", "ge")

    def test_is_outcome_in_the_figures_paragraph(self) -> None:
        found = targets("新设经营主体5.6万户。", measure_type="summary")
        assert [target.kind for target in found] == ["outcome"]


class TestPeriod:
    def test_holds_to_the_end_of_its_sentence(self) -> None:
        found = targets("全年完成投资30亿元，引进人才50人。举办活动6场。")
        assert [target.period for target in found] == ["全年", "全年", None]

    def test_holds_to_the_next_year_in_a_goal(self) -> None:
        text = "到2027年，产值达到300亿元。企业达到50家。到2030年，产值突破500亿元。"
        found = targets(text, measure_type="goal")
        assert [target.period for target in found] == ["2027", "2027", "2030"]

    def test_goes_with_the_base_of_a_change(self) -> None:
        found = targets("投资同比增长10%，能耗较2020年下降13.5%。")
        assert [target.baseline for target in found] == ["yoy", "2020"]
        assert [target.period for target in found] == [None, None]

    def test_before_this_year_still_binds_with_its_due_date(self) -> None:
        assert values("2020年底前，淘汰柴油货车100万辆以上。") == [(100, "万辆")]


INDICATORS = ("服务覆盖率", "问题办结率", "高新技术企业", "集中供水率", "企业满意度")
VERBS = {
    "达到": "eq",
    "不低于": "ge",
    "不超过": "le",
    "突破": "gt",
    "低于": "lt",
    "增长": "increase_ge",
    "下降": "decrease_ge",
}
UNITS = ("%", "家", "万户", "亿元", "个百分点", "场次")


@st.composite
def phrases(draw: st.DrawFn) -> tuple[str, float, str, str]:
    number = draw(
        st.one_of(
            st.integers(min_value=2, max_value=99_999).map(str),
            st.decimals(min_value=1, max_value=999, places=1).map(str),
        )
    )
    verb = draw(st.sampled_from(sorted(VERBS)))
    unit = draw(st.sampled_from(UNITS))
    lead = draw(st.sampled_from(("", "力争", "确保", "到2027年，")))
    text = f"{lead}{draw(st.sampled_from(INDICATORS))}{verb}{number}{unit}。"
    return text, float(number), unit, VERBS[verb]


def widen(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789.%" else c for c in text)


class TestGeneratedPhrase:
    @settings(deadline=None)
    @given(phrases(), st.data())
    def test_is_read_whatever_the_typesetting(
        self, phrase: tuple[str, float, str, str], data: st.DataObject
    ) -> None:
        text, value, unit, comparator = phrase
        if data.draw(st.booleans()):
            text = widen(text)
        places = data.draw(
            st.lists(st.integers(min_value=1, max_value=len(text) - 1), max_size=3, unique=True)
        )
        for at in sorted(places, reverse=True):
            gap = data.draw(st.sampled_from((" ", "\n", "\n— 3 —\n")))
            text = text[:at] + gap + text[at:]
        (target,) = targets(text)
        assert (float(target.value), target.unit, target.comparator) == (value, unit, comparator)


class TestAnyText:
    @settings(deadline=None)
    @given(
        st.text(
            alphabet="提高到由从达不低于超过以上内个家%万亿元年月日、，。（）“”《》0123456789 \n\t",
            max_size=200,
        )
    )
    def test_never_breaks_and_always_quotes_itself(self, text: str) -> None:
        for target in targets(text):
            assert target.text


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_score", GOLD / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (GOLD / "dev").is_dir(), reason="the gold corpus is not on this machine")
class TestGoldCorpus:
    def test_targets_of_the_gold_measures_are_found(self) -> None:
        scorer = load_scorer()
        count = scorer.Count()
        for path in sorted((GOLD / "dev").glob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            text = path.with_suffix(".txt").read_bytes().decode("utf-8")
            year = int(str(gold["doc"]["date"] or "2025")[:4])
            where = FieldContext(
                year=year, year_source="document date", kind=gold["doc"]["kind"], published=None
            )
            for measure in gold["measures"]:
                found = find_targets(
                    text,
                    span=(measure["span"][0], measure["span"][1]),
                    context=where,
                    measure_type=measure["type"],
                )
                keys = scorer.target_keys
                scorer.match_keyed(
                    measure["targets"], [asdict(t) for t in found], keys, keys, count
                )
        assert count.prf()[2] >= 0.94
