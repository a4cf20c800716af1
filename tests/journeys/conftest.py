"""A real browser against a real server over the demonstration city.

The city is built once a test run and copied for each worker process. ``XIAOER_JOURNEY_CITY`` may name a
folder that ``xiaoer demo --no-serve`` filled before, to save the building while writing journeys.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
from journey_site import Site
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 90


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("journey")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser's program; without one the journeys are skipped, and counted."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    return found


def environment(home: Path) -> dict[str, str]:
    """Return the environment of an installation in ``home``, free of the test suite's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XIAOER_", "DJANGO_"))}
    return kept | {"XIAOER_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def xiaoer(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "xiaoer.cli", *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let one worker process at a time through."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def city(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a freshly built city, the same for all worker processes."""
    ready = os.environ.get("XIAOER_JOURNEY_CITY")
    if ready:
        return Path(ready)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home = shared / "journey-city"
    with alone(shared / "journey-city.lock"):
        if not (home / "clock.json").exists():
            built = xiaoer("demo", "--no-serve", home=home)
            assert built.returncode == 0, built.stdout + built.stderr
    return home


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def site(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a running installation over a copy of the city."""
    home = tmp_path_factory.mktemp("site") / "home"
    shutil.copytree(city, home)
    port, log = free_port(), home / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "xiaoer.cli", "serve", "--port", str(port), "--processes", "1"],
            env=environment(home),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        yield Site(url=f"http://127.0.0.1:{port}", home=home)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    """Return a browser with a profile of its own, gone after the test.

    It is started for each test: while it lives, its event loop would keep Django's tests in the same
    process from the database.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def enter(browser: Browser, site: Site) -> Callable[..., Page]:
    """Return a function that logs somebody in and returns the page they see."""

    def log_in(username: str, **options: object) -> Page:
        page = new_page(browser, site, **options)
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill(site.password)
        page.locator("main form .btn-primary, form .btn-primary").first.click()
        page.wait_for_url(f"{site.url}/")
        return page

    return log_in


def new_page(browser: Browser, site: Site, **options: object) -> Page:
    """Return a page of a new visitor: Chinese, on a desk, unless told otherwise."""
    known = {"locale": "zh-CN", "viewport": {"width": 1360, "height": 900}, "base_url": site.url}
    context = browser.new_context(**{**known, **options})  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    return page


@pytest.fixture
def visit(browser: Browser, site: Site) -> Callable[..., Page]:
    """Return a function that opens a page for somebody who has not logged in."""
    return lambda **options: new_page(browser, site, **options)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a picture of every page that was open when a journey failed."""
    report = yield
    if report.when == "call" and report.failed and "browser" in getattr(item, "funcargs", {}):
        folder = Path(
            os.environ.get("XIAOER_JOURNEY_FAILURES") or item.config.rootpath / "var" / "journeys"
        )
        folder.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(item.funcargs["browser"].contexts):
            for page in context.pages:
                page.screenshot(path=folder / f"{item.name}-{number}.png")
                report.sections.append(("page", page.url))
    return report
