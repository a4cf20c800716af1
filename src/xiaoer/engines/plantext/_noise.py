"""What a copied page holds besides the document: menus, header tables, footers, a second copy.

Only whole lines are judged, and only lines that could not be the wording of a measure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ._model import Span
from ._normalise import Line

_EXACT = frozenset(
    (
        "首页", "返回首页", "打印", "打印本页", "关闭", "关闭窗口", "打印关闭", "分享", "分享到", "收藏", "微信", "微博",
        "新浪微博", "腾讯微博", "QQ空间", "朋友圈", "大中小", "字体", "字号", "返回顶部", "回到顶部", "顶部", "网站地图",
        "联系我们", "关于我们", "无障碍", "无障碍阅读", "长者模式", "适老版", "登录", "注册", "搜索", "高级搜索", "站内搜索",
        "简体", "繁体", "English", "手机版", "政务公开", "政务服务", "互动交流", "要闻动态", "走进", "政民互动", "数据发布",
        "智能问答", "我要纠错", "纠错", "下载", "附件下载", "文件下载", "听全文", "播报", "目录", "目次", "扫一扫", "扫码阅读",
        "展开", "收起", "更多", "上一页", "下一页",
    )
)  # fmt: skip
_START = re.compile(
    r"〔?(?:当前位置|您(?:现在|当前)?的?(?:所在)?位置|所在位置|首页[>＞»/]|索引号|信息索引|索取号|公开方式|公开(?:类别|范围|形式|属性)|主题(?:分类|词)|"
    r"组配分类|信息(?:分类|类别|名称|来源)|发布机构|发布单位|发文(?:机关|单位|日期|时间|字号)|制发(?:机关|日期)|发布(?:日期|时间)|成文日期|"
    r"生成日期|生效日期|失效日期|印发日期|公开日期|有效性|文件?状态|文号|体裁(?:分类)?|关键词|关键字|内容概述|统一(?:登记|编)号|"
    r"规范性文件编号|浏览(?:次数|量)|阅读(?:次数|量)?：|点击(?:次数|率|量)|访问量|"
    r"无障碍|长者(?:模式|版|助手)|关怀版|适老|〔?字(?:体|号)(?:大小)?[：〔]|(?:视力)?保护色|来源：|文章来源|信息来源|稿源|责任编辑|编辑：|新闻来源|作者：|审核：|"
    r"分享(?:到|至)|扫一扫|用手机|用微信|上一(?:篇|条)[：:]?|下一(?:篇|条)[：:]?|相关(?:链接|文章|阅读|文档|附件|稿件|解读|政策|信息|新闻|推荐)(?:$|[：:])|"
    r"版权所有|备案序?号|网站标识码|政府网站标识|Copyright|技术支持|网站声明|运维(?:电话|单位)|(?:京|浙|苏|粤|沪|鄂|湘|陕|川|渝|鲁|豫|冀|晋|皖|赣|闽|桂|黔|滇|琼|辽|吉|黑|蒙|宁|甘|青|新|藏|津)ICP备)"
)
_ANYWHERE = re.compile(
    r"ICP备\d|公网安备|网站标识码|版权所有|Copyright|技术支持：|网站地图|联系我们|返回(?:首页|顶部)|打印本页|关闭窗口|"
    r"\.(?:gov|com|org)\.?(?:cn)?/?$|^https?：//|^www\."
)
_MENU_WORD = re.compile(r"首页|政务公开|政务服务|互动交流|政民互动|网站首页|要闻|无障碍|登录")
_PAGE_MARK = re.compile(
    r"[—\-·~～]{1,3}\s*\d{1,4}\s*[—\-·~～]{1,3}|第\s*\d{1,4}\s*页(?:\s*[，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)
_DOT_LEADER = re.compile(r"[.…·\u2024\u2025]{4,}\s*\d{0,4}$|…{1,}\s*\d{1,4}$")
_SENTENCE = re.compile(r"[^。；！？]+[。；！？]*")
_TRAILING_PAGE = re.compile(r"[\s.…·]*\d{1,4}$")


def is_page_mark(text: str) -> bool:
    """Return whether a trimmed line is nothing but a page number in its dress."""
    return len(text) <= 20 and _PAGE_MARK.fullmatch(text) is not None


def _is_menu(text: str) -> bool:
    tokens = [t for t in re.split(r"[\s|>＞»/]+", text) if t]
    return (
        len(tokens) >= 3
        and all(len(token) <= 8 for token in tokens)
        and len(_MENU_WORD.findall(text)) >= 2
    )


def is_junk(text: str) -> bool:
    """Return whether a trimmed, normalised line belongs to the page and not to the document."""
    if len(text) > 240:
        return False
    flat = re.sub(r"[\s|]+", "", text)
    if flat.strip("：:〔〕") in _EXACT or not flat:
        return True
    if len(flat) <= 160 and _START.match(flat):
        return True
    if text.count(">") + text.count("＞") + text.count("»") >= 2 and len(flat) <= 80:
        return True
    return bool(_DOT_LEADER.search(text) or _ANYWHERE.search(flat) or _is_menu(text))


def split_lines(norm: str, lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines of the document and the junk lines (page marks included), each in order."""
    headers = _running_headers(norm, lines)
    kept: list[Line] = []
    junk: list[Line] = []
    for position, line in enumerate(lines):
        text = norm[line.start : line.end]
        bad = (
            is_page_mark(text)
            or text in headers
            or (text.isdigit() and len(text) <= 3 and _beside_form_feed(norm, lines, position))
            or is_junk(text)
        )
        (junk if bad else kept).append(line)
    return _without_contents(norm, kept, junk)


def _beside_form_feed(norm: str, lines: Sequence[Line], position: int) -> bool:
    line = lines[position]
    after = lines[position + 1].start if position + 1 < len(lines) else len(norm)
    before = lines[position - 1].end if position else 0
    return "\f" in norm[line.end : after] or "\f" in norm[before : line.start]


def _running_headers(norm: str, lines: Sequence[Line]) -> set[str]:
    """Return short lines that stand at the head of three or more pages; a field is none of them."""
    counts: Counter[str] = Counter()
    for before, line in zip(lines, lines[1:], strict=False):
        text = norm[line.start : line.end]
        paged = "\f" in norm[before.end : line.start] or is_page_mark(
            norm[before.start : before.end]
        )
        if paged and 4 <= len(text) <= 40 and text[-1] not in "。；，、" and "：" not in text:
            counts[text] += 1
    return {text for text, count in counts.items() if count >= 3}


def _without_contents(
    norm: str, kept: list[Line], junk: list[Line]
) -> tuple[list[Line], list[Line]]:
    """Drop a table of contents: after 目录, all lines up to the second coming of its first one."""
    marks = [
        line for line in junk if re.sub(r"\s", "", norm[line.start : line.end]) in ("目录", "目次")
    ]
    if not marks:
        return kept, junk
    after = [line for line in kept if line.start > marks[0].start]
    if not after:
        return kept, junk
    first = _TRAILING_PAGE.sub("", re.sub(r"\s", "", norm[after[0].start : after[0].end]))
    for line in after[1:]:
        if first and re.sub(r"\s", "", norm[line.start : line.end]).rstrip("。：") == first:
            contents = [item for item in after if item.start < line.start]
            gone = {item.start for item in contents}
            return [item for item in kept if item.start not in gone], sorted(
                [*junk, *contents], key=lambda item: item.start
            )
    return kept, junk


def duplicate_spans(norm: str, lines: Sequence[Line]) -> list[Span]:
    """Return the ranges that repeat, sentence after sentence, what stood before them.

    A run counts from five sentences and 120 characters on, so that field lines which many
    measures share are not taken for a second copy; a run that counts survives three strange
    sentences. The cost is linear.
    """
    sentences = _sentences(norm, lines)
    seen: dict[str, int] = {}
    spans: list[Span] = []
    run: list[int] = []
    expected, strange = 0, 0
    for position, (key, _, _) in enumerate(sentences):
        hit = _awaited(sentences, key, expected, position) if run else -1
        if hit < 0 and run and _counts(sentences, run) and strange < 3:
            strange += 1
            continue
        if hit < 0:
            _close(sentences, run, spans)
            run = []
            hit = seen.get(key, -1) if len(key) >= 6 else -1
        if hit >= 0:
            run.append(position)
            expected, strange = hit + 1, 0
        else:
            seen.setdefault(key, position)
    _close(sentences, run, spans)
    return _joined(spans)


def _awaited(sentences: list[tuple[str, int, int]], key: str, expected: int, position: int) -> int:
    """Return where, a few sentences on from where the run stands, the same sentence was printed."""
    for place in range(expected, min(expected + 6, position)):
        if sentences[place][0] == key:
            return place
    return -1


def _sentences(norm: str, lines: Sequence[Line]) -> list[tuple[str, int, int]]:
    out: list[tuple[str, int, int]] = []
    for line in lines:
        for match in _SENTENCE.finditer(norm, line.start, line.end):
            key = re.sub(r"\s", "", match.group())
            if key:
                out.append((key, match.start(), match.end()))
    return out


def _counts(sentences: list[tuple[str, int, int]], run: list[int]) -> bool:
    """Return whether a run is long and varied enough to be a copy."""
    if len(run) < 5:
        return False
    last = run[-40:]
    size = sum(len(sentences[position][0]) for position in last)
    return size >= 120 and len({sentences[position][0] for position in last}) * 2 > len(last)


def _close(sentences: list[tuple[str, int, int]], run: list[int], spans: list[Span]) -> None:
    if _counts(sentences, run):
        spans.append((sentences[run[0]][1], sentences[run[-1]][2]))


def _joined(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in spans:
        if out and start - out[-1][1] <= 400:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out
