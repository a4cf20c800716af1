"""What can happen to an import: one event for each, whatever the number of rows."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register

register(
    EventType(
        code="ingest.batch.committed",
        sentence="{actor} 导入了 {subject}（{importer}）：入库 {n_committed} 行，有误 {n_bad} 行",
    ),
    EventType(code="ingest.batch.voided", sentence="{actor} 作废了导入 {subject}"),
)
