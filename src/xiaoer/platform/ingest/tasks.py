"""Commit large imports in the background."""

from __future__ import annotations

from datetime import datetime

from xiaoer.platform.access.actors import for_user, importer
from xiaoer.platform.ingest import domain, services
from xiaoer.platform.ingest.models import ImportBatch
from xiaoer.platform.tasks.registry import task


@task("ingest.commit", attempts=20)
def commit_batch(*, now: datetime, batch_id: int) -> None:
    """Commit an import as the person who handed it in; goes on after an interruption."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == domain.DONE:
        return
    actor = (
        for_user(user_id=batch.created_by_id, on=now.date()).via("import")
        if batch.created_by_id is not None
        else importer(name=batch.file_name)
    )
    services.batch_commit(actor=actor, batch_id=batch_id, now=now)
