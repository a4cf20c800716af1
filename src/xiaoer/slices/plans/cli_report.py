"""What ``xiaoer plans`` prints for people: tables in Chinese, aligned by display width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import click

from xiaoer.engines.plantext import Deadline, Measure, Target
from xiaoer.engines.plantext.scoring import Score

from .cli_files import Compiled

_COUNTS = (
    ("sections", "章节"),
    ("measures", "举措"),
    ("targets", "目标"),
    ("deadlines", "期限"),
    ("owners", "责任单位"),
    ("doubts", "疑点"),
    ("findings", "自检"),
)
_COMPARATORS = {
    "ge": "≥", "gt": "＞", "le": "≤", "lt": "＜", "eq": "＝", "within": "≤", "approx": "≈",
    "increase_ge": "升≥", "decrease_ge": "降≥",
}  # fmt: skip
_LAYERS = {
    "sections": "章节", "measures": "举措", "targets": "目标", "targets_doc": "目标（不计归属）",
    "targets+comparator": "目标（含比较词）", "deadlines": "期限", "owners": "责任单位", "platforms": "平台",
}  # fmt: skip
_SEVERITIES = {"block": "必须处理", "check": "请核对", "note": "提示"}


def width(text: str) -> int:
    """Return how many columns ``text`` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def clip(text: str, *, columns: int) -> str:
    """Return ``text`` cut to ``columns`` with an ellipsis."""
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > columns - 2:
            break
        kept += char
    return kept + "…"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with aligned columns; cells that look like numbers stand right."""
    columns = [max(width(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = []
    for row in (head, *rows):
        cells = []
        for index, cell in enumerate(row):
            blank = " " * (columns[index] - width(cell))
            numeric = bool(re.fullmatch(r"\d+(?:\.\d+)?|-", cell))
            cells.append(blank + cell if numeric else cell + blank)
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("─" * column for column in columns))
    return "\n".join(lines)


def print_compiled(results: Sequence[Compiled], *, listing: bool) -> None:
    """Print what was found in each file, then the warnings; failures go to standard error."""
    rows = []
    for result in results:
        counts = result.counts()
        state = "失败" if result.problem else "完成" if counts.get("measures") else "没有举措"
        numbers = [str(counts.get(key, "-")) for key, _ in _COUNTS]
        rows.append([clip(result.path.name, columns=48), *numbers, state])
    if listing and results[0].plan is not None:
        _print_measures(results[0])
    click.echo(table(["文件", *(label for _, label in _COUNTS), "结果"], rows))
    for result in results:
        if result.written:
            click.echo(f"已写出：{'、'.join(str(path) for path in result.written)}")
        if result.plan is not None and not result.plan.measures:
            click.echo(
                f"“{result.path.name}”里没有找到任何举措：它可能不是行动方案，或编号方式特殊。请核对文件。"
            )
    _print_troubles(results)


def _print_troubles(results: Sequence[Compiled]) -> None:
    for result in results:
        if result.extract is not None:
            for item in result.extract.warnings:
                click.echo(f"提示 {result.path.name}：{item.message_zh}", err=True)
        if result.problem is not None:
            click.echo(f"失败 [{result.problem.code}] {result.problem.message_zh}", err=True)


def _print_measures(result: Compiled) -> None:
    assert result.plan is not None
    assert result.extract is not None
    rows = []
    for measure in result.plan.measures:
        rows.append(
            [
                measure.id,
                measure.number or "",
                clip(_heading(measure, result.extract.text), columns=40),
                clip("、".join(owner.name for owner in measure.owners), columns=30),
                clip("；".join(_date(item) for item in measure.deadlines), columns=22),
                clip("；".join(_target(item) for item in measure.targets), columns=48),
            ]
        )
    click.echo(table(["编号", "原文号", "举措", "责任单位", "期限", "目标"], rows))
    click.echo()


def _heading(measure: Measure, text: str) -> str:
    if measure.title:
        return "".join(measure.title.split())
    start, end = measure.span
    return "".join(text[start : min(end, start + 60)].split())


def _date(deadline: Deadline) -> str:
    return deadline.date or "长期"


def _target(target: Target) -> str:
    value = f"{target.value:g}" if target.value < 1e6 else str(target.value)
    if target.value_max is not None:
        value += f"—{target.value_max:g}"
    indicator = "".join(target.indicator.split())
    return f"{indicator}{_COMPARATORS[target.comparator]}{value}{target.unit}"


def line_of(text: str, *, at: int) -> int:
    """Return the line number of an offset, counted from one."""
    return text.count("\n", 0, at) + 1


def print_findings(results: Sequence[Compiled]) -> None:
    """Print the findings of each file, then the compiler's own doubts, which have no fingerprint."""
    for result in results:
        if result.extract is None:
            continue
        doubts = result.plan.doubts if result.plan else ()
        click.echo(f"{result.path.name}：发现 {len(result.findings)} 条，编译疑点 {len(doubts)} 条")
        for finding in (*result.findings, *doubts):
            where = ""
            if finding.spans:
                where = f"第 {line_of(result.extract.text, at=finding.spans[0][0])} 行  "
            mark = " ".join((finding.code, str(finding.data.get("fingerprint", "")))).strip()
            click.echo(f"  {_SEVERITIES[finding.severity]}  {where}{finding.message_zh}  [{mark}]")
    _print_troubles(results)


def print_score(score: Score) -> None:
    """Print precision, recall and F1 by layer, then F1 by document."""
    rows = [
        [
            _LAYERS[layer],
            *(f"{value:.4f}" for value in (tally.precision, tally.recall, tally.f1)),
            *(str(value) for value in (tally.tp, tally.fp, tally.fn)),
        ]
        for layer, tally in score.total.layers.items()
    ]
    click.echo(table(["层", "精确率", "召回率", "F1", "对", "多", "漏"], rows))
    click.echo()
    shown = ("measures", "targets", "deadlines", "owners")
    rows = [
        [clip(stem, columns=40), *(f"{document.layers[layer].f1:.3f}" for layer in shown)]
        for stem, document in score.documents.items()
    ]
    click.echo(table(["文件（F1）", *(_LAYERS[layer] for layer in shown)], rows))
