"""Granting roles: who may, to whom, and what does not go together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.access.roles import OFFICERS
from xiaoer.platform.access.rules import ROLES
from xiaoer.platform.access.separation import Incompatible
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.roles import role_grant, role_revoke
from xiaoer.platform.accounts.tests.builders import a_person, a_unit, actor_of
from xiaoer.platform.audit.log import sentence
from xiaoer.platform.audit.models import Event
from xiaoer.platform.errors import Invalid, NotHere

pytestmark = pytest.mark.django_db
BUSINESS = sorted(set(ROLES) - OFFICERS)


def grant(user: User, role: str, **more: object) -> RoleGrant:
    return role_grant(actor=SYSTEM, user_id=user.pk, role=role, now=clock.now(), **more)  # type: ignore[arg-type]


class TestRoleGrant:
    def test_gives_the_role_over_the_unit_and_those_below(self) -> None:
        bureau = a_unit("财政局")
        office = a_unit("财政局预算科", parent=bureau)
        other = a_unit("住建局")
        user = a_person("wangwu", "handler", unit=bureau)
        scope = actor_of(user).scope(frozenset({"handler"}))
        assert scope.organisations == {bureau.pk, office.pk}
        assert other.pk not in scope.organisations

    def test_is_recorded(self) -> None:
        bureau, user = a_unit("财政局"), a_person("wangwu")
        officer = a_person("sec", "security_officer")
        role_grant(
            actor=actor_of(officer), user_id=user.pk, role="handler", organisation_id=bureau.pk,
            now=clock.now(),
        )  # fmt: skip
        told = sentence(Event.objects.latest("pk"))
        assert told == "sec氏 授予 wangwu氏 “责任单位经办人”（财政局）"

    def test_of_the_same_role_again_changes_its_dates(self) -> None:
        user = a_person("wangwu", "office")
        until = clock.today() + timedelta(days=30)
        again = grant(user, "office", valid_until=until)
        assert RoleGrant.objects.get(user=user).pk == again.pk
        assert again.valid_until == until

    def test_holds_only_within_its_dates(self) -> None:
        user = a_person("wangwu")
        today = clock.today()
        grant(user, "office", valid_from=today + timedelta(days=1))
        grant(user, "evaluator", valid_until=today)
        assert actor_of(user).roles == {}

    @pytest.mark.parametrize("first", sorted(OFFICERS))
    @pytest.mark.parametrize("second", sorted(OFFICERS))
    def test_refuses_two_officers_in_one_person(self, first: str, second: str) -> None:
        user = a_person("wangwu", first)
        if first == second:
            grant(user, second)
        else:
            with pytest.raises(Incompatible, match="三个人分别担任"):
                grant(user, second)
        assert RoleGrant.objects.filter(user=user).count() == 1

    @pytest.mark.parametrize("business", BUSINESS)
    def test_refuses_officer_and_business_role_in_either_order(self, business: str) -> None:
        unit = a_unit("财政局")
        officer, clerk = a_person("aa", "audit_officer"), a_person("bb", business, unit=unit)
        with pytest.raises(Incompatible, match="不能再担任业务角色"):
            grant(officer, business, organisation_id=unit.pk)
        with pytest.raises(Incompatible, match="不兼任业务角色"):
            grant(clerk, "audit_officer")

    def test_counts_a_role_that_begins_later_but_not_one_that_has_ended(self) -> None:
        today = clock.today()
        later, former = a_person("aa"), a_person("bb")
        grant(later, "office", valid_from=today + timedelta(days=9))
        grant(former, "office", valid_until=today)
        with pytest.raises(Incompatible):
            grant(later, "audit_officer")
        grant(former, "audit_officer")

    @pytest.mark.parametrize(
        ("role", "more", "field"),
        [
            ("king", {}, "role"),
            ("handler", {}, "organisation"),
            ("office", {"organisation_id": 987654}, "organisation"),
            (
                "office",
                {"valid_from": date(2026, 5, 2), "valid_until": date(2026, 5, 2)},
                "valid_until",
            ),
        ],
    )
    def test_refuses_nonsense_and_names_the_field(
        self, role: str, more: dict[str, object], field: str
    ) -> None:
        user = a_person("wangwu")
        with pytest.raises(Invalid) as refused:
            grant(user, role, **more)
        assert refused.value.field == field
        assert not RoleGrant.objects.filter(user=user).exists()

    def test_refuses_an_officer_who_names_themselves(self) -> None:
        officer = a_person("sec", "security_officer")
        with pytest.raises(Invalid, match="不能给自己授权"):
            role_grant(actor=actor_of(officer), user_id=officer.pk, role="office", now=clock.now())

    @pytest.mark.parametrize("role", ["system_officer", "audit_officer", "office_leader"])
    def test_is_absent_for_everybody_but_the_security_officer(self, role: str) -> None:
        actor, user = a_person("aa", role), a_person("bb")
        with pytest.raises(NotHere):
            role_grant(actor=actor_of(actor), user_id=user.pk, role="office", now=clock.now())

    def test_finds_no_disabled_account(self) -> None:
        user = a_person("wangwu")
        User.objects.filter(pk=user.pk).update(is_active=False)
        with pytest.raises(NotHere):
            grant(user, "office")


class TestRoleRevoke:
    def test_takes_it_back_and_records_why(self) -> None:
        user = a_person("wangwu", "office")
        held = RoleGrant.objects.get(user=user)
        role_revoke(actor=SYSTEM, grant_id=held.pk, reason="调岗", now=clock.now())
        assert actor_of(user).roles == {}
        told = sentence(Event.objects.latest("pk"))
        assert told == "系统 收回了 wangwu氏 的“营商办经办人”（全市）：调岗"

    def test_needs_a_reason(self) -> None:
        user = a_person("wangwu", "office")
        held = RoleGrant.objects.get(user=user)
        with pytest.raises(Invalid):
            role_revoke(actor=SYSTEM, grant_id=held.pk, reason="", now=clock.now())
        assert RoleGrant.objects.filter(pk=held.pk).exists()

    def test_refuses_an_officer_who_names_themselves(self) -> None:
        officer = a_person("sec", "security_officer")
        with pytest.raises(Invalid, match="不能收回自己"):
            role_revoke(
                actor=actor_of(officer), grant_id=RoleGrant.objects.get(user=officer).pk,
                reason="辞任", now=clock.now(),
            )  # fmt: skip

    def test_of_an_unknown_grant_is_absent(self) -> None:
        with pytest.raises(NotHere):
            role_revoke(actor=SYSTEM, grant_id=987654, reason="x", now=clock.now())
