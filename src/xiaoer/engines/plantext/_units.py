"""The units and counting words that follow a number in official documents.

``UNIT_AFTER`` matches directly behind a number: an optional 余/多, an optional scale (万, 亿), the
unit, and an optional "per" part (万元/项, 件/万人). Longest unit first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


_TIME = _words(
    "个工作日 工作日 个自然日 自然日 个月 个小时 小时 分钟 秒 天 日 周 个季度 年 个工时 工时"
)
_SHARE = _words("% 个百分点 百分点 个点 ‰ 个基点 基点 BP bp 倍 成 番 折 分")
_MONEY = _words("元 美元 欧元 港元 日元 元人民币")
_MEASURE = _words(
    "吨标准煤 吨标煤 吨二氧化碳当量 吨二氧化碳 吨公里 吨 公斤 千克 克 毫克 微克 斤 "
    "平方公里 平方千米 平方米 平米 立方米 立方 方 延米 延长米 车道公里 人公里 公里 "
    "千米 米 厘米 毫米 纳米 海里 亩次 亩 公顷 千瓦时 千瓦 兆瓦时 兆瓦 吉瓦 瓦 "
    "度 千伏安 千伏 伏 升 蒸吨 标准箱 标箱 箱 TEU 卡 核 EFLOPS "
    "PFLOPS TFLOPS Eflops Pflops P Tbps Gbps Mbps "
    "TB PB GB EB MW GW GWh MWh kWh kW kV kVA km "
    "mg kg t ms 毫秒 比特 字节 像素 摄氏度 ℃ 分贝 周岁 岁 词元"
)
_COUNT = _words(
    "个国别 个批次 个标准箱 个标箱 个点位 个 家次 家 户次 户 人次 人日 人天 人 "
    "名 位 项次 项 件次 件 条次 条 款 种 类 批次 批 套次 套 台套 台（套） "
    "台（件） 台次 台 辆次 辆 车次 架次 架 艘次 艘 列次 列 班列 班次 班 座 所 "
    "处 栋 幢 间 张 份 篇 部 本 册 场次 场 次 轮 期 门 支 只 头 羽 株 棵 "
    "对 组 队 片 块 段 宗 笔 单 例 起 首 样本 课时 学时 床 孔 口 眼 枚 颗 "
    "盏 杆 桩 枪 航次 标次 包 票 桶 袋 村 镇 乡 县 市 省 国 校 园 店 强 "
    "星 师 岗 卷 集 幅 道 标段"
)
_SCALES = _words("万亿 千亿 百亿 十亿 千万 百万 十万 亿 万 千 百 十")

# What a unit's character begins instead: 4方面 has no unit 方, 3部门 no unit 部.
_NOT_BEFORE = {
    "方": "面|案|式|向|位|针|法",
    "部": "门|委|分|署|队",
    "家": "庭|园|长",
    "条": "例|件",
    "分": "别|类|级|支|布|阶|步|期|行|管|公|局|中|批|区|院|店|会|钟|之|解|散|工",
    "天": "然|津|府|河|眼",
    "本": "科|级|市|省|地|土|外|年|级|轮",
    "片": "区",
    "种": "植|子|业|养",
    "期": "间|货|限|末",
    "度": "假",
    "元": "素|旦|宇",
    "包": "括|容|含",
    "起": "步|草|点|来|施|执|，",
    "口": "岸|径",
    "道": "路",
    "头": "部|雁",
    "首": "批|个|次|台|创|家|店",
    "园": "区",
    "集": "群|聚|成|中|约",
    "组": "织|建",
    "队": "伍",
    "核": "心",
    "位": "于|列|居|一",
    "名": "单|录|称|义|优",
    "处": "理|置|级|罚|于",
    "所": "有|需|在|属|以",
    "场": "景|所|地|馆|站|域",
    "支": "持|付|撑|行|出|柱|线",
    "只": "需|要|有",
    "单": "位|一|个|独",
    "例": "如",
    "升": "级|规|学",
    "周": "边|年|期|转",
    "市": "场",
    "国": "家|务|际|内",
    "人": "民|工|才|口|均|大|社",
    "强": "化|调|大",
    "成": "立|为|果|效|本",
    "款": "项",
    "个": "人(?!工)|性化|体",
    "星": "级",
    "村": "级",
    "县": "级",
    "镇": "级",
    "省": "级",
}

TIME_UNITS = frozenset(_TIME)
SHARE_UNITS = frozenset(_SHARE)
CLASSIFIERS = frozenset(_COUNT)


def _either(words: Iterable[str]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word) + (f"(?!{_NOT_BEFORE[word]})" if word in _NOT_BEFORE else "")
        for word in ordered
    )


_UNIT = _either([*_TIME, *_SHARE, *_MONEY, *_MEASURE, *_COUNT])
_SCALE = _either(_SCALES)
_SCALED = rf"(?:(?!千[瓦米克伏]|百分点)(?:{_SCALE}))?"
_PER = rf"(?:/{_SCALED}(?:{_UNIT}|车|季度|人年)(?:·[天年])?)?"
UNIT_AFTER = re.compile(
    rf"[多余]?(?P<unit>{_SCALED}[多余]?(?:{_UNIT}){_PER}(?![A-Za-z])"
    r"|(?:万亿|千亿|亿|万)(?=[多余]?(?:以上|以内|以下|左右)?(?:[，。；、）,\t]|$)))"
)
_SCALE_HEAD = re.compile(rf"^{_SCALED}")


def bare_unit(unit: str) -> str:
    """Return the unit without its scale and its "per" part: 万元/项 becomes 元."""
    return _SCALE_HEAD.sub("", unit.partition("/")[0])
