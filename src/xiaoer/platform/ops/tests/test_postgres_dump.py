"""Backup and restoration on PostgreSQL; on SQLite there is nothing to test here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit import chain
from xiaoer.platform.errors import NotFromHere
from xiaoer.platform.ops import archive, backups
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.orgs.services import NewOrganisation, organisation_create

NOW = datetime(2025, 3, 3, 9, tzinfo=clock.CHINA)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="只在 PostgreSQL 上运行（make test-postgres）"
)
@pytest.mark.usefixtures("concurrent_db")
class TestBackupOnPostgres:
    def test_comes_back_with_rows_chain_and_sequences(self, tmp_path: Path, settings) -> None:
        settings.XIAOER_HOME = tmp_path
        file = tmp_path / "a.zip"
        names = [f"第{number}局\t\\N{number}" for number in range(20)]
        for name in names:
            organisation_create(actor=SYSTEM, new=NewOrganisation(name=name), now=NOW)
        kept = list(Organisation.objects.values_list("pk", "name", "path"))
        chain.seal(now=NOW)
        made = backups.backup(path=file, with_secret=False, now=NOW)
        organisation_create(actor=SYSTEM, new=NewOrganisation(name="后来的局"), now=NOW)
        with pytest.raises(NotFromHere):
            backups.restore(path=file, force=False, now=NOW)
        done = backups.restore(path=file, force=True, now=NOW)
        assert done.verification.is_whole
        assert done.verification.events == made.n_events + 1
        assert list(Organisation.objects.values_list("pk", "name", "path")) == kept
        new = organisation_create(actor=SYSTEM, new=NewOrganisation(name="新局"), now=NOW)
        assert new.pk == max(pk for pk, _, _ in kept) + 1

    def test_refuses_a_backup_of_another_kind(self, tmp_path: Path, settings) -> None:
        settings.XIAOER_HOME = tmp_path
        file = tmp_path / "a.zip"
        with archive.create(file) as writer:
            archive.seal(
                writer,
                archive.Manifest(
                    made_at="", version="", vendor="sqlite", city="", migrations=(),
                    audit_head="", n_events=0,
                ),
            )  # fmt: skip
        with pytest.raises(archive.BadArchive, match="sqlite"):
            backups.restore(path=file, force=True, now=NOW)
        assert connection.introspection.table_names()
