"""One file that holds an installation: a zip whose manifest names every member's checksum."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from xiaoer.platform.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024
_STORED = {".zip", ".docx", ".xlsx", ".pdf", ".png", ".jpg", ".jpeg"}


class BadArchive(Refused):
    """The file is no backup, is damaged, or belongs to another kind of installation."""

    code = "ops.backup.unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the archive holds and where it comes from; ``tables`` is for PostgreSQL only."""

    made_at: str
    version: str
    vendor: str
    city: str
    migrations: tuple[tuple[str, str], ...]
    audit_head: str
    n_events: int
    members: tuple[Member, ...] = ()
    tables: dict[str, list[str]] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Adds members and remembers their checksums."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target
        self.members: list[Member] = []

    @contextmanager
    def member(self, name: str, *, at: datetime) -> Iterator[_Hashing]:
        """Open a new member for writing."""
        info = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        if PurePosixPath(name).suffix.lower() in _STORED:
            info.compress_type = zipfile.ZIP_STORED
        with self._target.open(info, "w", force_zip64=True) as raw:
            stream = _Hashing(raw)
            yield stream
        self.members.append(Member(name=name, size=stream.size, sha256=stream.sha.hexdigest()))

    def add(self, source: Path, name: str, *, at: datetime) -> None:
        """Copy a file into the archive."""
        with source.open("rb") as stream, self.member(name, at=at) as target:
            shutil.copyfileobj(stream, cast(IO[bytes], target), _CHUNK)


class _Hashing:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.sha, self.size = stream, hashlib.sha256(), 0

    def write(self, data: bytes | memoryview) -> int:
        """Write and count."""
        self.sha.update(data)
        self.size += len(data)
        return self._stream.write(data)


@contextmanager
def create(path: Path) -> Iterator[Writer]:
    """Write an archive that appears under its name only when it is complete."""
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw, zipfile.ZipFile(raw, "w") as target:
            yield Writer(target)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def seal(writer: Writer, manifest: Manifest) -> None:
    """Write the manifest, as the last member."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    writer._target.writestr(MANIFEST, text, zipfile.ZIP_DEFLATED)


@contextmanager
def open_checked(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open an archive and check every member against the manifest.

    Raises
    ------
    BadArchive
        If it is no backup, from a newer format, or anything in it is not as it was written.
    """
    try:
        source = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadArchive(
            "%(path)s 打不开，或不是备份文件：%(error)s", values={"path": path, "error": error}
        ) from error
    with source:
        manifest = _manifest(source, path)
        try:
            damaged = [m.name for m in manifest.members if not _is_whole(source, m)]
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise BadArchive(
                "%(path)s 已损坏：%(error)s。请换用另一份备份。",
                values={"path": path, "error": error},
            ) from error
        if damaged:
            raise BadArchive(
                "%(path)s 已损坏，校验和不符：%(names)s。请换用另一份备份。",
                values={"path": path, "names": tuple(damaged[:5])},
            )
        yield source, manifest


def _manifest(source: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        body: dict[str, Any] = json.loads(source.read(MANIFEST))
        if body["format"] > FORMAT:
            raise BadArchive(
                "%(path)s 由更新的版本制作，请先升级本系统再恢复。", values={"path": path}
            )
        body["members"] = tuple(Member(**m) for m in body["members"])
        body["migrations"] = tuple((app, name) for app, name in body["migrations"])
        manifest = Manifest(**body)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BadArchive(
            "%(path)s 不是本系统的备份文件（没有可读的清单）。", values={"path": path}
        ) from error
    for member in manifest.members:
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts or "\\" in member.name:
            raise BadArchive(
                "%(path)s 含有越界的文件名“%(name)s”，已拒绝。",
                values={"path": path, "name": member.name},
            )
    return manifest


def _is_whole(source: zipfile.ZipFile, member: Member) -> bool:
    sha, size = hashlib.sha256(), 0
    try:
        stream = source.open(member.name)
    except KeyError:
        return False
    with stream:
        while chunk := stream.read(_CHUNK):
            sha.update(chunk)
            size += len(chunk)
    return size == member.size and sha.hexdigest() == member.sha256


def extract(source: zipfile.ZipFile, name: str, target: Path) -> None:
    """Write one member to ``target``, replacing what is there only when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with source.open(name) as stream, part.open("wb") as out:
        shutil.copyfileobj(stream, out, _CHUNK)
    part.replace(target)
