"""An amended plan: identities, history, evidence and what people decided are kept."""

from __future__ import annotations

from datetime import date

import pytest

from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, NotHere, Stale
from xiaoer.slices.plans.models import Assignment, Measure, Plan
from xiaoer.slices.plans.queries.compare import compare
from xiaoer.slices.plans.services import fields, ledger, match, owners, publish, review
from xiaoer.slices.plans.tests.builders import (
    AMENDED,
    ITEMS,
    LATER,
    NOW,
    City,
    a_city,
    a_draft,
    a_plan,
    codes_since,
    decide_all,
    fresh,
    mark,
    measure_of,
    sign_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return a_city()


@pytest.fixture
def one(city: City) -> Plan:
    plan = a_plan(city)
    sign_all(city, plan)
    return plan


def light(plan: Plan, words: str, code: str) -> None:
    Measure.objects.filter(pk=measure_of(plan, words).pk).update(
        light=code, light_since=date(2026, 3, 10)
    )


class TestVersionTwo:
    def test_keeps_identities_through_renumbering(self, city: City, one: Plan) -> None:
        two = a_draft(city, *AMENDED, previous=one, now=LATER)
        for words in ("开办企业", "政企沟通"):
            assert measure_of(one, words).uid == measure_of(two, words).uid
        assert measure_of(two, "知识产权").uid not in one.measures.values_list("uid", flat=True)
        old, new = measure_of(one, "开办企业"), measure_of(two, "开办企业")
        assert old.targets.get().uid == new.targets.get().uid
        assert old.deadlines.get().uid == new.deadlines.get().uid
        old, new = measure_of(one, "政企沟通"), measure_of(two, "政企沟通")
        assert old.milestones.get().uid == new.milestones.get().uid

    def test_says_what_is_kept_changed_added_and_dropped(self, city: City, one: Plan) -> None:
        found = compare(plan=a_draft(city, *AMENDED, previous=one, now=LATER))
        assert found is not None
        assert {p.new.title[-4:]: p.what for p in found.paired} == {
            "业便利化": "changed", "沟通机制": "kept",
        }  # fmt: skip
        assert [m.title for m in found.added] == ["加强知识产权保护"]
        assert [m.title for m in found.dropped] == ["优化用地审批"]

    def test_keeps_signatures_lights_and_history(self, city: City, one: Plan) -> None:
        light(one, "开办企业", "AT_RISK")
        n_events = len(log.history(subject=measure_of(one, "开办企业")))
        before = mark()
        two = a_plan(city, *AMENDED, previous=one, now=LATER)
        codes = codes_since(before)
        row = measure_of(two, "开办企业")
        assert (row.light, row.light_since) == ("AT_RISK", date(2026, 3, 10))
        assert set(row.assignments.values_list("state", flat=True)) == {"SIGNED"}
        assert len(log.history(subject=row)) > n_events
        assert fresh(one).state == "SUPERSEDED"
        for code, n in (("listed", 1), ("amended", 1), ("dropped", 1)):
            assert codes.count(f"plans.measure.{code}") == n
        fresh_work = Assignment.objects.filter(measure__plan=two, state="PENDING")
        assert [a.measure.title for a in fresh_work] == ["加强知识产权保护"]

    def test_keeps_an_approved_date_and_the_first_promise(self, city: City, one: Plan) -> None:
        self._move(city, one)
        two = a_plan(city, *AMENDED, previous=one, now=LATER)
        held = measure_of(two, "开办企业").deadlines.get()
        assert held.due_date == date(2026, 8, 31)
        assert held.original_due_date == date(2026, 6, 30)
        assert held.changes.get().state == "APPROVED"

    def _move(self, city: City, plan: Plan) -> None:
        asked = ledger.deadline_change_request(
            actor=city.market_handler, deadline_id=measure_of(plan, "开办企业").deadlines.get().pk,
            new_date=date(2026, 8, 31), reason="系统改造", now=NOW,
        )  # fmt: skip
        ledger.deadline_change_approve(
            actor=city.leader, change_id=asked.pk, version=1, note="", now=NOW
        )

    def test_lets_a_request_lapse_with_its_measure(self, city: City, one: Plan) -> None:
        asked = ledger.deadline_change_request(
            actor=city.housing_handler, deadline_id=measure_of(one, "用地").deadlines.get().pk,
            new_date=date(2027, 3, 31), reason="来不及", now=NOW,
        )  # fmt: skip
        before = mark()
        a_plan(city, *AMENDED, previous=one, now=LATER)
        asked.refresh_from_db()
        assert asked.state == "LAPSED"
        assert "plans.deadline_change.lapsed" in codes_since(before)

    def test_keeps_what_people_wrote_and_chose(self, city: City) -> None:
        items = (
            "1.推进改革。2026年底前建立机制。（牵头单位：市天文局）",
            "2.加强宣传。2026年底前完成宣传。",
        )
        one = a_draft(city, *items)
        row = measure_of(one, "推进改革")
        owners.owner_resolve(
            actor=city.clerk, owner_id=row.owners.get().pk, version=row.version,
            organisation_ids=[city.tax.pk], now=NOW,
        )  # fmt: skip
        row = measure_of(one, "推进改革")
        fields.milestone_set(
            actor=city.clerk, measure_id=row.pk, version=row.version,
            milestone_id=row.milestones.get().pk, title="印发机制文件", due_date=date(2026, 9, 1),
            is_deliverable=True, now=NOW,
        )  # fmt: skip
        decide_all(city, one)
        one = self._publish(city, one)
        two = a_draft(city, items[0].replace("机制", "长效机制"), items[1], previous=one, now=LATER)
        row = measure_of(two, "推进改革")
        assert row.lead_names == city.tax.name
        assert row.milestones.get().title == "印发机制文件"
        assert measure_of(two, "宣传").lead_names == city.office.name
        assert not two.doubts.filter(code__startswith="owner", state="OPEN").exists()

    def _publish(self, city: City, plan: Plan) -> Plan:
        plan = publish.plan_send(
            actor=city.clerk, plan_id=plan.pk, version=fresh(plan).version, now=NOW
        )
        return publish.plan_publish(
            actor=city.leader, plan_id=plan.pk, version=plan.version, now=LATER
        )

    def test_does_not_ask_again_what_was_decided(self, city: City) -> None:
        items = (*ITEMS, "5.推进改革试点。2026年底前建成试点3个以上。（牵头单位：市税务局）")
        one = a_draft(city, *items)
        asked = one.doubts.filter(severity="check").order_by("pk").first()
        assert asked is not None
        review.doubt_reject(
            actor=city.clerk, doubt_id=asked.pk, version=1, reason="原文如此", now=NOW
        )
        decide_all(city, one)
        one = self._publish(city, one)
        two = a_draft(city, *items, "6.推进改革。2026年底前完成。（牵头单位：市税务局）",
                      previous=one, now=LATER)  # fmt: skip
        again = two.doubts.get(fingerprint=asked.fingerprint)
        assert (again.state, again.reason) == ("REJECTED", "原文如此")

    def test_names_the_whole_that_parts_came_from(self, city: City) -> None:
        whole = (
            "1.优化政务服务流程。推动企业开办一件事集成办理，实现全程网上办理和材料共享；"
            "推动不动产登记与税务缴费协同办理，实现当场办结和电子证照应用。（牵头单位：市税务局）"
        )
        parts = (
            "1.推动企业开办一件事集成办理。推动企业开办一件事集成办理，实现全程网上办理和材料共享。（牵头单位：市税务局）",
            "2.推动不动产登记协同办理。推动不动产登记与税务缴费协同办理，实现当场办结和电子证照应用。（牵头单位：市税务局）",
        )
        one = a_plan(city, whole)
        two = a_draft(city, *parts, previous=one, now=LATER)
        uid = one.measures.get().uid
        assert two.measures.filter(uid=uid).count() == 1
        assert two.measures.filter(split_from=uid).count() == 1

    def test_links_the_old_bar_and_the_new(self, city: City, one: Plan) -> None:
        two = a_draft(city, *AMENDED, previous=one, now=LATER)
        found = measure_of(two, "开办企业").targets.get().earlier.get()
        assert (found.relation, found.change) == ("successive", "tighter")
        assert (found.old.value, found.new.value) == (300, 400)


class TestMatchSet:
    @pytest.fixture
    def two(self, city: City, one: Plan) -> Plan:
        return a_draft(city, *AMENDED, previous=one, now=LATER)

    def test_gives_a_measure_the_identity_the_office_names(
        self, city: City, one: Plan, two: Plan
    ) -> None:
        old, new, before = measure_of(one, "用地"), measure_of(two, "知识产权"), mark()
        match.match_set(
            actor=city.clerk, measure_id=new.pk, version=new.version, old_uid=old.uid, now=LATER
        )
        assert measure_of(two, "知识产权").uid == old.uid
        assert codes_since(before) == ["plans.measure.matched"]

    def test_takes_an_identity_away_and_gives_it_back(
        self, city: City, one: Plan, two: Plan
    ) -> None:
        old, new = measure_of(one, "政企沟通"), measure_of(two, "政企沟通")
        match.match_set(
            actor=city.clerk, measure_id=new.pk, version=new.version, old_uid="", now=LATER
        )
        parted = measure_of(two, "政企沟通")
        assert parted.uid != old.uid
        assert parted.milestones.get().uid != old.milestones.get().uid
        match.match_set(
            actor=city.clerk, measure_id=parted.pk, version=parted.version, old_uid=old.uid,
            now=LATER,
        )  # fmt: skip
        again = measure_of(two, "政企沟通")
        assert (again.uid, again.milestones.get().uid) == (old.uid, old.milestones.get().uid)

    def test_parts_the_measure_that_held_the_identity(
        self, city: City, one: Plan, two: Plan
    ) -> None:
        old, new = measure_of(one, "政企沟通"), measure_of(two, "知识产权")
        match.match_set(
            actor=city.clerk, measure_id=new.pk, version=new.version, old_uid=old.uid, now=LATER
        )
        assert measure_of(two, "政企沟通").uid != old.uid
        assert two.measures.filter(uid=old.uid).count() == 1

    def test_refuses_what_the_version_before_lacks(self, city: City, two: Plan) -> None:
        new, before = measure_of(two, "知识产权"), mark()
        with pytest.raises(Invalid):
            match.match_set(
                actor=city.clerk, measure_id=new.pk, version=new.version, old_uid="nix", now=LATER
            )
        assert mark() == before

    def test_refuses_on_a_first_version(self, city: City) -> None:
        row = a_draft(city, *ITEMS[:1]).measures.get()
        with pytest.raises(Invalid, match="第一版"):
            match.match_set(
                actor=city.clerk, measure_id=row.pk, version=row.version, old_uid="x", now=NOW
            )

    def test_refuses_a_stale_writer_and_other_units(self, city: City, two: Plan) -> None:
        row = measure_of(two, "知识产权")
        with pytest.raises(Stale):
            match.match_set(actor=city.clerk, measure_id=row.pk, version=9, old_uid="", now=LATER)
        with pytest.raises(NotHere):
            match.match_set(
                actor=city.tax_handler, measure_id=row.pk, version=row.version, old_uid="",
                now=LATER,
            )  # fmt: skip
