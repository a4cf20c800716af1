"""How fast the pages are with a large city: 5,000 measures, 200,000 values, 1,000,000 audit events.

Builds the city in a home of its own, starts ``xiaoer serve`` on it as a user would, logs 20 people in
and lets them read each page at the same time, the next page as soon as the last one is there. Server
and readers share the machine's cores. A second, smaller city shows that the number of queries does
not grow with the data.

    python benchmarks/web.py [--database sqlite|postgresql|both] [--keep FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _load
import _server
from _city import READERS, readers
from _report import Figure, report

LIMIT_MS = 200.0
PAGES = ("ledger", "measure", "department", "dashboard")
PAUSE, PACED_SECONDS = 5.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One page (or the mix of all at the pace people read) under the load of all readers."""

    database: str
    page: str
    load: _load.Loaded
    cpu_ms: float
    database_ms: float
    others: float
    queries: int | None = None
    queries_small: int | None = None


def main() -> int:
    """Measure and print; return 1 where a page is slower than the limit."""
    asked = _asked()
    found: list[Measured] = []
    with ExitStack() as stack:
        folder = asked.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="xiaoer-web-"))
        )
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        kinds = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
        for kind in kinds:
            with _databases(kind, folder) as (addresses, pid):
                found += _measure(
                    kind, folder=folder, addresses=addresses, database_pid=pid, asked=asked
                )
    if not asked.as_json:
        _print(found, asked=asked)
    else:
        report(list(_figures(found)), as_json=True)
    closed = [m for m in found if m.queries is not None]
    return int(any(m.load.percentile(0.95) > LIMIT_MS for m in closed))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--measures", type=int, default=5000)
    parser.add_argument("--values", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=25, help="questions of each reader per page")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="build there once, use it again"
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    return parser.parse_args()


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the addresses of the small and the large city (empty: a file in the home), and the server's process."""
    if kind == "sqlite":
        yield {"small": "", "large": ""}, 0
        return
    with _server.postgresql(folder / "cluster") as (address, pid):
        names = ("small", "large")
        yield {n: _server.create_database(address=address, name=n) for n in names}, pid


def _measure(
    kind: str,
    *,
    folder: Path,
    addresses: dict[str, str],
    database_pid: int,
    asked: argparse.Namespace,
) -> list[Measured]:
    sizes = {
        "small": (asked.measures // 10, asked.values // 10, asked.events // 10),
        "large": (asked.measures, asked.values, asked.events),
    }
    envs, inside = {}, {}
    for name, size in sizes.items():
        home = folder / f"{kind}-{name}"
        home.mkdir(exist_ok=True)
        envs[name] = _server.environment(home=home, database=addresses[name])
        _say(f"{kind}: the city of {size[0]:,} measures, {size[1]:,} values, {size[2]:,} events")
        inside[name] = _inside(envs[name], size)
    _run(envs["large"], "run-due", "--force")
    with _server.serving(envs["large"]) as (port, pid):
        _say(f"{kind}: {READERS} readers")
        cookies = [_load.log_in(port=port, username=name) for name in readers()]
        meter = _Meter(kind=kind, pid=pid, database_pid=database_pid)
        paths = inside["large"]["addresses"]
        found = []
        for page in PAGES:
            _load.closed_loop(port=port, cookies=cookies, paths=paths[page], each=3)
            found.append(
                meter.read(
                    page,
                    lambda page=page: _load.closed_loop(
                        port=port, cookies=cookies, paths=paths[page], each=asked.each
                    ),
                    queries=inside["large"]["pages"][page]["queries"],
                    queries_small=inside["small"]["pages"][page]["queries"],
                )
            )
        mixed = [path for page in PAGES for path in paths[page]]
        found.append(
            meter.read(
                "all, 1 per 5 s",
                lambda: _load.paced(
                    port=port, cookies=cookies, paths=mixed, pause=PAUSE, seconds=PACED_SECONDS
                ),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meter:
    """Reads what the server's processes and the rest of the machine use while something runs."""

    kind: str
    pid: int
    database_pid: int

    def read(self, page: str, run: Any, **queries: int) -> Measured:
        """Run a load and measure around it."""
        before = self._used()
        load = run()
        served, stored, busy = (b - a for a, b in zip(before, self._used(), strict=True))
        n = len(load.times_ms)
        return Measured(
            database=self.kind,
            page=page,
            load=load,
            cpu_ms=served / n * 1000,
            database_ms=stored / n * 1000,
            others=max(0.0, busy - served - stored - load.client_cpu) / load.seconds,
            **queries,
        )

    def _used(self) -> tuple[float, float, float]:
        stored = _server.cpu_below(self.database_pid) if self.database_pid else 0.0
        return _server.cpu_below(self.pid), stored, _server.cpu_busy()


def _inside(env: dict[str, str], size: tuple[int, int, int]) -> dict[str, Any]:
    measures, values, events = map(str, size)
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("_pages.py"), "--measures", measures, "--values", values, "--events", events],
        env=env, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _run(env: dict[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "xiaoer.cli", *words]
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)


def _figures(found: list[Measured]) -> Iterator[Figure]:
    for m in found:
        name = f"{m.database}, {m.page}"
        yield Figure(
            what=f"{name}: p95", value=round(m.load.percentile(0.95), 1), unit="ms", peer=LIMIT_MS
        )
        yield Figure(what=f"{name}: p50", value=round(m.load.percentile(0.5), 1), unit="ms")
        yield Figure(what=f"{name}: slowest", value=round(max(m.load.times_ms), 1), unit="ms")
        yield Figure(what=f"{name}: answers", value=round(_rate(m), 1), unit="1/s")
        yield Figure(what=f"{name}: server CPU per answer", value=round(m.cpu_ms, 2), unit="ms")
        yield Figure(
            what=f"{name}: PostgreSQL's CPU per answer", value=round(m.database_ms, 2), unit="ms"
        )
        yield Figure(what=f"{name}: size as sent", value=round(_size(m)), unit="bytes")
        if m.queries is not None and m.queries_small is not None:
            yield Figure(
                what=f"{name}: queries, against a tenth of the data",
                value=m.queries, unit="queries", peer=float(m.queries_small),
            )  # fmt: skip


def _rate(m: Measured) -> float:
    return len(m.load.times_ms) / m.load.seconds


def _size(m: Measured) -> float:
    return m.load.n_bytes / len(m.load.times_ms)


HEAD = (
    "database", "page", "p50 ms", "p95 ms", "max ms", "answers/s", "CPU ms", "DB ms", "queries", "KB sent",
    "readers' CPU", "others' CPU",
)  # fmt: skip


def _print(found: list[Measured], *, asked: argparse.Namespace) -> None:
    print(
        f"# {asked.measures:,} measures, {asked.values:,} reported values, {asked.events:,} audit events; "
        f"{READERS} readers at once, {asked.each} answers each per page; p95 is to be {LIMIT_MS:.0f} ms at most"
    )
    print(
        f"# {os.cpu_count()} cores shared by server, database, readers and whatever else runs. CPU ms: of the "
        "server's processes per answer,\n# DB ms: of PostgreSQL. Queries: with all data / with a tenth. "
        "Readers' and others' CPU: cores in use meanwhile"
    )
    lines = [HEAD]
    for m in found:
        queries = "-" if m.queries is None else f"{m.queries} / {m.queries_small}"
        lines.append(
            (
                m.database, m.page, f"{m.load.percentile(0.5):.0f}", f"{m.load.percentile(0.95):.0f}",
                f"{max(m.load.times_ms):.0f}", f"{_rate(m):.0f}", f"{m.cpu_ms:.1f}", f"{m.database_ms:.1f}", queries,
                f"{_size(m) / 1000:.1f}", f"{m.load.client_cpu / m.load.seconds:.2f}", f"{m.others:.2f}",
            )
        )  # fmt: skip
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    for line in lines:
        cells = [line[0].ljust(widths[0]), line[1].ljust(widths[1])]
        cells += [text.rjust(width) for text, width in zip(line[2:], widths[2:], strict=True)]
        print("  ".join(cells))


_BEGUN = time.monotonic()


def _say(text: str) -> None:
    print(f"[{time.monotonic() - _BEGUN:6.0f} s] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
