"""The tables of states, and themes, without a database."""

from __future__ import annotations

import pytest

from xiaoer.platform.errors import Invalid, NotFromHere
from xiaoer.platform.lifecycle import Lifecycle
from xiaoer.slices.plans import domain
from xiaoer.slices.plans.domain import Heading, themes

TABLES = {
    "PLAN": domain.PLAN, "COUNTERSIGN": domain.COUNTERSIGN, "MEASURE": domain.MEASURE,
    "ASSIGNMENT": domain.ASSIGNMENT, "DOUBT": domain.DOUBT,
    "DEADLINE_CHANGE": domain.DEADLINE_CHANGE,
}  # fmt: skip
EVERY = [
    (table, step.name, state)
    for table, life in TABLES.items()
    for step in life.transitions
    for state in life.states
]


class TestLives:
    @pytest.mark.parametrize(("table", "name", "state"), EVERY)
    def test_take_a_step_only_from_its_sources(self, table: str, name: str, state: str) -> None:
        life = TABLES[table]
        step = next(t for t in life.transitions if t.name == name)
        facts = dict.fromkeys(step.needs, "有")
        if state in step.sources:
            assert life.decide(name=name, state=state, facts=facts).target == step.target
        else:
            with pytest.raises(NotFromHere):
                life.decide(name=name, state=state, facts=facts)

    @pytest.mark.parametrize(
        ("life", "name", "state", "need"),
        [
            (domain.PLAN, "recall", "COUNTERSIGNING", "reason"),
            (domain.PLAN, "discard", "IN_REVIEW", "reason"),
            (domain.COUNTERSIGN, "object", "PENDING", "reason"),
            (domain.COUNTERSIGN, "reply", "OBJECTED", "reply"),
            (domain.DOUBT, "reject", "OPEN", "reason"),
            (domain.DEADLINE_CHANGE, "refuse", "REQUESTED", "reason"),
        ],
    )
    def test_ask_for_the_words_they_need(
        self, life: Lifecycle, name: str, state: str, need: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            life.decide(name=name, state=state, facts={need: "  "})
        assert refused.value.field == need

    @pytest.mark.parametrize("life", TABLES.values(), ids=TABLES)
    def test_reach_every_state(self, life: Lifecycle) -> None:
        reached = {life.initial} | {t.target for t in life.transitions}
        assert reached == set(life.states)


class TestThemes:
    def test_are_the_shallowest_headings_that_divide_the_measures(self) -> None:
        headings = [
            Heading(id="a", level=1, text="工作举措", parent=None),
            Heading(id="b", level=2, text="政务服务", parent="a"),
            Heading(id="c", level=2, text="法治保障", parent="a"),
        ]
        found = themes(headings=headings, sections_of_measures=["b", "b", "c"])
        assert (found["b"], found["c"]) == ("政务服务", "法治保障")

    def test_are_the_top_headings_where_those_divide(self) -> None:
        headings = [
            Heading(id="a", level=1, text="便民", parent=None),
            Heading(id="b", level=2, text="办税", parent="a"),
            Heading(id="c", level=1, text="护企", parent=None),
        ]
        assert themes(headings=headings, sections_of_measures=["b", "c"])["b"] == "便民"

    def test_need_no_heading(self) -> None:
        assert themes(headings=[], sections_of_measures=[None, None]) == {}
