"""Turn .doc, .wps and the like into .docx with LibreOffice, where the machine has it.

The program runs headless with a profile of its own, in a folder of its own, for a limited time;
nothing of it stays. Where it is missing, callers say what the person can do instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from xiaoer.platform.errors import Invalid

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 90


class NotConverted(Invalid):
    """LibreOffice could not read the file, or took too long."""

    code = "file_not_converted"


@cache
def program() -> str | None:
    """Return the path of LibreOffice, None where the machine has none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def is_available() -> bool:
    """Return whether this machine can convert."""
    return program() is not None


def to_docx(*, data: bytes, name: str, seconds: int = SECONDS) -> bytes:
    """Return a document as .docx.

    Raises
    ------
    NotConverted
        If there is no LibreOffice, it fails, or it does not finish in ``seconds``.
    """
    found = program()
    if found is None:
        raise NotConverted(_advice(name, _("这台服务器没有装 LibreOffice")), field="file")
    with tempfile.TemporaryDirectory(prefix="xiaoer-convert-") as folder:
        suffix = Path(name).suffix.lower()
        source = Path(folder) / f"in{suffix if suffix.isascii() else '.doc'}"
        source.write_bytes(data)
        _run(found, folder=folder, source=source, name=name, seconds=seconds)
        made = Path(folder) / "out" / "in.docx"
        if not made.exists():
            raise NotConverted(_advice(name, _("LibreOffice 没有读出内容")), field="file")
        return made.read_bytes()


def _run(found: str, *, folder: str, source: Path, name: str, seconds: int) -> None:
    command = [
        found, "--headless", "--norestore", "--nolockcheck",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to", "docx", "--outdir", f"{folder}/out", str(source),
    ]  # fmt: skip
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    try:
        running.wait(timeout=seconds)
    except subprocess.TimeoutExpired as late:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        raise NotConverted(
            _advice(name, _("LibreOffice 用了超过 %(n)s 秒，已停止") % {"n": seconds}), field="file"
        ) from late


def _advice(name: str, why: str) -> str:
    return _(
        "“%(name)s”没有转换成功：%(why)s，内容未保存。请用 Word 或 WPS 打开后另存为 .docx 再上传。"
    ) % {"name": name, "why": why}
