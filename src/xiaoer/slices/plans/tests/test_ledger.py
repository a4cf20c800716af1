"""The ledger in force: filters, search, signing, other dates, expected lines, and what each costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoer.platform.audit.models import Event
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Invalid, NotAllowed, NotHere, Refused, Stale
from xiaoer.platform.files.services import file_open
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.slices.plans.models import Assignment, DeadlineChange, Measure, Plan
from xiaoer.slices.plans.queries import ledger as queries
from xiaoer.slices.plans.queries.ledger import LedgerFilters
from xiaoer.slices.plans.queries.measure import measure_detail
from xiaoer.slices.plans.services import ledger
from xiaoer.slices.plans.tests.builders import (
    ITEMS,
    NOW,
    City,
    a_city,
    a_draft,
    a_person,
    a_plan,
    assignment_of,
    codes_since,
    mark,
    measure_of,
    race,
    sign_all,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
ALL = LedgerFilters()


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def plan(city: City) -> Plan:
    return a_plan(city)


def titles(city: City, filters: LedgerFilters, *, today: date = TODAY) -> list[str]:
    found = queries.ledger_page(actor=city.clerk, filters=filters, today=today)
    assert found.total == len(found.rows)
    return [row.title[:6] for row in found.rows]


OPEN, LAND, TALK = "推进开办企业", "优化用地审批", "完善政企沟通"


class TestLedgerFilters:
    @pytest.mark.parametrize(
        ("change", "left"),
        [
            ({}, [OPEN, LAND, TALK]),
            ({"search": "用地"}, [LAND]),
            ({"search": "税务局"}, [OPEN, TALK]),
            ({"search": "300家"}, [OPEN]),
            ({"search": "３００家 市场"}, [OPEN]),
            ({"search": "5个工作日"}, [LAND]),
            ({"search": "没有"}, []),
            ({"theme": "没有这个主题"}, []),
            ({"kind": "goal"}, []),
            ({"due": "none"}, []),
            ({"light": "BEHIND"}, []),
            ({"light": "NOT_STARTED"}, [OPEN, LAND, TALK]),
            ({"sort": "due"}, [OPEN, TALK, LAND]),
            ({"sort": "-due"}, [LAND, TALK, OPEN]),
            ({"sort": "-position"}, [TALK, LAND, OPEN]),
        ],
    )
    def test_leave_what_they_say(
        self, city: City, plan: Plan, change: dict[str, str], left: list[str]
    ) -> None:
        assert titles(city, replace(ALL, **change)) == left  # type: ignore[arg-type]

    def test_know_departments_regions_and_plans(self, city: City, plan: Plan) -> None:
        assert titles(city, replace(ALL, department=city.tax.pk)) == [OPEN, TALK]
        assert titles(city, replace(ALL, region=city.root.pk)) == [OPEN, LAND, TALK]
        assert titles(city, replace(ALL, region=city.county.pk)) == []
        assert titles(city, replace(ALL, plan=plan.pk + 99)) == []

    @pytest.mark.parametrize(
        ("today", "due", "left"),
        [
            (date(2026, 6, 24), "7", [OPEN]),
            (date(2026, 7, 1), "overdue", [OPEN]),
            (date(2026, 7, 1), "90", []),
            (date(2026, 7, 3), "90", [TALK]),
        ],
    )
    def test_count_days_to_the_deadline(
        self, city: City, plan: Plan, today: date, due: str, left: list[str]
    ) -> None:
        # 2026-09-30 is 91 days after 1 July
        assert titles(city, replace(ALL, due=due), today=today) == left

    def test_take_done_work_out_of_what_is_overdue(self, city: City, plan: Plan) -> None:
        Measure.objects.filter(pk=measure_of(plan, OPEN).pk).update(light="STRUCK_OFF")
        assert titles(city, replace(ALL, due="overdue"), today=date(2026, 7, 1)) == []

    def test_order_lights_by_weight(self, city: City, plan: Plan) -> None:
        for words, light in ((OPEN, "ON_TRACK"), (LAND, "AT_RISK"), (TALK, "BEHIND")):
            Measure.objects.filter(pk=measure_of(plan, words).pk).update(light=light)
        assert titles(city, replace(ALL, sort="light")) == [TALK, LAND, OPEN]

    def test_show_only_what_is_in_force(self, city: City, plan: Plan) -> None:
        a_draft(city, *ITEMS[1:])
        assert len(titles(city, ALL)) == 3

    def test_are_offered_with_the_counts_of_the_lights(self, city: City, plan: Plan) -> None:
        found = queries.ledger_choices(actor=city.clerk, filters=ALL, today=TODAY)
        assert found.lights == {"NOT_STARTED": 3}
        assert {name for _, name in found.departments} == {"市市场监管局", "市税务局", "市住建局"}

    def test_page_the_rows(self, city: City, plan: Plan) -> None:
        found = queries.ledger_page(
            actor=city.clerk, filters=replace(ALL, size=2, page=2), today=TODAY
        )
        assert ([r.title[:6] for r in found.rows], found.total, found.pages) == ([TALK], 3, 2)


def queries_of(work: object) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()  # type: ignore[operator]
    return len(seen)


class TestCosts:
    MANY = tuple(
        f"{n}.推进第{n}类改革。2026年底前新增服务企业{n}家以上。（牵头单位：市税务局；配合单位：市住建局）"
        for n in range(1, 41)
    )

    def test_stay_the_same_however_long_the_ledger(self, city: City, plan: Plan) -> None:
        def page() -> None:
            queries.ledger_page(actor=city.clerk, filters=ALL, today=TODAY)
            queries.ledger_choices(actor=city.clerk, filters=ALL, today=TODAY)

        few = queries_of(page)
        a_plan(city, *self.MANY)
        assert queries_of(page) == few <= 9

    def test_of_a_measure_do_not_grow_with_its_fields(self, city: City, plan: Plan) -> None:
        row = measure_of(plan, TALK)

        def show() -> None:
            measure_detail(actor=city.tax_handler, uid=row.uid, today=TODAY)

        few = queries_of(show)
        rich = measure_of(plan, OPEN)
        assert rich.assignments.count() > row.assignments.count()
        row = rich
        assert queries_of(show) <= few <= 16


class TestAssignmentSign:
    def test_signs_and_records(self, city: City, plan: Plan) -> None:
        row, before = assignment_of(plan, city.market), mark()
        ledger.assignment_sign(actor=city.market_handler, assignment_id=row.pk, now=NOW)
        row.refresh_from_db()
        assert (row.state, row.signed_by_id, row.signed_at) == (
            "SIGNED", city.market_handler.id, NOW,
        )  # fmt: skip
        assert codes_since(before) == ["plans.assignment.signed"]

    def test_closes_the_duty_with_the_last_one(self, city: City, plan: Plan) -> None:
        duty = WorkItem.objects.get(key=f"plans.sign:{plan.pk}:{city.tax.pk}")
        first, last = Assignment.objects.filter(organisation=city.tax).order_by("pk")
        ledger.assignment_sign(actor=city.tax_handler, assignment_id=first.pk, now=NOW)
        duty.refresh_from_db()
        assert duty.closed_at is None
        ledger.assignment_sign(actor=city.tax_handler, assignment_id=last.pk, now=NOW)
        duty.refresh_from_db()
        assert duty.closed_at == NOW

    def test_signs_for_everything_of_ones_own(self, city: City, plan: Plan) -> None:
        before = mark()
        assert ledger.assignments_sign(actor=city.tax_handler, plan_id=plan.pk, now=NOW) == 2
        assert codes_since(before) == ["plans.assignment.signed"] * 2
        assert ledger.assignments_sign(actor=city.tax_handler, plan_id=plan.pk, now=NOW) == 0

    def test_refuses_to_sign_twice(self, city: City, plan: Plan) -> None:
        row = assignment_of(plan, city.market)
        ledger.assignment_sign(actor=city.market_handler, assignment_id=row.pk, now=NOW)
        before = mark()
        with pytest.raises(Refused):
            ledger.assignment_sign(actor=city.market_handler, assignment_id=row.pk, now=NOW)
        assert mark() == before

    def test_answers_another_unit_as_if_it_did_not_exist(self, city: City, plan: Plan) -> None:
        row = assignment_of(plan, city.market)
        for actor in (city.tax_handler, city.stranger, city.clerk):
            with pytest.raises(NotHere):
                ledger.assignment_sign(actor=actor, assignment_id=row.pk, now=NOW)


class TestDeadlineChange:
    def ask(self, city: City, plan: Plan, *, on: date = date(2026, 8, 31)) -> DeadlineChange:
        return ledger.deadline_change_request(
            actor=city.market_handler, deadline_id=measure_of(plan, OPEN).deadlines.get().pk,
            new_date=on, reason="系统改造", evidence=b"proof of delay", evidence_name="说明.txt",
            now=NOW,
        )  # fmt: skip

    def test_is_asked_with_a_reason_and_gives_the_leader_work(self, city: City, plan: Plan) -> None:
        before = mark()
        row = self.ask(city, plan)
        assert (row.state, row.old_date, row.organisation) == (
            "REQUESTED", date(2026, 6, 30), city.market,
        )  # fmt: skip
        assert codes_since(before) == ["files.file.stored", "plans.deadline_change.requested"]
        assert WorkItem.objects.get(key=f"plans.deadline_change:{row.pk}").role == "office_leader"

    def test_moves_the_date_and_what_hangs_on_it_and_keeps_the_first(
        self, city: City, plan: Plan
    ) -> None:
        row, before = self.ask(city, plan), mark()
        ledger.deadline_change_approve(
            actor=city.leader, change_id=row.pk, version=1, note="属实", now=NOW
        )
        measure = measure_of(plan, OPEN)
        held = measure.deadlines.get()
        assert (held.due_date, held.original_due_date) == (date(2026, 8, 31), date(2026, 6, 30))
        assert (measure.nearest_due, measure.targets.get().due_date) == (held.due_date,) * 2
        assert codes_since(before) == ["plans.deadline_change.approved"]
        assert WorkItem.objects.get(key=f"plans.deadline_change:{row.pk}").closed_at == NOW

    def test_leaves_the_date_when_refused(self, city: City, plan: Plan) -> None:
        row, before = self.ask(city, plan), mark()
        ledger.deadline_change_refuse(
            actor=city.leader, change_id=row.pk, version=1, reason="理由不足", now=NOW
        )
        assert measure_of(plan, OPEN).deadlines.get().due_date == date(2026, 6, 30)
        assert codes_since(before) == ["plans.deadline_change.refused"]

    def test_is_never_decided_by_who_asked(self, city: City, plan: Plan) -> None:
        both = a_person(role="handler", unit=city.market)
        both = replace(both, roles={**both.roles, **city.leader.roles})
        row = ledger.deadline_change_request(
            actor=both, deadline_id=measure_of(plan, OPEN).deadlines.get().pk,
            new_date=date(2026, 9, 1), reason="x", now=NOW,
        )  # fmt: skip
        before = mark()
        with pytest.raises(NotAllowed, match="自己的申请"):
            ledger.deadline_change_approve(
                actor=both, change_id=row.pk, version=1, note="", now=NOW
            )
        assert mark() == before

    @pytest.mark.parametrize(
        ("new_date", "reason", "field"),
        [
            (date(2026, 2, 1), "x", "new_date"),
            (date(2026, 6, 30), "x", "new_date"),
            (date(2026, 9, 1), " ", "reason"),
        ],
    )
    def test_names_what_is_wrong_and_leaves_no_trace(
        self, city: City, plan: Plan, new_date: date, reason: str, field: str
    ) -> None:
        before = mark()
        with pytest.raises(Invalid) as refused:
            ledger.deadline_change_request(
                actor=city.market_handler, new_date=new_date, reason=reason, now=NOW,
                deadline_id=measure_of(plan, OPEN).deadlines.get().pk,
            )  # fmt: skip
        assert (refused.value.field, mark()) == (field, before)
        assert not DeadlineChange.objects.exists()

    def test_is_asked_one_at_a_time(self, city: City, plan: Plan) -> None:
        self.ask(city, plan)
        with pytest.raises(Refused, match="已有一份"):
            self.ask(city, plan, on=date(2026, 9, 30))

    def test_is_asked_by_those_who_answer_for_it_only(self, city: City, plan: Plan) -> None:
        for actor in (city.tax_handler, city.stranger):  # supporting, and not at all
            with pytest.raises(NotAllowed, match="牵头单位"):
                ledger.deadline_change_request(
                    actor=actor, deadline_id=measure_of(plan, OPEN).deadlines.get().pk,
                    new_date=date(2026, 9, 1), reason="x", now=NOW,
                )  # fmt: skip

    def test_refuses_a_stale_decision(self, city: City, plan: Plan) -> None:
        row = self.ask(city, plan)
        with pytest.raises(Stale):
            ledger.deadline_change_approve(
                actor=city.leader, change_id=row.pk, version=5, note="", now=NOW
            )

    def test_shows_its_evidence_to_those_concerned(self, city: City, plan: Plan) -> None:
        row = self.ask(city, plan)
        for actor in (city.leader, city.market_handler, city.tax_handler):
            _file, opened = file_open(actor=actor, file_id=row.evidence_id, now=NOW)
            opened.close()
        with pytest.raises(NotHere):
            file_open(actor=city.stranger, file_id=row.evidence_id, now=NOW)


class TestSources:
    def test_are_read_by_whoever_may_see_the_plan(self, city: City, plan: Plan) -> None:
        draft = a_draft(city, *ITEMS[1:])
        for who, row, allowed in (
            (city.stranger, plan, True), (city.stranger, draft, False), (city.leader, draft, True),
        ):  # fmt: skip
            if allowed:
                file_open(actor=who, file_id=row.source_id, now=NOW)[1].close()
            else:
                with pytest.raises(NotHere):
                    file_open(actor=who, file_id=row.source_id, now=NOW)


class TestTargetReshape:
    def reshape(self, city: City, plan: Plan, **change: object) -> None:
        row = measure_of(plan, OPEN)
        given = {
            "actor": city.clerk, "target_id": row.targets.get().pk, "version": row.version,
            "shape": "step", "baseline_value": Decimal(120), "reason": "下半年集中办理",
            "now": NOW, **change,
        }  # fmt: skip
        ledger.target_reshape(**given)  # type: ignore[arg-type]

    def test_changes_the_line_and_says_why(self, city: City, plan: Plan) -> None:
        before = mark()
        self.reshape(city, plan)
        target = measure_of(plan, OPEN).targets.get()
        assert (target.shape, target.baseline_value, target.shape_reason) == (
            "step", 120, "下半年集中办理",
        )  # fmt: skip
        assert codes_since(before) == ["plans.target.reshaped"]
        assert Event.objects.order_by("-pk")[0].reason == "下半年集中办理"

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"reason": " "}, "reason"), ({"shape": "curve"}, "shape"),
         ({"shape": "linear", "baseline_value": None}, "shape")],
    )  # fmt: skip
    def test_names_what_is_wrong(
        self, city: City, plan: Plan, change: dict[str, object], field: str
    ) -> None:
        before = mark()
        with pytest.raises(Invalid) as refused:
            self.reshape(city, plan, **change)
        assert (refused.value.field, mark()) == (field, before)

    def test_refuses_a_stale_writer(self, city: City, plan: Plan) -> None:
        with pytest.raises(Stale):
            self.reshape(city, plan, version=77)

    def test_is_the_offices(self, city: City, plan: Plan) -> None:
        with pytest.raises(NotAllowed, match="营商办"):
            self.reshape(city, plan, actor=city.market_handler)

    def test_waits_for_publication(self, city: City) -> None:
        with pytest.raises(NotAllowed, match="已发布"):
            self.reshape(city, a_draft(city))


class TestDuesRoll:
    def test_names_the_next_date_ahead_and_at_last_the_last(self, city: City) -> None:
        plan = a_plan(
            city,
            "1.推进改革。2026年6月底前完成方案，2026年11月底前建成平台。（牵头单位：市税务局）",
        )
        row = plan.measures.get()
        assert row.nearest_due == date(2026, 6, 30)
        for day, due in ((1, date(2026, 11, 30)), (200, date(2026, 11, 30))):
            later = datetime(2026, 7, 1, tzinfo=CHINA) + timedelta(days=day)
            ledger.dues_roll(now=later)
            row.refresh_from_db()
            assert row.nearest_due == due

    def test_changes_nothing_before_a_date_has_passed(self, city: City, plan: Plan) -> None:
        assert ledger.dues_roll(now=NOW) == 0


class TestLedgerExport:
    def test_is_an_event_that_says_how_many_rows_of_what(self, city: City, plan: Plan) -> None:
        before = mark()
        ledger.ledger_export(actor=city.clerk, filters={"theme": "x", "kind": ""}, rows=3, now=NOW)
        assert codes_since(before) == ["plans.ledger.exported"]
        assert '"kind"' not in Event.objects.order_by("-pk")[0].changes


class TestAskingTwice:
    def test_opens_one_request(self, concurrent_db: None) -> None:
        city = a_city()
        plan = a_plan(city)
        sign_all(city, plan)
        held = measure_of(plan, OPEN).deadlines.get()
        outcomes = race(
            lambda: ledger.deadline_change_request(
                actor=city.market_handler, deadline_id=held.pk, new_date=date(2026, 9, 1),
                reason="x", now=NOW,
            )
        )  # fmt: skip
        assert outcomes == ["done", "plans.change_open"]
