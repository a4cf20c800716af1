"""House rules that no linter knows. Each rule shows what it finds and what it leaves alone."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "xiaoer"
MODULE_LINES, FUNCTION_LINES = 600, 40

Finding = tuple[int, str]
Rule = Callable[[Path, ast.Module], Iterator[Finding]]


def product_files() -> list[Path]:
    return sorted(
        p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts and "tests" not in p.parts
    )


def named(node: ast.expr) -> str:
    """Return ``a.b`` for an attribute or a name."""
    if isinstance(node, ast.Attribute):
        inner = named(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return node.id if isinstance(node, ast.Name) else ""


CLOCK_READERS = {
    "timezone.now", "datetime.now", "datetime.datetime.now", "datetime.utcnow", "date.today",
    "datetime.date.today", "datetime.today", "time.time", "timezone.localtime", "timezone.localdate",
}  # fmt: skip
# Edges that go by the machine's clock and say why in their own words.
CLOCK_EDGES = {
    "platform/clock.py", "platform/tasks/worker.py", "platform/ops/cli.py",
}  # fmt: skip


def reads_the_clock(path: Path, tree: ast.Module) -> Iterator[Finding]:
    if path.is_relative_to(SOURCE) and path.relative_to(SOURCE).as_posix() in CLOCK_EDGES:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in CLOCK_READERS:
            yield node.lineno, f"{named(node.func)}() below the edge: pass `now` in"


EDGES = {"views", "api", "cli", "tasks", "middleware", "context", "demonstration", "auth"}


def asks_the_city_clock(path: Path, tree: ast.Module) -> Iterator[Finding]:
    parts = set(path.with_suffix("").parts)
    if parts & (
        EDGES | {"demo", "ops", "adapter", "queue", "jobs", "worker"}
    ) or path.stem.startswith("cli"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in {"clock.now", "clock.today"}:
            yield node.lineno, f"{named(node.func)}() below the edge: pass `now` in"


def assigns_a_state(path: Path, tree: ast.Module) -> Iterator[Finding]:
    if "services" in path.as_posix() or path.as_posix().endswith("platform/workflow/models.py"):
        return
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in {"state", "status"}:
                yield node.lineno, f"{named(target)} is assigned: use move(to=...)"
        if isinstance(node, ast.Call) and named(node.func).endswith(".update"):
            owner = named(node.func)
            if "state" in {k.arg for k in node.keywords}:
                yield node.lineno, f"{owner}(state=...) outside a service"


def swallows_errors(path: Path, tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        broad = node.type is None or named(node.type) in {"Exception", "BaseException"}
        if broad and all(isinstance(s, ast.Pass | ast.Continue) for s in node.body):
            yield node.lineno, "swallows every error"


def is_a_grab_bag(path: Path, tree: ast.Module) -> Iterator[Finding]:
    if path.stem in {"utils", "helpers", "common", "misc", "util", "helper"}:
        yield 1, f"{path.name}: name the module after what it holds"


def reaches_out_of_an_engine(path: Path, tree: ast.Module) -> Iterator[Finding]:
    if "engines" not in path.parts:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in {
            "open",
            "Path.cwd",
            "os.getenv",
            "print",
        }:
            yield node.lineno, f"{named(node.func)}() in an engine"


RULES: list[Rule] = [
    reads_the_clock, asks_the_city_clock, assigns_a_state, swallows_errors, is_a_grab_bag,
    reaches_out_of_an_engine,
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    rule: Rule
    bad: str
    good: str
    path: str = "slices/x/services/a.py"


EXAMPLES = [
    Example(rule=reads_the_clock, bad="x = timezone.now()", good="def f(*, now): return now"),
    Example(rule=asks_the_city_clock, bad="x = clock.now()", good="x = clock.CHINA"),
    Example(
        rule=assigns_a_state,
        bad="row.state = 'DONE'",
        good="row.move(to='DONE')",
        path="slices/x/views.py",
    ),
    Example(
        rule=assigns_a_state,
        bad="rows.update(state='DONE')",
        good="rows.update(name='x')",
        path="slices/x/views.py",
    ),
    Example(
        rule=swallows_errors,
        bad="try:\n f()\nexcept Exception:\n pass",
        good="try:\n f()\nexcept OSError:\n pass",
    ),
    Example(rule=reaches_out_of_an_engine, bad="open('x')", good="x = 1", path="engines/x/a.py"),
]


class TestHouseRules:
    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
    def test_hold_in_the_product(self, rule: Rule) -> None:
        found = [
            f"{path.relative_to(ROOT)}:{line}: {message}"
            for path in product_files()
            for line, message in rule(path, ast.parse(path.read_text(encoding="utf-8")))
        ]
        assert found == []

    @pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.rule.__name__)
    def test_find_what_they_forbid_and_nothing_else(self, example: Example) -> None:
        path = Path(example.path)
        assert list(example.rule(path, ast.parse(example.bad)))
        assert not list(example.rule(path, ast.parse(example.good)))

    def test_forbid_a_grab_bag_by_its_name(self) -> None:
        assert list(is_a_grab_bag(Path("slices/x/utils.py"), ast.parse("")))


class TestSizes:
    def test_keep_modules_short(self) -> None:
        long = {
            str(path.relative_to(ROOT)): count
            for path in [
                *product_files(),
                *SOURCE.rglob("tests/**/*.py"),
                *(ROOT / "tests").rglob("*.py"),
            ]
            if (count := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
        }
        assert long == {}

    def test_keep_functions_short(self) -> None:
        long = [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines"
            for path in product_files()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name != "declare"  # a table of registrations, not a procedure
            and (length := body_lines(node)) > FUNCTION_LINES
        ]
        assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function after its signature and docstring."""
    body = node.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        body = body[1:]
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def tracked_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if (
            name
            and path.is_file()
            and path.suffix not in {".png", ".jpg", ".docx", ".xlsx", ".pdf", ".mo"}
        ):
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|opt/pypi|opt/wheels)/")
REGISTRY = re.compile(
    r"pypi\.org|files\.pythonhosted|registry\.npm|npmmirror|tuna\.tsinghua|mirrors\.", re.I
)
NETWORK_ASSET = re.compile(
    r"""(?:src|href)\s*=\s*["'](?:https?:)?//[^"']+\.(?:js|css|woff2?)|url\(\s*["']?(?:https?:)?//""",
    re.I,
)
SELF = "tests/architecture/test_house_rules.py"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="不是 git 工作区，无法列出受控文件")
class TestTrackedFiles:
    @pytest.mark.parametrize(
        "pattern", [MACHINE_PATH, REGISTRY], ids=["machine paths", "package registries"]
    )
    def test_name_no_place_of_one_machine(self, pattern: re.Pattern[str]) -> None:
        found = [
            f"{name}: {match.group()}"
            for name, text in tracked_texts()
            if name != SELF and (match := pattern.search(text))
        ]
        assert found == []

    def test_fetch_nothing_from_the_network_at_run_time(self) -> None:
        found = [
            f"{name}: {match.group()}"
            for name, text in tracked_texts()
            if name.startswith("src/") and name.endswith((".html", ".css", ".js"))
            if (match := NETWORK_ASSET.search(text))
        ]
        assert found == []

    def test_recognise_what_they_forbid(self) -> None:
        assert MACHINE_PATH.search("see /root/x") and not MACHINE_PATH.search("static/work/x")
        assert REGISTRY.search("https://PyPI.org/simple")
        assert NETWORK_ASSET.search('<script src="//cdn.example.com/a.js">')
        assert not NETWORK_ASSET.search('<a href="https://www.gov.cn/">')
