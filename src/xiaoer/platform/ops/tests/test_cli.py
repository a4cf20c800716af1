"""Drive the commands as an operator does: real processes on real homes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

FILL = """
import django
django.setup()
from django.core.management import call_command
from django.core.files.storage import default_storage
from django.core.files.base import ContentFile
call_command("migrate", verbosity=0, interactive=False)
from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.accounts.models import User
from xiaoer.platform.orgs.services import NewOrganisation, organisation_create
from xiaoer.platform.tasks import enqueue
User.objects.create(username="li", display_name="李明")
for number in range(5):
    organisation_create(actor=SYSTEM, new=NewOrganisation(name=f"第{number}局"), now=clock.now())
default_storage.save("ab/abcdef", ContentFile("附件".encode()))
"""


class Home:
    """An installation in a folder of its own."""

    def __init__(self, path: Path, database_url: str = "") -> None:
        self.path = path
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XIAOER_", "DJANGO_"))}
        self.environment = kept | {"XIAOER_HOME": str(path)}
        if database_url:
            self.environment["XIAOER_DATABASE_URL"] = database_url

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "xiaoer.cli", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def fill(self) -> Home:
        settings = {"DJANGO_SETTINGS_MODULE": "xiaoer.config.settings.base"}
        subprocess.run(
            [sys.executable, "-c", FILL], env=self.environment | settings, check=True, timeout=120
        )
        return self

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.path / "xiaoer.sqlite3") as database:
            return database.execute(statement).fetchall()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with some content, to be copied."""
    return Home(tmp_path_factory.mktemp("filled") / "home").fill().path


@pytest.fixture
def home(tmp_path: Path, filled: Path) -> Home:
    return Home(shutil.copytree(filled, tmp_path / "home"))


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def tamper(home: Home) -> None:
    home.sql("DROP TRIGGER audit_event_no_update")
    home.sql("UPDATE audit_event SET actor_name = '别人' WHERE id = 2")


class TestAuditVerify:
    def test_finds_the_chain_whole_and_then_the_row_that_was_changed(self, home: Home) -> None:
        assert home.run("run-due").returncode == 0
        whole = home.run("audit", "verify", "--json")
        assert whole.returncode == 0
        body = json.loads(whole.stdout)
        assert (body["whole"], body["events"], body["unsealed"]) == (True, 5, 0)
        tamper(home)
        broken = home.run("audit", "verify")
        assert broken.returncode == 1
        assert "2" in broken.stdout
        assert "摘要不符" in broken.stdout

    def test_says_what_to_do_before_the_first_start(self, tmp_path: Path) -> None:
        answer = Home(tmp_path / "new").run("audit", "verify")
        assert answer.returncode == 2
        assert "xiaoer serve" in answer.stderr


class TestRunDue:
    def test_runs_each_job_once_in_its_period(self, home: Home) -> None:
        first = json.loads(home.run("run-due", "--json").stdout)
        assert "tasks.prune" in {job["name"] for job in first}
        again = json.loads(home.run("run-due", "--json").stdout)
        assert "tasks.prune" not in {job["name"] for job in again}


class TestBackup:
    def test_comes_back_whole_in_an_empty_home(self, home: Home, tmp_path: Path) -> None:
        file = tmp_path / "copies" / "a.zip"
        made = home.run("backup", str(file))
        assert made.returncode == 0, made.stderr
        assert file.stat().st_mode & 0o077 == 0
        other = Home(tmp_path / "other")
        back = other.run("restore", str(file), "--json")
        assert back.returncode == 0, back.stderr
        assert json.loads(back.stdout)["whole"] is True
        names = "SELECT name FROM orgs_organisation ORDER BY name"
        assert other.sql(names) == home.sql(names)
        assert (other.path / "files/ab/abcdef").read_text(encoding="utf-8") == "附件"
        codes = "SELECT code FROM audit_event ORDER BY id DESC LIMIT 1"
        assert home.sql(codes) == [("ops.backup.made",)]
        assert other.sql(codes) == [("ops.backup.restored",)]

    def test_leaves_the_secret_out_unless_asked(self, home: Home, tmp_path: Path) -> None:
        plain, full = tmp_path / "plain.zip", tmp_path / "full.zip"
        home.run("backup", str(plain))
        home.run("backup", str(full), "--with-secret")
        assert "secret.key" not in zipfile.ZipFile(plain).namelist()
        assert "secret.key" in zipfile.ZipFile(full).namelist()

    def test_never_holds_half_a_transaction_of_a_busy_writer(
        self, home: Home, tmp_path: Path
    ) -> None:
        home.sql("CREATE TABLE pair_a (n)")
        home.sql("CREATE TABLE pair_b (n)")
        done = threading.Event()

        def write() -> None:
            with closing(sqlite3.connect(home.path / "xiaoer.sqlite3", timeout=30)) as writer:
                while not done.is_set():
                    with writer:
                        writer.execute("INSERT INTO pair_a VALUES (1)")
                        writer.execute("INSERT INTO pair_b VALUES (1)")
                    time.sleep(0.001)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            made = home.run("backup", str(tmp_path / "a.zip"))
        finally:
            done.set()
            thread.join()
        assert made.returncode == 0, made.stderr
        other = Home(tmp_path / "other")
        other.run("restore", str(tmp_path / "a.zip"))
        [(first, second)] = other.sql(
            "SELECT (SELECT count(*) FROM pair_a), (SELECT count(*) FROM pair_b)"
        )
        assert first == second > 0

    def test_overwrites_nothing(self, home: Home, tmp_path: Path) -> None:
        file = tmp_path / "a.zip"
        file.write_text("precious")
        answer = home.run("backup", str(file))
        assert answer.returncode == 2
        assert "已存在" in answer.stderr
        assert file.read_text() == "precious"


class TestRestore:
    def test_refuses_a_home_in_use_and_keeps_its_database_when_forced(
        self, home: Home, tmp_path: Path
    ) -> None:
        file = tmp_path / "a.zip"
        home.run("backup", str(file))
        other = Home(shutil.copytree(home.path, tmp_path / "other"))
        other.sql("UPDATE orgs_organisation SET short_name = '本地'")
        refused = other.run("restore", str(file))
        assert refused.returncode == 2
        assert "--force" in refused.stderr
        forced = other.run("restore", str(file), "--force", "--json")
        assert forced.returncode == 0, forced.stderr
        earlier = Path(json.loads(forced.stdout)["earlier"])
        with sqlite3.connect(earlier) as database:
            assert database.execute(
                "SELECT DISTINCT short_name FROM orgs_organisation"
            ).fetchall() == [("本地",)]
        assert ("本地",) not in other.sql("SELECT short_name FROM orgs_organisation")

    @pytest.mark.parametrize("damage", ["cut", "changed", "no archive"])
    def test_refuses_a_damaged_archive_and_touches_nothing(
        self, home: Home, tmp_path: Path, damage: str
    ) -> None:
        file = tmp_path / "a.zip"
        home.run("backup", str(file))
        content = file.read_bytes()
        if damage == "cut":
            file.write_bytes(content[: len(content) // 2])
        elif damage == "no archive":
            file.write_text("not a backup")
        else:
            with (
                zipfile.ZipFile(file) as source,
                zipfile.ZipFile(tmp_path / "b.zip", "w") as target,
            ):
                for name in source.namelist():
                    data = source.read(name)
                    target.writestr(name, b"X" + data[1:] if name.startswith("files/") else data)
            file = tmp_path / "b.zip"
        other = Home(tmp_path / "other")
        answer = other.run("restore", str(file))
        assert answer.returncode == 2
        assert "备份" in answer.stderr
        assert not (other.path / "files").exists()

    def test_reports_a_broken_chain_in_what_was_backed_up(self, home: Home, tmp_path: Path) -> None:
        home.run("run-due")
        tamper(home)
        file = tmp_path / "a.zip"
        home.run("backup", str(file))
        answer = Home(tmp_path / "other").run("restore", str(file))
        assert answer.returncode == 1
        assert "摘要不符" in answer.stdout


class TestDoctor:
    def test_tells_what_is_wrong_and_how_to_mend_it(self, tmp_path: Path) -> None:
        new = Home(tmp_path / "new")
        new.environment["XIAOER_NODE_MODULES"] = str(tmp_path / "nowhere")
        answer = new.run("doctor", "--json")
        assert answer.returncode == 1
        findings = json.loads(answer.stdout)["findings"]
        wrong = {f["subject"]: f["mend"] for f in findings if f["level"] == "error"}
        assert set(wrong) == {"前端组件", "数据库"}
        assert "make setup" in wrong["前端组件"]

    def test_reminds_of_backup_and_worker_until_there_are_some(
        self, home: Home, tmp_path: Path
    ) -> None:
        def odd() -> set[str]:
            body = json.loads(home.run("doctor", "--json").stdout)
            return {f["subject"] for f in body["findings"] if f["level"] == "warning"}

        assert {"备份", "后台进程"} <= odd()
        home.run("backup", str(tmp_path / "a.zip"))
        home.run("run-due")
        assert not {"备份", "后台进程"} & odd()

    def test_notices_a_clock_that_was_set_back(self, home: Home) -> None:
        home.sql("DROP TRIGGER audit_event_no_update")
        home.sql("UPDATE audit_event SET at = '2999-01-01 00:00:00'")
        body = json.loads(home.run("doctor", "--json").stdout)
        assert "时钟" in {f["subject"] for f in body["findings"] if f["level"] == "error"}

    def test_explains_a_database_it_cannot_reach(self, tmp_path: Path) -> None:
        away = Home(tmp_path / "new", "postgresql://nobody@127.0.0.1:1/none")
        answer = away.run("doctor")
        assert answer.returncode == 1
        assert "XIAOER_DATABASE_URL" in answer.stdout


def answers(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.skipif(os.name != "posix", reason="进程信号只在 POSIX 系统上可用")
class TestServe:
    def test_sets_itself_up_serves_works_and_ends_in_order(self, tmp_path: Path) -> None:
        home, port = Home(tmp_path / "new"), free_port()
        process = subprocess.Popen(
            home.command("serve", "--port", str(port), "--processes", "1"),
            env=home.environment, stdout=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}/accounts/login/"
            deadline = time.monotonic() + 60
            while not answers(url) and time.monotonic() < deadline:
                time.sleep(0.3)
            assert answers(url) == 200
            query = "SELECT count(*) FROM xiaoer_tasks_jobrun WHERE finished_at IS NOT NULL"
            while home.sql(query) == [(0,)] and time.monotonic() < deadline:
                time.sleep(0.3)
            assert home.sql(query) != [(0,)]
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(40)
        assert code == 0
        assert answers(url) == 0

    @pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 能通知子进程父进程已亡")
    def test_leaves_no_process_behind_when_it_is_killed(self, home: Home) -> None:
        port = free_port()
        process = subprocess.Popen(
            home.command("serve", "--port", str(port), "--processes", "1"),
            env=home.environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}/accounts/login/"
        deadline = time.monotonic() + 60
        while not answers(url) and time.monotonic() < deadline:
            time.sleep(0.3)
        assert answers(url)
        process.kill()
        process.wait()
        while answers(url) and time.monotonic() < deadline:
            time.sleep(0.3)
        assert answers(url) == 0

    def test_refuses_a_port_that_is_taken(self, tmp_path: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            answer = Home(tmp_path / "new").run("serve", "--port", str(other.getsockname()[1]))
        assert answer.returncode == 2
        assert "--port" in answer.stderr
