"""A consistent copy of a SQLite database while others write to it, and putting one back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from django.db import connections

from xiaoer.platform.ops import archive, database

MEMBER = "database/xiaoer.sqlite3"


def write(writer: archive.Writer, *, work: Path, at: datetime) -> None:
    """Copy the database by SQLite's own backup, which never sees half a transaction."""
    copy = work / "copy.sqlite3"
    with (
        closing(sqlite3.connect(database.sqlite_path())) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        problem = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise archive.BadArchive(
            "数据库文件有损坏：%(problem)s。请先用最近的备份恢复。", values={"problem": problem}
        )
    writer.add(copy, MEMBER, at=at)
    copy.unlink()


def read(source: ZipFile, *, stamp: str) -> Path | None:
    """Put the archived database in place; return where the earlier one was moved, if there was one."""
    path = database.sqlite_path()
    connections.close_all()
    fresh = path.with_name(path.name + ".restored")
    archive.extract(source, MEMBER, fresh)
    earlier = None
    if path.exists():
        with closing(sqlite3.connect(path)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        earlier = path.with_name(f"{path.name}.before-restore-{stamp}")
        path.replace(earlier)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    fresh.replace(path)
    return earlier
