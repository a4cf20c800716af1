"""What is done to the audit trail itself, as sentences."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register

ERASED = "audit.personal_value.erased"
UNMASKED = "audit.personal_value.unmasked"


def declare() -> None:
    """Declare every event of the package."""
    register(
        EventType(
            code=ERASED,
            sentence="{actor} 依法删除了事件 {subject} 中的个人信息“{key}”：{reason}",
            needs_reason=True,
        ),
        EventType(
            code=UNMASKED,
            sentence="{actor} 查看了事件 {subject} 中的个人信息“{key}”：{reason}",
            needs_reason=True,
        ),
    )
