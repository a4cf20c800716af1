"""A worker killed at random moments loses no task: run in processes of its own."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

N_TASKS = 120
KILLS = 6

SCRIPT = """
import sys, time
from datetime import timedelta
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from xiaoer.platform.tasks import enqueue, task
from xiaoer.platform.tasks.worker import Worker, run_until_stopped

done = Path(sys.argv[2])

@task("trial.mark", attempts=50, wait=timedelta(0))
def mark(*, now, number):
    time.sleep(0.005)
    (done / str(number)).touch()

if sys.argv[1] == "fill":
    call_command("migrate", verbosity=0, interactive=False)
    for number in range(int(sys.argv[3])):
        enqueue("trial.mark", number=number)
elif sys.argv[1] == "drain":
    Worker().run_all()
else:
    print("ready", flush=True)
    run_until_stopped(Worker(idle_seconds=0.05))
"""


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XIAOER_")}
    environment |= {
        "XIAOER_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "xiaoer.config.settings.base",
    }
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="进程信号只在 POSIX 系统上可用")
class TestKilledWorker:
    def test_loses_nothing(self, tmp_path: Path) -> None:
        home, done = tmp_path / "home", tmp_path / "done"
        done.mkdir()
        assert start(home, "fill", str(done), str(N_TASKS)).wait(120) == 0
        moments = random.Random(20250303)
        for _ in range(KILLS):
            worker = start(home, "work", str(done))
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0.0, 0.25))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        killed_midway = len(list(done.iterdir()))
        assert killed_midway < N_TASKS
        assert start(home, "drain", str(done)).wait(120) == 0
        assert {int(p.name) for p in done.iterdir()} == set(range(N_TASKS))
        with sqlite3.connect(home / "xiaoer.sqlite3") as database:
            query = (
                "select status, count(*) from django_tasks_database_dbtaskresult group by status"
            )
            assert database.execute(query).fetchall() == [("SUCCESSFUL", N_TASKS)]

    def test_ends_in_order_on_a_polite_signal(self, tmp_path: Path) -> None:
        home, done = tmp_path / "home", tmp_path / "done"
        done.mkdir()
        assert start(home, "fill", str(done), "5").wait(120) == 0
        worker = start(home, "work", str(done))
        assert worker.stdout is not None
        worker.stdout.readline()
        patience = time.monotonic() + 30
        while not any(done.iterdir()) and time.monotonic() < patience:
            time.sleep(0.01)  # a task that ran shows that the worker listens to signals by now
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
