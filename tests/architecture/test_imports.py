"""Imports go down only, and slices meet in their ``public`` modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
SLICES = "xiaoer.slices"


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("xiaoer", include_external_packages=True, cache_dir=None)


def slice_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if module.startswith(f"{SLICES}.") else None


def crossings(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    found = set()
    for importer in graph.modules:
        here = slice_of(importer)
        is_product = here is not None and ".tests" not in importer
        for imported in graph.find_modules_directly_imported_by(importer) if is_product else ():
            there = slice_of(imported)
            if there is not None and there != here:
                found.add((importer, imported))
    return found


class TestImports:
    def test_keep_the_contracts(self) -> None:
        program = Path(sys.executable).with_name("lint-imports")
        answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stdout

    def test_cross_from_slice_to_slice_by_the_public_module_only(
        self, graph: grimp.ImportGraph
    ) -> None:
        strays = {
            (importer, imported)
            for importer, imported in crossings(graph)
            if imported != f"{SLICES}.{slice_of(imported)}.public"
        }
        assert strays == set()

    def test_leave_arrow_database_drivers_to_the_snapshot_process(
        self, graph: grimp.ImportGraph
    ) -> None:
        drivers = [m for m in graph.modules if m.split(".")[0].startswith("adbc")]
        users = {u for d in drivers for u in graph.find_modules_that_directly_import(d)}
        assert {u for u in users if not u.startswith("xiaoer.platform.analytics.snapshot")} == set()
