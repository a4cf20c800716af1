"""The ``xiaoer`` command: nouns, then verbs; each noun is imported only when it is used.

Commands that need no database (``xiaoer plans``) must start without Django, so nothing here
imports a slice. A part of the system adds a command by one row in ``COMMANDS``.

Exit codes, the same for every command: 0 done; 1 done, and there is something a person should
look at; 2 wrong usage, or something could not be read.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass

import click

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_UNREADABLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyCommand:
    """Where a command lives (``module:attribute``) and the line that ``--help`` shows for it."""

    target: str
    summary: str


_HELP = """小二：城市营商环境行动的运行系统。

退出码：0 完成；1 完成，但有需要人看的问题；2 用法错误，或有内容读不了。
"""
_OPS = "xiaoer.platform.ops.cli"

COMMANDS: dict[str, LazyCommand] = {
    "plans": LazyCommand(
        target="xiaoer.slices.plans.cli:plans", summary="编译、自检、评分行动方案（不需要数据库）"
    ),
    "indicators": LazyCommand(
        target="xiaoer.slices.indicators.cli:indicators", summary="计算状态灯、应达值与预计落点"
    ),
    "demo": LazyCommand(
        target="xiaoer.demo.cli:demo", summary="建立示范城市，编译方案、发布台账并启动网站"
    ),
    "serve": LazyCommand(target=f"{_OPS}:serve", summary="启动网站"),
    "worker": LazyCommand(target=f"{_OPS}:worker", summary="执行后台任务"),
    "run-due": LazyCommand(target=f"{_OPS}:run_due", summary="执行到期的定时任务（可重复执行）"),
    "doctor": LazyCommand(target=f"{_OPS}:doctor", summary="检查安装与配置，说明怎样修复"),
    "account": LazyCommand(
        target="xiaoer.platform.accounts.cli:account",
        summary="开立系统、安全、审计管理员的第一个账号",
    ),
    "calendar": LazyCommand(
        target="xiaoer.platform.calendars.cli:calendar", summary="检查或启用本市自己的工作日历"
    ),
    "audit": LazyCommand(target=f"{_OPS}:audit", summary="核验审计链"),
    "backup": LazyCommand(target=f"{_OPS}:backup", summary="备份数据库与文件"),
    "restore": LazyCommand(target=f"{_OPS}:restore", summary="从备份恢复"),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when help is printed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None if there is no such name."""
        entry = COMMANDS.get(cmd_name)
        return super().get_command(ctx, cmd_name) if entry is None else _load(cmd_name, entry)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the table of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def _load(name: str, entry: LazyCommand) -> click.Command:
    module_name, _, attribute = entry.target.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not module_name.startswith(error.name):
            raise
        message = (
            f"命令 {name} 所属的部分（{error.name}）没有安装；请重新安装 xiaoer，或联系管理员。"
        )
        raise click.UsageError(message) from error
    command = getattr(module, attribute)
    if not isinstance(command, click.Command):
        raise TypeError(f"{entry.target} is not a click command")
    return command


@click.group(cls=LazyGroup, help=_HELP, context_settings={"max_content_width": 100})
@click.version_option(package_name="xiaoer", prog_name="xiaoer")
def xiaoer() -> None:
    """Hold the commands; the table above says where each lives."""


def main() -> None:
    """Run the command line (the entry point of the installed script)."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
        if encoding != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    xiaoer(prog_name="xiaoer")


if __name__ == "__main__":
    main()
