"""Logging in through the page: what is let in, what is locked out, what must be changed first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.accounts import services
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.tests.builders import PASSWORD, a_person, logged_in
from xiaoer.platform.audit.log import sentence
from xiaoer.platform.audit.models import Event

pytestmark = pytest.mark.django_db
TOKENS = "/tokens/"


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


def log_in(client: Client, username: str, password: str = PASSWORD) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": username, "password": password})  # type: ignore[return-value]


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestLogin:
    def test_lets_in_and_leaves_an_event_without_the_address_in_the_clear(self) -> None:
        a_person("wangwu", "office")
        client = Client()
        assert log_in(client, "wangwu").status_code == 302
        assert is_logged_in(client)
        event = Event.objects.latest("pk")
        assert (event.code, event.actor_name, event.request_id != "") == (
            "accounts.session.opened", "wangwu氏", True,
        )  # fmt: skip
        assert "127.0.0.1" not in event.changes
        assert sentence(event) == "wangwu氏 登录（＊＊＊）"

    def test_records_logging_out(self) -> None:
        client = logged_in(a_person("wangwu"))
        client.post(reverse("account_logout"))
        assert not is_logged_in(client)
        assert Event.objects.latest("pk").code == "accounts.session.closed"

    def test_refuses_a_disabled_account(self) -> None:
        user = a_person("wangwu")
        services.account_disable(actor=SYSTEM, user_id=user.pk, reason="调离", now=clock.now())
        client = Client()
        log_in(client, "wangwu")
        assert not is_logged_in(client)

    @pytest.mark.parametrize(
        "path",
        [
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/email/",
            "/accounts/password/set/",
        ],
    )
    def test_opens_no_other_way_in(self, path: str) -> None:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(path)
            assert answer.status_code == 403
            assert "系统管理员" in answer.content.decode()


class TestLockOut:
    def fail(self, client: Client, times: int, username: str = "wangwu") -> HttpResponse:
        for _i in range(times):
            answer = log_in(client, username, "wrong")
        return answer

    def test_comes_with_the_fifth_failure_and_says_what_to_do(self) -> None:
        a_person("wangwu")
        client = Client()
        assert self.fail(client, 4).status_code == 200
        answer = self.fail(client, 1)
        assert answer.status_code == 429
        assert "连续输错 5 次，账号已锁定 30 分钟" in answer.content.decode()
        assert log_in(client, "wangwu").status_code == 429
        assert not is_logged_in(client)

    def test_counts_the_account_whatever_the_address_or_the_capitals(self) -> None:
        a_person("wangwu")
        for number, name in enumerate(("wangwu", "WANGWU", "Wangwu", "wAngwu", "waNgwu")):
            log_in(Client(REMOTE_ADDR=f"10.0.0.{number}"), name, "wrong")
        assert log_in(Client(), "wangwu").status_code == 429

    def test_leaves_other_accounts_alone(self) -> None:
        a_person("wangwu")
        a_person("lisi")
        self.fail(Client(), 5)
        assert log_in(Client(), "lisi").status_code == 302

    def test_forgets_failures_after_a_success(self) -> None:
        a_person("wangwu")
        client = Client()
        self.fail(client, 4)
        assert log_in(client, "wangwu").status_code == 302
        assert self.fail(Client(), 4).status_code == 200

    def test_is_lifted_by_the_system_officer(self) -> None:
        user = a_person("wangwu")
        self.fail(Client(), 5)
        services.account_unlock(actor=SYSTEM, user_id=user.pk, now=clock.now())
        assert log_in(Client(), "wangwu").status_code == 302

    def test_records_each_failure_until_the_lock_and_none_after(self) -> None:
        a_person("wangwu")
        self.fail(Client(), 9)
        assert Event.objects.filter(code="accounts.session.refused").count() == 5
        assert Event.objects.filter(code="accounts.account.locked").count() == 1

    def test_keeps_no_name_that_is_no_account(self) -> None:
        self.fail(Client(), 2, username="my-secret-password")
        assert not Event.objects.filter(code="accounts.session.refused").exists()


class TestFirstLogin:
    def made_by_an_officer(self) -> User:
        return services.account_create(
            actor=SYSTEM, username="wangwu", display_name="王五", password="Initial-2026",
            now=clock.now(),
        )  # fmt: skip

    def test_leads_to_the_password_page_and_nowhere_else(self) -> None:
        client = logged_in(self.made_by_an_officer())
        answer = client.get(TOKENS)
        assert answer["Location"] == reverse("account_change_password")
        assert client.get(reverse("account_change_password")).status_code == 200

    def test_is_told_to_the_api_as_a_problem(self) -> None:
        client = logged_in(self.made_by_an_officer())
        answer = client.get("/api/openapi.json")
        assert (answer.status_code, answer.json()["code"]) == (403, "password_change_due")

    def test_goes_on_after_the_change(self) -> None:
        client = logged_in(self.made_by_an_officer())
        form = {"oldpassword": "Initial-2026", "password1": PASSWORD, "password2": PASSWORD}
        client.post(reverse("account_change_password"), form)
        assert client.get(TOKENS).status_code == 200
        assert Event.objects.filter(code="accounts.password.changed").count() == 1

    def test_refuses_the_initial_password_and_says_why(self) -> None:
        client = logged_in(self.made_by_an_officer())
        form = dict.fromkeys(("oldpassword", "password1", "password2"), "Initial-2026")
        answer = client.post(reverse("account_change_password"), form)
        assert "不能使用最近 5 次用过的密码" in answer.content.decode()
        assert client.get(TOKENS).status_code == 302

    def test_is_asked_again_when_the_password_is_ninety_days_old(self) -> None:
        user = a_person("wangwu")
        with clock.at(clock.now() + timedelta(days=91)):
            client = logged_in(user)
            assert client.get(TOKENS)["Location"] == reverse("account_change_password")


class TestSession:
    def at(self, moment: datetime, client: Client) -> int:
        with clock.at(moment):
            return client.get(TOKENS).status_code

    def test_ends_after_half_an_hour_of_nothing(self) -> None:
        client, now = logged_in(a_person("wangwu")), clock.now()
        assert self.at(now, client) == 200
        assert self.at(now + timedelta(minutes=29), client) == 200
        assert self.at(now + timedelta(minutes=58), client) == 200
        assert self.at(now + timedelta(minutes=89), client) == 302
        assert not is_logged_in(client)

    def test_ends_after_twelve_hours_however_busy(self) -> None:
        client, now = logged_in(a_person("wangwu")), clock.now()
        for minutes in range(0, 12 * 60, 20):
            assert self.at(now + timedelta(minutes=minutes), client) == 200
        assert self.at(now + timedelta(hours=12), client) == 302

    def test_is_written_at_most_once_a_minute(self, django_assert_max_num_queries: object) -> None:
        client, now = logged_in(a_person("wangwu")), clock.now()
        self.at(now, client)
        with clock.at(now + timedelta(seconds=30)):
            client.get("/healthz")
            written = client.session["xiaoer_seen"]
        assert written == now.isoformat()

    def test_of_every_other_browser_ends_when_the_password_changes(self) -> None:
        user = a_person("wangwu")
        here, there = logged_in(user), logged_in(user)
        form = {"oldpassword": PASSWORD, "password1": "Another-2026", "password2": "Another-2026"}
        here.post(reverse("account_change_password"), form)
        assert here.get(TOKENS).status_code == 200
        assert there.get(TOKENS).status_code == 302


class TestSecondFactor:
    def test_is_asked_for_once_set_up(self) -> None:
        user = a_person("wangwu")
        secret = "JBSWY3DPEHPK3PXP"
        TOTP.activate(user, secret)
        client = Client()
        assert log_in(client, "wangwu")["Location"] == reverse("mfa_authenticate")
        assert not is_logged_in(client)
        counter = next(iter(yield_hotp_counters_from_time()))
        code = format_hotp_value(hotp_value(secret, counter))
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert is_logged_in(client)
        assert Authenticator.objects.get(user=user).type == "totp"
