"""Who may read a file: whoever may read the thing it belongs to, and who handed it in.

A slice that keeps files registers how to ask about them; the kernel knows no slice.
"""

from __future__ import annotations

from collections.abc import Callable

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import Action, register
from xiaoer.platform.files.models import StoredFile

MayRead = Callable[[Actor, int], bool]
_OWNERS: dict[str, MayRead] = {}


def declare() -> None:
    """Declare every action of the package."""
    # open at the door, because a published document's file is open to all; the owner decides
    register(Action(code="files.file.download", label="下载文件", roles=frozenset(), public=True))


def register_owner(kind: str, may_read: MayRead) -> None:
    """Declare how to ask whether an actor may read a file that belongs to things of ``kind``.

    ``may_read(actor, file_id)`` answers for files of its own kind and says False to all others.
    """
    known = _OWNERS.get(kind)
    if known is not None and known is not may_read:
        raise ValueError(f"file owner {kind} is declared twice")
    _OWNERS[kind] = may_read


def may_read(actor: Actor, file: StoredFile) -> bool:
    """Return whether the actor handed the file in or may read something it belongs to."""
    if actor.kind == "system":
        return True
    if actor.id is not None and actor.id == file.uploaded_by_id:
        return True
    return any(ask(actor, file.pk) for ask in _OWNERS.values())
