"""The city's unified identity: configured by the environment, opening only accounts that exist."""

from __future__ import annotations

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from xiaoer.config.settings.accounts import single_sign_on
from xiaoer.platform import clock
from xiaoer.platform.access.actors import ANONYMOUS
from xiaoer.platform.accounts.adapter import SingleSignOnAdapter
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.tests.builders import a_person


class TestSettings:
    def test_name_no_provider_without_a_server(self) -> None:
        assert single_sign_on(name="x", server="", client_id="", secret="") == {}

    def test_name_one_openid_provider_with_proof_of_key_exchange(self) -> None:
        made = single_sign_on(
            name="统一身份认证", server="https://id.example.gov.cn", client_id="xiaoer", secret="s"
        )
        (app,) = made["openid_connect"]["APPS"]
        assert made["openid_connect"]["OAUTH_PKCE_ENABLED"] is True
        assert app["name"] == "统一身份认证"
        assert app["settings"] == {"server_url": "https://id.example.gov.cn"}


@pytest.mark.django_db
class TestSingleSignOn:
    @pytest.fixture(autouse=True)
    def _configured(self, settings: Settings) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = single_sign_on(
            name="统一身份认证", server="https://id.example.gov.cn", client_id="xiaoer", secret="s"
        )

    def request(self) -> HttpRequest:
        request = RequestFactory().get("/accounts/oidc/unified/login/callback/")
        request.session = {}  # type: ignore[assignment]
        request.user = AnonymousUser()
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        request.actor, request.now, request.request_id = ANONYMOUS, clock.now(), "r1"  # type: ignore[attr-defined]
        return request

    def identity(self, username: str) -> SocialLogin:
        claims = {"userinfo": {"sub": "42", "preferred_username": username}}
        account = SocialAccount(provider="unified", uid="42", extra_data=claims)
        return SocialLogin(user=User(username=username), account=account)

    def test_binds_to_the_account_of_the_same_name(self) -> None:
        user = a_person("wangwu")
        SingleSignOnAdapter().pre_social_login(self.request(), self.identity("wangwu"))
        assert SocialAccount.objects.get(uid="42").user_id == user.pk

    @pytest.mark.parametrize("username", ["lisi", ""])
    def test_opens_no_account_and_says_whom_to_ask(self, username: str) -> None:
        a_person("wangwu")
        with pytest.raises(ImmediateHttpResponse) as stopped:
            SingleSignOnAdapter().pre_social_login(self.request(), self.identity(username))
        assert stopped.value.response.status_code == 403
        assert "没有账号" in stopped.value.response.content.decode()
        assert User.objects.count() == 1

    def test_opens_no_disabled_account(self) -> None:
        user = a_person("wangwu")
        User.objects.filter(pk=user.pk).update(is_active=False)
        with pytest.raises(ImmediateHttpResponse):
            SingleSignOnAdapter().pre_social_login(self.request(), self.identity("wangwu"))
