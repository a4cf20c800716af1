"""Texts that depart from the usual plan: excerpts, news, reports, merged cells, odd headings."""

from __future__ import annotations

import pytest

from xiaoer.engines.plantext import Measure, compile_text


def figures(measure: Measure) -> list[tuple[float, str]]:
    return [(t.value, t.unit) for t in measure.targets]


def dates(measure: Measure) -> list[str | None]:
    return [d.date for d in measure.deadlines]


class TestTitlesOfItems:
    TEXT = """清江市优化营商环境行动方案
为优化营商环境，制定本方案。
一、提升政务服务
（一）推进一网通办。推动政务服务事项全程网办，6月底前完成系统对接。（市政务服务局负责）
（二）{}。推动高频事项跨区域办理，2025年底前新增跨省通办事项20项。
（三）优化审批流程。压减审批环节，推行容缺受理。（市政务服务局负责）
二、优化市场环境
（一）规范涉企检查。推行综合查一次。（市市场监管局负责）
（二）强化公平竞争。开展专项清理。（市市场监管局负责）
三、保障措施
（一）加强组织领导。健全工作机制。
"""

    @pytest.mark.parametrize(
        "title",
        [
            "扩大通办范围", "明确改革范围", "明确适用对象", "明确工作思路", "坚持公平原则",
            "提高认识", "完成节能目标", "细化任务目标", "实现发展目标", "明确责任单位",
            "落实工作要求", "强化要素保障", "解决突出问题", "夯实发展基础",
        ],
    )  # fmt: skip
    def test_that_open_with_a_verb_are_tasks_whatever_they_end_with(self, title):
        plan = compile_text(self.TEXT.format(title))
        (measure,) = [m for m in plan.measures if m.title == title]
        assert measure.type == "action"
        assert figures(measure) == [(20, "项")]

    def test_that_open_with_a_verb_are_tasks_at_the_first_level_too(self):
        plan = compile_text(
            "清江市便民服务工作方案\n"
            "一、扩大通办范围。推动高频事项跨区域办理，年内新增20项。\n"
            "二、坚持便民原则。推行预约服务，开通专线3条。\n"
        )
        assert [m.title for m in plan.measures] == ["扩大通办范围", "坚持便民原则"]

    def test_that_name_the_background_are_none(self):
        plan = compile_text(
            "清江市便民服务工作方案\n一、总体要求\n（一）指导思想。坚持以人民为中心，建设3个中心。\n"
            "（二）基本原则。坚持便民原则，坚持公平原则。\n二、主要任务\n"
            "（一）优化服务。推行预约服务，开通专线3条。\n"
        )
        assert [m.title for m in plan.measures] == ["优化服务"]


class TestItemsOfAnAimsPart:
    TEXT = """清江市2026年重点工作责任分工方案
为做好今年工作，制定本方案。
一、主要预期目标
1.地区生产总值增长6%左右。
牵头单位：市发展改革局
责任单位：市统计局，各街道
2.居民收入增长与经济增长基本同步。
牵头单位：市发展改革局
责任单位：各相关单位
二、重点任务
1.优化服务。推行预约服务，开通专线3条。
牵头单位：市政务服务局
"""

    def test_that_name_who_answers_are_kept_with_their_owners(self):
        plan = compile_text(self.TEXT)
        assert [m.number for m in plan.measures] == ["1.", "2.", "1."]
        first, second, _ = plan.measures
        assert figures(first) == [(6, "%")]
        assert [(o.name, o.role) for o in first.owners] == [
            ("市发展改革局", "lead"), ("市统计局", "support"), ("各街道", "support"),
        ]  # fmt: skip
        assert [o.name for o in second.owners] == ["市发展改革局", "各相关单位"]

    def test_stand_under_their_heading_of_the_second_level(self):
        plan = compile_text(
            "清江市人民政府关于落实《政府工作报告》重点工作分工的意见\n"
            "为做好今年工作，提出分工意见如下：\n"
            "一、落实2026年发展主要目标\n"
            "（一）总体要求和主要预期目标。\n"
            "1.坚持稳中求进工作总基调，推动高质量发展。（市政府各部门分别负责，年内持续推进）\n"
            "2.稳就业保民生，城镇新增就业3万人以上，城镇调查失业率5%左右。（市人社局牵头）\n"
        )
        assert plan.doc.kind == "plan"
        assert ("（一）", "总体要求和主要预期目标") in [
            (s.number, s.heading) for s in plan.sections
        ]
        first, second = plan.measures
        assert [o.name for o in first.owners] == ["市政府各部门"]
        assert [(t.value, t.comparator, t.kind) for t in second.targets] == [
            (3, "ge", "target"), (5, "approx", "target"),
        ]  # fmt: skip


class TestNumbersInsideAParagraph:
    def test_open_items_where_each_ends_with_its_bracket(self):
        plan = compile_text(
            "清江市优化营商环境实施意见\n一、减少审批事项\n"
            "1.深化商事制度改革。（1）全面落实多证合一。统一表单，共享信息。（市市场监管局牵头负责）"
            "（2）完善登记全程电子化。推行网上申请。（市政务服务局牵头负责）\n"
        )
        assert [(m.number, m.title) for m in plan.measures] == [
            ("（1）", "全面落实多证合一"), ("（2）", "完善登记全程电子化"),
        ]  # fmt: skip
        assert ("1.", "深化商事制度改革") in [(s.number, s.heading) for s in plan.sections]
        assert [[o.name for o in m.owners] for m in plan.measures] == [
            ["市市场监管局"], ["市政务服务局"],
        ]  # fmt: skip

    def test_stay_in_their_item_where_one_bracket_ends_it(self):
        plan = compile_text(
            "清江市优化营商环境实施意见\n一、减少审批事项\n"
            "1.深化商事制度改革。（1）统一表单。（2）共享信息。（市市场监管局牵头负责）\n"
            "2.优化服务。推行预约服务。（市政务服务局负责）\n"
        )
        assert [m.number for m in plan.measures] == ["1.", "2."]

    def test_open_items_in_a_text_that_lost_its_line_breaks(self):
        body = "推动政务服务事项跨区域办理，完善线上线下服务体系，建立常态化沟通协调机制，及时回应企业群众诉求，持续提升办事体验，对符合条件的项目实行全流程帮办代办"
        plan = compile_text(
            f"关于支持招商引资的意见。为落实部署，结合我市实际，提出以下意见。1.{body}。责任单位：市商务局、市财政局。"
            f"2.{body}，对总部企业给予支持。责任单位：市发改委。"
        )
        assert [(m.number, [o.name for o in m.owners]) for m in plan.measures] == [
            ("1.", ["市商务局", "市财政局"]), ("2.", ["市发改委"]),
        ]  # fmt: skip


class TestExcerptsWithoutNumbers:
    def test_hold_a_goal_where_a_paragraph_opens_with_its_year(self):
        plan = compile_text(
            "到 2027 年，清江市重污染天气基本消除，污染天数比率控制在 1%以内，70%以上的县区消除重污染天气。\n"
            "推动产业结构调整，全面提升污染治理水平，完善监测机制。\n"
        )
        goal, task = plan.measures
        assert goal.type == "goal"
        assert dates(goal) == ["2027"]
        assert figures(goal) == [(1, "%"), (70, "%")]
        assert task.type == "action"

    def test_hand_the_year_of_an_announcement_to_the_aims_below(self):
        plan = compile_text(
            "清江市近日印发促进就业规划。规划提出，到2027年，要实现以下目标：\n"
            "就业规模稳步扩大。城镇新增就业5万人以上，登记失业率控制在4%以内，工作机制更加完善。\n"
            "劳动者能力提高。平均受教育年限达到11年，企业服务体系建设取得进展。\n"
            "相关新闻\n"
        )
        assert [m.type for m in plan.measures] == ["goal", "goal"]
        assert all(dates(m) == ["2027"] and m.deadlines[0].inherited for m in plan.measures)


class TestReports:
    def test_are_known_by_what_is_told_as_done(self):
        plan = compile_text(
            "今年以来，清江市优化营商环境工作一手抓《清江市营商环境攻坚行动方案》的落实，一手抓服务，取得了较好成效。\n"
            "一、1-11月工作情况\n"
            "（一）强力推进改革。召开了推进会，制定了重点任务，明确了20个一级指标和104项重点工作，出台了六条措施。\n"
            "（二）提高服务效能。今年1-11月份，政务服务中心受理办件30.5万件，办结率99.8%。\n"
        )
        assert plan.doc.kind == "report"
        first, second = plan.measures
        assert figures(first) == []
        assert dates(second) == []
        assert [(t.value, t.unit, t.kind) for t in second.targets] == [
            (30.5, "万件", "outcome"), (99.8, "%", "outcome"),
        ]  # fmt: skip

    def test_of_the_press_begin_behind_their_lede(self):
        plan = compile_text(
            "清江日报讯（记者李明）市招商局谋细三季度工作，推动项目落实，服务企业发展。\n"
            "上半年，全市项目到位资金40.6亿元，完成全年目标任务的45.6%，项目数同比增长9.2%，投资同比增长3%。\n"
            "在一季度“开门红”的基础上，市招商局将开展走访，力争三季度新签约项目12个。\n"
        )
        assert plan.doc.kind == "report"
        assert [m.type for m in plan.measures] == ["summary", "action"]
        assert [(t.value, t.kind) for t in plan.measures[1].targets] == [(12, "target")]
        assert "2026-03" not in dates(plan.measures[1])

    def test_are_not_what_divides_the_work_of_one(self):
        plan = compile_text(
            "清江市人民政府关于落实《政府工作报告》重点任务分工的意见\n"
            "一、推进改革\n1.优化服务。新增服务站点20个。（市政务服务局负责）\n"
            "2.规范检查。推行综合查一次。（市市场监管局负责）\n"
        )
        assert plan.doc.kind == "plan"
        assert [t.kind for m in plan.measures for t in m.targets] == ["target"]


class TestTablesWithMergedCells:
    TEXT = """清江市民生实事项目任务表
序号 | 项目内容 | 工作举措 | 责任单位 |
1 | 新建成公办幼儿园7所。 | 推进配套建设。 | 教育局 |
2 | 新建成婴幼儿照护驿站7家。 | 完善服务标准。 | 卫生健康局 |
新增婴幼儿照护服务托位500个。 | 推动社区落实。 | ||
"""

    def test_keep_the_first_cell_of_a_row_whose_number_spans_several(self):
        plan = compile_text(self.TEXT)
        assert [figures(m) for m in plan.measures] == [[(7, "所")], [(7, "家")], [(500, "个")]]


class TestAges:
    def test_say_who_is_meant_and_not_how_many(self):
        plan = compile_text(
            "清江市2026年民生实事方案\n"
            "1.医疗服务提升工程。开展5万名40-74周岁居民癌症筛查，推动服务落实。（市卫生健康局负责）\n"
            "2.养老服务提升工程。推动人均预期寿命达到80岁。（市民政局负责）\n"
        )
        assert [figures(m) for m in plan.measures] == [[(5, "万名")], [(80, "岁")]]


class TestFieldsAtTheHeadOfAPage:
    def test_are_no_running_header_though_they_repeat(self):
        item = "（{}）优化服务{}。推行预约服务，健全工作机制。\n牵头单位：市司法局\n\n— {} —\n\n完成时限：2028年12月\n"
        numbers = "一二三四五"
        body = "".join(item.format(n, n, i) for i, n in enumerate(numbers, 1))
        plan = compile_text(f"清江市2028年优化服务方案\n一、主要任务\n{body}")
        assert [dates(m) for m in plan.measures] == [["2028-12"]] * 5


class TestTraditionalTexts:
    def test_are_read_as_simplified_ones_and_reported_as_printed(self):
        plan = compile_text(
            "清江市水質提升工作方案\n一、主要任務\n"
            "（一）改善水質。2026年底前,優良比例總體高於93%,新建監測站點20個,審批時間壓縮至5個工作日以內。（市稅務局、市生態環境局負責）\n"
            "（二）優化服務。綜合窗口覆蓋率不低於90%。（市政務服務局負責）\n"
        )
        first, second = plan.measures
        assert [(t.value, t.unit, t.comparator) for t in first.targets] == [
            (93, "%", "gt"),
            (20, "個", "eq"),
            (5, "個工作日", "within"),
        ]
        assert first.targets[0].indicator == "優良比例"
        assert [o.name for o in first.owners] == ["市稅務局", "市生態環境局"]
        assert [t.comparator for t in second.targets] == ["ge"]


class TestTextsOnOneLine:
    TEXT = (
        "清江市水污染防治工作计划 一、总体目标 2026年,全面推进水污染防治工作,达到以下目标: "
        "1. 城市污水处理率达到90%以上; 2. 农村污水处理率提高至70%以上; 3. 工业废水达标排放率达到95%以上。 "
        "二、重点任务 1. 加大设施建设力度 (1)完善建设机制,推进污水处理设施建设。 "
        "(2)加大投资,提升处理效率。 2. 加强农村治理工作 (1)制定治理规划,明确重点区域。 (2)推进设施落实,健全管护机制。"
    )

    def test_begin_their_outline_behind_the_title(self):
        plan = compile_text(self.TEXT)
        assert [(s.number, s.heading) for s in plan.sections] == [
            ("一、", "总体目标"),
            ("二、", "重点任务"),
            ("1.", "加大设施建设力度"),
            ("2.", "加强农村治理工作"),
        ]
        assert [m.number for m in plan.measures] == ["1.", "2.", "3.", "(1)", "(2)", "(1)", "(2)"]

    def test_hand_the_year_of_a_list_of_aims_to_its_items(self):
        goals = compile_text(self.TEXT).measures[:3]
        assert [(m.type, dates(m)) for m in goals] == [("goal", ["2026"])] * 3
        assert all(m.deadlines[0].kind == "during" for m in goals)


class TestAimsOfOneSentence:
    def test_part_where_a_second_year_begins(self):
        plan = compile_text(
            "清江市水质提升工作方案\n一、工作目标\n"
            "到2027年，优良比例达到90%，保障水平提升；到2030年，优良比例达到95%。\n"
            "二、主要任务\n（一）改善水质。新建监测站点20个。\n（二）优化服务。推行预约服务。\n"
        )
        assert [dates(m) for m in plan.measures if m.type == "goal"] == [["2027"], ["2030"]]

    def test_are_found_behind_the_colon_that_announces_them(self):
        plan = compile_text(
            "《要点》确定了2026年清江市空气质量改善目标：PM2.5年均浓度不高于50微克/立方米，"
            "PM10年均浓度不高于90微克/立方米，环境监管机制持续完善。\n"
            "为保障目标顺利实施，清江市将加强组织领导，推进考核落实。\n"
        )
        (goal,) = plan.measures
        assert goal.type == "goal"
        assert [(t.value, t.comparator) for t in goal.targets] == [(50, "le"), (90, "le")]


class TestOwnParts:
    def test_are_no_targets(self):
        plan = compile_text(
            "清江市重点任务分工方案\n一、主要任务\n"
            "1.聚焦深化开放，着力打造开放高地（分解任务15项）。\n"
            "2.优化服务，新增服务站点20个，推进服务落实。\n"
        )
        assert [figures(m) for m in plan.measures] == [[], [(20, "个")]]


class TestHeadingsWithNothingUnderThem:
    def test_are_sections_and_no_tasks(self):
        plan = compile_text(
            "清江市营商环境行动方案\n一、总体目标\n到2027年，服务事项达到200项。\n"
            "二、主要任务\n（一）营造公平竞争的市场和要素环境。\n"
        )
        assert [m.type for m in plan.measures] == ["goal"]
        assert ("（一）", "营造公平竞争的市场和要素环境") in [
            (s.number, s.heading) for s in plan.sections
        ]

    def test_are_tasks_in_a_list_of_tasks(self):
        plan = compile_text(
            "清江市重点工作分工方案\n一、重点工作\n1.努力实现地区生产总值增长6%左右。\n牵头单位：市发展改革局\n"
            "2.其他主要经济指标不低于全省平均水平。\n"
        )
        assert [m.number for m in plan.measures] == ["1.", "2."]


class TestStoriesOfTheYear:
    def test_state_no_deadline(self):
        plan = compile_text(
            "清江市2026年民心工程实施方案\n一、主要任务\n"
            "（一）完善服务。今年市委、市政府继续实施民心工程，推进服务设施建设。\n"
            "（二）优化供给。今年新建服务站点20个。\n"
        )
        assert [dates(m) for m in plan.measures] == [[], ["2026"]]


class TestHeadingsRunTogether:
    def test_part_at_the_first_number_behind_them(self):
        plan = compile_text(
            "清江市学前教育发展意见\n"
            "一、明确目标任务，促进学前教育快速发展1、学前三年教育发展目标。\n"
            "2027年，幼儿入园率达到96%以上，乡镇建园率达到90%以上。\n"
            "2030年，每个乡镇建有1所公办中心幼儿园。\n"
            "2、推进学前教育普及发展。\n2027年，入园率达到50%以上。\n"
        )
        assert [(s.number, s.heading) for s in plan.sections][0] == (
            "一、",
            "明确目标任务，促进学前教育快速发展",
        )
        assert [dates(m) for m in plan.measures] == [["2027"], ["2030"], ["2027"]]


class TestPiecesOfPlans:
    def test_hold_a_goal_for_each_year_of_a_field(self):
        plan = compile_text(
            "在加强养老服务体系建设方面，到2027年，清江市每千名老年人拥有养老床位数达到30张，服务机制基本健全。"
            "到2030年，全面建成服务体系，养老床位数达到40张。\n"
        )
        assert [(m.type, dates(m), figures(m)) for m in plan.measures] == [
            ("goal", ["2027"], [(30, "张")]),
            ("goal", ["2030"], [(40, "张")]),
        ]

    def test_hold_the_aims_that_dashes_list(self):
        plan = compile_text(
            "--建成先进的设施。2027年，清江市学校标准化率达到98%，企业服务机制完善。\n"
            "--提供优质的服务。服务质量明显提高。2030年，优秀学校达80%以上，政策体系健全。\n"
        )
        assert [(m.type, dates(m)) for m in plan.measures] == [
            ("goal", ["2027"]),
            ("goal", ["2030"]),
        ]

    def test_keep_the_rest_of_an_item_whose_head_is_cut_off(self):
        plan = compile_text(
            "宜居乡村建设。2027年年底前，完成20个示范乡镇创建。（市建委牵头）\n"
            "10.完善治理机制。加快管网建设。（市水务局牵头）\n"
        )
        assert [(m.number, [o.name for o in m.owners]) for m in plan.measures] == [
            (None, ["市建委"]),
            ("10.", ["市水务局"]),
        ]


class TestNewsOfPlans:
    TEXT = """清江市启动学前教育发展提升行动
2026-03-15 17:52:15
近日，清江市出台《学前教育发展提升行动计划》，进一步推动学前教育发展。
到2028年，入园率保持在99%以上，普惠性幼儿园覆盖率保持在90%以上，教育服务体系更加完善。
市教育局将进一步落实工作部署，全年推动实施40个重点项目，推进机制建设。
责任编辑：李明
"""

    def test_are_aims_and_intentions_without_title_lede_and_imprint(self):
        plan = compile_text(self.TEXT)
        assert [(m.type, figures(m)) for m in plan.measures] == [
            ("goal", [(99, "%"), (90, "%")]),
            ("action", [(40, "个")]),
        ]
        assert plan.sections == ()


class TestReportsOfHalfAYear:
    def test_are_reports_by_their_figures(self):
        plan = compile_text(
            "清江市持续推进新型工业化，产业经济持续回升向好。\n"
            "（一）实体经济企稳向好。出台40项产业政策。2025年1—11月全市规模以上工业增加值增长7%。"
            "1—10月信息软件业营收增长11.4%，1—11月固定资产投资同比增长43%。\n"
            "（二）技术创新取得突破。组织攻关项目，创建123家企业技术中心。上半年，新增平台15个。\n"
        )
        assert plan.doc.kind == "report"
        assert {t.kind for m in plan.measures for t in m.targets} == {"outcome"}
        assert [d for m in plan.measures for d in m.deadlines] == []


class TestAimsListedUnderADate:
    TEXT = (
        "清江市质量强市实施意见\n一、总体要求\n以推动高质量发展为主题，提升质量水平。\n"
        "到2027年，质量总体水平显著提高。\n"
        "——发展效益明显提升。坚持绿色发展，走出新路子。\n"
        "——供给水平显著提高。产品合格率稳定在94%以上，抽检处置率达到100%。\n"
        "——品牌建设成效增强。注册商标总量达到7万件。\n"
        "二、主要任务\n（一）提升质量。新增标准20项。\n（二）优化服务。推行预约服务。\n"
    )

    def test_are_goals_of_that_date_where_they_give_figures(self):
        goals = [m for m in compile_text(self.TEXT).measures if m.type == "goal"]
        assert [(dates(m), figures(m)) for m in goals] == [
            (["2027"], []),
            (["2027"], [(94, "%"), (100, "%")]),
            (["2027"], [(7, "万件")]),
        ]


class TestNumbersThatAreNoTargets:
    TEXT = "清江市节能方案\n一、主要任务\n1.推进节能。{}。（市发展改革局负责）\n2.优化服务。推行预约服务。\n"

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("能耗比2020年的1吨标准煤降低17%", [(17, "%")]),
            ("排放量比2020年的12.4万吨、1.07万吨分别减少11.9%、15.5%", [(11.9, "%"), (15.5, "%")]),
            ("242国道、351国道完成改造20公里", [(20, "公里")]),
        ],
    )
    def test_are_what_a_change_is_counted_from_and_names_of_roads(self, words, found):
        measure = compile_text(self.TEXT.format(words)).measures[0]
        assert figures(measure) == found

    def test_are_not_shares_of_a_whole(self):
        measure = compile_text(self.TEXT.format("推动70%以上的企业完成改造")).measures[0]
        assert figures(measure) == [(70, "%")]


class TestYearsInTheMiddleOfASentence:
    def test_are_deadlines_before_what_is_finished_in_them(self):
        plan = compile_text(
            "清江市2026年交通工作要点\n"
            "一是推进项目。力争清江高速2026年建成通车，滨江大道2027年完工。\n"
            "二是严守安全。完善2024年建成的监测平台，推进隐患排查。\n"
        )
        assert [dates(m) for m in plan.measures] == [["2026", "2027"], []]
