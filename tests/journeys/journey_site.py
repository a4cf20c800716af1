"""What journeys know of the running installation, and the documents they bring along."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from docx import Document

from xiaoer.demo.city import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
TUTORIAL = ROOT / "docs" / "tutorial" / "first-plan.txt"
DESK, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running installation: its address and its folder."""

    url: str
    home: Path
    password: str = PASSWORD


def tutorial_text(*, title: str = "") -> str:
    """Return the tutorial's plan, under another title where one is given."""
    text = TUTORIAL.read_text(encoding="utf-8")
    return text.replace(text.splitlines()[0], title) if title else text


def web_copy(*, title: str) -> str:
    """Return the demonstration's noisy web copy of a plan under another title."""
    text = (ROOT / "src/xiaoer/demo/plans/2026-park-plan-web.txt").read_text(encoding="utf-8")
    return text.replace("清江高新区优化营商环境“一号工程”2026年工作措施", title)


def word_file(text: str) -> bytes:
    """Return a Word document with a paragraph for each line."""
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def upload_of(text: str, *, name: str) -> dict[str, object]:
    """Return a Word document as a browser's file chooser takes it."""
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": name, "mimeType": media, "buffer": word_file(text)}


EVIDENCE = {
    "name": "惠企资金兑现统计表.txt",
    "mimeType": "text/plain",
    "buffer": "2026年10月 惠企资金兑现统计表 合计 1800 万元\n".encode(),
}
