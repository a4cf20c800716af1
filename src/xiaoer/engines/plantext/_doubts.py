"""What the structure leaves open and a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ._model import Document, Doubt, Measure, Span
from ._normalise import Dense
from ._sections import Node

_OFFICIAL = re.compile(
    r"推进|推动|加强|完善|建立|健全|优化|落实|深化|提升|强化|开展|制定|实施|规范|牵头|责任单位|负责|配合|措施|方案|机制|改革|监管|服务|"
    r"建设|政策|项目|达到|标准|提高|企业|部门|完成时限|保障|治理|发展|管理|支持|全面|工作|鼓励|组织"
)
_SAMPLE = 40_000


def reads_like_a_plan(text: str) -> bool:
    """Return whether a dense text uses the words of official plans often enough to be one."""
    sample = text[:_SAMPLE]
    found = _OFFICIAL.findall(sample)
    few = 2 if len(sample) < 400 else 3
    return len(set(found)) >= few and len(found) * 1000 >= 12 * len(sample)


def not_a_plan(text: str) -> Doubt:
    """Return the doubt of a text in which no measure was found."""
    return Doubt(
        code="structure.not_a_plan",
        message_zh="没有找到任何举措，这份文本可能不是行动方案；请确认上传的是方案正文。",
        message_en="No measure was found; this text may not be an action plan. Check that the body of the plan was given.",
        spans=((0, len(text)),) if text else (),
        severity="block",
        data={"characters": len(text)},
    )


def document_doubts(doc: Document) -> Iterable[Doubt]:
    """Yield what concerns the document as a whole."""
    if doc.duplicate_spans:
        yield Doubt(
            code="structure.duplicate_body",
            message_zh="正文在页面上出现了不止一次，只读取了第一次出现的部分。",
            message_en="The page prints the body more than once; only the first copy was read.",
            spans=doc.duplicate_spans,
            severity="note",
            data={"copies": len(doc.duplicate_spans)},
        )
    if doc.title is None:
        yield Doubt(
            code="structure.no_title",
            message_zh="文本中没有找到标题，请补充。",
            message_en="No title was found in the text; please add it.",
            field="title",
            severity="note",
        )


def numbering_doubts(dense: Dense, roots: Sequence[Node]) -> Iterable[Doubt]:
    """Yield the places where a number is left out or comes twice among siblings."""
    for siblings in _sibling_groups(roots):
        previous: Node | None = None
        for node in siblings:
            marker = node.marker
            if marker is None:
                continue
            before = previous.marker if previous else None
            if before and before.style == marker.style and marker.style != "shi":
                step = marker.value - before.value
                if step > 1 or step == 0:
                    yield _gap(dense, before.value, node, step)
            previous = node


def _sibling_groups(roots: Sequence[Node]) -> Iterable[list[Node]]:
    run: list[Node] = []
    for node in roots:
        if node.kind == "title":
            yield run
            run = []
        elif node.marker:
            run.append(node)
    yield run
    for root in roots:
        for node in root.walk():
            if node.children:
                yield node.children


def _gap(dense: Dense, before: int, node: Node, step: int) -> Doubt:
    marker = node.marker
    assert marker is not None
    printed = dense.printed(marker.start, marker.end)
    span = dense.span(marker.start, marker.end)
    if step == 0:
        return Doubt(
            code="structure.number_twice",
            message_zh=f"序号“{printed}”连续出现两次，请核对是否有误。",
            message_en=f"The number “{printed}” comes twice in a row; check whether that is a slip.",
            spans=(span,),
            data={"number": printed},
        )
    return Doubt(
        code="structure.number_gap",
        message_zh=f"序号从第{before}项跳到“{printed}”，中间可能有内容缺失或未被识别。",
        message_en=f"The numbers jump from {before} to “{printed}”; something may be missing or unread between.",
        spans=(span,),
        data={"before": before, "after": marker.value},
    )


def measure_doubts(measure: Measure, note: str | None) -> Iterable[Doubt]:
    """Yield what is uncertain about one measure and its owners."""
    if note == "table":
        yield Doubt(
            code="structure.table_guess",
            message_zh="这一行由失去表格线的文本还原而来，请核对各栏内容。",
            message_en="This row was rebuilt from a table that lost its lines; check its columns.",
            spans=(measure.span,),
            measure=measure.id,
        )
    elif measure.confidence < 0.7:
        yield Doubt(
            code="structure.unsure_measure",
            message_zh="这一段是否为独立举措把握不大，请确认。",
            message_en="It is not certain that this passage is a measure of its own; please confirm.",
            spans=(measure.span,),
            measure=measure.id,
        )
    strange = [o for o in measure.owners if o.confidence < 0.7]
    if strange:
        yield Doubt(
            code="owner.not_a_unit",
            message_zh="“" + "”“".join(o.name for o in strange) + "”不像单位名称，请核对责任单位。",
            message_en="Not clearly names of units: " + ", ".join(o.name for o in strange) + ".",
            spans=_spans(o.span for o in strange),
            measure=measure.id,
            field="owners",
            data={"names": [o.name for o in strange]},
        )
    if any(o.inherited for o in measure.owners):
        yield Doubt(
            code="owner.inherited",
            message_zh="责任单位取自所在章节的统一说明，请确认适用于本项举措。",
            message_en="The owners are those stated for the whole section; confirm that they hold here.",
            spans=_spans(o.span for o in measure.owners),
            measure=measure.id,
            field="owners",
            severity="note",
        )


def _spans(spans: Iterable[Span | None]) -> tuple[Span, ...]:
    return tuple(span for span in spans if span is not None)
