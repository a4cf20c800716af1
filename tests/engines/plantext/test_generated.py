"""The compiler on plans whose answers are known: every layout, every kind of damage."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.demo.plan_generator import GeneratedPlan, PlanOptions, generate, options_for
from xiaoer.demo.plan_noise import Noise
from xiaoer.engines.plantext import Plan, compile_text
from xiaoer.engines.plantext.scoring import deadline_keys, owner_keys, score, target_keys

SEEDS = st.integers(0, 10**6)
QUIET = settings(max_examples=40, deadline=None, derandomize=True)


def compiled(made: GeneratedPlan) -> Plan:
    return compile_text(made.text)


def answers(made: GeneratedPlan) -> list[tuple[object, ...]]:
    """Span, type, owners with roles, dates and quantities of each measure, as annotated."""
    return [_answer(measure) for measure in made.gold["measures"]]


def findings(plan: Plan) -> list[tuple[object, ...]]:
    """The same of each measure, as compiled."""
    return [_answer(asdict(measure)) for measure in plan.measures]


def _answer(measure: dict) -> tuple[object, ...]:
    return (
        tuple(measure["span"]),
        measure["type"],
        measure["number"],
        frozenset(
            (key, owner["role"])
            for owner in measure["owners"]
            for key in owner_keys(without_alt(owner))
        ),
        frozenset((key, d["kind"]) for d in measure["deadlines"] for key in deadline_keys(d)),
        frozenset((key, t["comparator"]) for t in measure["targets"] for key in target_keys(t)),
    )


def without_alt(owner: dict) -> dict:
    return {**owner, "alt": ()}


class TestCleanPlans:
    @QUIET
    @given(seed=SEEDS)
    def test_compile_to_their_answers(self, seed):
        made = generate(seed=seed, options=replace(options_for(seed), noise=Noise()))
        assert findings(compiled(made)) == answers(made)

    @QUIET
    @given(seed=SEEDS)
    def test_print_every_field_where_its_span_says(self, seed):
        made = generate(seed=seed)
        for measure in compiled(made).measures:
            start, end = measure.span
            for item in (*measure.targets, *measure.deadlines):
                if item.span is not None:
                    assert made.text[slice(*item.span)] == item.text
            for owner in measure.owners:
                if owner.span is not None and not owner.inherited:
                    assert start <= owner.span[0] < owner.span[1] <= end

    @QUIET
    @given(seed=SEEDS)
    def test_find_the_sections_of_prose(self, seed):
        options = replace(options_for(seed), noise=Noise(), layout="classic")
        made = generate(seed=seed, options=options)
        assert [(s.number, s.heading, s.level) for s in compiled(made).sections] == [
            (s["number"], s["heading"], s["level"]) for s in made.gold["sections"]
        ]


LAYERS = {
    "halfwidth marks": Noise(width="half"),
    "fullwidth digits": Noise(width="full"),
    "traditional characters": Noise(traditional=True),
    "navigation": Noise(navigation=True),
    "page marks": Noise(page_marks=True),
    "broken lines": Noise(wrap=28),
    "the body twice": Noise(twice=True),
}


class TestDamagedPlans:
    @pytest.mark.parametrize("name", LAYERS)
    @pytest.mark.parametrize("layout", ["classic", "bracketed", "arabic"])
    def test_lose_nothing_to_one_kind_of_damage(self, name, layout):
        gold, predicted = {}, {}
        for seed in range(14):
            options = replace(
                options_for(seed), layout=layout, noise=LAYERS[name], guarantees=2, sections=3
            )
            made = generate(seed=seed, options=options)
            gold[str(seed)] = made.gold
            predicted[str(seed)] = compiled(made).to_json()
        layers = score(gold, predicted).total.layers
        for layer in ("measures", "targets", "deadlines", "owners"):
            assert layers[layer].f1 == 1.0, layer

    def test_lose_next_to_nothing_to_all_of_it_together(self):
        gold, predicted = {}, {}
        for seed in range(120):
            made = generate(seed=seed)
            gold[str(seed)] = made.gold
            predicted[str(seed)] = compiled(made).to_json()
        layers = score(gold, predicted).total.layers
        for layer in ("measures", "targets", "deadlines", "owners"):
            assert layers[layer].f1 >= 0.98, layer


class TestGenerator:
    def test_gives_the_same_plan_for_the_same_seed(self):
        assert generate(seed=7) == generate(seed=7)
        assert generate(seed=7).text != generate(seed=8).text

    @QUIET
    @given(seed=SEEDS)
    def test_annotates_what_it_prints(self, seed):
        made = generate(seed=seed)
        squeeze = lambda text: "".join(text.split())  # noqa: E731
        for measure in made.gold["measures"]:
            start, end = measure["span"]
            words = squeeze(made.text[start:end])
            assert not made.text[start].isspace()
            assert not made.text[end - 1].isspace()
            assert squeeze(measure["title"] or "") in words
            for target in measure["targets"]:
                assert made.text[slice(*target["span"])] == target["text"]
                assert start <= target["span"][0] < target["span"][1] <= end
            if made.options.noise.page_marks:
                continue
            for owner in measure["owners"]:
                assert squeeze(made.text[slice(*owner["span"])]) == owner["name"]

    def test_names_as_many_items_as_its_headline_says(self):
        made = generate(seed=2, options=PlanOptions(sections=3, items=4))
        assert "本方案共十二项具体举措" in made.text
        assert sum(m["type"] == "action" for m in made.gold["measures"]) == 12
