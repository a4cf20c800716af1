"""``xiaoer demo``: build the demonstration city, run the main job over it, print it, serve it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

MARK = "demo.json"
LIGHT_WORDS = {
    "ON_TRACK": "● 正常", "AT_RISK": "▲ 预警", "BEHIND": "■ 滞后", "NOT_STARTED": "○ 未开始", "STRUCK_OFF": "✓ 销号",
}  # fmt: skip


@click.command()
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="用您自己的方案文件代替示范方案",
)
@click.option("--year", type=int, help="方案年度（正文没有写年份时）")
@click.option("--no-serve", is_flag=True, help="建好后不启动网站")
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def demo(
    plan_file: Path | None, year: int | None, no_serve: bool, port: int, as_json: bool
) -> None:
    """建立示范城市，编译方案、发布台账、装入八个月的数据，打印结果并启动网站。"""
    home = _home()
    _clear(home)
    os.environ["XIAOER_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.config.settings.base")
    started = time.monotonic()
    outcome = _build(plan_file=plan_file, year=year, quiet=as_json)
    seconds = round(time.monotonic() - started, 1)
    (home / MARK).write_text(json.dumps({"now": str(outcome.now)}), encoding="utf-8")
    if as_json:
        click.echo(
            json.dumps({**asdict(outcome), "seconds": seconds}, ensure_ascii=False, default=str)
        )
    else:
        click.echo(_table(outcome, seconds=seconds))
    if no_serve:
        return
    if not as_json:
        click.echo(f"\n打开 http://127.0.0.1:{port}/ ，按 Ctrl+C 停止。")
    from xiaoer.platform.ops.cli import serve

    serve.main(args=["--port", str(port)], standalone_mode=False)


def _home() -> Path:
    return Path(os.environ.get("XIAOER_HOME") or Path("var") / "demo").resolve()


def _clear(home: Path) -> None:
    """Empty the demonstration's own folder; refuse to touch any other that holds data."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            click.echo(
                f"{home} 里有别的数据，示范不会覆盖它。请设置 XIAOER_HOME 为一个空文件夹，或先移走其中的内容。",
                err=True,
            )
            sys.exit(2)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text("{}", encoding="utf-8")


def _build(*, plan_file: Path | None, year: int | None, quiet: bool):  # type: ignore[no-untyped-def]
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from django.conf import settings

    from xiaoer.demo import build
    from xiaoer.platform import clock
    from xiaoer.platform.errors import Refused

    say = (lambda text: None) if quiet else (lambda text: click.echo(f"  {text}", err=True))
    try:
        sources = [build.own_source(plan_file, year=year)] if plan_file else build.written_sources()
        outcome = build.build(sources=sources, say=say)
    except Refused as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(2)
    if outcome.now is not None:
        clock.set_city_clock(home=settings.XIAOER_HOME, moment=outcome.now)
    return outcome


def _table(outcome, *, seconds: float) -> str:  # type: ignore[no-untyped-def]
    head = ("方案", "章节", "举措", "目标", "单位", "期限", "疑点", "责任单位", "新建待确认")
    rows = [
        (
            p.title,
            p.sections,
            p.measures,
            p.targets,
            p.owners,
            p.deadlines,
            p.doubts,
            p.units,
            p.proposed_units,
        )
        for p in outcome.plans
    ]
    lines = ["", _line(head), *(_line(r) for r in rows), ""]
    lights = "  ".join(f"{LIGHT_WORDS[c]} {n}" for c, n in sorted(outcome.lights.items()))
    lines += [
        f"上报 {outcome.reported} 条，核实 {outcome.verified} 条；审计事件 {outcome.events} 条。",
        f"截至 {outcome.now:%Y-%m-%d}：{lights}；按目前进度将不能如期完成 {outcome.will_miss} 项。",
        f"用时 {seconds} 秒。", "",
        f"登录（口令都是 {_password()}）：",
        *(f"  {name:<12}{says}" for name, says in outcome.logins),
    ]  # fmt: skip
    return "\n".join(lines)


def _password() -> str:
    from xiaoer.demo.city import PASSWORD

    return PASSWORD


def _line(cells) -> str:  # type: ignore[no-untyped-def]
    first, *rest = (str(c) for c in cells)
    first = first if len(first) <= 28 else first[:27] + "…"
    return first + "　" * (30 - len(first)) + "".join(f"{c:>8}" for c in rest)
