"""Word documents: paragraphs with their automatic numbers, tables as tab-separated rows.

Headers, footers, footnotes and comments are not part of the text; headers are only looked at for
a classification mark. Tracked changes are read as accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ._classified import classification
from ._container import Container, Node
from ._extract import Extract, ReadWarning, TextBuilder
from ._numbering import Numbering, W, read_numbering
from ._refusals import refusal, warning

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SKIP = frozenset(
    W + tag
    for tag in ("del", "moveFrom", "instrText", "delText", "txbxContent", "pPr", "rPr", "rt", "footnoteReference")
) | {_MC + "Fallback"}  # fmt: skip
_OPAQUE = frozenset((W + "del", W + "moveFrom", _MC + "Fallback"))
_TOC_STYLE = re.compile(r"^(?:toc|目录)\s*\d*$", re.IGNORECASE)
_HEADING_STYLE = re.compile(r"^(?:heading|标题)\s*(\d)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    name: str
    based_on: str | None
    num_id: str | None
    level: int | None
    outline: int | None


@dataclass(slots=True, kw_only=True)
class _State:
    styles: dict[str, _Style]
    numbering: Numbering
    out: TextBuilder = field(default_factory=TextBuilder)
    toc_lines: int = 0
    boxes: int = 0


def read_docx(container: Container, *, name: str) -> Extract:
    """Return the text of a .docx whose container was already checked."""
    root = container.xml("word/document.xml")
    _refuse_marked_header(container, name)
    state = _State(
        styles=_styles(_optional(container, "word/styles.xml")),
        numbering=read_numbering(_optional(container, "word/numbering.xml")),
    )
    body = root.find(W + "body")
    if body is not None:
        _walk(body, state)
    return Extract(
        text=state.out.text(),
        media_type=_TYPE,
        name=name,
        blocks=tuple(state.out.blocks),
        encoding="utf-8",
        warnings=_warnings(root, state),
    )


def _optional(container: Container, path: str) -> Node | None:
    return container.xml(path) if path in container.names else None


def _refuse_marked_header(container: Container, name: str) -> None:
    for path in sorted(container.names):
        if re.fullmatch(r"word/header\d*\.xml", path):
            lines = [_plain(node) for node in container.xml(path).iter(W + "p")]
            mark = classification("\n".join(lines))
            if mark:
                raise refusal("classified", name=name, mark=mark[0], line="页眉")


def _warnings(root: Node, state: _State) -> tuple[ReadWarning, ...]:
    found: list[ReadWarning] = []
    if state.toc_lines:
        found.append(warning("contents_dropped", count=state.toc_lines))
    if state.boxes:
        found.append(warning("text_box_moved", count=state.boxes))
    tags = {W + "footnoteReference", W + "endnoteReference", W + "commentReference"}
    if next(root.iter(*tags), None) is not None:
        found.append(warning("notes_dropped"))
    if next(root.iter(W + "ins", W + "del", W + "moveFrom", W + "moveTo"), None) is not None:
        found.append(warning("revisions_accepted"))
    return tuple(found)


def _styles(root: Node | None) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    if root is None:
        return styles
    for node in root.iter(W + "style"):
        num_id, level = _num(node.find(W + "pPr"))
        styles[node.get(W + "styleId", "")] = _Style(
            name=_value(node, "name") or "",
            based_on=_value(node, "basedOn"),
            num_id=num_id,
            level=level,
            outline=_outline(node.find(W + "pPr")),
        )
    return styles


def _value(node: Node, tag: str) -> str | None:
    found = node.find(W + tag)
    return None if found is None else found.get(W + "val")


def _outline(properties: Node | None) -> int | None:
    value = None if properties is None else _value(properties, "outlineLvl")
    return int(value) if value and value.isdigit() and int(value) < 9 else None


def _num(properties: Node | None) -> tuple[str | None, int | None]:
    number = None if properties is None else properties.find(W + "numPr")
    if number is None:
        return None, None
    level = _value(number, "ilvl")
    return _value(number, "numId"), int(level) if level and level.isdigit() else None


def _walk(parent: Node, state: _State) -> None:
    """Write the block-level children of ``parent`` in document order."""
    for node in parent:
        if node.tag == W + "p":
            _paragraph(node, state)
        elif node.tag == W + "tbl":
            _table(node, state)
        elif node.tag == W + "sdt":
            gallery = node.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            if gallery is not None and gallery.get(W + "val") == "Table of Contents":
                state.toc_lines += sum(1 for _ in node.iter(W + "p"))
                continue
            content = node.find(W + "sdtContent")
            if content is not None:
                _walk(content, state)
        elif node.tag in (W + "ins", W + "moveTo", W + "customXml", W + "smartTag"):
            _walk(node, state)


def _chain(style_id: str | None, state: _State) -> list[_Style]:
    chain: list[_Style] = []
    while style_id and style_id in state.styles and len(chain) < 20:
        chain.append(state.styles[style_id])
        style_id = chain[-1].based_on
    return chain


def _paragraph(node: Node, state: _State) -> None:
    properties = node.find(W + "pPr")
    style_id = None if properties is None else _value(properties, "pStyle")
    chain = _chain(style_id, state)
    if chain and _TOC_STYLE.match(chain[0].name):
        state.toc_lines += 1
        return
    text = _plain(node)
    label = _number(properties, chain, state) if text.strip() else ""
    if (
        label
        and text[:1].isdigit()
        and label[-1:] in ".．"
        or label
        and re.search("[0-9A-Za-z]$", label)
        and not text[:1].isspace()
    ):
        label += " "
    state.out.paragraph(label + text, level=_heading_level(properties, chain))
    for box in _boxes(node):
        state.boxes += 1
        _walk(box, state)


def _number(properties: Node | None, chain: list[_Style], state: _State) -> str:
    num_id, level = _num(properties)
    for style in chain:
        if num_id is None:
            num_id = style.num_id
        if level is None:
            level = style.level
    if num_id is None or num_id == "0":
        return ""
    return state.numbering.next_label(num_id=num_id, level=level or 0)


def _heading_level(properties: Node | None, chain: list[_Style]) -> int | None:
    own = _outline(properties)
    if own is not None:
        return own + 1
    for style in chain:
        found = _HEADING_STYLE.match(style.name)
        if found:
            return int(found[1])
        if style.outline is not None:
            return style.outline + 1
    return None


def _boxes(node: Node) -> list[Node]:
    found = []
    for box in node.iter(W + "txbxContent"):
        outer = [parent.tag for parent in box.iterancestors()]
        inside = outer[: outer.index(node.tag)] if node.tag in outer else outer
        if _MC + "Fallback" not in inside and "".join(box.itertext()).strip():
            found.append(box)
    return found


def _plain(node: Node) -> str:
    """Return the visible text of one paragraph."""
    parts: list[str] = []
    _collect(node, parts)
    return "".join(parts).replace("\r", " ")


def _collect(node: Node, parts: list[str]) -> None:
    for child in node:
        tag = child.tag
        if tag in _SKIP or not isinstance(tag, str):
            continue
        if tag == W + "t":
            parts.append((child.text or "").replace("\n", " "))
        elif tag in (W + "br", W + "cr"):
            parts.append("" if child.get(W + "type") in ("page", "column") else "\n")
        elif tag in (W + "tab", W + "ptab"):
            parts.append(" ")
        elif tag == W + "noBreakHyphen":
            parts.append("-")
        elif tag != W + "lastRenderedPageBreak":
            _collect(child, parts)


def _table(node: Node, state: _State) -> None:
    """Write a table row by row; a merged cell is repeated down its rows so that each row is whole."""
    above: dict[int, str] = {}
    for row in _rows(node):
        cells, merged_width = _cells(row, above, state)
        if len([cell for cell in cells if cell.strip()]) <= 1 and (
            len(cells) == 1 or merged_width == len(cells)
        ):
            state.out.paragraph("".join(cells).strip())
        elif cells:
            state.out.row(cells)


def _rows(node: Node) -> list[Node]:
    rows: list[Node] = []
    for child in node:
        if child.tag == W + "tr":
            deleted = child.find(f"{W}trPr/{W}del")
            if deleted is None:
                rows.append(child)
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml"):
            rows.extend(_rows(child))
    return rows


def _cells(row: Node, above: dict[int, str], state: _State) -> tuple[list[str], int]:
    cells: list[str] = []
    widest = 1
    for cell in row.iter(W + "tc"):
        if next(cell.iterancestors(W + "tr")) is not row:
            continue
        properties = cell.find(W + "tcPr")
        span = _span(properties)
        widest = max(widest, span)
        merge = None if properties is None else properties.find(W + "vMerge")
        if merge is not None and merge.get(W + "val") != "restart":
            text = above.get(len(cells), "")
        else:
            text = _cell_text(cell, state)
        above[len(cells)] = text
        cells.extend([text, *[""] * (span - 1)])
    return cells, widest


def _span(properties: Node | None) -> int:
    value = None if properties is None else _value(properties, "gridSpan")
    return max(1, min(int(value), 64)) if value and value.isdigit() else 1


def _cell_text(cell: Node, state: _State) -> str:
    lines: list[str] = []
    for node in cell.iter(W + "p"):
        if any(
            parent.tag in _OPAQUE or parent.tag == W + "txbxContent"
            for parent in node.iterancestors()
        ):
            continue
        text = _plain(node).strip()
        if text:
            properties = node.find(W + "pPr")
            style_id = None if properties is None else _value(properties, "pStyle")
            lines.append(_number(properties, _chain(style_id, state), state) + text)
    return re.sub(r"\s*[\t\n]\s*", " ", " ".join(lines))
