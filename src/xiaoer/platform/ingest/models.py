"""Imports: a file staged row by row, previewed, and committed in one service."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from xiaoer.platform.ingest import domain
from xiaoer.platform.workflow.models import Stateful


class ImportBatch(Stateful):
    """One file handed in for one importer; its rows are kept, good and bad."""

    importer = models.CharField("导入类型", max_length=60)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField("表头", default=list)
    n_rows = models.PositiveIntegerField("行数", default=0)
    n_bad = models.PositiveIntegerField("有误", default=0)
    n_committed = models.PositiveIntegerField("已入库", default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports"
    )
    created_at = models.DateTimeField("上传时间")
    committed_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "导入批次"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=list(domain.LIFE.states)), name="import_batch_state"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the file as it was written, what it was read as, or what is wrong with it."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    cells = models.JSONField("原文", default=list)
    values = models.JSONField("读数", null=True)
    error = models.TextField("错误", blank=True)
    is_committed = models.BooleanField(default=False)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
        ]
        indexes = [
            models.Index(
                fields=["batch", "number"],
                name="import_row_waiting",
                condition=models.Q(is_committed=False, error=""),
            )
        ]
