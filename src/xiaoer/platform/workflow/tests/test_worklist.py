from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from xiaoer.platform import clock
from xiaoer.platform.access.actors import ANONYMOUS, SYSTEM, Actor, Scope
from xiaoer.platform.accounts.models import User
from xiaoer.platform.errors import Stale
from xiaoer.platform.ingest.models import ImportBatch
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.orgs.services import NewOrganisation, organisation_create
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.platform.workflow.worklist import (
    Duty,
    close_duties,
    duties_of,
    duties_of_unit,
    duty_counts,
    open_duties,
    open_duty,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 3, 9, tzinfo=clock.CHINA)
TODAY = NOW.date()


def a_duty(key: str = "trial:1", **fields: object) -> Duty:
    return Duty(
        **({"key": key, "kind": "trial", "title": "办理", "why": "轮到您", "url": "/"} | fields)
    )  # type: ignore[arg-type]


def a_unit(name: str) -> Organisation:
    return organisation_create(actor=SYSTEM, new=NewOrganisation(name=name), now=NOW)


def a_person(username: str, role: str = "", *units: Organisation) -> Actor:
    user = User.objects.create(username=username, display_name=username)
    scope = Scope(everywhere=not units, organisations=frozenset(u.pk for u in units))
    return Actor(kind="user", id=user.pk, name=username, roles={role: scope} if role else {})


def keys(actor: Actor) -> list[str]:
    return [row.key for row in duties_of(actor=actor)]


class TestDutiesOf:
    def test_gives_a_unit_s_duty_to_those_who_hold_its_role_there(self) -> None:
        here, there = a_unit("甲局"), a_unit("乙局")
        open_duty(a_duty(role="handler", organisation=here.pk), now=NOW)
        assert keys(a_person("a", "handler", here)) == ["trial:1"]
        assert keys(a_person("b", "handler", there)) == []
        assert keys(a_person("c", "unit_leader", here)) == []

    def test_gives_a_personal_duty_to_that_person_alone(self) -> None:
        here = a_unit("甲局")
        mine, colleague = a_person("a", "handler", here), a_person("b", "handler", here)
        open_duty(a_duty(role="handler", organisation=here.pk, user=mine.id), now=NOW)
        assert (keys(mine), keys(colleague)) == (["trial:1"], [])

    def test_puts_what_runs_out_first_on_top_and_the_undated_last(self) -> None:
        office = a_person("a", "office")
        for key, days in (("trial:late", 9), ("trial:soon", 1), ("trial:never", None)):
            due = TODAY + timedelta(days=days) if days is not None else None
            open_duty(a_duty(key, role="office", due_date=due), now=NOW)
        assert keys(office) == ["trial:soon", "trial:late", "trial:never"]

    @pytest.mark.parametrize("actor", [SYSTEM, ANONYMOUS], ids=["system", "anonymous"])
    def test_gives_nothing_to_nobody(self, actor: Actor) -> None:
        open_duty(a_duty(role="office"), now=NOW)
        assert keys(actor) == []


class TestOpenDuty:
    def test_keeps_the_moment_an_open_one_was_opened_and_refreshes_the_rest(self) -> None:
        open_duty(a_duty(role="office"), now=NOW)
        later = NOW + timedelta(days=3)
        open_duty(a_duty(role="office", title="改了"), now=later)
        row = WorkItem.objects.get()
        assert (row.opened_at, row.title) == (NOW, "改了")

    def test_opens_a_closed_one_again(self) -> None:
        open_duty(a_duty(role="office"), now=NOW)
        close_duties(prefix="trial:1", now=NOW)
        later = NOW + timedelta(days=3)
        open_duty(a_duty(role="office"), now=later)
        row = WorkItem.objects.get()
        assert (row.opened_at, row.closed_at) == (later, None)

    def test_opens_thousands_with_few_statements(self, django_assert_max_num_queries) -> None:
        with django_assert_max_num_queries(20):
            open_duties([a_duty(f"trial:{n}", role="office") for n in range(1000)], now=NOW)
        assert WorkItem.objects.count() == 1000


class TestCloseDuties:
    def test_closes_the_key_and_what_lies_below_it_only(self) -> None:
        for key in ("trial:1", "trial:1:2", "trial:12", "trial:1x"):
            open_duty(a_duty(key, role="office"), now=NOW)
        assert close_duties(prefix="trial:1", now=NOW) == 2
        left = WorkItem.objects.filter(closed_at__isnull=True).values_list("key", flat=True)
        assert set(left) == {"trial:12", "trial:1x"}


class TestDutyCounts:
    def test_counts_late_soon_and_all_in_one_query(self, django_assert_num_queries) -> None:
        office = a_person("a", "office")
        for number, days in enumerate((-1, 0, 7, 8)):
            due = TODAY + timedelta(days=days)
            open_duty(a_duty(f"trial:{number}", role="office", due_date=due), now=NOW)
        with django_assert_num_queries(1):
            counts = duty_counts(actor=office, today=TODAY)
        assert (counts.overdue, counts.soon, counts.total) == (1, 2, 4)


class TestDutiesOfUnit:
    def test_lists_the_open_ones(self) -> None:
        here = a_unit("甲局")
        open_duty(a_duty("trial:1", organisation=here.pk, due_date=date(2025, 4, 1)), now=NOW)
        open_duty(a_duty("trial:2", organisation=here.pk), now=NOW)
        close_duties(prefix="trial:2", now=NOW)
        assert [r.key for r in duties_of_unit(organisation_id=here.pk)] == ["trial:1"]


class TestMove:
    def a_row(self) -> ImportBatch:
        return ImportBatch.objects.create(
            importer="x", file_name="x", sha256="", state="STAGED", created_at=NOW
        )

    def test_changes_state_version_and_fields_together(self) -> None:
        row = self.a_row()
        row.move(to="VOID", n_rows=3)
        again = ImportBatch.objects.get()
        assert (again.state, again.version, again.n_rows) == ("VOID", 2, 3)
        assert (row.state, row.version, row.n_rows) == ("VOID", 2, 3)

    def test_refuses_the_second_of_two_writers_and_changes_nothing(self) -> None:
        first = self.a_row()
        second = ImportBatch.objects.get()
        first.amend(n_rows=1)
        with pytest.raises(Stale):
            second.move(to="VOID")
        again = ImportBatch.objects.get()
        assert (again.state, again.n_rows) == ("STAGED", 1)
        assert second.state == "STAGED"
