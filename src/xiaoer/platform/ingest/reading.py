"""Read a table from .xlsx or .csv bytes as rows of text; refuse what is no table, with advice."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

from xiaoer.platform.errors import Invalid

MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_RATIO = 200
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_rows(*, name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(row number in the file, cells as trimmed text)``; empty rows are left out.

    Raises
    ------
    Invalid
        If the file is empty, no table, encrypted, an old .xls, or in an unknown encoding.
    """
    if not content.strip():
        raise Invalid("文件是空的，请检查后重新上传。", field="file")
    if content.startswith(_OLD_EXCEL):
        raise Invalid(
            "这是旧版 .xls 或加密的 Excel 文件。请用 Excel 或 WPS 打开，取消密码并另存为 .xlsx 后上传。",
            field="file",
        )
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content, name=name)
    count = 0
    for number, cells in rows:
        if any(cells):
            count += 1
            if count > MAX_ROWS:
                raise Invalid(
                    "一次最多导入 %(max_rows)s 行，请拆分文件后分批上传。",
                    values={"max_rows": MAX_ROWS},
                    field="file",
                )
            yield number, cells


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    # imported here: it costs every other command a fifth of its start
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise Invalid(
            "文件打不开：不是 Excel 表格，或已损坏。请另存为 .xlsx 后重试。", field="file"
        ) from error
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in row[:MAX_COLUMNS]]
    finally:
        book.close()


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Invalid("文件已损坏，无法打开。请重新导出后上传。", field="file") from error
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(content), 100_000):
        raise Invalid("文件解压后异常巨大，已拒绝。请另存为 .csv 后上传。", field="file")


def _csv(content: bytes, *, name: str) -> Iterator[tuple[int, list[str]]]:
    text = _decode(content)
    if "\0" in text:
        raise Invalid(
            "“%(name)s”不是表格文件，请上传 .xlsx 或 .csv。", values={"name": name}, field="file"
        )
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count)
    if delimiter == "，" and first.count("，") == 0:
        delimiter = ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells[:MAX_COLUMNS]]
    except csv.Error as error:
        raise Invalid(
            "第 %(line_num)s 行附近无法按表格读取，请检查引号是否成对。",
            values={"line_num": reader.line_num},
            field="file",
        ) from error


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")  # type: ignore[assignment]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        "文件编码无法识别。请另存为 UTF-8 或 GB18030（Excel 默认）编码的 .csv。", field="file"
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()


def first_rows(*, name: str, content: bytes, limit: int) -> list[tuple[int, list[str]]]:
    """Return the first rows, to look for the heading."""
    return list(islice(read_rows(name=name, content=content), limit))
