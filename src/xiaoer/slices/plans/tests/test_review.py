"""Deciding doubts, and undoing what was decided."""

from __future__ import annotations

import pytest

from xiaoer.platform.errors import Invalid, NotFromHere, NotHere, Refused, Stale
from xiaoer.slices.plans.models import Doubt, Plan
from xiaoer.slices.plans.services import owners, review
from xiaoer.slices.plans.services.publish import plan_send
from xiaoer.slices.plans.tests.builders import (
    NOW,
    City,
    a_city,
    a_draft,
    a_plan,
    a_unit,
    codes_since,
    first_doubt,
    fresh,
    mark,
    measure_of,
)

pytestmark = pytest.mark.django_db
STRANGE = (
    "1.推进改革。2026年底前完成平台建设。（牵头单位：市数字经济促进中心；配合单位：市大力水手办）"
)
NOBODY = "2.加强宣传引导。2026年底前完成宣传活动。"
TWICE = "3.完善改革服务。2026年底前建成中心3个以上。（牵头单位：市数字经济促进中心）"


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def plan(city: City) -> Plan:
    return a_draft(city, STRANGE, NOBODY, TWICE)


def a_note(plan: Plan) -> Doubt:
    return Doubt.objects.create(
        plan=plan, state="OPEN", code="probe", severity="note", message_zh="提示", message_en="note"
    )


class TestDoubts:
    def test_ask_once_for_a_name_that_comes_twice_and_block_for_a_lead(self, plan: Plan) -> None:
        found = plan.doubts.filter(code="owner.unresolved", message_zh__contains="数字经济")
        assert [(d.severity, "共 2 处" in d.message_zh) for d in found] == [("block", True)]

    def test_only_ask_to_check_a_supporting_name(self, plan: Plan) -> None:
        doubt = first_doubt(plan, code="owner.unresolved", message_zh__contains="大力水手")
        assert doubt.severity == "check"

    def test_come_with_those_that_block_first(self, city: City, plan: Plan) -> None:
        order = [d.severity for d in plan.doubts.order_by("position", "pk")]
        blocking = [s == "block" for s in order]
        assert blocking == sorted(blocking, reverse=True)


class TestDoubtAccept:
    def test_settles_and_records(self, city: City, plan: Plan) -> None:
        doubt, before = a_note(plan), mark()
        done = review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=1, now=NOW)
        assert (done.state, done.decided_by_id) == ("ACCEPTED", city.clerk.id)
        assert codes_since(before) == ["plans.doubt.accepted"]

    def test_lets_a_supporting_name_stand(self, city: City, plan: Plan) -> None:
        doubt = first_doubt(plan, code="owner.unresolved", severity="check")
        review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=doubt.version, now=NOW)
        doubt.refresh_from_db()
        assert doubt.state == "ACCEPTED"

    def test_refuses_what_blocks_and_leaves_no_trace(self, city: City, plan: Plan) -> None:
        doubt, before = first_doubt(plan, severity="block"), mark()
        with pytest.raises(review.CannotAccept):
            review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=1, now=NOW)
        doubt.refresh_from_db()
        assert (doubt.state, mark()) == ("OPEN", before)

    def test_refuses_a_stale_writer(self, city: City, plan: Plan) -> None:
        doubt = a_note(plan)
        review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=1, now=NOW)
        with pytest.raises(Stale):
            review.doubt_accept(actor=city.leader, doubt_id=doubt.pk, version=1, now=NOW)

    def test_refuses_to_decide_twice(self, city: City, plan: Plan) -> None:
        doubt = a_note(plan)
        review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=1, now=NOW)
        with pytest.raises(NotFromHere):
            review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=2, now=NOW)

    def test_answers_another_unit_as_if_it_did_not_exist(self, city: City, plan: Plan) -> None:
        with pytest.raises(NotHere):
            review.doubt_accept(
                actor=city.tax_handler, doubt_id=a_note(plan).pk, version=1, now=NOW
            )


class TestDoubtReject:
    def test_keeps_the_reason(self, city: City, plan: Plan) -> None:
        doubt, before = a_note(plan), mark()
        review.doubt_reject(
            actor=city.clerk, doubt_id=doubt.pk, version=1, reason=" 原文如此 ", now=NOW
        )
        doubt.refresh_from_db()
        assert (doubt.state, doubt.reason) == ("REJECTED", "原文如此")
        assert codes_since(before) == ["plans.doubt.rejected"]

    def test_needs_a_reason(self, city: City, plan: Plan) -> None:
        with pytest.raises(Invalid):
            review.doubt_reject(
                actor=city.clerk, doubt_id=a_note(plan).pk, version=1, reason=" ", now=NOW
            )

    @pytest.mark.parametrize("code", ["owner.none", "owner.unresolved"])
    def test_refuses_to_do_without_a_lead(self, city: City, plan: Plan, code: str) -> None:
        doubt = first_doubt(plan, code=code, severity="block")
        with pytest.raises(review.CannotAccept):
            review.doubt_reject(
                actor=city.clerk, doubt_id=doubt.pk, version=1, reason="不管", now=NOW
            )


class TestDoubtReopen:
    def test_undoes_an_acceptance(self, city: City, plan: Plan) -> None:
        doubt = a_note(plan)
        review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=1, now=NOW)
        before = mark()
        review.doubt_reopen(actor=city.clerk, doubt_id=doubt.pk, version=2, now=NOW)
        doubt.refresh_from_db()
        assert (doubt.state, doubt.decided_by_id) == ("OPEN", None)
        assert codes_since(before) == ["plans.doubt.reopened"]

    def test_gives_back_what_the_correction_replaced(self, city: City, plan: Plan) -> None:
        doubt = first_doubt(plan, code="owner.unresolved", severity="block")
        owner = doubt.measure.owners.get(role="lead")
        owners.owner_resolve(
            actor=city.clerk, owner_id=owner.pk, version=doubt.measure.version,
            organisation_ids=[city.market.pk], now=NOW,
        )  # fmt: skip
        both = plan.measures.filter(lead_names=city.market.name)
        assert both.count() == 2
        doubt.refresh_from_db()
        before = mark()
        review.doubt_reopen(actor=city.clerk, doubt_id=doubt.pk, version=doubt.version, now=NOW)
        doubt.refresh_from_db()
        assert doubt.state == "OPEN"
        assert both.count() == 0
        assert codes_since(before) == ["plans.correction.undone", "plans.doubt.reopened"]


class TestNotesAccept:
    def test_accepts_every_note_and_nothing_else(self, city: City, plan: Plan) -> None:
        kept = plan.doubts.filter(state="OPEN").exclude(severity="note").count()
        notes = plan.doubts.filter(state="OPEN", severity="note").count()
        a_note(plan)
        before = mark()
        n = review.notes_accept(actor=city.clerk, plan_id=plan.pk, now=NOW)
        assert (n, plan.doubts.filter(state="OPEN").count()) == (notes + 1, kept)
        assert codes_since(before) == ["plans.plan.notes_accepted"]

    def test_says_nothing_where_there_is_nothing(self, city: City, plan: Plan) -> None:
        review.notes_accept(actor=city.clerk, plan_id=plan.pk, now=NOW)
        before = mark()
        assert review.notes_accept(actor=city.clerk, plan_id=plan.pk, now=NOW) == 0
        assert mark() == before

    def test_is_absent_for_other_units(self, city: City, plan: Plan) -> None:
        with pytest.raises(NotHere):
            review.notes_accept(actor=city.tax_handler, plan_id=plan.pk, now=NOW)


class TestOrphansAssign:
    def test_gives_them_all_to_one_unit_and_can_be_undone(self, city: City, plan: Plan) -> None:
        owners.orphans_assign(
            actor=city.clerk, plan_id=plan.pk, organisation_id=city.tax.pk, now=NOW
        )
        row = measure_of(plan, "宣传")
        assert row.lead_names == city.tax.name
        doubt = plan.doubts.get(code="owner.none")
        assert doubt.state == "CORRECTED"
        review.doubt_reopen(actor=city.clerk, doubt_id=doubt.pk, version=doubt.version, now=NOW)
        row.refresh_from_db()
        doubt.refresh_from_db()
        assert (row.lead_names, doubt.state) == ("", "OPEN")

    def test_records_once(self, city: City, plan: Plan) -> None:
        before = mark()
        owners.orphans_assign(
            actor=city.clerk, plan_id=plan.pk, organisation_id=city.tax.pk, now=NOW
        )
        assert codes_since(before)[0] == "plans.plan.orphans_assigned"
        assert codes_since(before).count("plans.plan.orphans_assigned") == 1


class TestOwnerResolve:
    def test_resolves_the_name_everywhere_and_records(self, city: City, plan: Plan) -> None:
        doubt = first_doubt(plan, code="owner.unresolved", severity="block")
        owner, before = doubt.measure.owners.get(role="lead"), mark()
        owners.owner_resolve(
            actor=city.clerk, owner_id=owner.pk, version=doubt.measure.version,
            organisation_ids=[city.market.pk], now=NOW,
        )  # fmt: skip
        assert plan.measures.filter(lead_names=city.market.name).count() == 2
        assert codes_since(before) == ["plans.measure.corrected", "plans.doubt.corrected"]

    def test_remembers_the_name_as_an_alias(self, city: City, plan: Plan) -> None:
        owner = measure_of(plan, "完善").owners.get()
        owners.owner_resolve(
            actor=city.clerk, owner_id=owner.pk, version=owner.measure.version,
            organisation_ids=[city.market.pk], remember=True, now=NOW,
        )  # fmt: skip
        later = a_draft(city, TWICE)
        assert later.measures.get().lead_names == city.market.name

    def test_takes_several_units(self, city: City, plan: Plan) -> None:
        owner = measure_of(plan, "完善").owners.get()
        owners.owner_resolve(
            actor=city.clerk, owner_id=owner.pk, version=owner.measure.version,
            organisation_ids=[city.market.pk, city.tax.pk], now=NOW,
        )  # fmt: skip
        assert measure_of(plan, "完善").assignments.count() == 2

    @pytest.mark.parametrize("ids", [[], [999999]])
    def test_refuses_units_that_are_none(self, city: City, plan: Plan, ids: list[int]) -> None:
        owner, before = measure_of(plan, "完善").owners.get(), mark()
        with pytest.raises(Invalid) as refused:
            owners.owner_resolve(
                actor=city.clerk, owner_id=owner.pk, version=1, organisation_ids=ids, now=NOW
            )
        assert (refused.value.field, mark()) == ("organisation", before)

    def test_keeps_the_weightiest_role_of_a_unit_named_twice(self, city: City) -> None:
        plan = a_draft(
            city, "1.推进改革。2026年底前完成。（牵头单位：市天文局；配合单位：市税务局）"
        )
        row = plan.measures.get()
        lead = row.owners.get(role="lead")
        owners.owner_resolve(
            actor=city.clerk, owner_id=lead.pk, version=row.version,
            organisation_ids=[city.tax.pk], now=NOW,
        )  # fmt: skip
        assert list(row.assignments.values_list("role", flat=True)) == ["lead"]
        owners.owner_remove(actor=city.clerk, owner_id=lead.pk, version=row.version + 1, now=NOW)
        assert list(row.assignments.values_list("role", flat=True)) == ["support"]

    def test_answers_another_unit_as_if_it_did_not_exist(self, city: City, plan: Plan) -> None:
        owner = measure_of(plan, "完善").owners.get()
        with pytest.raises(NotHere):
            owners.owner_resolve(
                actor=city.tax_handler, owner_id=owner.pk, version=1,
                organisation_ids=[city.tax.pk], now=NOW,
            )  # fmt: skip


class TestOwnerPropose:
    def test_makes_a_unit_that_awaits_confirmation(self, city: City, plan: Plan) -> None:
        owner, before = measure_of(plan, "完善").owners.get(), mark()
        owners.owner_propose(actor=city.clerk, owner_id=owner.pk, version=1, now=NOW)
        unit = measure_of(plan, "完善").assignments.get().organisation
        assert (unit.name, unit.is_proposed) == ("市数字经济促进中心", True)
        assert codes_since(before) == [
            "orgs.organisation.proposed", "plans.measure.corrected", "plans.doubt.corrected",
        ]  # fmt: skip


class TestPlanSend:
    def test_refuses_while_a_lead_stands_for_no_unit(self, city: City, plan: Plan) -> None:
        Doubt.objects.filter(plan=plan).delete()
        with pytest.raises(Refused, match="数字经济促进中心.*还没有对应到机构"):
            plan_send(actor=city.clerk, plan_id=plan.pk, version=plan.version, now=NOW)

    def test_refuses_while_doubts_are_open(self, city: City, plan: Plan) -> None:
        with pytest.raises(Refused, match="处疑点没有处理"):
            plan_send(actor=city.clerk, plan_id=plan.pk, version=plan.version, now=NOW)

    def test_refuses_a_measure_that_nothing_can_be_judged_on(self, city: City) -> None:
        plan = a_plan(city, state="IN_REVIEW")
        measure_of(plan, "政企沟通").milestones.all().delete()
        with pytest.raises(Refused, match="无从评判"):
            plan_send(actor=city.clerk, plan_id=plan.pk, version=plan.version, now=NOW)

    def test_asks_each_unit_once(self, city: City) -> None:
        plan, before = a_plan(city, state="IN_REVIEW"), mark()
        sent = plan_send(actor=city.clerk, plan_id=plan.pk, version=plan.version, now=NOW)
        assert sent.countersigns.count() == 3
        assert codes_since(before) == [*["plans.countersign.asked"] * 3, "plans.plan.sent"]
        assert fresh(plan).state == "COUNTERSIGNING"


class TestAliases:
    def test_of_several_units_are_not_guessed(self, city: City) -> None:
        a_unit("市政务局", region=city.root)
        county = a_unit("东城区政务局", region=city.county)
        plan = a_draft(city, "1.推进改革。2026年底前完成。（牵头单位：市政务局）")
        assert plan.measures.get().lead_names == "市政务局"
        assert county.name not in plan.measures.get().search_text
