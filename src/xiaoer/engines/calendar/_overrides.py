"""Read a city's own calendar days from CSV text.

The format is ``date,is_workday,note``. A row whose date is a bare year and whose second cell is
``published`` says that the file arranges that year completely, with the notice as its note. Bad
rows are reported with their line numbers and never stop the good ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from xiaoer.engines.calendar._table import Override

_WORKING = {"1", "true", "yes", "y", "是", "班", "上班"}
_OFF = {"0", "false", "no", "n", "否", "休", "放假"}
_PUBLISHED = {"published", "已发布"}
_HEADER = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row that could not be read: its line in the file, a code, the text, and sentences."""

    line: int
    code: str
    text: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideFile:
    """The good rows of a file, the years it arranges completely, and its bad rows."""

    overrides: tuple[Override, ...]
    published: Mapping[int, str]
    errors: tuple[RowError, ...]


class _BadRow(ValueError):
    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


def parse_overrides(text: str) -> OverrideFile:
    """Parse CSV text into overrides.

    Parameters
    ----------
    text
        The file's text; a byte-order mark, blank lines, a header and ``#`` comments are allowed.

    Returns
    -------
    OverrideFile
        Good rows in file order; a day given twice is an error on its second line unless both rows
        say the same.

    Examples
    --------
    >>> parsed = parse_overrides("date,is_workday,note\\n2027-02-05,0,除夕\\n2027-02-30,0,\\n")
    >>> [entry.day.isoformat() for entry in parsed.overrides]
    ['2027-02-05']
    >>> parsed.errors[0].line, parsed.errors[0].code
    (3, 'bad_date')
    """
    days: dict[date, Override] = {}
    published: dict[int, str] = {}
    errors: list[RowError] = []
    for line, cells in _rows(text):
        try:
            if len(cells) > 1 and cells[1].lower() in _PUBLISHED:
                published[_year(cells[0])] = cells[2] if len(cells) > 2 else ""
                continue
            entry = _override(cells)
            known = days.setdefault(entry.day, entry)
            if known.is_working != entry.is_working:
                raise _BadRow(
                    "contradiction",
                    f"{entry.day} 在前面的行中已有相反的安排，请只保留一行",
                    f"{entry.day} was given the other way on an earlier line; keep one of them",
                )
        except _BadRow as bad:
            errors.append(
                RowError(
                    line=line,
                    code=bad.code,
                    text=",".join(cells),
                    message_zh=f"第 {line} 行：{bad.zh}",
                    message_en=f"line {line}: {bad.en}",
                )
            )
    return OverrideFile(overrides=tuple(days.values()), published=published, errors=tuple(errors))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            cells = ["?"]
        if not any(cells) or cells[0].startswith("#") or cells[0].lower() == _HEADER:
            continue
        yield reader.line_num, cells


def _year(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) == 4):
        raise _BadRow(
            "bad_year",
            f"“{cell}”不是年份；整年已发布的行应写作 2027,published,通知文号",
            f"{cell!r} is no year; write 2027,published,number of the notice",
        )
    return int(cell)


def _override(cells: list[str]) -> Override:
    if len(cells) < 2:
        raise _BadRow(
            "missing_column",
            "缺少列；应为 日期,是否上班,说明",
            "a column is missing; expected date,is_workday,note",
        )
    try:
        day = date.fromisoformat(cells[0].replace("/", "-"))
    except ValueError:
        raise _BadRow(
            "bad_date",
            f"“{cells[0]}”不是有效日期；应写作 2027-02-05",
            f"{cells[0]!r} is not a date; write it as 2027-02-05",
        ) from None
    flag = cells[1].lower()
    if flag not in _WORKING | _OFF:
        raise _BadRow(
            "bad_flag",
            f"“{cells[1]}”看不出上班还是放假；上班写 1，放假写 0",
            f"{cells[1]!r} says neither work nor rest; write 1 for a working day, 0 for a day off",
        )
    note = ",".join(cells[2:]).strip()
    return Override(day=day, is_working=flag in _WORKING, note=note)
