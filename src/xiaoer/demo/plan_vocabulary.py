"""The words of the invented plans: topics, units, sentences, targets. Everything is made up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

PREAMBLE = (
    "为深入贯彻落实优化营商环境的决策部署，持续打造市场化、法治化、国际化一流营商环境，"
    "结合我市实际，制定本方案。"
)

UNITS = (
    "市政务服务局", "市发改委", "市经信局", "市财政局", "市市场监管局", "市人社局", "市自然资源局",
    "市住建局", "市税务局", "市司法局", "市商务局", "市科技局", "市教育局", "市卫健委", "市交通运输局",
    "市水利局", "市生态环境局", "市公安局", "市国资委", "市文旅局", "市应急局", "市统计局",
    "市农业农村局", "市工商联", "清江海关", "市中级人民法院", "市数据局", "市金融办",
)  # fmt: skip

THEMES = (
    "优化政务服务环境", "打造公平法治环境", "营造开放贸易环境", "培育创新创业环境", "夯实要素保障环境",
    "建设诚信市场环境", "完善产业生态环境", "提升宜居人文环境",
)  # fmt: skip

GUARANTEES = (
    ("强化组织领导", "各级各部门要提高思想认识，主要负责同志亲自抓，推动各项任务落到实处。"),
    ("加强督促检查", "建立清单管理和跟踪督办机制，对推进不力的予以通报。"),
    ("注重宣传引导", "充分运用各类媒体宣传改革成效，营造全社会支持改革的良好氛围。"),
)

_OBJECTS = (
    "企业开办", "不动产登记", "工程建设项目审批", "用水用气报装", "电力接入", "获得信贷", "纳税服务",
    "跨境贸易", "合同执行", "破产办理", "政府采购", "招标投标", "公共资源交易", "劳动力市场监管",
    "知识产权保护", "包容普惠创新", "惠企政策兑现", "中介服务监管", "信用修复", "行政裁量规范",
    "柔性执法", "涉企检查", "商事调解", "公共法律服务", "人才引进", "职业技能培训", "用工对接",
    "产业链协同", "科技成果转化", "中试平台建设", "孵化载体提升", "绿色低碳转型", "数字化改造",
    "工业用地供应", "标准地出让", "物流通道建设", "口岸通关", "外资项目服务", "展会组织", "商标品牌培育",
    "质量基础设施", "市场主体退出", "政企沟通", "投诉举报处理", "账款清欠", "证明事项清理", "一网通办",
    "一业一证改革", "综合窗口建设", "帮办代办", "电子证照应用", "数据共享", "融资担保", "普惠贷款投放",
    "上市培育", "学位供给", "医疗服务", "保障住房筹集", "公共交通优化", "文化场馆开放", "养老托育服务",
    "老旧小区改造", "停车设施建设", "充电设施建设", "园区配套", "水环境治理", "乡村产业培育", "冷链物流",
    "通用航空服务", "海外仓布局",
)  # fmt: skip

_SCOPES = (
    "", "重点园区", "中心城区", "县域", "高新区", "经开区", "重点产业链", "小微企业", "外贸企业", "民营企业",
    "制造业企业", "服务业企业", "初创企业", "专精特新企业", "农业企业", "建筑企业", "物流企业", "文旅企业",
)  # fmt: skip

_VERBS = ("优化", "提升", "深化", "完善", "规范", "加快", "推进", "强化")
_TAILS = ("工作机制", "服务水平", "制度体系", "全流程管理", "协同联动", "标准化建设")

_GROUP_TAILS = ("便利程度", "支撑能力", "保障体系", "环境")

_OPENINGS = (
    "健全{topic}工作机制", "梳理{topic}事项清单", "推动{topic}线上线下融合", "完善{topic}配套制度",
    "聚焦{topic}堵点难点", "统筹{topic}资源力量", "围绕{topic}开展专项整治", "建立{topic}联席会议制度",
)  # fmt: skip
_MIDDLES = (
    "精简申请材料和办理环节", "推行告知承诺和容缺受理", "加强部门信息共享和业务协同", "明确办理标准和责任边界",
    "引导社会力量有序参与", "开展常态化走访和需求摸排", "编制办事指南并向社会公开", "推广先进地区成熟经验",
    "加大政策宣传和解读力度", "完善评价反馈和整改闭环", "推动服务向基层延伸", "强化事前事中事后全链条监管",
)  # fmt: skip
_ENDINGS = (
    "切实减轻企业负担", "让企业和群众少跑腿", "稳定经营主体预期", "提高办事效率和透明度", "形成工作合力",
    "推动问题在基层解决", "为高质量发展提供支撑", "营造公平竞争的市场秩序",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPhrase:
    """A phrase with a binding number and how it is to be read."""

    text: str
    indicator: str
    comparator: str
    value: float | int
    unit: str
    value_max: float | int | None = None


def themes(rng: random.Random, count: int) -> list[str]:
    """Return ``count`` different headings."""
    return rng.sample(THEMES, count)


def topics(rng: random.Random) -> Iterator[str]:
    """Yield topics without repetition for as long as there are any, then again."""
    while True:
        every = [scope + thing for scope in _SCOPES for thing in _OBJECTS]
        rng.shuffle(every)
        yield from every


def groups(rng: random.Random) -> Iterator[str]:
    """Yield headings of groups of measures, without repetition for as long as there are any."""
    while True:
        every = [
            f"{verb}{thing}{tail}" for verb in _VERBS for thing in _OBJECTS for tail in _GROUP_TAILS
        ]
        rng.shuffle(every)
        yield from every


def title(rng: random.Random, topic: str) -> str:
    """Return the lead phrase of a measure."""
    return f"{rng.choice(_VERBS)}{topic}{rng.choice(_TAILS)}"


def sentence(rng: random.Random, topic: str) -> str:
    """Return a sentence without any number."""
    opening = rng.choice(_OPENINGS).format(topic=topic)
    middles = rng.sample(_MIDDLES, rng.randint(1, 2))
    return "，".join([opening, *middles, rng.choice(_ENDINGS)])


def target(rng: random.Random, topic: str) -> TargetPhrase:
    """Return a phrase with a number, its comparator in one of the common surface forms."""
    makers = (
        _rate, _days, _within, _built, _added, _money, _growth, _cut, _range, _people, _ceiling, _about,
    )  # fmt: skip
    return rng.choice(makers)(rng, topic)


def _rate(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.choice((90, 95, 98, 98.5, 85))
    form, comparator = rng.choice(
        (("达到{}%以上", "ge"), ("不低于{}%", "ge"), ("达到{}%", "eq"), ("超过{}%", "gt"))
    )
    name = f"{topic}事项网上可办率"
    return TargetPhrase(
        text=name + form.format(value), indicator=name, comparator=comparator, value=value, unit="%"
    )


def _days(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(1, 15)
    name = f"{topic}办理时间"
    return TargetPhrase(
        text=f"{name}压缩至{value}个工作日",
        indicator=name,
        comparator="le",
        value=value,
        unit="个工作日",
    )


def _within(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(2, 30)
    name = f"{topic}审核时限"
    return TargetPhrase(
        text=f"{name}控制在{value}个工作日以内",
        indicator=name,
        comparator="within",
        value=value,
        unit="个工作日",
    )


def _built(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(2, 40)
    return TargetPhrase(
        text=f"建设{topic}服务站点{value}个",
        indicator=f"{topic}服务站点",
        comparator="eq",
        value=value,
        unit="个",
    )


def _added(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(3, 300)
    return TargetPhrase(
        text=f"新增{topic}示范企业{value}家以上",
        indicator=f"{topic}示范企业",
        comparator="ge",
        value=value,
        unit="家",
    )


def _money(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.choice((3.5, 10, 12.6, 50, 120, 4600))
    name = f"{topic}领域投资"
    return TargetPhrase(
        text=f"{name}突破{value}亿元", indicator=name, comparator="gt", value=value, unit="亿元"
    )


def _growth(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(5, 40)
    name = f"{topic}业务量"
    return TargetPhrase(
        text=f"{name}增长{value}%以上",
        indicator=name,
        comparator="increase_ge",
        value=value,
        unit="%",
    )


def _cut(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(10, 60)
    name = f"{topic}申请材料"
    return TargetPhrase(
        text=f"{name}压减{value}%以上",
        indicator=name,
        comparator="decrease_ge",
        value=value,
        unit="%",
    )


def _range(rng: random.Random, topic: str) -> TargetPhrase:
    low = rng.randint(1, 5)
    high = low + rng.randint(1, 4)
    return TargetPhrase(
        text=f"培育{topic}龙头企业{low}—{high}家",
        indicator=f"{topic}龙头企业",
        comparator="eq",
        value=low,
        value_max=high,
        unit="家",
    )


def _people(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.choice((1.2, 3.5, 2, 0.8))
    return TargetPhrase(
        text=f"培训{topic}从业人员{value}万人次",
        indicator=f"{topic}从业人员",
        comparator="eq",
        value=value,
        unit="万人次",
    )


def _ceiling(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.choice((3, 5, 0.5, 2))
    name = f"{topic}差评率"
    return TargetPhrase(
        text=f"{name}不超过{value}%", indicator=name, comparator="le", value=value, unit="%"
    )


def _about(rng: random.Random, topic: str) -> TargetPhrase:
    value = rng.randint(2, 60) * 10
    return TargetPhrase(
        text=f"开展{topic}宣讲活动{value}场左右",
        indicator=f"{topic}宣讲活动",
        comparator="approx",
        value=value,
        unit="场",
    )
