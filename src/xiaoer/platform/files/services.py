"""Take files in, hand them out, and keep the storage free of bytes that nothing refers to."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit.log import record
from xiaoer.platform.errors import Invalid, NotHere
from xiaoer.platform.files.access import may_read
from xiaoer.platform.files.kinds import kind_of
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.secrecy import classified_refusal

_GRACE = timedelta(days=1)
_LONGEST_NAME = 200


class TooLarge(Invalid):
    """The file is larger than this installation takes."""

    code = "file_too_large"
    http_status = 413


class NotTaken(Invalid):
    """The file is of a kind that is not taken."""

    code = "file_not_taken"


@transaction.atomic
def file_store(
    *, actor: Actor, data: bytes | IO[bytes] | File[Any], name: str, now: datetime
) -> StoredFile:
    """Keep a file under the SHA-256 of its bytes and return its row. The caller has checked access.

    The same bytes are stored once however often they are handed in; every hand-in has its own row.

    Raises
    ------
    TooLarge
        If it exceeds ``XIAOER_UPLOAD_LIMIT_MB``; no more than the limit is read.
    NotTaken
        If it is empty, a program or script, of no known kind, or marked as classified.
    """
    shown = clean_name(name)
    content = _read_within_limit(data, shown)
    if not content:
        raise NotTaken(_("“%(name)s”是空文件，请检查后重新上传。") % {"name": shown}, field="file")
    kind = kind_of(data=content, name=shown)
    if kind.refusal:
        raise NotTaken(
            _(
                "不能上传“%(name)s”：%(why)s。可上传 PDF、Office/WPS 文档、OFD、图片、文本、CSV 和 ZIP。"
            )
            % {"name": shown, "why": kind.refusal},
            field="file",
        )
    refusal = classified_refusal(data=content, kind=kind, name=shown)
    if refusal:
        raise NotTaken(refusal, code="file_classified", field="file")
    sha256 = hashlib.sha256(content).hexdigest()
    _keep(sha256, content)
    stored = StoredFile.objects.create(
        sha256=sha256,
        name=shown,
        media_type=kind.media_type,
        size=len(content),
        uploaded_by_id=actor.id,
        uploaded_at=now,
    )
    record(
        "files.file.stored",
        actor=actor,
        subject=stored,
        changes={"size": stored.size, "sha256": sha256},
        now=now,
    )
    return stored


def file_bytes(file: StoredFile) -> bytes:
    """Return the bytes of a stored file. The caller has checked access."""
    with default_storage.open(path_of(file.sha256)) as opened:
        content: bytes = opened.read()
    return content


@transaction.atomic
def file_open(*, actor: Actor, file_id: int, now: datetime) -> tuple[StoredFile, File[Any]]:
    """Return a file the actor may read, opened, and record that somebody known took it.

    Raises
    ------
    NotHere
        If it does not exist or the actor may not read it.
    """
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not may_read(actor, file):
        raise NotHere()
    opened = default_storage.open(path_of(file.sha256))
    if actor.kind == "user":
        record("files.file.downloaded", actor=actor, subject=file, now=now)
    return file, opened


def path_of(sha256: str) -> str:
    """Return the storage path of the bytes with that digest."""
    return f"{sha256[:2]}/{sha256}"


def clean_name(name: str) -> str:
    """Return a file's name without folders or control characters, at most 200 characters long."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    base = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, suffix = base.rpartition(".")
    if dot and len(suffix) <= 10:
        base = stem[: _LONGEST_NAME - len(suffix) - 1] + dot + suffix
    return base[:_LONGEST_NAME] or _("未命名")


def orphans_sweep(*, now: datetime) -> int:
    """Delete bytes that no row refers to and that are older than a day; return how many.

    A transaction that fails after its bytes were written leaves such an orphan behind.
    """
    removed = 0
    for sha256 in _stored_digests():
        path = path_of(sha256)
        if StoredFile.objects.filter(sha256=sha256).exists():
            continue
        if now - default_storage.get_modified_time(path) > _GRACE:
            default_storage.delete(path)
            removed += 1
    return removed


def files_verify() -> list[str]:
    """Return a sentence for each row whose bytes are missing or no longer match their digest."""
    problems = []
    for file in StoredFile.objects.order_by("pk").iterator():
        path = path_of(file.sha256)
        if not default_storage.exists(path):
            problems.append(
                _("文件 %(id)s“%(name)s”的内容不见了。") % {"id": file.pk, "name": file.name}
            )
            continue
        digest = hashlib.sha256()
        with default_storage.open(path) as opened:
            for chunk in opened.chunks():
                digest.update(chunk)
        if digest.hexdigest() != file.sha256:
            problems.append(
                _("文件 %(id)s“%(name)s”的内容被改动。") % {"id": file.pk, "name": file.name}
            )
    return problems


def _limit() -> int:
    return int(settings.XIAOER_UPLOAD_LIMIT_MB) * 1024 * 1024


def _read_within_limit(data: bytes | IO[bytes] | File[Any], name: str) -> bytes:
    limit = _limit()
    if isinstance(data, bytes):
        content = data
    else:
        size = getattr(data, "size", None)
        if isinstance(size, int) and size > limit:
            raise too_large(name)
        data.seek(0)
        content = data.read(limit + 1)
    if len(content) > limit:
        raise too_large(name)
    return content


def too_large(name: str) -> TooLarge:
    """Return the refusal of a file that exceeds the limit."""
    return TooLarge(
        _(
            "“%(name)s”超过 %(limit)s MB 的上限，没有保存。请去掉图片和附件后再上传，或请系统管理员调高上限。"
        )
        % {"name": name, "limit": settings.XIAOER_UPLOAD_LIMIT_MB},
        field="file",
        data={"limit_mb": settings.XIAOER_UPLOAD_LIMIT_MB},
    )


def _keep(sha256: str, content: bytes) -> None:
    path = path_of(sha256)
    if default_storage.exists(path):
        if default_storage.size(path) == len(content):
            return
        # a write that was cut off left a part of the bytes under the digest of the whole
        default_storage.delete(path)
    kept = default_storage.save(path, ContentFile(content))
    if kept != path:
        # another process stored the same bytes meanwhile, and this copy got another name
        default_storage.delete(kept)


def _stored_digests() -> Iterator[str]:
    if not default_storage.exists(""):
        return
    folders, _files = default_storage.listdir("")
    for folder in sorted(folders):
        yield from sorted(default_storage.listdir(folder)[1])
