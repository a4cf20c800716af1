"""Commands for those who run an installation.

Exit codes: 0 done; 1 done, and there is something a person should look at; 2 it could not be done.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import click
import django

from xiaoer.platform.errors import Refused

P = ParamSpec("P")

FOUND, UNDONE = 1, 2
MARKS = {"ok": click.style("✔", fg="green"), "warning": click.style("!", fg="yellow"), "error": click.style("✘", fg="red")}  # fmt: skip

json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")


def start_django() -> None:
    """Load the settings and the applications; commands call it before they import anything else."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.config.settings.base")
    django.setup()


def answering(command: Callable[P, None]) -> Callable[P, None]:
    """Start Django, and turn a refusal or an unusable database into a message and exit code 2."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        start_django()
        from django.db import DatabaseError

        try:
            command(*args, **kwargs)
        except Refused as refusal:
            fail(refusal.message)
        except DatabaseError as error:
            fail(f"数据库不可用：{error}。请执行 xiaoer doctor 查看原因。")

    return run


def fail(message: str) -> NoReturn:
    """Print a message and end with exit code 2."""
    click.echo(message, err=True)
    raise SystemExit(UNDONE)


def show(body: object) -> None:
    """Print JSON."""
    click.echo(json.dumps(body, ensure_ascii=False, indent=1, default=str))


def moment() -> datetime:
    """Read the city's clock: a command is an edge."""
    from xiaoer.platform import clock

    return clock.now()


def machine_moment() -> datetime:
    """Read the machine's clock, by which leases, periods and health go."""
    from django.utils import timezone

    return timezone.now()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。")
@click.option("--port", default=8000, show_default=True, help="监听端口。")
@click.option("--processes", default=2, show_default=True, help="网站进程数（Windows 下无效）。")
@click.option("--threads", default=4, show_default=True, help="每个进程的线程数。")
@click.option("--no-worker", is_flag=True, help="不启动后台进程。")
@answering
def serve(host: str, port: int, processes: int, threads: int, no_worker: bool) -> None:
    """启动网站和一个后台进程；需要时先升级数据库、整理静态文件。"""
    from xiaoer.platform.ops import server

    server.check_port(host=host, port=port)
    prepare(say=click.echo)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"网站已启动：http://{shown}:{port}/ （按 Ctrl+C 停止）")
    serving = server.Serving(
        host=host, port=port, processes=processes, threads=threads, has_worker=not no_worker
    )
    raise SystemExit(server.serve(serving, say=click.echo))


def prepare(*, say: Callable[[str], object]) -> None:
    """Bring the database up to this version and collect the static files."""
    from django.core.management import call_command
    from django.db import connections

    from xiaoer.platform.ops import database

    count = database.upgrade()
    if count:
        say(f"数据库已升级（{count} 项）。")
    database.statistics_refresh()
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()


@click.command()
@click.option("--once", is_flag=True, help="做完现有的任务就结束。")
@click.option("--parent", type=int, hidden=True, help="随这个进程一同结束。")
@answering
def worker(once: bool, parent: int | None) -> None:
    """执行后台任务和到期的定时任务，直到被停止。"""
    from xiaoer.platform.tasks.worker import Worker, run_until_stopped

    _need_current_database()
    if once:
        click.echo(f"执行了 {Worker().run_all()} 个任务。")
        return
    run_until_stopped(
        Worker(), is_wanted=lambda: parent is None or os.name != "posix" or os.getppid() == parent
    )


@click.command(name="run-due")
@click.option("--force", is_flag=True, help="不论是否到期，全部执行一次。")
@json_option
@answering
def run_due(force: bool, as_json: bool) -> None:
    """执行到期的定时任务；可以反复执行，供 cron 或 systemd 调用。"""
    from xiaoer.platform.tasks import jobs, lease

    _need_current_database()
    name = lease.worker_name(salt="run-due")
    outcomes = jobs.run_due(at=machine_moment(), worker=name, force=force)
    if as_json:
        show([asdict(outcome) for outcome in outcomes])
    for outcome in outcomes if not as_json else []:
        mark = MARKS["error" if outcome.error else "ok"]
        click.echo(
            f"{mark} {outcome.label}（{outcome.name}）：{outcome.error or outcome.result or '完成'}"
        )
    if not outcomes and not as_json:
        click.echo("没有到期的任务。")
    if any(outcome.error for outcome in outcomes):
        raise SystemExit(FOUND)


def _need_current_database() -> None:
    from xiaoer.platform.ops import database

    waiting = len(database.pending())
    if waiting:
        fail(
            f"数据库尚未建立或有 {waiting} 项升级没有执行；请先执行 xiaoer serve，或 xiaoer doctor 查看。"
        )


@click.command()
@json_option
@answering
def doctor(as_json: bool) -> None:
    """检查设置、数据库、组件、字体、磁盘、时钟和后台进程，说明怎样修复。"""
    from xiaoer.platform.ops.doctor import examine

    findings = examine(at=machine_moment())
    wrong = [f for f in findings if f.level == "error"]
    if as_json:
        show({"healthy": not wrong, "findings": [asdict(f) for f in findings]})
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.level]} {finding.subject}：{finding.message}")
            if finding.mend:
                click.echo(f"    → {finding.mend}")
        odd = sum(f.level == "warning" for f in findings)
        click.echo(f"\n{len(wrong)} 项须修复，{odd} 项提醒。" if wrong or odd else "\n一切正常。")
    if wrong:
        raise SystemExit(FOUND)


@click.group()
def audit() -> None:
    """审计事件。"""


@audit.command(name="verify")
@click.option("--anchor", default="", help="以前核验时记下的链头；链中必须含有它。")
@json_option
@answering
def audit_verify(anchor: str, as_json: bool) -> None:
    """重算每条事件的摘要、每批的默克尔根和整条链，指出不符之处。"""
    from xiaoer.platform.audit.verify import verify

    _need_current_database()
    found = verify(anchor=anchor)
    if as_json:
        show({"whole": found.is_whole, **asdict(found)})
    else:
        _show_verification(found)
    if not found.is_whole:
        raise SystemExit(FOUND)


def _show_verification(found: Any) -> None:
    click.echo(f"事件 {found.events} 条，封存 {found.seals} 批，未封存 {found.unsealed} 条。")
    click.echo(f"链头：{found.head}")
    for problem in found.problems:
        click.echo(f"{MARKS['error']} {problem}")
    click.echo("审计链完整。" if found.is_whole else f"发现 {len(found.problems)} 处不符。")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-secret", is_flag=True, help="连同本站密钥（恢复后已登录的会话仍有效，备份须保密存放）。"
)
@json_option
@answering
def backup(file: Path, with_secret: bool, as_json: bool) -> None:
    """把数据库和文件备份到 FILE（zip）；不必停止服务。"""
    from xiaoer.platform.ops import backups

    made = backups.backup(path=file, with_secret=with_secret, now=moment())
    if as_json:
        show(asdict(made))
        return
    click.echo(
        f"已备份到 {made.path}（{made.size / 1_000_000:.1f} MB，{made.n_files} 个文件，{made.n_events} 条审计事件）。"
    )
    click.echo("请复制到另一台机器保存，并定期试做恢复。")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="覆盖正在使用的数据库（SQLite 的旧库改名保留）。")
@json_option
@answering
def restore(file: Path, force: bool, as_json: bool) -> None:
    """从 FILE 恢复到空的数据目录或数据库；先校验每个成员，恢复后核验审计链。"""
    from xiaoer.platform.ops import backups

    done = backups.restore(path=file, force=force, now=moment())
    if as_json:
        show({
            "made_at": done.manifest.made_at, "version": done.manifest.version,
            "members": len(done.manifest.members), "earlier": done.earlier,
            "whole": done.verification.is_whole, "problems": done.verification.problems,
        })  # fmt: skip
    else:
        click.echo(f"已恢复 {done.manifest.city} 于 {done.manifest.made_at} 的备份。")
        if done.earlier is not None:
            click.echo(f"原数据库改名为 {done.earlier}。")
        if not done.has_secret:
            click.echo("备份不含密钥：所有人需要重新登录。")
        _show_verification(done.verification)
    if not done.verification.is_whole:
        raise SystemExit(FOUND)
