"""Back up an installation into one file, and bring it back from one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit import chain
from xiaoer.platform.audit import log as audit
from xiaoer.platform.audit.models import Event, Seal
from xiaoer.platform.audit.verify import Verification, verify
from xiaoer.platform.errors import NotFromHere
from xiaoer.platform.ops import archive, database, dump_postgres, dump_sqlite
from xiaoer.platform.ops import audit as _events  # noqa: F401 - declares the events
from xiaoer.platform.tasks.models import JobRun

JOB = "ops.backup"
FILES = "files"
SECRET = "secret.key"
CLOCK = "clock.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """A finished backup."""

    path: Path
    n_files: int
    size: int
    n_events: int
    audit_head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A finished restoration; ``earlier`` is where the replaced SQLite database lies."""

    manifest: archive.Manifest
    verification: Verification
    earlier: Path | None
    has_secret: bool


def backup(*, path: Path, with_secret: bool, now: datetime) -> BackupMade:
    """Write database and files of this installation into ``path``; running writers are not stopped."""
    if path.exists():
        raise NotFromHere("%(path)s 已存在，为免覆盖请换一个文件名。", values={"path": path})
    path.parent.mkdir(parents=True, exist_ok=True)
    home = Path(settings.XIAOER_HOME)
    chain.seal(now=now)
    with (
        tempfile.TemporaryDirectory(prefix="xiaoer-backup-", dir=path.parent) as work,
        archive.create(path) as writer,
    ):
        manifest = archive.Manifest(
            made_at=now.isoformat(), version=version("xiaoer"), vendor=connection.vendor,
            city=settings.XIAOER_CITY, migrations=tuple(database.applied()),
            audit_head=_head(), n_events=Event.objects.count(),
        )  # fmt: skip
        tables: dict[str, list[str]] = {}
        if database.is_sqlite():
            dump_sqlite.write(writer, work=Path(work), at=now)
        else:
            tables = dump_postgres.write(writer, at=now)
        files = list(_files(home, with_secret=with_secret))
        for source, name in files:
            writer.add(source, name, at=now)
        archive.seal(writer, replace(manifest, members=tuple(writer.members), tables=tables))
    _note_backup(path, n_files=len(files), now=now)
    return BackupMade(
        path=path, n_files=len(files), size=path.stat().st_size,
        n_events=manifest.n_events, audit_head=manifest.audit_head,
    )  # fmt: skip


def restore(*, path: Path, force: bool, now: datetime) -> Restored:
    """Bring back an installation; without ``force`` only into one that nobody has used.

    Everything in the archive is checked before anything is touched. Afterwards the audit chain is
    verified, and the restoration itself is an event.

    Raises
    ------
    archive.BadArchive
        If the archive is damaged, or was made on another kind of database or by a newer version.
    NotFromHere
        If the installation is in use and ``force`` was not given.
    """
    home = Path(settings.XIAOER_HOME)
    with archive.open_checked(path) as (source, manifest):
        _refuse_unfit(manifest)
        if not force and not database.is_empty():
            raise NotFromHere(
                "这里已有账号或审计事件，恢复会覆盖它们。请换一个空的 XIAOER_HOME 或空数据库；"
                "确要覆盖请加 --force（SQLite 的旧库会改名保留）。"
            )
        earlier = None
        if database.is_sqlite():
            earlier = dump_sqlite.read(source, stamp=f"{now:%Y%m%d%H%M%S}")
            database.upgrade()
        else:
            if force or database.applied():
                dump_postgres.clear()
            dump_postgres.read(source, manifest)
        names = [m.name for m in manifest.members if m.name.startswith(f"{FILES}/")]
        extras = [m.name for m in manifest.members if m.name in (SECRET, CLOCK)]
        for name in names + extras:
            archive.extract(source, name, home / name)
        if SECRET in extras:
            os.chmod(home / SECRET, 0o600)
    _note_restoration(path, manifest, now=now)
    anchor = manifest.audit_head if manifest.audit_head != chain.GENESIS else ""
    return Restored(
        manifest=manifest,
        verification=verify(anchor=anchor),
        earlier=earlier,
        has_secret=SECRET in extras,
    )


def _head() -> str:
    last = Seal.objects.order_by("-pk").first()
    return last.hash if last is not None else chain.GENESIS


def _refuse_unfit(manifest: archive.Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise archive.BadArchive(
            "这份备份来自 %(vendor)s，当前数据库是 %(vendor2)s，不能直接恢复；请把 XIAOER_DATABASE_URL 指向同类数据库。",
            values={"vendor": manifest.vendor, "vendor2": connection.vendor},
        )
    newer = database.unknown(list(manifest.migrations))
    if newer:
        listed = "、".join(f"{app}.{name}" for app, name in newer[:3])
        raise archive.BadArchive(
            "这份备份由更新的版本制作（%(listed)s …），请先升级本系统再恢复。",
            values={"listed": listed},
        )


def _files(home: Path, *, with_secret: bool) -> Iterator[tuple[Path, str]]:
    root = home / FILES
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.endswith(".part"):
            yield path, f"{FILES}/{path.relative_to(root).as_posix()}"
    for name in (CLOCK, *([SECRET] if with_secret else [])):
        if (home / name).is_file():
            yield home / name, name


def _note_backup(path: Path, *, n_files: int, now: datetime) -> None:
    if JobRun._meta.db_table not in connection.introspection.table_names():
        return
    with transaction.atomic():
        row, _ = JobRun.objects.update_or_create(name=JOB, defaults={"finished_at": now})
        audit.record(
            "ops.backup.made", actor=SYSTEM.via("cli"), subject=row, now=now,
            changes={"file_name": path.name, "n_files": n_files},
        )  # fmt: skip


def _note_restoration(path: Path, manifest: archive.Manifest, *, now: datetime) -> None:
    with transaction.atomic():
        row, _ = JobRun.objects.get_or_create(name=JOB)
        audit.record(
            "ops.backup.restored", actor=SYSTEM.via("cli"), subject=row, now=now,
            changes={"file_name": path.name, "made_at": manifest.made_at},
        )  # fmt: skip
