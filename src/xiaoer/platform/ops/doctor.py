"""Look an installation over: what is wrong, and how to mend it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xiaoer.platform.audit.models import Event
from xiaoer.platform.calendars import city
from xiaoer.platform.ops import database
from xiaoer.platform.ops.backups import JOB as BACKUP
from xiaoer.platform.tasks.models import JobRun

Level = Literal["ok", "warning", "error"]

FRONT_END = {"@tabler/core": "界面样式", "htmx.org": "局部刷新", "echarts": "图表"}
LITTLE_MB, NO_SPACE_MB = 2048, 300
OLD_BACKUP = timedelta(days=7)
IDLE_WORKER = timedelta(minutes=10)
AHEAD = timedelta(minutes=5)
LATE_WORK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at; ``mend`` is empty when all is well."""

    subject: str
    level: Level
    message: str
    mend: str = ""


def examine(*, at: datetime) -> list[Finding]:
    """Look everything over; ``at`` is the machine's clock."""
    findings: list[Finding] = []
    for check in (_python, _settings, _home, _calendar, _front_end, _fonts, _office):
        findings += check()
    try:
        findings += _database()
        if not database.pending():
            for kept in (_clock, _background, _backup):
                findings += kept(at)
    except (DatabaseError, OSError) as error:
        findings.append(
            _wrong("数据库", f"无法连接：{error}", "检查 XIAOER_DATABASE_URL 与数据库服务。")
        )
    return findings


def _fine(subject: str, message: str) -> Finding:
    return Finding(subject=subject, level="ok", message=message)


def _odd(subject: str, message: str, mend: str) -> Finding:
    return Finding(subject=subject, level="warning", message=message, mend=mend)


def _wrong(subject: str, message: str, mend: str) -> Finding:
    return Finding(subject=subject, level="error", message=message, mend=mend)


def _python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield _fine("Python", version)


def _settings() -> Iterator[Finding]:
    if settings.DEBUG:
        yield _odd("设置", "调试模式开着，出错页会泄露内部信息。", "去掉环境变量 XIAOER_DEBUG。")
    if len(settings.SECRET_KEY) < 32:
        yield _wrong(
            "设置", "XIAOER_SECRET_KEY 太短。", "换成至少 50 个随机字符，或去掉它由系统生成。"
        )
    local = {"127.0.0.1", "localhost", "[::1]"}
    if "*" in settings.ALLOWED_HOSTS:
        yield _odd("设置", "XIAOER_ALLOWED_HOSTS 接受任何域名。", "只列出本站的域名。")
    elif set(settings.ALLOWED_HOSTS) - local and not settings.XIAOER_HTTPS:
        yield _odd(
            "设置",
            "对外提供服务但没有启用 HTTPS。",
            "在反向代理上启用 HTTPS，并设 XIAOER_HTTPS=true。",
        )
    else:
        yield _fine("设置", "、".join(settings.ALLOWED_HOSTS))


def _home() -> Iterator[Finding]:
    home = Path(settings.XIAOER_HOME)
    trial = home / ".doctor"
    try:
        home.mkdir(parents=True, exist_ok=True)
        trial.write_text("", encoding="utf-8")
        trial.unlink()
    except OSError as error:
        yield _wrong(
            "数据目录",
            f"{home} 不可写：{error}",
            "把目录的属主改为运行本系统的账号，或另设 XIAOER_HOME。",
        )
        return
    free_mb = shutil.disk_usage(home).free // (1024 * 1024)
    if free_mb < NO_SPACE_MB:
        yield _wrong("磁盘", f"{home} 只剩 {free_mb} MB。", "立即清理或扩容；写满会使登记失败。")
    elif free_mb < LITTLE_MB:
        yield _odd("磁盘", f"{home} 只剩 {free_mb} MB。", "清理旧备份或扩容。")
    else:
        yield _fine("磁盘", f"{home} 剩余 {free_mb // 1024} GB")
    secret = home / "secret.key"
    if secret.exists() and secret.stat().st_mode & 0o077 and sys.platform != "win32":
        yield _odd("数据目录", "secret.key 可被其他账号读取。", f"执行 chmod 600 {secret}。")


def _calendar() -> Iterator[Finding]:
    file = city.path()
    if not file.exists():
        yield _fine("日历", "使用随附的放假安排")
        return
    found = city.city_days(file.read_bytes())
    if not found.errors:
        yield _fine("日历", f"本市日历 {found.days} 天")
        return
    lines = "、".join(str(e.line) for e in found.errors[:5])
    yield _odd(
        "日历",
        f"本市日历有 {len(found.errors)} 行读不懂（第 {lines} 行），已跳过",
        "改正后执行 xiaoer calendar apply。",
    )


def _front_end() -> Iterator[Finding]:
    folder = Path(settings.XIAOER_NODE_MODULES)
    missing = [
        f"{name}（{use}）" for name, use in FRONT_END.items() if not (folder / name).is_dir()
    ]
    if missing:
        yield _wrong(
            "前端组件", f"缺少 {'、'.join(missing)}。",
            "执行 make setup；离线时先把 bundle/ 放在旁边，或用 XIAOER_NODE_MODULES 指明位置。",
        )  # fmt: skip
        return
    versions = []
    for name in FRONT_END:
        body = json.loads((folder / name / "package.json").read_text(encoding="utf-8"))
        versions.append(f"{name} {body['version']}")
    yield _fine("前端组件", "、".join(versions))


def _fonts() -> Iterator[Finding]:
    if _has_chinese_font():
        yield _fine("中文字体", "已安装")
    else:
        yield _odd(
            "中文字体",
            "没有找到中文字体，导出的 PDF 与图表会缺字。",
            "安装 fonts-noto-cjk，或复制仿宋、黑体到系统字体目录。",
        )


def _has_chinese_font() -> bool:
    program = shutil.which("fc-list")
    if program is None:
        return sys.platform in ("win32", "darwin")
    listed = subprocess.run(
        [program, ":lang=zh", "file"], capture_output=True, timeout=30, check=False
    )
    return bool(listed.stdout.strip())


def _office() -> Iterator[Finding]:
    if shutil.which("soffice") or shutil.which("libreoffice"):
        yield _fine("LibreOffice", "已安装")
    else:
        yield _odd(
            "LibreOffice",
            "未安装，不能读取 .doc 和 .wps。",
            "安装 libreoffice-writer；或请用户另存为 .docx 后上传。",
        )


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        if database.is_sqlite():
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            if mode != "wal":
                yield _odd(
                    "数据库",
                    f"SQLite 日志模式是 {mode}。",
                    "不要把数据目录放在网络盘上；SQLite 需要本地磁盘。",
                )
            cursor.execute("PRAGMA quick_check(1)")
            state = cursor.fetchone()[0]
            if state != "ok":
                yield _wrong(
                    "数据库",
                    f"文件有损坏：{state}",
                    "停止服务，用最近的备份恢复（xiaoer restore）。",
                )
        elif connection.pg_version < 150000:  # type: ignore[attr-defined]
            yield _odd("数据库", "PostgreSQL 低于 15 版。", "升级到 15 或更新版本。")
    waiting = database.pending()
    if waiting:
        yield _wrong(
            "数据库",
            f"有 {len(waiting)} 项升级没有执行。",
            "先备份，再执行 xiaoer serve（启动时自动升级）。",
        )
    else:
        yield _fine("数据库", f"{connection.vendor}，结构与程序一致")


def _clock(at: datetime) -> Iterator[Finding]:
    if (Path(settings.XIAOER_HOME) / "clock.json").exists():
        yield _odd(
            "时钟",
            "正在使用演示时钟，日期不是真实日期。",
            "正式使用前删除数据目录里的 clock.json。",
        )
        return
    last = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    if last is not None and last > at + AHEAD:
        yield _wrong(
            "时钟",
            f"最近的审计事件（{last:%Y-%m-%d %H:%M}）晚于系统时间。",
            "校准服务器时间（NTP）后再办理业务。",
        )
    else:
        yield _fine("时钟", f"{at.astimezone():%Y-%m-%d %H:%M %Z}")


def _background(at: datetime) -> Iterator[Finding]:
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).count()
    if failed:
        yield _odd(
            "后台任务",
            f"有 {failed} 个任务多次失败后放弃。",
            "查看日志排除原因后，由系统管理员重新发起。",
        )
    broken = JobRun.objects.exclude(error="").values_list("name", flat=True)
    if broken:
        yield _odd(
            "定时任务",
            f"上次执行失败：{'、'.join(broken)}。",
            "执行 xiaoer run-due --force 查看原因。",
        )
    ready = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, enqueued_at__lt=at - LATE_WORK
    )
    sealed = JobRun.objects.filter(name="audit.seal").values_list("finished_at", flat=True).first()
    if sealed is None or sealed < at - IDLE_WORKER:
        waiting = ready.count()
        yield _odd(
            "后台进程", f"近期没有运行{f'，{waiting} 个任务在等待' if waiting else ''}。",
            "执行 xiaoer worker，或用不带 --no-worker 的 xiaoer serve。",
        )  # fmt: skip
    else:
        yield _fine("后台进程", "正在运行")


def _backup(at: datetime) -> Iterator[Finding]:
    last = JobRun.objects.filter(name=BACKUP).values_list("finished_at", flat=True).first()
    if last is None:
        yield _odd("备份", "还没有备份过。", "执行 xiaoer backup 文件名，并定期复制到另一台机器。")
    elif last < at - OLD_BACKUP:
        yield _odd("备份", f"最近一次备份在 {last:%Y-%m-%d}。", "执行 xiaoer backup 文件名。")
    else:
        yield _fine("备份", f"{last:%Y-%m-%d %H:%M}")
