"""What a document says about itself: title, issuer, date, number, kind, region, year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ._model import DocKind, Document, Span
from ._normalise import Dense
from ._numbering import chinese_number
from ._sections import DATE_LINE, PLAN_TITLE

_NUMBER = re.compile(r"[\u4e00-\u9fff（）]{1,14}〔(?:19|20)\d{2}〕(?:第)?\d{1,4}号")
_DAY = re.compile(r"(20\d{2}|19\d{2})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?")
_DAY_CN = re.compile(
    r"二([〇○零OoＯ0])([〇○零OoＯ0一二三四五六七八九])([〇○零OoＯ0一二三四五六七八九])年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_META_DATE = re.compile(r"(?:成文|发文|印发|制发|生成|公开|发布)(?:日期|时间)：?")
_META_ISSUER = re.compile(
    r"(?:发布机构|发文机关|制发机关|发文单位|发布单位)：?([\u4e00-\u9fff（）]{3,40})"
)
_ISSUER = re.compile(
    r"([\u4e00-\u9fff（）]{2,40}?(?:人民政府办公厅|人民政府办公室|人民政府|国务院办公厅|国务院|委员会办公室|委员会|管委会|领导小组办公室|领导小组|办公室|办公厅|局|厅|部))(?:关于|印发)"
)
_BOOK = re.compile(
    r"《([^《》]{6,80}(?:方案|计划|意见|措施|要点|规划|办法|清单|政策|行动|条例|规定|细则|举措))(?:（[^（）]{2,12}）)?》"
)
_REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,8}?(?:自治州|地区|市|盟))?(?:[\u4e00-\u9fff]{1,8}?(?:自治县|新区|县|区|市|旗))?"
)
_INTERPRETS = re.compile(r"解读|一图读懂|图解|政策问答|起草说明|制定说明|新闻发布|答记者问")
_REPORTS = re.compile(
    r"(?:总结|情况(?:的)?(?:报告|汇报|通报)|工作报告|(?:进展|落实|完成|推进)情况(?:一览)?表?|成效|综述|自评报告|述评)(?:$|[》）（])"
)
_DRAFT = re.compile(
    r"征求意见稿|公开征求|征求.{0,40}意见的?(?:公告|通知|函)|送审稿|讨论稿|（草案）"
)
_PAST = re.compile(
    r"今年以来|去年以来|同比(?:分别)?(?:增长|下降|提高|增加|减少|翻)|累计(?:办理|完成|服务|发放|减免)|已(?:完成|建成|实现|办理|开展)|取得.{0,6}成效|截至目前|位居|排名第|"
    r"(?:制定|出台|召开|印发|开展|完成|实现|建立|受理|办结|组织|举办|形成)了|完成全年[^，。；]{0,6}的\d|(?:上半年|前\d个?月|前[一二三]季度)，?(?:全[省市县区]|完成|新增|实现|培育)|1[-—]\d{1,2}月(?!底|末)"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines of a document, as dense ranges, and its junk lines as normalised text."""

    dense: Dense
    first_item: int
    junk: Sequence[str]


def describe(
    head: Head, *, year: int | None, duplicates: tuple[Span, ...], noise: tuple[Span, ...]
) -> Document:
    """Return the document's metadata; what it does not say stays None."""
    title = _title(head)
    date = _date(head)
    stated, source = _year(head, title, date, year)
    return Document(
        title=title,
        issuer=_issuer(head, title),
        date=date,
        kind=_kind(head, title),
        region=_region(title),
        number=_number(head),
        year=stated,
        year_source=source,
        duplicate_spans=duplicates,
        noise_spans=noise,
    )


def _lines(head: Head, limit: int = 40) -> list[Span]:
    return [line for line in head.dense.lines if line[0] < head.first_item][:limit]


def _title(head: Head) -> str | None:
    """Return the last title-like line group before the first item, else a title in 《》."""
    text = head.dense.text
    best: str | None = None
    until = 0
    lines = _lines(head)
    for position, (start, _) in enumerate(lines):
        if start < until or not _may_open_title(text, lines[position]):
            continue
        for count in (1, 2, 3):
            group = lines[position : position + count]
            joined = text[start : group[-1][1]]
            if (
                len(group) < count
                or len(joined) > 90
                or not all(_unfinished(text, g) for g in group)
            ):
                break
            if (len(joined) >= 8 and PLAN_TITLE.fullmatch(joined)) or _looks_like_report(joined):
                if best is None or not joined.endswith("通知"):
                    best = head.dense.printed(start, group[-1][1])
                until = group[-1][1]
                after = lines[position + count : position + count + 1]
                if after and re.fullmatch(r"（[^（）]{4,16}）", text[slice(*after[0])]):
                    best = f"{best}{head.dense.printed(*after[0])}"
                break
    if best is not None:
        inner = re.search(r"印发《([^《》]{6,80})》", best)
        return inner.group(1) if inner and best.endswith("通知") else best
    for line in lines[:6]:
        if 8 <= line[1] - line[0] <= 45 and _may_open_title(text, line):
            return head.dense.printed(*line)
    book = _BOOK.search(text, 0, min(len(text), head.first_item + 400))
    return head.dense.printed(book.start(1), book.end(1)) if book else None


def _unfinished(text: str, line: Span) -> bool:
    return text[line[1] - 1] not in "。：；，" and not DATE_LINE.fullmatch(text, *line)


def _may_open_title(text: str, line: Span) -> bool:
    """A number, a date, a note or a signature opens no title."""
    body = text[slice(*line)]
    if not _unfinished(text, line) or _NUMBER.fullmatch(body):
        return False
    if body.startswith(("（此件", "各", "来源", "附件")) or body.endswith(("（代章）", "（盖章）")):
        return False
    return not re.fullmatch(
        r"[\u4e00-\u9fff（）]{2,30}(?:人民政府|办公室|办公厅|委员会)(?:文件)?|.{0,8}号", body
    )


def _looks_like_report(line: str) -> bool:
    return (
        6 <= len(line) <= 60
        and bool(_INTERPRETS.search(line) or _REPORTS.search(line))
        and "，" not in line
    )


def _date(head: Head) -> str | None:
    for line in head.junk:
        match = _META_DATE.search(line)
        if match and (day := _DAY.search(line, match.end())) and day.start() - match.end() <= 12:
            return _iso(day)
    text = head.dense.text
    for start, end in [*_lines(head, 60), *reversed(head.dense.lines[-25:])]:
        if end - start <= 60 and DATE_LINE.fullmatch(text, start, end):
            if day := _DAY.search(text, start, end):
                return _iso(day)
            if old := _DAY_CN.search(text, start, end):
                return _iso_cn(old)
    tail = re.compile(
        r"(?<=[\u4e00-\u9fff])(20\d{2})年(\d{1,2})月(\d{1,2})日(?:印发)?(?:（[^（）]{2,12}）)?$"
    ).search(text, max(0, len(text) - 60))
    return _iso(tail) if tail else None


def _iso(match: re.Match[str]) -> str | None:
    year, month, day = (int(match.group(i)) for i in (1, 2, 3))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _iso_cn(match: re.Match[str]) -> str | None:
    digits = "".join(str(chinese_number(match.group(i))) for i in (2, 3))
    month, day = chinese_number(match.group(4)), chinese_number(match.group(5))
    return f"20{digits}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _number(head: Head) -> str | None:
    for line in head.junk:
        if match := _NUMBER.search(re.sub(r"^.*?(?:文号|字号)：?", "", line)):
            return match.group()
    text = head.dense.text
    for start, end in _lines(head):
        if end - start <= 40 and (match := _NUMBER.search(text, start, end)):
            return head.dense.printed(match.start(), match.end())
    return None


def _issuer(head: Head, title: str | None) -> str | None:
    if title and (match := _ISSUER.match(title)):
        return match.group(1)
    text = head.dense.text
    lines = head.dense.lines
    opening = [line for line in _lines(head) if line[1] - line[0] <= 60 and _unfinished(text, line)]
    for start, end in opening:
        if (
            match := _ISSUER.match(text, start, min(len(text), end + 40))
        ) and match.end() <= end + 4:
            return match.group(1)
    return _signed(text, lines) or _meta_issuer(head) or _issuer_in_prose(text)


def _signed(text: str, lines: Sequence[Span]) -> str | None:
    """Return the line above a date line, or what stands before the last date of a running text."""
    for position in range(1, len(lines)):
        start, end = lines[position]
        if end - start <= 24 and DATE_LINE.fullmatch(text, start, end):
            before = text[slice(*lines[position - 1])]
            if 3 <= len(before) <= 45 and before[-1] not in "。；：，、":
                return before.replace("（代章）", "").replace("（盖章）", "")
    match = re.search(r"(?<=。)([\u4e00-\u9fff（）]{3,40})20\d{2}年\d{1,2}月\d{1,2}日", text[-80:])
    return match.group(1) if match else None


def _meta_issuer(head: Head) -> str | None:
    for line in head.junk:
        if match := _META_ISSUER.search(re.sub(r"[\s|]", "", line)):
            return match.group(1)
    return None


def _issuer_in_prose(text: str) -> str | None:
    match = re.search(
        r"(?:^|[，。：])([\u4e00-\u9fff]{2,20}?(?:人民政府办公室|人民政府办公厅|人民政府|国务院办公厅|办公室|局|厅|委员会))"
        r"(?:近日|日前|于|正式|联合)?(?:制定|印发|出台|发布)",
        text[:600],
    )
    return match.group(1) if match else None


def _kind(head: Head, title: str | None) -> DocKind:
    text = head.dense.text
    opening = text[: min(len(text), max(head.first_item, 120), 500)]
    name = title or ""
    first = [text[slice(*line)] for line in head.dense.lines[:4]]
    if any(_INTERPRETS.search(line) and len(line) <= 70 for line in [name, *first]):
        return "interpretation"
    if _DRAFT.search(name) or any(_DRAFT.search(line) for line in first) or _DRAFT.search(opening):
        return "draft-for-comments"
    if any(
        _REPORTS.search(line) and len(line) <= 60 and not PLAN_TITLE.fullmatch(line)
        for line in [name, *first]
    ):
        return "report"
    printed = any(name and name in line and f"《{name}》" not in line for line in first)
    if (
        not (printed and PLAN_TITLE.fullmatch(name))
        and len(_PAST.findall(text)) >= 4
        and len(_PAST.findall(text)) * 700 >= len(text)
    ):
        return "report"
    return "plan"


def _region(title: str | None) -> str | None:
    source = title or ""
    if source.startswith(("国务院", "中共中央", "中央", "国家")):
        return "国家"
    match = _REGION.match(source)
    return match.group() if match and len(match.group()) >= 3 else None


def _year(
    head: Head, title: str | None, date: str | None, given: int | None
) -> tuple[int | None, str | None]:
    if given is not None:
        return given, "stated by the user"
    if title and (
        match := re.search(r"(?<![\d—\-－至~～])(20\d{2})(?:年度?|版)?(?![\d—\-－至~～])", title)
    ):
        return int(match.group(1)), "document title"
    if date:
        return int(date[:4]), "document date"
    if number := _number(head):
        match = re.search(r"〔(20\d{2})〕", number)
        if match:
            return int(match.group(1)), "document number"
    years = Counter(re.findall(r"(?<![\d到至末前自从])(20\d{2})年(?!前|以来)", head.dense.text))
    if len(years) == 1:
        return int(next(iter(years))), "the only year in the text"
    return None, None
