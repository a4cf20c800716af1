from __future__ import annotations

from datetime import date, datetime

import pytest

from xiaoer.platform import clock
from xiaoer.platform.access import roles
from xiaoer.platform.access.actors import SYSTEM, Actor, Scope, for_user
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.accounts.models import User
from xiaoer.platform.audit import log
from xiaoer.platform.audit.models import Event
from xiaoer.platform.errors import Invalid, NotAllowed, NotFromHere, NotHere, Refused
from xiaoer.platform.orgs import posts, queries, services
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.orgs.services import NewOrganisation

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 3, 9, tzinfo=clock.CHINA)
ON = date(2025, 3, 3)


def a_unit(name: str = "清江市财政局", *, parent: Organisation | None = None) -> Organisation:
    new = NewOrganisation(name=name, parent_id=parent.pk if parent else None)
    return services.organisation_create(actor=SYSTEM, new=new, now=NOW)


def a_person(username: str = "li", name: str = "李明") -> User:
    return User.objects.create(username=username, display_name=name)


def holding(role: str, *units: Organisation, person: User | None = None) -> Actor:
    scope = Scope(everywhere=not units, organisations=frozenset(u.pk for u in units))
    return Actor(kind="user", id=person.pk if person else None, name="某人", roles={role: scope})


class TestOrganisationCreate:
    def test_keeps_the_path_from_the_root_and_records_it(self) -> None:
        city = a_unit("清江市人民政府")
        bureau = a_unit(parent=city)
        section = a_unit("清江市财政局预算处", parent=bureau)
        assert section.path == f"{city.pk}/{bureau.pk}/{section.pk}"
        assert [line.code for line in log.history(subject=section)] == ["orgs.organisation.created"]

    def test_refuses_a_name_that_is_there(self) -> None:
        a_unit()
        with pytest.raises(Invalid, match="已有"):
            a_unit(" 清江市财政局 ")

    @pytest.mark.parametrize("role", [roles.HANDLER, roles.EVALUATOR])
    def test_hides_itself_from_who_does_not_keep_the_directory(self, role: str) -> None:
        with pytest.raises(NotHere):
            services.organisation_create(
                actor=holding(role), new=NewOrganisation(name="某局"), now=NOW
            )
        assert not Organisation.objects.exists()


class TestOrganisationPropose:
    def test_makes_one_proposal_for_one_name_until_it_is_confirmed(self) -> None:
        office = holding(roles.OFFICE)
        for _ in range(2):
            row = services.organisation_propose(
                actor=office, name="市数据局", source="方案", now=NOW
            )
        assert Organisation.objects.filter(is_proposed=True).count() == 1
        services.organisation_confirm(actor=office, organisation_id=row.pk, now=NOW)
        with pytest.raises(NotFromHere):
            services.organisation_confirm(actor=office, organisation_id=row.pk, now=NOW)
        assert [e.code for e in Event.objects.order_by("pk")] == [
            "orgs.organisation.proposed",
            "orgs.organisation.confirmed",
        ]


class TestOrganisationMove:
    def test_takes_everything_below_along(self) -> None:
        old, new = a_unit("旧部门"), a_unit("新部门")
        middle = a_unit("中心", parent=old)
        leaf = a_unit("科", parent=middle)
        services.organisation_move(
            actor=SYSTEM, organisation_id=middle.pk, parent_id=new.pk, reason="调整", now=NOW
        )
        leaf.refresh_from_db()
        assert leaf.path == f"{new.pk}/{middle.pk}/{leaf.pk}"

    def test_refuses_a_circle(self) -> None:
        top = a_unit("旧部门")
        leaf = a_unit("中心", parent=top)
        with pytest.raises(Invalid):
            services.organisation_move(
                actor=SYSTEM, organisation_id=top.pk, parent_id=leaf.pk, reason="调整", now=NOW
            )


class TestOrganisationAbolish:
    def test_refuses_a_second_time_a_missing_reason_and_a_circle(self) -> None:
        gone, heir = a_unit("旧局"), a_unit("新局")

        def abolish(unit: Organisation, successor: Organisation, reason: str = "机构改革") -> None:
            services.organisation_abolish(
                actor=SYSTEM, organisation_id=unit.pk, on=ON, successor_id=successor.pk,
                reason=reason, now=NOW,
            )  # fmt: skip

        with pytest.raises(Invalid):
            abolish(gone, heir, reason=" ")
        with pytest.raises(Invalid):
            abolish(gone, gone)
        abolish(gone, heir)
        with pytest.raises(Invalid):
            abolish(heir, gone)
        with pytest.raises(NotFromHere):
            abolish(gone, heir)


class TestHoldingStart:
    def test_seats_one_head_and_lets_a_colleague_act(self) -> None:
        unit = a_unit()
        head = posts.post_create(
            actor=SYSTEM, organisation_id=unit.pk, title="局长", is_head=True, now=NOW
        )
        chief, deputy = a_person(), a_person("wang", "王芳")
        posts.holding_start(actor=SYSTEM, post_id=head.pk, user_id=chief.pk, valid_from=ON, now=NOW)
        with pytest.raises(NotFromHere):
            posts.holding_start(
                actor=SYSTEM, post_id=head.pk, user_id=deputy.pk, valid_from=ON, now=NOW
            )
        posts.holding_start(
            actor=SYSTEM, post_id=head.pk, user_id=deputy.pk, valid_from=date(2025, 4, 1),
            valid_until=date(2025, 5, 1), is_acting=True, now=NOW,
        )  # fmt: skip
        seats = [
            queries.seat_list(organisation_id=unit.pk, on=day)[0].person
            for day in (date(2025, 3, 31), date(2025, 4, 15), date(2025, 5, 1))
        ]
        assert seats == ["李明", "王芳", "李明"]

    def test_lets_a_leader_staff_the_own_unit_only(self) -> None:
        mine, other = a_unit("甲局"), a_unit("乙局")
        leader = holding(roles.UNIT_LEADER, mine)
        posts.post_create(actor=leader, organisation_id=mine.pk, title="经办人", now=NOW)
        with pytest.raises(NotAllowed):
            posts.post_create(actor=leader, organisation_id=other.pk, title="经办人", now=NOW)


class TestHoldingEnd:
    def test_ends_once_with_a_reason(self) -> None:
        post = posts.post_create(actor=SYSTEM, organisation_id=a_unit().pk, title="经办人", now=NOW)
        row = posts.holding_start(
            actor=SYSTEM, post_id=post.pk, user_id=a_person().pk, valid_from=ON, now=NOW
        )
        end = date(2025, 6, 1)
        with pytest.raises(Invalid):
            posts.holding_end(actor=SYSTEM, holding_id=row.pk, on=end, reason="", now=NOW)
        posts.holding_end(actor=SYSTEM, holding_id=row.pk, on=end, reason="轮岗", now=NOW)
        with pytest.raises(NotFromHere):
            posts.holding_end(actor=SYSTEM, holding_id=row.pk, on=end, reason="轮岗", now=NOW)


class TestRoleDelegate:
    def test_gives_the_colleague_the_role_for_the_time_and_names_the_giver(self) -> None:
        unit, giver, colleague = a_unit(), a_person(), a_person("wang", "王芳")
        RoleGrant.objects.create(user=giver, role=roles.UNIT_LEADER, organisation=unit)
        posts.role_delegate(
            actor=for_user(user_id=giver.pk, on=ON), to_user_id=colleague.pk, role=roles.UNIT_LEADER,
            organisation_id=unit.pk, valid_from=ON, valid_until=date(2025, 3, 10), reason="出差", now=NOW,
        )  # fmt: skip
        during = for_user(user_id=colleague.pk, on=date(2025, 3, 9))
        assert during.holds(frozenset({roles.UNIT_LEADER}))
        assert during.acting_for == giver.pk
        after = for_user(user_id=colleague.pk, on=date(2025, 3, 10))
        assert not after.holds(frozenset({roles.UNIT_LEADER}))

    def test_refuses_what_the_giver_does_not_hold(self) -> None:
        unit, giver, colleague = a_unit(), a_person(), a_person("wang", "王芳")
        RoleGrant.objects.create(user=giver, role=roles.HANDLER, organisation=unit)
        with pytest.raises(NotAllowed):
            posts.role_delegate(
                actor=for_user(user_id=giver.pk, on=ON), to_user_id=colleague.pk,
                role=roles.OFFICE_LEADER, organisation_id=unit.pk, valid_from=ON,
                valid_until=date(2025, 3, 10), reason="出差", now=NOW,
            )  # fmt: skip

    def test_gives_no_business_role_to_an_officer(self) -> None:
        unit, giver, colleague = a_unit(), a_person(), a_person("wang", "王芳")
        RoleGrant.objects.create(user=giver, role=roles.UNIT_LEADER, organisation=unit)
        RoleGrant.objects.create(user=colleague, role=roles.SYSTEM_OFFICER)
        with pytest.raises(Refused, match="不能再担任业务角色"):
            posts.role_delegate(
                actor=for_user(user_id=giver.pk, on=ON), to_user_id=colleague.pk,
                role=roles.UNIT_LEADER, organisation_id=unit.pk, valid_from=ON,
                valid_until=date(2025, 3, 10), reason="出差", now=NOW,
            )  # fmt: skip
        assert not RoleGrant.objects.filter(user=colleague, role=roles.UNIT_LEADER).exists()
