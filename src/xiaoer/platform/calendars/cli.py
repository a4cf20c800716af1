"""``xiaoer calendar check|apply FILE``: a city's own working days."""

from __future__ import annotations

import json
from pathlib import Path

import click

from xiaoer.platform.calendars import CityDays
from xiaoer.platform.ops.cli import FOUND, answering, json_option

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def calendar() -> None:
    """检查或启用本市自己的工作日历（CSV：date,is_workday,note）。"""


@calendar.command()
@file_argument
@json_option
@answering
def check(file: Path, as_json: bool) -> None:
    """只检查文件，不启用。"""
    from xiaoer.platform.calendars import city_days

    _tell(city_days(file.read_bytes()), as_json=as_json, done="可以启用")


@calendar.command()
@file_argument
@json_option
@answering
def apply(file: Path, as_json: bool) -> None:
    """启用文件；有错的行会指出并跳过。已承诺的期限不会因此延后。"""
    from xiaoer.platform import clock
    from xiaoer.platform.access.actors import SYSTEM
    from xiaoer.platform.calendars.services import calendar_apply

    found = calendar_apply(
        actor=SYSTEM.via("cli"), data=file.read_bytes(), name=file.name, now=clock.now()
    )
    _tell(found, as_json=as_json, done="已启用")


def _tell(found: CityDays, *, as_json: bool, done: str) -> None:
    if as_json:
        body = {
            "days": found.days,
            "years": list(found.years),
            "errors": [
                {"line": e.line, "code": e.code, "message": e.message_zh} for e in found.errors
            ],
        }
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        years = "、".join(str(y) for y in found.years) or "无"
        click.echo(f"{done}：{found.days} 天；完整安排的年份：{years}。")
        for error in found.errors:
            click.echo(f"第 {error.line} 行：{error.message_zh}", err=True)
    if found.errors:
        raise SystemExit(FOUND)
