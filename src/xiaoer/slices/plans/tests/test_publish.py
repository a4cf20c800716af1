"""Sending a plan round, the units' answers, and putting it in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xiaoer.platform.errors import Invalid, NotFromHere, NotHere, Refused, Stale
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.slices.plans.models import Countersign, Plan
from xiaoer.slices.plans.services import publish
from xiaoer.slices.plans.tests.builders import (
    NOW,
    City,
    a_city,
    a_plan,
    codes_since,
    fresh,
    handler_of,
    mark,
    measure_of,
    race,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def plan(city: City) -> Plan:
    return a_plan(city, state="COUNTERSIGNING")


def answer_of(plan: Plan, unit: Organisation) -> Countersign:
    return plan.countersigns.get(organisation=unit)


def agree_all(plan: Plan) -> None:
    for row in plan.countersigns.filter(state="PENDING").order_by("pk"):
        publish.countersign_agree(
            actor=handler_of(row.organisation), countersign_id=row.pk, version=row.version, now=NOW
        )


def object_to(city: City, plan: Plan) -> Countersign:
    return publish.countersign_object(
        actor=city.tax_handler, countersign_id=answer_of(plan, city.tax).pk, version=1,
        reason="期限太紧", now=NOW,
    )  # fmt: skip


class TestCountersign:
    def test_agrees_and_closes_the_duty(self, city: City, plan: Plan) -> None:
        row, before = answer_of(plan, city.tax), mark()
        publish.countersign_agree(actor=city.tax_handler, countersign_id=row.pk, version=1, now=NOW)
        assert answer_of(plan, city.tax).state == "AGREED"
        assert codes_since(before) == ["plans.countersign.agreed"]
        duty = WorkItem.objects.get(key=f"plans.countersign:{plan.pk}:{city.tax.pk}")
        assert duty.closed_at == NOW

    def test_objects_with_a_reason_and_gives_the_office_work(self, city: City, plan: Plan) -> None:
        before = mark()
        row = object_to(city, plan)
        assert (row.state, row.comment) == ("OBJECTED", "期限太紧")
        assert codes_since(before) == ["plans.countersign.objected"]
        duty = WorkItem.objects.get(key=f"plans.objection:{plan.pk}:{city.tax.pk}")
        assert (duty.role, duty.closed_at) == ("office", None)

    def test_needs_a_reason_to_object(self, city: City, plan: Plan) -> None:
        row, before = answer_of(plan, city.tax), mark()
        with pytest.raises(Invalid):
            publish.countersign_object(
                actor=city.tax_handler, countersign_id=row.pk, version=1, reason=" ", now=NOW
            )
        assert (answer_of(plan, city.tax).state, mark()) == ("PENDING", before)

    def test_may_agree_after_objecting_which_settles_the_objection(
        self, city: City, plan: Plan
    ) -> None:
        row = object_to(city, plan)
        publish.countersign_agree(
            actor=city.tax_handler, countersign_id=row.pk, version=row.version, now=NOW
        )
        duty = WorkItem.objects.get(key=f"plans.objection:{plan.pk}:{city.tax.pk}")
        assert duty.closed_at == NOW

    def test_is_asked_again_after_the_office_replied(self, city: City, plan: Plan) -> None:
        row, before = object_to(city, plan), mark()
        publish.countersign_reply(
            actor=city.clerk, countersign_id=row.pk, version=row.version, reply="已协调", now=NOW
        )
        again = answer_of(plan, city.tax)
        assert (again.state, again.comment, again.reply) == ("PENDING", "期限太紧", "已协调")
        assert codes_since(before) == ["plans.countersign.replied"]
        duty = WorkItem.objects.get(key=f"plans.countersign:{plan.pk}:{city.tax.pk}")
        assert duty.closed_at is None

    def test_replies_only_to_an_objection(self, city: City, plan: Plan) -> None:
        with pytest.raises(NotFromHere):
            publish.countersign_reply(
                actor=city.clerk, countersign_id=answer_of(plan, city.tax).pk, version=1,
                reply="?", now=NOW,
            )  # fmt: skip

    def test_answers_another_unit_as_if_it_did_not_exist(self, city: City, plan: Plan) -> None:
        with pytest.raises(NotHere):
            publish.countersign_agree(
                actor=city.stranger, countersign_id=answer_of(plan, city.tax).pk, version=1, now=NOW
            )

    def test_refuses_a_stale_writer(self, city: City, plan: Plan) -> None:
        with pytest.raises(Stale):
            publish.countersign_agree(
                actor=city.tax_handler, countersign_id=answer_of(plan, city.tax).pk, version=9,
                now=NOW,
            )  # fmt: skip


class TestPlanRecall:
    def test_takes_the_answers_back_and_asks_again(self, city: City, plan: Plan) -> None:
        agree_all(plan)
        before = mark()
        back = publish.plan_recall(
            actor=city.clerk, plan_id=plan.pk, version=plan.version, reason="漏了一项", now=NOW
        )
        assert back.state == "IN_REVIEW"
        assert set(plan.countersigns.values_list("state", flat=True)) == {"WITHDRAWN"}
        assert codes_since(before) == ["plans.plan.recalled"]
        publish.plan_send(actor=city.clerk, plan_id=plan.pk, version=back.version, now=NOW)
        assert set(plan.countersigns.values_list("state", flat=True)) == {"PENDING"}

    def test_hides_the_plan_from_the_units_again(self, city: City, plan: Plan) -> None:
        publish.plan_recall(
            actor=city.clerk, plan_id=plan.pk, version=plan.version, reason="改", now=NOW
        )
        with pytest.raises(NotHere):
            publish.countersign_object(
                actor=city.stranger, countersign_id=answer_of(plan, city.tax).pk, version=2,
                reason="x", now=NOW,
            )  # fmt: skip


class TestPlanDiscard:
    def test_keeps_it_on_record_with_the_reason(self, city: City) -> None:
        plan, before = a_plan(city, state="IN_REVIEW"), mark()
        publish.plan_discard(
            actor=city.clerk, plan_id=plan.pk, version=plan.version, reason="传错", now=NOW
        )
        assert fresh(plan).state == "DISCARDED"
        assert codes_since(before) == ["plans.plan.discarded"]


class TestPlanPublish:
    def test_lists_every_measure_and_issues_the_work(self, city: City, plan: Plan) -> None:
        agree_all(plan)
        before = mark()
        publish.plan_publish(actor=city.leader, plan_id=plan.pk, version=plan.version, now=NOW)
        assert set(plan.measures.values_list("state", flat=True)) == {"LISTED"}
        row = measure_of(plan, "开办企业")
        assert set(row.assignments.values_list("state", flat=True)) == {"PENDING"}
        assert codes_since(before) == [*["plans.measure.listed"] * 3, "plans.plan.published"]
        assert WorkItem.objects.filter(kind="plans.sign", closed_at=None).count() == 3

    def test_waits_for_the_units(self, city: City, plan: Plan) -> None:
        before = mark()
        with pytest.raises(Refused, match="还有 3 个单位没有会签"):
            publish.plan_publish(actor=city.leader, plan_id=plan.pk, version=plan.version, now=NOW)
        assert (fresh(plan).state, mark()) == ("COUNTERSIGNING", before)

    def test_takes_silence_for_agreement_once_the_limit_has_run_out(
        self, city: City, plan: Plan
    ) -> None:
        late = NOW + timedelta(days=30)
        publish.plan_publish(actor=city.leader, plan_id=plan.pk, version=plan.version, now=late)
        assert fresh(plan).state == "PUBLISHED"

    def test_never_overrides_an_objection(self, city: City, plan: Plan) -> None:
        object_to(city, plan)
        with pytest.raises(Refused, match="有异议"):
            publish.plan_publish(
                actor=city.leader, plan_id=plan.pk, version=plan.version,
                now=NOW + timedelta(days=30),
            )  # fmt: skip

    @pytest.mark.parametrize("state", ["IN_REVIEW", "PUBLISHED", "DISCARDED"])
    def test_refuses_from_any_other_state(self, city: City, state: str) -> None:
        plan = fresh(a_plan(city, state=state))
        before = mark()
        with pytest.raises(NotFromHere):
            publish.plan_publish(actor=city.leader, plan_id=plan.pk, version=plan.version, now=NOW)
        assert mark() == before

    def test_is_absent_for_units(self, city: City, plan: Plan) -> None:
        with pytest.raises(Refused):
            publish.plan_publish(
                actor=city.tax_handler, plan_id=plan.pk, version=plan.version, now=NOW
            )
        with pytest.raises(NotHere):
            publish.plan_publish(
                actor=city.stranger, plan_id=plan.pk, version=plan.version, now=NOW
            )


class TestPressingTwice:
    def test_publishes_once(self, concurrent_db: None) -> None:
        city = a_city()
        plan = a_plan(city, state="COUNTERSIGNING")
        agree_all(plan)
        plan, before = fresh(plan), mark()
        outcomes = race(
            lambda: publish.plan_publish(
                actor=city.leader, plan_id=plan.pk, version=plan.version, now=NOW
            )
        )
        assert outcomes in (["done", "stale"], ["done", "not_from_here"])
        assert codes_since(before).count("plans.plan.published") == 1
        assert codes_since(before).count("plans.measure.listed") == 3
