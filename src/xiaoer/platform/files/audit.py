"""What happens to files, as sentences."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register


def declare() -> None:
    """Declare every event of the package."""
    register(
        EventType(
            code="files.file.stored", sentence="{actor} 上传了文件“{subject}”（{size} 字节）"
        ),
        EventType(code="files.file.downloaded", sentence="{actor} 下载了文件“{subject}”"),
    )
