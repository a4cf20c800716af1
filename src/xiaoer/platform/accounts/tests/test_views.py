"""The pages of officers and of one's own tokens, through HTTP."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from xiaoer.platform import clock
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.tests.builders import a_person, a_unit, actor_of, logged_in
from xiaoer.platform.accounts.tokens import token_actor

pytestmark = pytest.mark.django_db


class TestAccountList:
    def test_shows_people_with_roles_and_units_to_both_officers(self) -> None:
        a_person("wangwu", "handler", unit=a_unit("财政局"))
        for officer in ("system_officer", "security_officer"):
            text = logged_in(a_person(officer, officer)).get("/accounts-admin/").content.decode()
            for word in ("wangwu氏", "责任单位经办人", "财政局"):
                assert word in text

    def test_narrows_by_name_role_and_state(self) -> None:
        a_person("wangwu", "office")
        a_person("lisi", "evaluator")
        client = logged_in(a_person("sys", "system_officer"))
        for query, seen in (("q=wang", True), ("role=office", True), ("role=evaluator", False),
                            ("state=disabled", False)):  # fmt: skip
            text = client.get(f"/accounts-admin/?{query}").content.decode()
            assert ("wangwu氏" in text) is seen

    def test_asks_the_same_number_of_questions_for_one_and_for_many(
        self, django_assert_max_num_queries: object
    ) -> None:
        client = logged_in(a_person("sys", "system_officer"))
        client.get("/accounts-admin/")
        for number in range(12):
            a_person(f"p{number}", "office")
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            client.get("/accounts-admin/")


class TestAccountNew:
    def test_shows_the_first_password_once_and_it_works(self) -> None:
        client = logged_in(a_person("sys", "system_officer"))
        form = {"display_name": "赵六", "username": "zhaoliu"}
        answer = client.post(reverse("accounts_admin:new"), form)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        shown = re.findall(r"<code>([a-z]{4}-[A-Z]{4}-[0-9]{4})</code>", answer.content.decode())
        user = User.objects.get(username="zhaoliu")
        assert user.check_password(shown[0])
        assert user.must_change_password

    def test_keeps_what_was_typed_when_it_is_refused(self) -> None:
        client = logged_in(a_person("sys", "system_officer"))
        answer = client.post(
            reverse("accounts_admin:new"), {"display_name": "赵六", "username": "sys"}
        )
        assert answer.status_code == 422
        assert "已被使用" in answer.content.decode()
        assert "赵六" in answer.content.decode()


class TestAccountPage:
    def test_offers_each_officer_their_own_work_only(self) -> None:
        url = reverse("accounts_admin:account", args=[a_person("wangwu", "office").pk])
        system = logged_in(a_person("sys", "system_officer")).get(url).content.decode()
        security = logged_in(a_person("sec", "security_officer")).get(url).content.decode()
        assert "重置密码" in system
        assert "授予角色" not in system
        assert "授予角色" in security
        assert "重置密码" not in security

    def test_disables_and_enables_with_a_reason(self) -> None:
        user = a_person("wangwu")
        client = logged_in(a_person("sys", "system_officer"))
        for step, is_active in (("disable", False), ("enable", True)):
            url = reverse(f"accounts_admin:{step}", args=[user.pk])
            assert client.post(url, {"reason": ""}).status_code == 422
            assert client.post(url, {"reason": "轮岗"}).status_code == 302
            assert User.objects.get(pk=user.pk).is_active is is_active

    def test_resets_a_password_and_shows_it_once(self) -> None:
        user = a_person("wangwu")
        client = logged_in(a_person("sys", "system_officer"))
        answer = client.post(reverse("accounts_admin:reset", args=[user.pk]))
        shown = re.findall(r"<code>([a-z]{4}-[A-Z]{4}-[0-9]{4})</code>", answer.content.decode())
        assert User.objects.get(pk=user.pk).check_password(shown[0])

    def test_unlocks(self) -> None:
        user = a_person("wangwu")
        client = logged_in(a_person("sys", "system_officer"))
        assert client.post(reverse("accounts_admin:unlock", args=[user.pk])).status_code == 302

    def test_grants_and_revokes(self) -> None:
        user, unit = a_person("wangwu"), a_unit("财政局")
        client = logged_in(a_person("sec", "security_officer"))
        url = reverse("accounts_admin:grant", args=[user.pk])
        assert client.post(url, {"role": "handler", "organisation": unit.pk}).status_code == 302
        grant = RoleGrant.objects.get(user=user)
        revoke = reverse("accounts_admin:revoke", args=[grant.pk])
        assert client.post(revoke, {"reason": "调岗"}).status_code == 302
        assert not RoleGrant.objects.filter(user=user).exists()

    def test_tells_beside_the_field_why_a_role_cannot_be_granted(self) -> None:
        user = a_person("wangwu", "office")
        client = logged_in(a_person("sec", "security_officer"))
        url = reverse("accounts_admin:grant", args=[user.pk])
        answer = client.post(url, {"role": "audit_officer"})
        assert answer.status_code == 422
        assert "三个人分别担任" in answer.content.decode()

    def test_of_nobody_is_absent(self) -> None:
        client = logged_in(a_person("sys", "system_officer"))
        assert client.get(reverse("accounts_admin:account", args=[987654])).status_code == 404


class TestTokensPage:
    def test_makes_shows_once_and_revokes(self) -> None:
        user = a_person("wangwu", "office")
        client = logged_in(user)
        text = client.post("/tokens/", {"name": "取数", "days": 30}).content.decode()
        secret = re.findall(r"xiaoer_[\w-]{40,}", text)[0]
        assert secret not in client.get("/tokens/").content.decode()
        actor = token_actor(token=secret, now=clock.now())
        assert actor is not None
        assert actor.id == actor_of(user).id
        token = user.api_tokens.get()
        client.post(reverse("accounts_admin:token_revoke", args=[token.pk]))
        assert token_actor(token=secret, now=clock.now()) is None

    def test_shows_nobody_elses(self) -> None:
        logged_in(a_person("aa", "office")).post("/tokens/", {"name": "甲的令牌", "days": 30})
        text = logged_in(a_person("bb", "office")).get("/tokens/").content.decode()
        assert "甲的令牌" not in text

    def test_names_the_field_at_fault(self) -> None:
        client = logged_in(a_person("aa", "office"))
        answer = client.post("/tokens/", {"name": "取数", "days": 999})
        assert answer.status_code == 422
        assert "366" in answer.content.decode()
