"""Corrections of a measure under review: every one recorded, guarded and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.errors import Invalid, NotAllowed, NotHere, Stale
from xiaoer.slices.plans.models import Correction, Measure, Plan
from xiaoer.slices.plans.services import correct, fields, owners, spans
from xiaoer.slices.plans.tests.builders import (
    HEAD,
    ITEMS,
    NOW,
    City,
    a_city,
    a_draft,
    a_plan,
    codes_since,
    mark,
    measure_of,
)

pytestmark = pytest.mark.django_db
Change = Callable[[Actor, Measure, int], object]
EDIT = fields.TargetEdit(
    indicator="服务企业", comparator="ge", value=Decimal(350), value_max=None, unit="家",
    baseline_value=None, due_date=date(2026, 6, 30), per_county=False, basis="cumulative",
    shape="linear", shape_reason="",
)  # fmt: skip


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def plan(city: City) -> Plan:
    return a_draft(city)


@pytest.fixture
def row(plan: Plan) -> Measure:
    return measure_of(plan, "开办企业")


def words(actor: Actor, row: Measure, version: int) -> object:
    edit = correct.MeasureEdit(title="新标题", kind="action", is_long_term=True, theme="新主题")
    return correct.measure_edit(actor=actor, measure_id=row.pk, version=version, edit=edit, now=NOW)


def deadline(actor: Actor, row: Measure, version: int) -> object:
    return fields.deadline_set(
        actor=actor, measure_id=row.pk, version=version, deadline_id=row.deadlines.first().pk,
        due_date=date(2026, 7, 31), kind="by", now=NOW,
    )  # fmt: skip


def new_deadline(actor: Actor, row: Measure, version: int) -> object:
    return fields.deadline_set(
        actor=actor, measure_id=row.pk, version=version, deadline_id=None,
        due_date=date(2026, 12, 1), kind="by", now=NOW,
    )  # fmt: skip


def target(actor: Actor, row: Measure, version: int) -> object:
    return fields.target_set(
        actor=actor, measure_id=row.pk, version=version, target_id=row.targets.first().pk,
        edit=EDIT, now=NOW,
    )  # fmt: skip


def no_target(actor: Actor, row: Measure, version: int) -> object:
    return fields.target_set(
        actor=actor, measure_id=row.pk, version=version, target_id=row.targets.first().pk,
        edit=None, now=NOW,
    )  # fmt: skip


def milestone(actor: Actor, row: Measure, version: int) -> object:
    return fields.milestone_set(
        actor=actor, measure_id=row.pk, version=version, milestone_id=None, title="印发细则",
        due_date=date(2026, 5, 1), is_deliverable=True, now=NOW,
    )  # fmt: skip


def more_owner(actor: Actor, row: Measure, version: int) -> object:
    from xiaoer.platform.orgs.models import Organisation

    unit = Organisation.objects.get(name="市住建局")
    return owners.owner_add(
        actor=actor, measure_id=row.pk, version=version, organisation_id=unit.pk,
        role="support", now=NOW,
    )  # fmt: skip


def less_owner(actor: Actor, row: Measure, version: int) -> object:
    return owners.owner_remove(
        actor=actor, owner_id=row.owners.get(role="support").pk, version=version, now=NOW
    )


def removal(actor: Actor, row: Measure, version: int) -> object:
    return correct.measure_remove(
        actor=actor, measure_id=row.pk, version=version, reason="是小结", now=NOW
    )


CHANGES: dict[str, Change] = {
    f.__name__: f
    for f in (
        words, deadline, new_deadline, target, no_target, milestone, more_owner, less_owner, removal
    )
}  # fmt: skip


def picture(plan: Plan) -> list[object]:
    """Return everything a correction could touch."""
    return [
        [
            m.uid, m.title, m.kind, m.theme, m.is_long_term, m.lead_names, m.nearest_due,
            m.search_text,
            sorted(m.owners.values_list("pk", "name", "role")),
            sorted(m.assignments.values_list("organisation_id", "role", "state")),
            sorted(m.deadlines.values_list("pk", "uid", "due_date", "original_due_date")),
            sorted(m.targets.values_list("pk", "uid", "indicator", "value", "unit")),
            sorted(m.milestones.values_list("pk", "uid", "title")),
        ]
        for m in plan.measures.order_by("position", "pk")
    ]  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
class TestEveryCorrection:
    def test_is_recorded_as_an_event_and_a_row(
        self, city: City, plan: Plan, row: Measure, name: str
    ) -> None:
        before = mark()
        CHANGES[name](city.clerk, row, row.version)
        assert "plans.measure.corrected" in codes_since(before)
        assert plan.corrections.get().made_by_id == city.clerk.id

    def test_can_be_undone_to_the_last_value(
        self, city: City, plan: Plan, row: Measure, name: str
    ) -> None:
        was = picture(plan)
        CHANGES[name](city.clerk, row, row.version)
        assert picture(plan) != was
        made, before = plan.corrections.get(), mark()
        correct.correction_undo(actor=city.clerk, correction_id=made.pk, now=NOW)
        assert picture(plan) == was
        assert codes_since(before)[0] == "plans.correction.undone"

    def test_refuses_a_stale_writer_and_leaves_no_trace(
        self, city: City, plan: Plan, row: Measure, name: str
    ) -> None:
        was, before = picture(plan), mark()
        with pytest.raises(Stale):
            CHANGES[name](city.clerk, row, row.version + 7)
        assert (picture(plan), mark(), plan.corrections.count()) == (was, before, 0)

    def test_is_absent_for_other_units(self, city: City, row: Measure, name: str) -> None:
        with pytest.raises(NotHere):
            CHANGES[name](city.tax_handler, row, row.version)

    def test_is_refused_once_the_plan_is_out(self, city: City, name: str) -> None:
        row = measure_of(a_plan(city, state="COUNTERSIGNING"), "开办企业")
        before = mark()
        with pytest.raises(NotAllowed, match="校核"):
            CHANGES[name](city.clerk, row, row.version)
        assert mark() == before


class TestCorrectionUndo:
    def test_refuses_while_a_later_correction_stands(
        self, city: City, plan: Plan, row: Measure
    ) -> None:
        words(city.clerk, row, row.version)
        deadline(city.clerk, row, row.version + 1)
        later, first = plan.corrections.order_by("-pk")
        with pytest.raises(correct.CannotUndo, match="先撤销后面的"):
            correct.correction_undo(actor=city.clerk, correction_id=first.pk, now=NOW)
        correct.correction_undo(actor=city.clerk, correction_id=later.pk, now=NOW)
        correct.correction_undo(actor=city.clerk, correction_id=first.pk, now=NOW)
        assert measure_of(plan, "开办企业").deadlines.get().due_date == date(2026, 6, 30)

    def test_refuses_to_undo_twice(self, city: City, plan: Plan, row: Measure) -> None:
        words(city.clerk, row, row.version)
        made = plan.corrections.get()
        correct.correction_undo(actor=city.clerk, correction_id=made.pk, now=NOW)
        with pytest.raises(Stale):
            correct.correction_undo(actor=city.clerk, correction_id=made.pk, now=NOW)

    def test_is_absent_for_other_units(self, city: City, plan: Plan, row: Measure) -> None:
        words(city.clerk, row, row.version)
        with pytest.raises(NotHere):
            correct.correction_undo(
                actor=city.tax_handler, correction_id=plan.corrections.get().pk, now=NOW
            )


class TestTargetSet:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"value": Decimal(-3)}, "value"),
            ({"comparator": "about"}, "comparator"),
            ({"indicator": " "}, "indicator"),
            ({"value_max": Decimal(1)}, "value_max"),
            ({"denominator": Decimal(0)}, "denominator"),
            ({"basis": "weekly"}, "basis"),
            ({"shape": "curve"}, "shape"),
            ({"shape": "step"}, "shape_reason"),
        ],
    )
    def test_names_the_field_that_is_wrong(
        self, city: City, row: Measure, change: dict[str, object], field: str
    ) -> None:
        before = mark()
        with pytest.raises(Invalid) as refused:
            fields.target_set(
                actor=city.clerk, measure_id=row.pk, version=row.version,
                target_id=row.targets.first().pk, edit=replace(EDIT, **change), now=NOW,  # type: ignore[arg-type]
            )  # fmt: skip
        assert (refused.value.field, mark()) == (field, before)

    def test_makes_the_number_searchable(self, city: City, row: Measure) -> None:
        target(city.clerk, row, row.version)
        assert "服务企业350家" in Measure.objects.get(pk=row.pk).search_text

    def test_answers_for_a_target_of_another_measure(self, city: City, plan: Plan) -> None:
        row, other = measure_of(plan, "政企沟通"), measure_of(plan, "开办企业")
        with pytest.raises(NotHere):
            fields.target_set(
                actor=city.clerk, measure_id=row.pk, version=row.version,
                target_id=other.targets.first().pk, edit=EDIT, now=NOW,
            )  # fmt: skip


class TestDeadlineSet:
    def test_makes_work_ongoing(self, city: City, row: Measure) -> None:
        fields.deadline_set(
            actor=city.clerk, measure_id=row.pk, version=row.version,
            deadline_id=row.deadlines.first().pk, due_date=None, kind="ongoing", now=NOW,
        )  # fmt: skip
        row.refresh_from_db()
        assert (row.is_long_term, row.nearest_due) == (True, None)

    @pytest.mark.parametrize("kind", ["by", "someday"])
    def test_needs_a_date_or_a_kind(self, city: City, row: Measure, kind: str) -> None:
        with pytest.raises(Invalid):
            fields.deadline_set(
                actor=city.clerk, measure_id=row.pk, version=row.version, deadline_id=None,
                due_date=None, kind=kind, now=NOW,
            )  # fmt: skip


class TestMeasureAdd:
    PASSAGE = "此外，市税务局负责加强纳税辅导，2026年底前开展培训20场以上，覆盖全部园区。"

    @pytest.fixture
    def plan(self, city: City) -> Plan:
        return a_draft(city, head=f"{HEAD}{self.PASSAGE}\n")

    def test_reads_owners_dates_and_numbers_out_of_the_passage(
        self, city: City, plan: Plan
    ) -> None:
        was = picture(plan)
        before = mark()
        row = spans.measure_add(
            actor=city.clerk, plan_id=plan.pk, begins="此外，市税务局", ends="覆盖全部园区。",
            kind="action", now=NOW,
        )  # fmt: skip
        assert row.text == self.PASSAGE
        assert row.position == 0
        assert codes_since(before) == ["plans.measure.corrected"]
        positions = list(plan.measures.order_by("position").values_list("position", flat=True))
        assert positions == [0, 1, 2, 3]
        correct.correction_undo(actor=city.clerk, correction_id=plan.corrections.get().pk, now=NOW)
        assert picture(plan) == was

    @pytest.mark.parametrize(
        ("begins", "ends", "field"),
        [
            (" ", "", "begins"),
            ("没有这样的话", "", "begins"),
            ("2026", "", "begins"),
            ("此外，市税务局", "没有这样的结尾", "ends"),
            ("推进开办企业", "", "begins"),
        ],
    )
    def test_says_why_a_passage_cannot_be_taken(
        self, city: City, plan: Plan, begins: str, ends: str, field: str
    ) -> None:
        before = mark()
        with pytest.raises(Invalid) as refused:
            spans.measure_add(
                actor=city.clerk, plan_id=plan.pk, begins=begins, ends=ends, kind="action", now=NOW
            )
        assert (refused.value.field, mark()) == (field, before)
        assert plan.measures.count() == len(ITEMS)

    def test_is_absent_for_other_units(self, city: City, plan: Plan) -> None:
        with pytest.raises(NotHere):
            spans.measure_add(
                actor=city.tax_handler, plan_id=plan.pk, begins="此外", ends="", kind="action",
                now=NOW,
            )  # fmt: skip


class TestCorrections:
    def test_are_counted_by_what_stands(self, city: City, plan: Plan, row: Measure) -> None:
        words(city.clerk, row, row.version)
        correct.correction_undo(actor=city.clerk, correction_id=plan.corrections.get().pk, now=NOW)
        assert Correction.objects.filter(plan=plan, undone_at__isnull=True).count() == 0
