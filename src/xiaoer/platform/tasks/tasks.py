"""The kernel's own periodic jobs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xiaoer.platform.audit import chain
from xiaoer.platform.files.services import files_verify, orphans_sweep
from xiaoer.platform.ops import database
from xiaoer.platform.tasks.models import TaskRun
from xiaoer.platform.tasks.registry import due

KEEP_DAYS = 30


@due("audit.seal", every=timedelta(seconds=10), label="封存审计事件")
def seal_events(*, now: datetime) -> str:
    """Chain the audit events that have committed since the last seal."""
    return f"封存 {chain.seal(now=now)} 条"


@due("tasks.prune", every=timedelta(days=1), label="清理已完成的后台任务记录")
def prune_finished(*, now: datetime) -> str:
    """Forget tasks that ended well long ago; failed ones stay until somebody has looked."""
    old = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - timedelta(days=KEEP_DAYS)
    )
    keys = list(old.values_list("pk", flat=True)[:5000])
    TaskRun.objects.filter(task_id__in=keys).delete()
    DBTaskResult.objects.filter(pk__in=keys).delete()
    return f"清理 {len(keys)} 条"


@due("files.sweep", every=timedelta(days=1), label="清理无人引用的文件内容")
def sweep_files(*, now: datetime) -> str:
    """Delete bytes that failed transactions left behind."""
    return f"清理 {orphans_sweep(now=now)} 个"


@due("files.verify", every=timedelta(days=7), label="核对文件内容与摘要")
def verify_files(*, now: datetime) -> str:
    """Recompute every stored file's digest; what does not agree fails the job and is shown by it."""
    problems = files_verify()
    if problems:
        raise RuntimeError("".join(problems[:20]))
    return "内容与摘要一致"


@due("database.statistics", every=timedelta(days=1), label="更新数据库统计信息")
def refresh_statistics(*, now: datetime) -> None:
    """Keep the database's choice of indices up with the data."""
    database.statistics_refresh()
