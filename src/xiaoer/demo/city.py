"""The demonstration city 清江市: its regions, units and people. Invented; no real place or person."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "Qingjiang-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSeed:
    """A region; ``parent`` empty for the city itself."""

    code: str
    name: str
    level: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSeed:
    """A unit; ``name`` is the full name, ``short`` what plans print, ``aliases`` other habits."""

    short: str
    name: str
    kind: str = "DEPARTMENT"
    region: str = "990100"
    is_office: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeed:
    """Somebody with a log-in; ``unit`` empty for roles over the whole city."""

    username: str
    name: str
    role: str
    unit: str = ""
    says: str = ""


REGIONS = (
    RegionSeed(code="990100", name="清江市", level="city"),
    RegionSeed(code="990102", name="江北区", level="county", parent="990100"),
    RegionSeed(code="990103", name="江南区", level="county", parent="990100"),
    RegionSeed(code="990121", name="临山县", level="county", parent="990100"),
    RegionSeed(code="990181", name="云阳市", level="county", parent="990100"),
    RegionSeed(code="990171", name="清江高新区", level="zone", parent="990100"),
)

UNITS = (
    UnitSeed(
        short="市营商办",
        name="清江市优化营商环境工作领导小组办公室",
        kind="GROUP_OFFICE",
        is_office=True,
        aliases=("市优化办",),
    ),
    UnitSeed(short="市发改委", name="清江市发展和改革委员会"),
    UnitSeed(short="市经信局", name="清江市经济和信息化局"),
    UnitSeed(short="市财政局", name="清江市财政局"),
    UnitSeed(short="市人社局", name="清江市人力资源和社会保障局"),
    UnitSeed(short="市自然资源局", name="清江市自然资源和规划局"),
    UnitSeed(short="市住建局", name="清江市住房和城乡建设局"),
    UnitSeed(short="市商务局", name="清江市商务局"),
    UnitSeed(short="市市场监管局", name="清江市市场监督管理局"),
    UnitSeed(short="市数据局", name="清江市数据局", aliases=("市大数据局", "市行政审批局")),
    UnitSeed(short="市司法局", name="清江市司法局"),
    UnitSeed(short="市公安局", name="清江市公安局"),
    UnitSeed(short="市民政局", name="清江市民政局"),
    UnitSeed(short="市税务局", name="国家税务总局清江市税务局"),
    UnitSeed(short="市应急管理局", name="清江市应急管理局"),
    UnitSeed(short="市生态环境局", name="清江市生态环境局"),
    UnitSeed(short="市城管执法委", name="清江市城市管理执法委员会"),
    UnitSeed(short="市国资委", name="清江市人民政府国有资产监督管理委员会"),
    UnitSeed(short="市信访局", name="清江市信访局", kind="PARTY"),
    UnitSeed(short="市委金融办", name="中共清江市委金融委员会办公室", kind="PARTY"),
    UnitSeed(short="市工商联", name="清江市工商业联合会", kind="PUBLIC"),
    UnitSeed(short="市公共资源交易中心", name="清江市公共资源交易中心", kind="PUBLIC"),
    UnitSeed(short="人行清江分行", name="中国人民银行清江市分行", kind="OTHER"),
    UnitSeed(short="清江供电公司", name="国网清江供电公司", kind="COMPANY"),
    UnitSeed(short="市水务集团", name="清江市水务集团有限公司", kind="COMPANY"),
    UnitSeed(short="江北区政府", name="江北区人民政府", kind="COUNTY", region="990102"),
    UnitSeed(short="江南区政府", name="江南区人民政府", kind="COUNTY", region="990103"),
    UnitSeed(short="临山县政府", name="临山县人民政府", kind="COUNTY", region="990121"),
    UnitSeed(short="云阳市政府", name="云阳市人民政府", kind="COUNTY", region="990181"),
    UnitSeed(
        short="高新区管委会",
        name="清江高新区管理委员会",
        kind="ZONE",
        region="990171",
        aliases=("清江高新区管委会",),
    ),
    UnitSeed(short="高新区招商局", name="清江高新区招商局", region="990171"),
    UnitSeed(short="高新区行政审批局", name="清江高新区行政审批局", region="990171"),
    UnitSeed(short="高新区科技创新局", name="清江高新区科技创新局", region="990171"),
    UnitSeed(short="高新区经济发展局", name="清江高新区经济发展局", region="990171"),
    UnitSeed(short="高新区财政局", name="清江高新区财政局", region="990171"),
    UnitSeed(short="高新区建设局", name="清江高新区建设局", region="990171"),
    UnitSeed(
        short="高新区企业服务中心", name="清江高新区企业服务中心", kind="PUBLIC", region="990171"
    ),
    UnitSeed(
        short="高新区人力资源服务中心",
        name="清江高新区人力资源服务中心",
        kind="PUBLIC",
        region="990171",
    ),
    UnitSeed(short="高新区应急管理局", name="清江高新区应急管理局", region="990171"),
    UnitSeed(short="高新区市场监管分局", name="清江市市场监督管理局高新区分局", region="990171"),
    UnitSeed(
        short="高新区自然资源和规划分局", name="清江市自然资源和规划局高新区分局", region="990171"
    ),
    UnitSeed(short="高新区党政办公室", name="清江高新区党政办公室", region="990171"),
)

COUNTY_GROUPS = ("各县（市、区）", "各县（市、区）人民政府", "各县市区")
COUNTIES = ("江北区政府", "江南区政府", "临山县政府", "云阳市政府")

PEOPLE = (
    PersonSeed(username="sysadmin", name="郑工", role="system_officer", says="系统管理员：开账号"),
    PersonSeed(
        username="secadmin", name="孙薇", role="security_officer", says="安全管理员：授角色"
    ),
    PersonSeed(username="auditor", name="吴敏之", role="audit_officer", says="审计管理员：查审计"),
    PersonSeed(
        username="zhoumin",
        name="周敏",
        role="office",
        unit="市营商办",
        says="营商办经办人：校核、核实、台账",
    ),
    PersonSeed(
        username="liuzy",
        name="刘志远",
        role="office_leader",
        unit="市营商办",
        says="营商办负责人：审批、发布",
    ),
    PersonSeed(username="chenjh", name="陈建华", role="city_leader", says="市领导：看全局"),
    PersonSeed(username="lijing", name="李静", role="evaluator", says="评估人员：只读、可回放"),
)

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
GIVEN = (
    "建国",
    "晓燕",
    "志强",
    "丽娟",
    "海波",
    "文静",
    "国栋",
    "雪梅",
    "永刚",
    "慧敏",
    "俊杰",
    "秀兰",
    "学军",
    "佳怡",
)


def person_name(index: int) -> str:
    """Return an invented name, the same for the same index."""
    return SURNAMES[index * 7 % len(SURNAMES)] + GIVEN[index * 5 % len(GIVEN)]
