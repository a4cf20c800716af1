"""``xiaoer plans``: compile, check and score plans, without a database and without Django.

Exit codes: 0 done; 1 done, and there is something to look at (``lint``: a finding that is not
silenced; ``compile``: a document without any measure); 2 wrong usage, or a file could not be
read or written. A file that fails is reported and never stops the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from xiaoer.slices.plans import cli_files, cli_report

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
_YEAR = click.option(
    "--year",
    type=click.IntRange(1990, 2100),
    help="方案所属年份；只用于文中没有写年份的期限。",
)
_FILES = click.Path(path_type=Path)


@click.group(
    help="编译、自检、评分行动方案（不需要数据库）。退出码：0 完成；1 完成但有需要人看的问题；2 用法错误或有文件读不了。"
)
def plans() -> None:
    """Group the commands on plan documents."""


@plans.command(
    "compile", help="把方案（.docx/.pdf/.html/.txt）编译为章节、举措、目标、期限和责任单位。"
)
@click.argument("files", nargs=-1, required=True, type=_FILES, metavar="FILE...")
@_YEAR
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="每份文件写一个同名 .json；.docx/.pdf/.html 另写抽取出的 .txt，位置按它计数。",
)
@click.option("--force", is_flag=True, help="允许覆盖不是本命令写出的同名文件。")
@_JSON
def compile_command(
    files: tuple[Path, ...], year: int | None, out: Path | None, force: bool, as_json: bool
) -> None:
    """Compile files one by one; write, print, and end with the exit code of the worst."""
    clash = cli_files.same_stems(files)
    if clash and out is not None:
        names = "；".join("、".join(str(path) for path in group) for group in clash)
        raise click.UsageError(
            f"这些文件去掉扩展名后同名，结果会互相覆盖，未写任何文件：{names}。请改名或分目录编译。"
        )
    results = []
    for path in files:
        result = cli_files.compile_file(path, year=year)
        if out is not None:
            result = cli_files.write(result, folder=out, force=force)
        results.append(result)
    if as_json:
        _print_json({"documents": [result.to_json(with_plan=out is None) for result in results]})
    else:
        cli_report.print_compiled(results, listing=len(results) == 1 and out is None)
    raise SystemExit(cli_files.exit_code(results))


@plans.command(
    "lint",
    help="自检方案：数目对不上、重复、缺责任单位或期限、打码数字等。有未静默的问题时退出码为 1。",
)
@click.argument("files", nargs=-1, required=True, type=_FILES, metavar="FILE...")
@_YEAR
@click.option(
    "--silence",
    "silenced",
    multiple=True,
    metavar="指纹=理由",
    help="静默一条发现，须写理由；可重复。指纹见输出。",
)
@_JSON
def lint_command(
    files: tuple[Path, ...], year: int | None, silenced: Sequence[str], as_json: bool
) -> None:
    """Report what in a plan does not add up."""
    reasons = _reasons(silenced)
    results = [cli_files.compile_file(path, year=year, silenced=reasons) for path in files]
    if as_json:
        _print_json({"documents": [result.lint_json() for result in results]})
    else:
        cli_report.print_findings(results)
    worst = cli_files.exit_code(results)
    raise SystemExit(worst or int(any(result.findings for result in results)))


def _reasons(pairs: Sequence[str]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for pair in pairs:
        fingerprint, _, reason = pair.partition("=")
        if not fingerprint.strip() or not reason.strip():
            raise click.UsageError(f"--silence 须写成“指纹=理由”，理由不能为空：{pair}")
        reasons[fingerprint.strip()] = reason.strip()
    return reasons


@plans.command("score", help="按公开的标注规则给编译结果评分。GOLD、PREDICTED 是目录或单个 .json。")
@click.argument("gold", type=_FILES)
@click.argument("predicted", type=_FILES)
@click.option("--types", help="只计这些类型的举措，逗号分隔：action,goal,guarantee,summary。")
@_JSON
def score_command(gold: Path, predicted: Path, types: str | None, as_json: bool) -> None:
    """Score predictions against annotations, one .json a document, the same stem on both sides."""
    from xiaoer.engines.plantext.scoring import score

    due, problems = cli_files.load_annotations(gold)
    if not due:
        raise click.UsageError(f"{gold} 里没有可读的标注（.json）。" + "；".join(problems))
    said, more = cli_files.load_annotations(predicted)
    if gold.is_file() and predicted.is_file():
        said = {stem: next(iter(said.values()), {}) for stem in due}
    for problem in (*problems, *more):
        click.echo(problem, err=True)
    missing = [stem for stem in due if stem not in said]
    for stem in missing:
        click.echo(f"缺少 {stem} 的编译结果，按空白计分。", err=True)
    result = score(due, said, types=set(types.split(",")) if types else None)
    if as_json:
        _print_json(result.to_json())
    else:
        cli_report.print_score(result)
    raise SystemExit(2 if problems or more else 0)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
