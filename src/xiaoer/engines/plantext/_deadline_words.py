"""The date phrases of official documents, and the words beside them that make them deadlines or not.

Patterns read squeezed text (:mod:`._view`). Every repeat is bounded.
"""

from __future__ import annotations

import re

from ._view import EDGE

_HAN_MONTH = "十[一二]?|[一二三四五六七八九]"
_GATE = (
    r"(?=20\d\d年|二[〇○零]|今年|本年|明年|\d{1,2}月|(?:十[一二]?|[一二三四五六七八九])月(?:底|末|份)|[上下]半年|第?[一二三四1-4]季度"
    r"|年底|年末|岁末|全年|(?<![一二三四五六七八九十两几数半\d])年内|年度内)"
)
# 到2025年6月30日前; each part optional, the gate keeps the match from being empty.
DATE = re.compile(
    rf"(?P<to>截至|截止到?|不晚于|不迟于|到|至)?{_GATE}"
    r"(?:(?P<year>20\d\d)年|(?P<han>二[〇○零][一二三四五六七八九〇○零]{2})年|(?P<word>今年|本年度?|明年))?"
    rf"(?:(?P<month>\d{{1,2}}|{_HAN_MONTH})月份?(?:(?P<day>\d{{1,2}})[日号]|(?P<part>底|末|上旬|中旬|下旬|初))?"
    r"|(?P<half>[上下])半年(?P<half_end>底|末)?|第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>底|末)?"
    r"|(?P<whole>全年|年内|年度内)|(?P<end>[年岁]?[底末]))?"
    r"(?P<within>之?内)?(?P<before>之前|以前|前(?![期沿瞻端述景三十\d]))?"
)
DOTTED = re.compile(
    r"(?<![\d./-])(?P<year>20\d\d)[./-](?P<month>0?[1-9]|1[0-2])"
    r"(?:[./-](?P<day>0?[1-9]|[12]\d|3[01]))?(?![\d.%/-])(?P<before>之?前)?"
)
YEARS = re.compile(
    r"(?<!\d)(?P<first>20\d\d)年?(?:-{1,2}|~|至|到)(?P<year>20\d\d)年(?P<end>年?底)?"
)
MONTHS = re.compile(
    r"(?<![\d年])(?:(?P<year>20\d\d)年)?(?P<first>1[0-2]|[1-9])月?(?:-{1,2}|~|至|到)(?P<month>1[0-2]|[1-9])月(?P<part>底|末|份)?"
)
RELATIVE = re.compile(
    r"(?:自|从)?(?:本(?:方案|通知|意见|计划|办法|措施|文件))?(?:印发|发布|公布|下发|施行|实施|出台)(?:之日)?(?:起|之?后)的?"
    r"(?P<count>\d{1,3}|[一二三四五六七八九十两]{1,3})(?P<unit>个工作日|日|天|个月|周|年)(?:之内|以内|内)"
)

_LAST = r"(?:长期|持续|常态化?)"
_LAST_ON = rf"{_LAST}(?:性|化)?(?:坚持|推进|跟踪|实施|开展|落实|深化|抓好|完善|优化|跟进|更新|进行)?(?:落实|实施|推进)?"
# A field, a cell or a sentence of its own: 完成时限：持续推进.
ONGOING = re.compile(
    rf"(?:^|(?<=[{EDGE}：。；（]))(?P<ongoing>(?:并|全年)?{_LAST_ON}|全年推进|即日起|贯穿全年)(?=$|[{EDGE}；。，）、])"
)
# Behind a date: 12月取得阶段性成果并持续推进; and at the end of a bracket: （…负责，长期坚持）.
ONGOING_AFTER = re.compile(
    rf"[^。；，（）{EDGE}]{{0,14}}[，、；]?(?:并|后|且|再)?(?P<ongoing>{_LAST_ON})(?=$|[。；，）{EDGE}])"
)
ONGOING_TAIL = re.compile(rf"(?<=[，；])(?:并)?(?P<ongoing>{_LAST_ON})(?=）)")

# 力争该路2026年建成通车, 全省2027年将建设…: a year in the middle of what is to come.
FINISHES = re.compile(
    r"(?:底)?(?:将|拟|计划|力争|(?:全面|全线|基本|正式)?(?:建成|完工|贯通|通车|投用|投产|竣工|开工|完成|达产|投入|启用)(?!的))"
)
INTENDS = re.compile(r"力争|确保|争取|计划|将(?!近)|拟|要求")

# The years of a sentence and where it ends.
YEAR_OR_STOP = re.compile(rf"(?P<stop>[。；！？{EDGE}])|(?<!\d)(?P<year>20\d\d)年(?!以来|版)")
FIELD = re.compile(
    r"(?:(?:完成|办结|实施|推进|整改|落实|工作|任务|时间|进度|达标)(?:时限|时间|期限|节点|要求|安排|进度)|时限|时间|期限|进度)(?:要求)?[：为]?$"
)
HIDDEN = re.compile(r"《[^《》]{0,80}》|“[^“”]{0,20}”")
RECURRING = re.compile(
    r"(?:有效期|上|去|每年|每月|每季度?|每半年|每个?|逐年|历年|每年的|每学期|次)$"
)
PAST_LEFT = re.compile(r"(?:自|从|较|比|与|同|以|源于|始于|对|在)$")
PAST_RIGHT = re.compile(
    r"度?(?:版|修订|修正|以来|起(?!草)|以后|之后|后(?!续)|的?基础上|同期|末期|年初|以前|至今|发布的|印发的|出台的|[^，。；]{0,10}》)"
)
# 2015年前颁布施行的文件: what is older than a year, and no aim of that year.
OLDER = re.compile(
    r"(?:颁布|施行|出台|印发|发布|建成|登记|成立|竣工|注册|制定|的|已|立案|取得|参加)"
)
# 到2026年和2030年: the second year is as due as the first.
LISTED = re.compile(r"(?:到|至)20\d\d年底?[和、及与]$")
SO_FAR = re.compile(r"[^。；]{0,20}?(?:已|累计|共有|现有|达到?\d)")
NOT_AFTER_YEAR = re.compile(
    r"\d{1,2}-|度|版|第|是|的|要|经济|乃至|工作|主要|初|远景|目标|，我|政府|重点(?:工作|任务)|[^，。；、]{0,20}(?:方案|计划|要点|清单|公报)|[、和及与]20\d\d年|[》）]|-|~|至20"
)
LEADS = re.compile(
    rf"(?:^|[，。；：、！（{EDGE}]|力争|确保|争取|计划|预计|力求|保证|在|于|并|拟|是|其中|将|要|实现|底|前|标|段|务|点|作|日|）)$"
)
ACTION = re.compile(
    r"[^，。；]{0,4}?，?(?:全面|基本|全部|正式|分别|力争|争取|确保|陆续|适时|启动|分批|各项|取得|集中)?"
    r"(?:完成|取得|出台|启动|建成|投用|上线|发布|印发|形成|实现|制定|公布|举办|开展|组织|开工|投产|通车|达到|落地|报送|建立|开通|运行|召开|前|底|见效|全覆盖|试行|推行|推广|持续|初步)"
)
# 今年新增20家, 今年，…; 今年市政府继续实施 tells a story.
THIS_YEAR = re.compile(
    r"内?(?:，|要|将|拟|计划|力争|确保|争取|底|新|再|完成|建成|实现|建设|力求|全[市省县区州]|全面|达到|培育|引进|启动)"
)
# 全年目标任务, 全年无休: no dates.
NOT_WHOLE = re.compile(
    r"目标|任务|各项|重点|主要|无休|不|候|工作|计划|预期|预算|总量|经济|办公|开放|常|性|推进|服务"
)
NOT_HALF = re.compile(r"“|经济|以来|同比|，(?:全[市省县]|我)|已")
