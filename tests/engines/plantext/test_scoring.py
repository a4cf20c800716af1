"""The scorer: hand-counted cases, and agreement with the reference program where it is present."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from xiaoer.engines.plantext.scoring import LAYERS, score

SHARED = Path(__file__).resolve().parents[3].parent / "shared/gold"


def a_measure(start: int, end: int, **parts: Any) -> dict[str, Any]:
    return {
        "span": [start, end],
        "type": "action",
        "targets": [],
        "owners": [],
        "deadlines": [],
        **parts,
    }


def f1(gold: dict, predicted: dict, layer: str) -> float:
    return score({"a": gold}, {"a": predicted}).total.layers[layer].f1


class TestScore:
    def test_matches_measures_from_half_overlap(self):
        gold = {"measures": [a_measure(0, 100)]}
        assert f1(gold, {"measures": [a_measure(0, 50)]}, "measures") == 1.0
        assert f1(gold, {"measures": [a_measure(0, 49)]}, "measures") == 0.0

    def test_counts_the_parts_of_unmatched_measures(self):
        owner = {"name": "市财政局", "role": "lead"}
        gold = {"measures": [a_measure(0, 10, owners=[owner])]}
        tally = score(
            {"a": gold}, {"a": {"measures": [a_measure(50, 60, owners=[owner])]}}
        ).total.layers["owners"]
        assert (tally.tp, tally.fp, tally.fn) == (0, 1, 1)

    def test_lets_optional_items_count_neither_way(self):
        gold = {"measures": [a_measure(0, 10), a_measure(20, 30, optional=True)]}
        assert f1(gold, {"measures": [a_measure(0, 10)]}, "measures") == 1.0
        assert f1(gold, {"measures": [a_measure(0, 10), a_measure(20, 30)]}, "measures") == 1.0

    def test_takes_magnitudes_as_part_of_the_value(self):
        target = {"value": 3.5, "unit": "万人", "comparator": "eq"}
        other = {"value": 35000, "unit": "人", "comparator": "ge"}
        gold = {"measures": [a_measure(0, 10, targets=[target])]}
        predicted = {"measures": [a_measure(0, 10, targets=[other])]}
        assert f1(gold, predicted, "targets") == 1.0
        assert f1(gold, predicted, "targets+comparator") == 0.0

    @pytest.mark.parametrize(
        "gold, said, right",
        [
            ("2025-12", "2025", True),
            ("2025-06-30", "2025-06", True),
            ("2025-06", "2025-07", False),
            ("2024-02-28", "2024-02", False),
        ],
    )
    def test_compares_dates_by_their_month(self, gold, said, right):
        paper = {"measures": [a_measure(0, 10, deadlines=[{"date": gold, "kind": "by"}])]}
        other = {"measures": [a_measure(0, 10, deadlines=[{"date": said, "kind": "by"}])]}
        assert f1(paper, other, "deadlines") == float(right)

    def test_counts_documents_without_prediction_as_missed(self):
        result = score({"a": {"measures": [a_measure(0, 9)]}}, {})
        assert result.total.layers["measures"].fn == 1

    def test_survives_malformed_predictions(self):
        junk = {"measures": [{"span": None}, {"span": [0, "x"]}, 7], "sections": None}
        assert f1({"measures": [a_measure(0, 9)]}, junk, "measures") == 0.0

    def test_can_count_some_types_only(self):
        gold = {"measures": [a_measure(0, 9), a_measure(10, 19, type="goal")]}
        result = score({"a": gold}, {"a": {"measures": [a_measure(0, 9)]}}, types={"action"})
        assert result.total.layers["measures"].f1 == 1.0


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    if not (SHARED / "score.py").exists():
        pytest.skip("../shared/gold/score.py is not on this machine")
    spec = importlib.util.spec_from_file_location("reference_scorer", SHARED / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def damaged(gold: dict[str, Any], seed: int) -> dict[str, Any]:
    """The annotation with measures, values, dates and names spoilt at random."""
    rng = random.Random(seed)
    spoilt = copy.deepcopy(gold)
    for paper in spoilt.values():
        kept = []
        for measure in paper["measures"]:
            if rng.random() < 0.1:
                continue
            start, end = measure["span"]
            measure["span"] = [
                start,
                max(start + 1, end - rng.choice((0, 0, 0, (end - start) * 2 // 3))),
            ]
            for target in measure["targets"]:
                target["value"] += rng.choice((0, 0, 0, 1))
                target["comparator"] = rng.choice((target["comparator"], "ge"))
                target["indicator"] = target["indicator"][rng.choice((0, 1)) :]
            for deadline in measure["deadlines"]:
                deadline["date"] = rng.choice((deadline["date"], "2031-03"))
                deadline["kind"] = rng.choice((deadline["kind"], "by"))
            for owner in measure["owners"]:
                owner["name"] += rng.choice(("", "", "办"))
                owner["role"] = rng.choice((owner["role"], "joint"))
            if rng.random() < 0.2 and measure["targets"]:
                measure["targets"].append(dict(measure["targets"][0]))
            kept.append(measure)
        paper["measures"] = kept
        paper["sections"] = paper["sections"][::2]
    return spoilt


class TestAgreementWithTheReference:
    @pytest.mark.parametrize("seed", range(6))
    @pytest.mark.parametrize("types", [None, {"action", "goal"}])
    def test_holds_to_four_digits_on_damaged_predictions(self, reference, seed, types):
        gold = reference.load(str(SHARED / "dev"))
        predicted = damaged(gold, seed)
        total, accuracy, documents = reference.score(gold, predicted, types=types)
        mine = score(gold, predicted, types=types)
        report = mine.to_json()
        for layer in LAYERS:
            theirs = total[layer]
            assert (theirs.tp, theirs.fp, theirs.fn) == (
                mine.total.layers[layer].tp,
                mine.total.layers[layer].fp,
                mine.total.layers[layer].fn,
            ), layer
            assert report[layer]["f1"] == round(theirs.prf()[2], 4)
        for name, (right, of) in accuracy.items():
            assert report["accuracy_on_matches"][name] == round(right / of, 4)
        for stem, layers in documents.items():
            assert report["documents"][stem]["targets"] == round(layers["targets"].prf()[2], 4)

    def test_holds_on_the_annotation_itself(self, reference):
        gold = reference.load(str(SHARED / "dev"))
        assert all(
            tally.f1 == 1.0
            for tally in score(gold, json.loads(json.dumps(gold))).total.layers.values()
        )
