"""The annotated documents kept beside the repository: how well they are read."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from xiaoer.engines.plantext import compile_text

REPO = Path(__file__).resolve().parents[3]
GOLD = REPO.parent / "shared" / "gold"

pytestmark = pytest.mark.skipif(
    not (GOLD / "dev").is_dir(), reason="the annotated documents (../shared/gold) are not here"
)


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_score", GOLD / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def scores() -> dict[str, float]:
    scorer = _scorer()
    gold: dict[str, Any] = scorer.load(str(GOLD / "dev"))
    predicted = {}
    for stem in gold:
        text = (GOLD / "dev" / f"{stem}.txt").read_bytes().decode("utf-8")
        predicted[stem] = compile_text(text).to_json()
    total, _, _ = scorer.score(gold, predicted)
    return {layer: total[layer].prf()[2] for layer in total}


class TestAnnotatedDocuments:
    @pytest.mark.parametrize(
        ("layer", "least"),
        [
            ("sections", 0.97),
            ("measures", 0.98),
            ("owners", 0.98),
            ("targets", 0.92),
            ("deadlines", 0.95),
        ],
    )
    def test_are_read_with_the_promised_accuracy(self, layer: str, least: float) -> None:
        assert scores()[layer] >= least
