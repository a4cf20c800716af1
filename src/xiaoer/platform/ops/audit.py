"""What those who run an installation do to it as a whole."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register

register(
    EventType(
        code="ops.backup.made",
        sentence="{actor} 备份了数据库与文件（{file_name}，{n_files} 个文件）",
    ),
    EventType(
        code="ops.backup.restored", sentence="{actor} 从备份 {file_name} 恢复（备份于 {made_at}）"
    ),
)
