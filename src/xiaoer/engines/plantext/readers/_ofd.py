"""OFD (GB/T 33190-2016): the text of pages that keep it as plain text codes.

A page of OFD places glyph runs by coordinates. Runs are sorted into lines by their top edge.
Documents whose runs carry no text codes, or that are encrypted, need a converter or are refused.
"""

from __future__ import annotations

import posixpath
import re

from ._container import Container, Node
from ._extract import Extract, TextBuilder
from ._refusals import refusal

_LINE_TOLERANCE = 0.5


def read_ofd(container: Container, *, name: str) -> Extract:
    """Return the text of an OFD document, line by line."""
    if any(part.endswith(("Encryptions.xml", "Encryption.xml")) for part in container.names):
        raise refusal("encrypted", name=name)
    out = TextBuilder()
    pages = _page_paths(container)
    for number, path in enumerate(pages, start=1):
        start = out.length
        for line in _lines(container.xml(path)):
            out.paragraph(line, page=number)
        out.page(start=start, number=number)
        out.raw("\n")
    if len(re.sub(r"\s", "", out.text())) < 8:
        raise refusal("needs_converter", name=name, format="OFD")
    return Extract(
        text=out.text(),
        media_type="application/ofd",
        name=name,
        blocks=tuple(out.blocks),
        pages=len(pages),
        encoding="utf-8",
    )


def _local(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]


def _page_paths(container: Container) -> list[str]:
    """Return the page parts in reading order, from the document roots."""
    paths: list[str] = []
    for root in [
        node.text for node in container.xml("OFD.xml").iter() if _local(node) == "DocRoot"
    ]:
        document = (root or "").strip().lstrip("/")
        if document not in container.names:
            continue
        folder = posixpath.dirname(document)
        for node in container.xml(document).iter():
            if _local(node) == "Page" and node.get("BaseLoc"):
                location = node.get("BaseLoc")
                path = posixpath.normpath(
                    location.lstrip("/")
                    if location.startswith("/")
                    else posixpath.join(folder, location)
                )
                if path in container.names:
                    paths.append(path)
    return paths


def _lines(page: Node) -> list[str]:
    runs: list[tuple[float, float, str]] = []
    for node in page.iter():
        if _local(node) != "TextObject":
            continue
        boundary = [float(part) for part in (node.get("Boundary") or "0 0 0 0").split()]
        for code in node:
            if _local(code) == "TextCode" and code.text:
                x = boundary[0] + float(code.get("X") or 0)
                y = boundary[1] + float(code.get("Y") or 0)
                runs.append((y, x, code.text))
    runs.sort(key=lambda run: run[0])
    lines: list[list[tuple[float, float, str]]] = []
    for run in runs:
        if lines and abs(lines[-1][-1][0] - run[0]) <= _LINE_TOLERANCE:
            lines[-1].append(run)
        else:
            lines.append([run])
    return ["".join(run[2] for run in sorted(line, key=lambda run: run[1])) for line in lines]
