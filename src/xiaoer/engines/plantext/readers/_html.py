"""Web pages: the visible text with the line breaks a browser shows, data tables as rows.

Scripts, styles, navigation and hidden elements are dropped. Other junk of a portal (share
buttons, print links) stays; the compiler recognises it in any text.
"""

from __future__ import annotations

import re

from lxml import etree, html

from ._container import Node
from ._decode import decode
from ._extract import Extract, ReadWarning, TextBuilder
from ._refusals import not_a_document

_DROP = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "form",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "video",
        "audio",
        "map",
    ]
)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "ul",
        "tr",
        "td",
        "th",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "caption",
    ]
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’—…]"
_BREAK_IN_WIDE = re.compile(rf"(?<={_WIDE})[ \t]*[\r\n]+\s*(?={_WIDE})")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_LEGACY = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}


def read_html(data: bytes, *, name: str) -> Extract:
    """Return the visible text of a web page."""
    text, encoding, warnings = _decoded(data, name)
    try:
        root = html.document_fromstring(
            re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", "")),
            parser=html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True),
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise not_a_document(name, "网页没有正文", "the page has no body") from error
    out = _Page()
    out.element(root)
    out.flush()
    return Extract(
        text=out.builder.text(),
        media_type="text/html",
        name=name,
        blocks=tuple(out.builder.blocks),
        encoding=encoding,
        warnings=warnings,
    )


def _decoded(data: bytes, name: str) -> tuple[str, str, tuple[ReadWarning, ...]]:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        encoding = declared[1].decode("ascii").lower()
        encoding = _LEGACY.get(encoding, encoding)
        try:
            return data.decode(encoding), encoding, ()
        except (LookupError, UnicodeDecodeError):
            return decode(data, name=name)
    return decode(data, name=name)


class _Page:
    """Write a tree as lines: inline text gathers in ``line`` until a block begins or ends."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self._line: list[str] = []
        self._level: int | None = None

    def flush(self) -> None:
        """End the current line; lines without text are not written."""
        for piece in "".join(self._line).split("\n"):
            text = _SPACE.sub(" ", piece).strip(" ")
            if text.strip():
                self.builder.paragraph(text, level=self._level)
        self._line = []

    def element(self, node: Node) -> None:
        """Write one element with all it contains (iteratively, pages nest very deep)."""
        stack: list[tuple[Node, bool]] = [(node, False)]
        while stack:
            current, leaving = stack.pop()
            if leaving:
                self._leave(current)
                continue
            if not isinstance(current.tag, str) or _invisible(current):
                self._tail(current, node)
                continue
            if current.tag == "table" and is_data_table(current):
                self.flush()
                self._table(current)
                self._tail(current, node)
                continue
            self._enter(current)
            stack.append((current, True))
            stack.extend((child, False) for child in reversed(current))

    def _enter(self, node: Node) -> None:
        if node.tag == "br":
            self._line.append("\n")
        elif node.tag in _BLOCK:
            self.flush()
            if re.fullmatch("h[1-6]", node.tag):
                self._level = int(node.tag[1])
        if node.text:
            self._line.append(node.text if node.tag == "pre" else inline(node.text))

    def _leave(self, node: Node) -> None:
        if node.tag in _BLOCK:
            self.flush()
            if re.fullmatch("h[1-6]", node.tag):
                self._level = None
        self._tail(node, None)

    def _tail(self, node: Node, root: Node | None) -> None:
        if node.tail and node is not root:
            self._line.append(inline(node.tail))

    def _table(self, table: Node) -> None:
        below: dict[int, tuple[int, str]] = {}
        for row in table.iter("tr"):
            cells = _row(row, below)
            filled = [cell for cell in cells if cell]
            if len(filled) == 1 and len(row) == 1:
                self.builder.paragraph(filled[0])
            elif filled:
                self.builder.row(cells)


def inline(text: str) -> str:
    """Collapse white space as a browser does; a line break between wide characters vanishes."""
    return _SPACE.sub(" ", _BREAK_IN_WIDE.sub("", text))


def _invisible(node: Node) -> bool:
    if node.tag in _DROP or node.get("hidden") is not None:
        return True
    return bool(_HIDDEN.search(node.get("style") or ""))


def is_data_table(table: Node) -> bool:
    """Tell a table of data from one that only lays out a page.

    A layout table holds another table, or has a cell with a whole article in it.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = list(table.iter("tr"))
    widths = [sum(1 for cell in row if cell.tag in ("td", "th")) for row in rows]
    if not rows or max(widths) < 2:
        return False
    longest = max(len("".join(cell.itertext())) for cell in table.iter("td", "th"))
    return longest < 3_000


def _row(row: Node, below: dict[int, tuple[int, str]]) -> list[str]:
    """Return the cells of one row; a cell that spans rows is repeated, one that spans columns padded."""
    cells: list[str] = []

    def take_spanned() -> None:
        while len(cells) in below:
            left, text = below[len(cells)]
            if left > 1:
                below[len(cells)] = (left - 1, text)
            else:
                del below[len(cells)]
            cells.append(text)

    for cell in row:
        if cell.tag not in ("td", "th"):
            continue
        take_spanned()
        text = _cell(cell)
        rows, columns = _count(cell.get("rowspan")), _count(cell.get("colspan"))
        for index in range(columns):
            if rows > 1:
                below[len(cells)] = (rows - 1, text if index == 0 else "")
            cells.append(text if index == 0 else "")
    take_spanned()
    return cells


def _count(value: str | None) -> int:
    return max(1, min(int(value), 200)) if value and value.strip().isdigit() else 1


def _cell(cell: Node) -> str:
    page = _Page()
    tail, cell.tail = cell.tail, None
    page.element(cell)
    page.flush()
    cell.tail = tail
    return page.builder.text().replace("\t", " ").replace("\n", " ").strip()
