"""Opening, disabling, restoring accounts and setting passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.accounts import passwords, services
from xiaoer.platform.accounts.models import FormerPassword, User
from xiaoer.platform.accounts.tests.builders import PASSWORD, a_person, actor_of
from xiaoer.platform.accounts.tokens import token_actor, token_create
from xiaoer.platform.audit.log import sentence
from xiaoer.platform.audit.models import Event
from xiaoer.platform.errors import Invalid, NotHere

pytestmark = pytest.mark.django_db


def create(**fields: str) -> User:
    given = {"username": "wangwu", "display_name": "王五", "password": "Initial-2026", **fields}
    return services.account_create(actor=SYSTEM, now=clock.now(), **given)  # type: ignore[arg-type]


class TestAccountCreate:
    def test_opens_an_account_that_must_change_its_password_and_holds_nothing(self) -> None:
        user = create()
        assert user.check_password("Initial-2026")
        assert passwords.is_change_due(user, now=clock.now())
        assert actor_of(user).roles == {}

    def test_records_who_opened_it(self) -> None:
        officer = a_person("sys", "system_officer")
        services.account_create(
            actor=actor_of(officer), username="wangwu", display_name="王五",
            password="Initial-2026", now=clock.now(),
        )  # fmt: skip
        assert sentence(Event.objects.latest("pk")) == "sys氏 为 王五 开设了账号 wangwu"

    @pytest.mark.parametrize(
        ("fields", "field", "word"),
        [
            ({"username": "WangWu"}, "username", "已被使用"),
            ({"username": "王 五"}, "username", "合法的用户名"),
            ({"display_name": " "}, "display_name", "请填写姓名"),
            ({"password": "Short-1"}, "password", "至少要 10 位"),
            ({"password": "onlysmallletters"}, "password", "至少要有 3 类"),
            ({"password": "Lisi-2026-abc", "username": "lisi"}, "password", "不能包含用户名"),
        ],
    )
    def test_refuses_and_names_the_field(
        self, fields: dict[str, str], field: str, word: str
    ) -> None:
        if fields.get("username") == "WangWu":
            create()
        before = User.objects.count(), Event.objects.count()
        with pytest.raises(Invalid, match=word) as refused:
            create(**fields)
        assert refused.value.field == field
        assert (User.objects.count(), Event.objects.count()) == before

    @pytest.mark.parametrize("role", ["security_officer", "audit_officer", "office"])
    def test_is_absent_for_everybody_but_the_system_officer(self, role: str) -> None:
        other = a_person("other", role)
        with pytest.raises(NotHere):
            services.account_create(
                actor=actor_of(other), username="x1", display_name="某", password=PASSWORD,
                now=clock.now(),
            )  # fmt: skip


class TestAccountDisable:
    def test_ends_tokens_and_roles_at_once(self) -> None:
        user = a_person("wangwu", "office")
        token = token_create(actor=actor_of(user), name="取数", days=9, now=clock.now())
        services.account_disable(actor=SYSTEM, user_id=user.pk, reason="调离", now=clock.now())
        assert token_actor(token=token.secret, now=clock.now()) is None
        assert actor_of(user).kind == "anonymous"
        assert sentence(Event.objects.latest("pk")) == "系统 停用了 wangwu氏 的账号：调离"

    def test_can_be_undone_but_tokens_stay_revoked(self) -> None:
        user = a_person("wangwu", "office")
        token = token_create(actor=actor_of(user), name="取数", days=9, now=clock.now())
        services.account_disable(actor=SYSTEM, user_id=user.pk, reason="调离", now=clock.now())
        services.account_enable(actor=SYSTEM, user_id=user.pk, reason="调回", now=clock.now())
        assert actor_of(user).holds(frozenset({"office"}))
        assert token_actor(token=token.secret, now=clock.now()) is None

    def test_needs_a_reason(self) -> None:
        user = a_person("wangwu")
        with pytest.raises(Invalid) as refused:
            services.account_disable(actor=SYSTEM, user_id=user.pk, reason=" ", now=clock.now())
        assert refused.value.field == "reason"
        assert User.objects.get(pk=user.pk).is_active

    def test_refuses_oneself(self) -> None:
        officer = a_person("sys", "system_officer")
        with pytest.raises(Invalid, match="不能停用自己"):
            services.account_disable(
                actor=actor_of(officer), user_id=officer.pk, reason="试试", now=clock.now()
            )


class TestPasswordSet:
    def test_by_its_owner_leaves_nothing_to_change(self) -> None:
        user = a_person("wangwu")
        assert user.check_password(PASSWORD)
        assert not passwords.is_change_due(user, now=clock.now())
        assert Event.objects.latest("pk").code == "accounts.password.changed"

    def test_by_an_officer_must_be_changed_and_revokes_tokens(self) -> None:
        user = a_person("wangwu")
        token = token_create(actor=actor_of(user), name="取数", days=9, now=clock.now())
        officer = a_person("sys", "system_officer")
        user = services.password_set(
            actor=actor_of(officer), user_id=user.pk, password="Another-2026", now=clock.now()
        )
        assert passwords.is_change_due(user, now=clock.now())
        assert token_actor(token=token.secret, now=clock.now()) is None
        assert sentence(Event.objects.latest("pk")) == "sys氏 重置了 wangwu氏 的密码"

    def test_of_somebody_else_is_absent_without_the_role(self) -> None:
        user, other = a_person("wangwu"), a_person("lisi", "office")
        with pytest.raises(NotHere):
            services.password_set(
                actor=actor_of(other), user_id=user.pk, password="Another-2026", now=clock.now()
            )

    def test_refuses_the_last_five_and_takes_the_sixth(self) -> None:
        user = create(password="Password-0-x")
        actor = actor_of(user)

        def change(number: int) -> None:
            services.password_set(
                actor=actor, user_id=user.pk, password=f"Password-{number}-x", now=clock.now()
            )

        for number in range(1, 5):
            change(number)
        for number in range(5):
            with pytest.raises(Invalid, match="最近 5 次用过"):
                change(number)
        change(5)
        change(0)
        assert FormerPassword.objects.filter(user=user).count() == 5

    def test_is_due_again_after_its_life(self) -> None:
        user = a_person("wangwu")
        at = user.password_changed_at
        assert at is not None
        assert not passwords.is_change_due(user, now=at + timedelta(days=89, hours=23))
        assert passwords.is_change_due(user, now=at + timedelta(days=90))

    def test_is_never_due_for_somebody_who_has_none(self) -> None:
        user = create()
        user.set_unusable_password()
        assert not passwords.is_change_due(user, now=clock.now())


class TestInitialPassword:
    def test_meets_the_policy_and_differs_each_time(self) -> None:
        made = {passwords.initial_password() for _i in range(20)}
        assert len(made) == 20
        create(password=made.pop())
