"""One rule gives the check, the list, who can, and why not; they must never disagree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from xiaoer.platform import clock
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import ANONYMOUS, SYSTEM, Actor, holders
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.access.roles import HANDLER, OFFICE, UNIT_ROLES
from xiaoer.platform.access.rules import Action, Clause
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.tests.builders import a_person, a_unit, actor_of
from xiaoer.platform.errors import NotAllowed, NotHere
from xiaoer.platform.orgs.models import Organisation, OrganisationAlias

pytestmark = pytest.mark.django_db


def _known_by(name: str) -> Clause:
    return Clause(condition=Q(aliases__name__startswith=name), why_not=f"没有“{name}”开头的别名。")


def _own(actor: Actor) -> tuple[Clause, ...]:
    units = actor.scope(UNIT_ROLES).organisations
    return (Clause(condition=Q(pk__in=units), why_not="不是您的单位。"), _known_by("甲"))


@pytest.fixture(autouse=True)
def _trial_actions() -> Iterator[None]:
    """Lend the registry three actions and give it back as it was."""
    before = dict(rules._ACTIONS)
    roles = frozenset({HANDLER, OFFICE})
    rules.register(
        Action(
            code="trial.unit.see", label="看单位", roles=roles, rule=lambda a: (_known_by("甲"),)
        )
    )
    rules.register(
        Action(
            code="trial.unit.work",
            label="办理单位事项",
            roles=frozenset({HANDLER}),
            rule=_own,
            sees="trial.unit.see",
        )
    )
    rules.register(Action(code="trial.own.see", label="看自己", roles=frozenset(), signed_in=True))
    yield
    rules._ACTIONS.clear()
    rules._ACTIONS.update(before)


@pytest.fixture
def unit() -> Organisation:
    """A unit with two aliases that both match the rule."""
    made = a_unit("财政局")
    for name in ("甲一", "甲二"):
        OrganisationAlias.objects.create(organisation=made, name=name)
    return made


class TestVisible:
    def test_gives_each_row_once_though_the_rule_matches_it_twice(self, unit: Organisation) -> None:
        rows = rules.visible(Organisation.objects.all(), actor=SYSTEM, action="trial.unit.see")
        assert list(rows) == [unit]
        assert rows.count() == 1

    def test_agrees_with_load_and_explain(self, unit: Organisation) -> None:
        other = a_unit("住建局")
        OrganisationAlias.objects.create(organisation=other, name="甲三")
        hidden = a_unit("审计局")
        person = actor_of(a_person("wangwu", HANDLER, unit=unit))
        rows = Organisation.objects.all()
        listed = set(rules.visible(rows, actor=person, action="trial.unit.work"))
        assert listed == {unit}
        assert rules.load(Organisation, unit.pk, actor=person, action="trial.unit.work") == unit
        assert rules.explain(unit, actor=person, action="trial.unit.work").allowed
        with pytest.raises(NotAllowed, match="不是您的单位"):
            rules.load(Organisation, other.pk, actor=person, action="trial.unit.work")
        with pytest.raises(NotHere):
            rules.load(Organisation, hidden.pk, actor=person, action="trial.unit.work")
        with pytest.raises(NotHere):
            rules.load(Organisation, 987654, actor=person, action="trial.unit.work")

    def test_of_an_action_one_may_not_do_is_empty(self, unit: Organisation) -> None:
        rows = rules.visible(Organisation.objects.all(), actor=ANONYMOUS, action="trial.unit.see")
        assert not rows.exists()


class TestExplain:
    def test_names_who_does_it_to_somebody_without_the_role(self, unit: Organisation) -> None:
        verdict = rules.explain(unit, actor=ANONYMOUS, action="trial.unit.work")
        assert verdict.why_not == "办理单位事项由责任单位经办人办理。"

    def test_gives_the_first_reason_against_it(self, unit: Organisation) -> None:
        stranger = actor_of(a_person("lisi", HANDLER, unit=a_unit("住建局")))
        verdict = rules.explain(unit, actor=stranger, action="trial.unit.work")
        assert verdict.why_not == "不是您的单位。"


class TestWhoCan:
    def who(self, unit: Organisation, **more: int) -> list[str]:
        return rules.who_can(unit, action="trial.unit.work", on=clock.today(), **more)

    def test_names_those_of_the_unit_and_of_those_above(self, unit: Organisation) -> None:
        city = a_unit("市政府")
        unit.path = f"{city.path}/{unit.pk}"
        unit.save()
        for name, at in (("own", unit), ("above", city), ("beside", a_unit("住建局"))):
            a_person(name, HANDLER, unit=at)
        assert self.who(unit) == ["own氏", "above氏"]

    def test_leaves_out_who_is_disabled_or_whose_grant_is_over(self, unit: Organisation) -> None:
        gone, over = (a_person(name, HANDLER, unit=unit) for name in ("gone", "over"))
        User.objects.filter(pk=gone.pk).update(is_active=False)
        RoleGrant.objects.filter(user=over).update(valid_until=clock.today())
        assert self.who(unit) == []

    def test_stops_at_the_limit(self, unit: Organisation) -> None:
        for number in range(4):
            a_person(f"p{number}", HANDLER, unit=unit)
        assert self.who(unit, limit=2) == ["p0氏", "p1氏"]

    def test_loads_all_actors_in_three_queries(
        self, unit: Organisation, django_assert_num_queries: object
    ) -> None:
        for number in range(5):
            a_person(f"p{number}", HANDLER, unit=unit)
        with django_assert_num_queries(3):  # type: ignore[operator]
            assert len(holders(roles=frozenset({HANDLER}), on=clock.today())) == 5


class TestActor:
    def test_costs_three_queries_whatever_the_tree(self, django_assert_num_queries: object) -> None:
        city = a_unit("市政府")
        for number in range(6):
            a_unit(f"局{number}", parent=city)
        user = a_person("wangwu", HANDLER, OFFICE, unit=city)
        with django_assert_num_queries(3):  # type: ignore[operator]
            actor = actor_of(user)
        assert len(actor.scope(frozenset({HANDLER})).organisations) == 7

    def test_reaches_no_unit_whose_path_only_begins_alike(self) -> None:
        one = a_unit("甲局")
        unlike = a_unit("乙局")
        Organisation.objects.filter(pk=unlike.pk).update(path=f"{one.path}0")
        actor = actor_of(a_person("wangwu", HANDLER, unit=one))
        assert actor.scope(frozenset({HANDLER})).organisations == {one.pk}

    def test_may_do_what_everybody_logged_in_may_with_no_role_at_all(self) -> None:
        assert rules.allowed(actor_of(a_person("wangwu")), "trial.own.see")
        assert not rules.allowed(ANONYMOUS, "trial.own.see")


class TestRegister:
    def test_refuses_another_declaration_of_a_known_code(self) -> None:
        with pytest.raises(ValueError, match="declared twice"):
            rules.register(
                Action(code="trial.unit.see", label="看单位", roles=frozenset({HANDLER}))
            )

    def test_refuses_a_role_nobody_declared(self) -> None:
        with pytest.raises(ValueError, match="nobody declared"):
            rules.register(Action(code="trial.x.y", label="试", roles=frozenset({"king"})))


class TestGrantTable:
    @pytest.mark.parametrize("is_everywhere", [True, False])
    def test_holds_a_role_once_per_unit_or_everywhere(self, is_everywhere: bool) -> None:
        user, unit = a_person("wangwu"), None if is_everywhere else a_unit("财政局")
        RoleGrant.objects.create(user=user, role=OFFICE, organisation=unit)
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(
                user=user, role=OFFICE, organisation=unit,
                valid_from=clock.today() + timedelta(days=1),
            )  # fmt: skip
