"""Who answers for a measure: responsibility brackets, field lines and table cells.

``read_owners`` turns one such statement into owners with roles; ``find_statements`` finds the
statements inside a measure. Names are kept as printed; a completed form of an elided name
(市发改、财政局) is offered in ``alt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ._model import Owner, Role, Span
from ._normalise import Dense
from ._paragraphs import FIELD_LABEL

_UNIT_END = (
    "局|委|办|厅|部|署|院|会|社|站|队|所|处|室|中心|公司|集团|银行|政府|管委会|部门|单位|地区|委员会|办公室|海关|联|行|"
    "镇|乡|街道|街道办|开发区|新区|高新区|园区|示范区|试验区|保税区|实验室|大学|学院|学校|中学|医院|企业|协会|商会|工会|妇联|团市委|"
    "法院|检察院|专班|小组|组|科|股|馆|台|报社|校|厂|店|电网|供电|联通|移动|电信|铁塔|邮政|税务|消防|支队|大队|"
    "市|县|区|州|盟|旗|省|两江四岸"
)
_IS_UNIT = re.compile(rf"(?:{_UNIT_END})(?:（[^（）]*）|〔[^〔〕]*〕)*$")
_STRONG_END = re.compile(
    r"(?:局|委|办|厅|部|署|院|政府|管委会|部门|单位|公司|中心|委员会|办公室|集团|支队|大队|街道|镇|乡|专班|总队|银行|人行|海关|地区|联|法院)$"
)
_GROUP = (
    r"(?:国务院|中央(?:和国家机关)?|国家|全国|全省|全市|全区|全县|省级|市级|区级|县级|州级|省直|市直|区直|县直|州直|省|市|区|县|各级|本级|其他|各)?"
    r"(?:各)?(?:相关|有关|成员|责任|职能|行业主管|主管|行业|业务|监管)?(?:市直|省级|市级)?(?:部门|单位|责任部门|责任单位|职能部门|主管部门|监管部门|成员单位|企业|机构)(?:和单位|及单位)?"
)
_ETC = re.compile(rf"(?<![高中初平同])等(?=(?:{_GROUP})?(?:$|[，、；（。及]|和各|以及|\d))")
_BARE_GROUP = re.compile(
    r"(?:\d+个)?(?:各)?(?:相关|有关|责任|成员)?(?:部门|单位|地区|市直部门|机构)(?:和单位|及单位)?"
)
_DUTY = (
    r"(?:按照?|依照?|根据|依据)(?:各自)?(?:的)?(?:职责|职能|职权|工作职责|任务|部门职责)(?:任务)?(?:范围)?(?:和|及)?(?:分工|范围|任务)?"
    r"(?:分别|共同|协同|抓好|做好|具体|各自)?(?:负责|落实|配合|推进|组织实施|实施|办理|牵头|参与)?(?:落实|实施|推进)?"
)
_VERB = re.compile(
    rf"(?P<duty>{_DUTY})|(?P<lead>(?:共同|总|具体|负责)*牵头(?:负责|组织|落实|实施|推进|抓总|组织实施|会同)*(?:单位|部门)?)"
    r"|(?P<with>(?:会同|会商|(?<=[局委办厅部署院会])商)(?=[\u4e00-\u9fff]{2}))"
    r"|(?P<support>(?:负责|协助|共同|积极)*(?:配合|参与|协助|协办|协同|支持|参加)(?:落实|单位|部门|实施|推进)?(?=[，。；、）]|$))"
    r"|(?P<plain>(?:分别|共同|具体|组织)*(?:负责|落实|主办|承办|实施|推进|组织实施|抓好落实|贯彻落实)(?:落实|实施|推进)?(?=[，。；）]|$))"
)
_LEAD_LABEL = re.compile(r"总?牵头|主办|主责|首责|第一责任")
_SUPPORT_LABEL = re.compile(r"配合|参与|参加|落实|协办|协同|协助|协作|支持|联系单位")
_PERSON_LABEL = re.compile(r"领导|人$|电话|人：")
_TIME_LABEL = re.compile(r"时|日期|期限|进度")
_INLINE_LABEL = re.compile(
    r"(?:总?牵头|责任|主办|主责|主管|承办|实施|配合|参与|落实|协办|协同|协助|共同责任)(?:责任)?(?:单位|部门|主体|处室|科室)(?:：|为|:)?(?=[\u4e00-\u9fff])"
)
_ANY_LABEL = re.compile(FIELD_LABEL.pattern + "|" + _INLINE_LABEL.pattern)
_BRACKET = re.compile(r"[（）〔〕]")
_JOINER = re.compile(r"以及|及|和|与")
FIRST_LEADS = re.compile(
    r"(?:列|排|排名|排列)(?:在)?(?:第一(?:位|个|名)?|首位|前列)(?:的|者)?(?:单位|部门|责任单位)?(?:者)?(?:均)?(?:为|是|系)(?:该项任务)?(?:的)?(?:牵头|主办|主责|第一责任)"
    r"|(?:第一(?:个|位|家)?|首个|首位)(?:责任)?(?:单位|部门)(?:均)?(?:为|是)(?:牵头|主办|主责)"
)
_NOT_A_NAME = re.compile(
    r"年|\d+月|月底|季度|完成|持续|长期|常态|^无$|^[-—/]+$|下同|^各?自$|^其中$|。"
)
_REMARK = re.compile(
    r"[，。；（〔]?(?:注：)?(?:均以|以)?(?:列|排|排名|排列)(?:在)?(?:第一|首位|最前)|[。；，（〔](?:以下|以上|上述|各项)[^。；]{0,40}(?:均需|均由|均须|不再|负责)|[，。；（〔]下同"
)
_DATED_END = re.compile(
    r"[，、](?:[^，。；]{0,24}(?:\d{4}年|\d月|月底|年底|季度|年内|上半年|下半年)[^，。；]{0,24}|长期(?:坚持|推进)?|持续(?:推进|实施|开展)?|常态化(?:推进|开展)?|立行立改)$"
)
_NONE = frozenset(("无", "—", "-", "/", "——", "--", "暂无"))
_PLACES = frozenset("市县区乡镇州旗")
_PREFIX = re.compile(r"(?:省|市|县|区|州|旗|自治区|盟)(?=.{2,}$)")
_PLACE = re.compile(
    r"各?[\u4e00-\u9fff]{0,6}?(?:市|县|区|州|盟|旗|镇|乡|街道|开发区|新区|示范区|园区|设区市|（市、区）|（市）|（区）|地)$"
)
_GOVERNMENT = re.compile(
    r"(?:市|县|区|州|镇|乡|）|新区|设区市)?(人民政府|政府|管委会|管理委员会|党工委)$"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A place that says who is responsible: its dense range, its content and its default role."""

    start: int
    end: int
    content: Span
    kind: str  # bracket, owner, person or time
    label: str


def is_unit(name: str) -> bool:
    """Return whether a normalised name ends as the names of public bodies do."""
    return 2 <= len(name) <= 40 and _IS_UNIT.search(name) is not None


def brackets(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the outermost brackets of a dense range as (open, after close, closed)."""
    depth = 0
    begin = start
    for match in _BRACKET.finditer(text, start, end):
        if match.group() in "（〔":
            if depth == 0:
                begin = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield begin, match.end(), True
    if depth:
        yield begin, end, False


def find_statements(dense: Dense, start: int, end: int) -> list[Statement]:
    """Return the responsibility brackets and the field lines of a dense range, in order."""
    text = dense.text
    found: list[Statement] = []
    taken: list[Span] = []
    for begin, stop, closed in brackets(text, start, end):
        taken.append((begin, stop))
        inner = text[begin + 1 : stop - 1] if closed else text[begin + 1 : stop]
        if _is_responsibility(text, inner, begin, stop, start, end, closed):
            content = (begin + 1, stop - 1 if closed else stop)
            found.append(Statement(begin, stop, content, "bracket", ""))
    fields = _fields(dense, start, end, taken)
    if fields:
        found = [b for b in found if not any(f.start < b.start < f.end for f in fields)]
    return sorted([*found, *fields], key=lambda item: item.start)


def _is_responsibility(
    text: str, inner: str, begin: int, stop: int, start: int, end: int, closed: bool
) -> bool:
    if not 2 <= len(inner) <= 1200:
        return False
    if FIELD_LABEL.match(inner) or _INLINE_LABEL.match(inner):
        return True
    if not closed or _REMARK.match(inner):
        return False
    tail = _DATED_END.sub("", re.split(r"[。；]", inner.rstrip("。；"))[0])
    before = text[begin - 1] if begin > start else "。"
    at_end = stop >= end or text[stop] in "。；" or before in "。；！”…"
    verb = re.search(
        r"(?:负责|牵头|配合|落实|参与|组织实施|分工实施|抓落实|推进|协助|承办|主办)$", tail
    )
    names = [name for name in _split_names(tail, 0) if name[1] > name[0]]
    if verb:
        return any(
            is_unit(_clean(tail[a:b])) or "各" in tail[a : a + 1] for a, b in names[:3]
        ) or bool(re.match(r"由?[^，。]{2,20}(?:牵头|负责)", tail) and at_end)
    if "牵头" in inner and "，" in inner and at_end:
        return any(is_unit(_clean(tail[a:b])) for a, b in names)
    if not names or not (at_end or (len(names) >= 2 and before in "，、")):
        return False
    units = sum(is_unit(tail[a:b]) and not _NOT_A_NAME.search(tail[a:b]) for a, b in names)
    return units == len(names) and (len(names) >= 2 or bool(re.match(r"省|市|县|区|国家|各", tail)))


def _clean(name: str) -> str:
    return re.sub(_VERB, "", name).strip("，、")


def _fields(dense: Dense, start: int, end: int, taken: list[Span]) -> list[Statement]:
    text = dense.text
    breaks = dense.starts
    out: list[Statement] = []
    matches = []
    for match in FIELD_LABEL.finditer(text, start, end):
        position = match.start()
        if _inside(taken, position):
            continue
        if position == start or position in breaks or text[position - 1] in "。；）〕！” |":
            matches.append(match)
    for number, match in enumerate(matches):
        limit = matches[number + 1].start() if number + 1 < len(matches) else end
        stop = _field_end(dense, match.end(), limit, breaks)
        kind = _field_kind(match.group("name"))
        content_end = stop
        while content_end > match.end() and text[content_end - 1] in "。；，":
            content_end -= 1
        out.append(
            Statement(match.start(), stop, (match.end(), content_end), kind, match.group("name"))
        )
    return out


def _inside(taken: list[Span], position: int) -> bool:
    return any(a <= position < b for a, b in taken)


def _field_kind(label: str) -> str:
    if _TIME_LABEL.search(label):
        return "time"
    if _PERSON_LABEL.search(label) and "单位" not in label and "部门" not in label:
        return "person"
    return "owner"


def _field_end(dense: Dense, start: int, limit: int, breaks: frozenset[int]) -> int:
    """A field ends at its full stop or semicolon, or with its line unless the line is cut short."""
    text = dense.text
    depth = 0
    for position in range(start, limit):
        char = text[position]
        if char in "（〔":
            depth += 1
        elif char in "）〕":
            depth -= 1
        if position > start and position in breaks and depth <= 0:
            last = text[position - 1]
            if last not in "、，：和及" and not _cut_name(text, start, position, limit):
                return position
        if char in "。；" and depth <= 0:
            return position + 1
    return limit


def _cut_name(text: str, start: int, position: int, limit: int) -> bool:
    """Return whether the last name before a line break goes on behind it."""
    head = re.split(r"[、，；]", text[start:position])[-1]
    if is_unit(head):
        return False
    tail = re.match(r"[^、，；。]{1,14}", text[position : min(limit, position + 15)])
    return bool(
        tail and not is_unit(head) and is_unit(head + tail.group()) and "、" in text[start:position]
    )


def read_owners(
    dense: Dense, start: int, end: int, *, label: str = "", first_leads: bool = False
) -> tuple[Owner, ...]:
    """Return the owners of one statement; ``label`` is that of its field line or column."""
    text = dense.text
    remark = _REMARK.search(text, start, end)
    if remark and remark.start() > start + 2:
        end = remark.start()
    pieces: list[tuple[int, int, str]] = []
    for a, b in _clauses(text, start, end):
        pieces.extend(_roles(text, a, b, label))
    named: list[tuple[int, int, str]] = []
    for a, b, role in pieces:
        for c, d in _split_names(text[a:b], a):
            named.append((c, d, role))
    named = [(a, b, r) for a, b, r in named if _is_name(re.sub(r"[（〔].*", "", text[a:b]))]
    explicit = any(role == "lead" or _LEAD_NOTE.search(text, a, b) for a, b, role in named)
    owners = []
    plain = [item for item in named if item[2] == "plain"]
    for a, b, role in named:
        final: Role
        if role in ("lead", "support"):
            final = "lead" if role == "lead" else "support"
        elif explicit:
            final = "support"
        elif first_leads and len(plain) > 1:
            final = "lead" if (a, b, role) == plain[0] else "support"
        elif len(plain) == 1:
            final = "lead"
        else:
            final = "joint"
        owners.append(_owner(dense, a, b, final))
    return _completed(owners)


def _clauses(text: str, start: int, end: int) -> Iterator[Span]:
    depth = 0
    begin = start
    for position in range(start, end):
        char = text[position]
        if char in "（〔":
            depth += 1
        elif char in "）〕":
            depth -= 1
        elif char in "；。|" and depth <= 0:
            yield begin, position
            begin = position + 1
    if begin < end:
        yield begin, end


def _roles(text: str, start: int, end: int, label: str) -> Iterator[tuple[int, int, str]]:
    """Cut a clause at its labels and verbs and give every piece a role."""
    match = FIELD_LABEL.match(text, start, end) or _INLINE_LABEL.match(text, start, end)
    if match:
        label = match.group().rstrip("：为:")
        start = match.end()
    cut = _next_label(text, start, end, label)
    if cut:
        yield from _roles(text, start, cut[0], label)
        yield from _roles(text, cut[1], end, label)
        return
    if _TIME_LABEL.search(label) or (_PERSON_LABEL.search(label) and "单位" not in label):
        return
    default = "plain"
    if _LEAD_LABEL.search(label):
        default = "lead"
    elif _SUPPORT_LABEL.search(label):
        default = "support"
    begin = start
    if text.startswith("由", begin):
        begin += 1
    carry: str | None = None
    for verb in _VERB.finditer(text, begin, end):
        if verb.end() == verb.start() or _depth(text, start, verb.start()):
            continue
        role = {"lead": "lead", "with": "lead", "support": "support"}.get(verb.lastgroup or "", "")
        if verb.lastgroup == "duty" and "配合" in verb.group():
            role = "support"
        piece = carry or role or default
        if carry and role == "lead":
            piece = "lead"
        if verb.lastgroup == "with" and not is_unit(text[begin : verb.start()]):
            continue
        if verb.start() > begin:
            yield begin, verb.start(), piece
        begin = verb.end()
        carry = "support" if verb.lastgroup == "with" else None
    if begin < end:
        yield begin, end, carry or default


def _next_label(text: str, start: int, end: int, label: str) -> Span | None:
    """Return where a clause ends because another label follows, and where that label starts."""
    free = bool(_TIME_LABEL.search(label) or _PERSON_LABEL.search(label))
    for other in _ANY_LABEL.finditer(text, start, end):
        if other.start() <= start:
            continue
        before = text[other.start() - 1]
        if (
            free
            or before in "，、）"
            or is_unit(text[max(start, other.start() - 12) : other.start()])
        ):
            return other.start() - (before in "，、"), other.start()
    return None


def _depth(text: str, start: int, position: int) -> bool:
    part = text[start:position]
    opened = part.count("（") + part.count("〔")
    return opened > part.count("）") + part.count("〕")


def _split_names(part: str, offset: int) -> list[Span]:
    """Split at 、 and ，, at 及 and 和 between units, and before 等+group; brackets stay whole."""
    cuts: list[Span] = []
    depth = 0
    begin = 0
    for position, char in enumerate(part):
        if char in "（〔":
            depth += 1
        elif char in "）〕":
            depth -= 1
        elif depth <= 0 and char in "、，,/；":
            cuts.append((begin, position))
            begin = position + 1
    cuts.append((begin, len(part)))
    out: list[Span] = []
    for a, b in cuts:
        for c, d in _split_joined(part, a, b):
            out.extend(_without_etc(part, c, d, last=d == len(part)))
    return [(a + offset, b + offset) for a, b in out if b > a]


def _split_joined(part: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    for match in _JOINER.finditer(part, start, end):
        left = part[begin : match.start()]
        right = part[match.end() : end]
        if left.count("（") > left.count("）") or left.count("〔") > left.count("〕"):
            continue
        if not _STRONG_END.search(left) or len(right) < 2 or re.match(r"单位|部门", right):
            continue
        if match.group() in "和与" and not (is_unit(right) or right.startswith("各")):
            continue
        yield begin, match.start()
        begin = match.end()
    yield begin, end


def _without_etc(part: str, start: int, end: int, *, last: bool) -> Iterator[Span]:
    match = _ETC.search(part, start, end)
    if match is None:
        if not (
            last
            and start > 0
            and _BARE_GROUP.fullmatch(part, start, end)
            and part[start:end] in ("部门", "单位")
        ):
            yield start, end
        return
    yield start, match.start()
    rest = part[match.end() : end]
    if not rest or rest in ("部门", "单位") or (last and _BARE_GROUP.fullmatch(rest)):
        return
    yield match.end(), end


def _is_name(name: str) -> bool:
    bare = name.strip("“”。，、：； ")
    if bare in _PLACES:
        return True
    if (
        not 2 <= len(bare) <= 40
        or bare in _NONE
        or _NOT_A_NAME.search(re.sub(r"（.*?）|〔.*?〕", "", bare))
    ):
        return False
    return not _BARE_GROUP.fullmatch(bare) or bare not in ("部门", "单位", "地区")


_LEAD_NOTE = re.compile(r"[（〔](?:牵头(?:单位|部门)?|主办|主责)[）〕]")
_ROLE_NOTE = re.compile(
    r"[（〔](牵头(?:单位|部门)?|主办|主责|配合(?:单位|部门)?|参与|协办|责任)[）〕]$"
)


def _owner(dense: Dense, start: int, end: int, role: Role) -> Owner:
    text = dense.text
    alt: list[str] = []
    remark = re.search(
        r"[（〔][^（）〔〕]*(?:下同|第一位|首位|牵头或|以下)[^（）〔〕]*[）〕]?$", text[start:end]
    )
    if remark:
        end = start + remark.start()
    note = _ROLE_NOTE.search(text[start:end])
    if note:
        alt.append(dense.printed(start, end))
        end = start + note.start()
        role = "lead" if re.match("牵头|主办|主责", note.group(1)) else "support"
    name = dense.printed(start, end)
    bare = re.sub(r"（[^（）]*）$|〔[^〔〕]*〕$", "", text[start:end])
    inner = text[start + len(bare) : end].strip("（）〔〕")
    if len(bare) >= 2 and inner and not re.fullmatch(r"[市县区旗州、街道乡镇办事处]+", inner):
        alt.append(dense.printed(start, start + len(bare)))
    known = is_unit(text[start:end])
    return Owner(
        name=name,
        role=role,
        span=dense.span(start, end),
        alt=tuple(alt),
        confidence=1.0 if known else 0.6,
    )


def _completed(owners: list[Owner]) -> tuple[Owner, ...]:
    """Offer the whole name of an elided one: 市发改、财政局 and 各市、县、区政府."""
    out = list(owners)
    suffix = ""
    kind = ""
    for position in range(len(out) - 1, -1, -1):
        owner = out[position]
        government = _GOVERNMENT.search(owner.name)
        if government:
            suffix, kind = government.group(1), "place"
        elif _PLACE.fullmatch(owner.name) and kind == "place" and not owner.name.startswith("全"):
            out[position] = _with_alt(owner, owner.name + suffix)
        elif owner.name.endswith("局"):
            suffix, kind = "局", "office"
        elif is_unit(owner.name):
            kind = ""
        elif kind == "office":
            out[position] = _with_alt(owner, owner.name + suffix)
    first = next((o.name[: m.end()] for o in out[:1] if (m := _PREFIX.match(o.name))), "")
    for position in range(1, len(out)):
        owner = out[position]
        if (
            first
            and re.match(r"[^各市省县区州国中].{1,9}(?:局|委|办|厅)$", owner.name)
            and len(owner.name) <= 8
        ):
            out[position] = _with_alt(owner, first + owner.name)
    return tuple(out)


def _with_alt(owner: Owner, name: str) -> Owner:
    if name == owner.name or name in owner.alt:
        return owner
    return replace(owner, alt=(*owner.alt, name))


def merged(groups: Iterable[tuple[Owner, ...]]) -> tuple[Owner, ...]:
    """Return the union of several statements; the stronger role of a repeated name wins."""
    order = {"lead": 0, "joint": 1, "support": 2}
    out: dict[str, Owner] = {}
    for group in groups:
        for owner in group:
            known = out.get(owner.name)
            if known is None or order[owner.role] < order[known.role]:
                out[owner.name] = owner if known is None else replace(owner, span=known.span)
    return tuple(out.values())
