"""The plan compiler: speed at 20,000 characters, linearity to 2,000,000, memory, F1.

    python benchmarks/plantext.py [--json] [--quick]

Texts come from the generator of plans with known answers. F1 is measured on generated plans, and
on ../shared/gold/dev where that folder is present. ``peer`` is the demand of the project: 150 ms,
growth of time per character no more than 1.5-fold, F1 0.95/0.92/0.95/0.95.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

from _report import Figure, report

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO / "src"))

from xiaoer.demo.plan_generator import generate, generate_long  # noqa: E402
from xiaoer.engines.plantext import compile_text  # noqa: E402
from xiaoer.engines.plantext.lint import lint  # noqa: E402
from xiaoer.engines.plantext.scoring import score  # noqa: E402

DEMANDS = {"measures": 0.95, "targets": 0.92, "deadlines": 0.95, "owners": 0.95}
MEBIBYTE = 1024 * 1024


def seconds(text: str, *, repeats: int) -> float:
    """Return the median time to compile ``text``."""
    times = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        compile_text(text)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def speed() -> list[Figure]:
    """Measure the time for one plan of 20,000 characters, after import and one warm-up."""
    text = generate_long(seed=1, characters=20_000).text[:20_000]
    compile_text(text)
    plan = compile_text(text)
    started = time.perf_counter()
    lint(plan, text=text)
    checked = time.perf_counter() - started
    return [
        Figure(
            what="compile 20,000 characters",
            value=seconds(text, repeats=9) * 1000,
            unit="ms",
            peer=150,
        ),
        Figure(what="lint 20,000 characters", value=checked * 1000, unit="ms"),
    ]


def growth(sizes: list[int]) -> list[Figure]:
    """Measure time per character as texts grow, the first size being the peer of the others."""
    figures: list[Figure] = []
    base: float | None = None
    for size in sizes:
        text = generate_long(seed=1, characters=size).text
        per_million = seconds(text, repeats=1 if size > 500_000 else 3) / len(text) * 1e6
        figures.append(
            Figure(
                what=f"compile {size:,} characters, per million",
                value=per_million,
                unit="s",
                peer=base,
            )
        )
        base = base or per_million
    return figures


def memory(size: int) -> list[Figure]:
    """Measure the peak of memory while compiling, and what the plan keeps."""
    text = generate_long(seed=1, characters=size).text
    tracemalloc.start()
    plan = compile_text(text)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [
        Figure(what=f"peak memory, {size:,} characters", value=peak / MEBIBYTE, unit="MiB"),
        Figure(
            what=f"memory of the plan ({len(plan.measures):,} measures)",
            value=kept / MEBIBYTE,
            unit="MiB",
        ),
    ]


def accuracy(gold: dict[str, Any], predicted: dict[str, Any], label: str) -> list[Figure]:
    """Return the micro-averaged F1 of each scored layer."""
    layers = score(gold, predicted).total.layers
    return [
        Figure(what=f"F1 {layer}, {label}", value=round(layers[layer].f1, 4), unit="1", peer=demand)
        for layer, demand in DEMANDS.items()
    ]


def generated_accuracy(count: int) -> list[Figure]:
    """Score generated plans of every layout with every kind of damage."""
    made = {str(seed): generate(seed=seed) for seed in range(count)}
    gold = {seed: plan.gold for seed, plan in made.items()}
    predicted = {seed: compile_text(plan.text).to_json() for seed, plan in made.items()}
    return accuracy(gold, predicted, f"{count} generated plans")


def real_accuracy() -> list[Figure]:
    """Score the annotated documents of ../shared/gold/dev, if they are here."""
    folder = REPO.parent / "shared/gold/dev"
    gold: dict[str, Any] = {}
    predicted: dict[str, Any] = {}
    for file in sorted(folder.glob("*.json")):
        gold[file.stem] = json.loads(file.read_text(encoding="utf-8"))
        text = file.with_suffix(".txt").read_bytes().decode("utf-8")
        predicted[file.stem] = compile_text(text).to_json()
    return accuracy(gold, predicted, "development documents") if gold else []


def main() -> None:
    """Run the measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="stop at 200,000 characters")
    arguments = parser.parse_args()
    sizes = [20_000, 200_000] if arguments.quick else [20_000, 200_000, 2_000_000]
    figures = [
        *speed(),
        *growth(sizes),
        *memory(sizes[-1] if arguments.quick else 200_000),
        *generated_accuracy(40 if arguments.quick else 200),
        *real_accuracy(),
    ]
    report(figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
