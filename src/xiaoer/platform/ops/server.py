"""Keep the web server and one worker running together; end both when told to."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from xiaoer.platform.errors import Refused

STOP_SECONDS = 20.0
LONGEST_PAUSE = 60.0
STEADY_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class PortTaken(Refused):
    """Somebody else listens there."""

    code = "ops.port.taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How to serve."""

    host: str
    port: int
    processes: int
    threads: int
    has_worker: bool


def check_port(*, host: str, port: int) -> None:
    """Refuse an address that is taken or not ours, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if os.name == "posix":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortTaken(
                "不能在 %(host)s:%(port)s 上提供服务（%(strerror)s）。可能已有一个在运行；请先停止它，或用 --port 换一个端口。",
                values={"host": host, "port": port, "strerror": error.strerror},
            ) from error


def web_command(serving: Serving) -> list[str]:
    """Return the web server's command: gunicorn with threads, waitress on Windows."""
    address = f"[{serving.host}]" if ":" in serving.host else serving.host
    bind = f"{address}:{serving.port}"
    if os.name != "posix":
        return [
            sys.executable, "-m", "waitress", f"--listen={bind}", f"--threads={serving.threads}",
            "xiaoer.config.wsgi:application",
        ]  # fmt: skip
    return [
        sys.executable, "-m", "gunicorn", "xiaoer.config.wsgi:application", "--bind", bind,
        "--worker-class", "gthread", "--workers", str(serving.processes),
        "--threads", str(serving.threads), "--timeout", "120", "--graceful-timeout", "15",
        # a kept connection stays with one process, busy or not; a new one goes to whoever is free
        "--keep-alive", "0",
        "--max-requests", "20000", "--max-requests-jitter", "2000", "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """Return the worker's command; it ends by itself when this process is gone."""
    return [sys.executable, "-m", "xiaoer.cli", "worker", "--parent", str(os.getpid())]


def serve(serving: Serving, *, say: Callable[[str], None]) -> int:
    """Run until a signal or the web server's end; return the web server's exit code."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    web = _start(web_command(serving))
    worker = _Kept(worker_command(), say=say) if serving.has_worker else None
    try:
        while not stopping.wait(0.5):
            if web.poll() is not None:
                say(f"网站进程已退出（{web.returncode}）。")
                return web.returncode or 1
            if worker is not None:
                worker.tend()
        return 0
    finally:
        _stop(web, *([worker.process] if worker is not None else []))


class _Kept:
    """A process that is started again when it ends, with growing pauses."""

    def __init__(self, command: list[str], *, say: Callable[[str], None]) -> None:
        self._command, self._say, self._pause = command, say, 1.0
        self._started_at, self._again_at = time.monotonic(), 0.0
        self.process = _start(command)

    def tend(self) -> None:
        """Start the process again if it ended and the pause is over."""
        if self.process.poll() is None:
            return
        at = time.monotonic()
        if not self._again_at:
            steady = at - self._started_at > STEADY_SECONDS
            self._pause = 1.0 if steady else min(self._pause * 2, LONGEST_PAUSE)
            self._again_at = at + self._pause
            self._say(
                f"后台进程已退出（{self.process.returncode}），{self._pause:.0f} 秒后重新启动。"
            )
        elif at >= self._again_at:
            self._started_at, self._again_at = at, 0.0
            self.process = _start(self._command)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # a session of its own, so that Ctrl+C in the terminal reaches this process alone
    return subprocess.Popen(
        command,
        start_new_session=os.name == "posix",
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, however that came about."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
