"""Log-in policy on top of allauth: accounts are made by an officer, every log-in leaves an event."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import ANONYMOUS, for_known
from xiaoer.platform.access.views import actor_of_request, moment_of_request
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.refusals import LogInRefused
from xiaoer.platform.accounts.services import password_set
from xiaoer.platform.audit.log import record
from xiaoer.platform.ui.refusals import answer


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Close public sign-up, record log-ins, and set passwords through the service."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse everybody: an officer opens accounts."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Record that somebody logged in."""
        now = moment_of_request(request)
        actor = for_known(user, on=now.date()).via("web", request_id=request.request_id)  # type: ignore[attr-defined]
        record(
            "accounts.session.opened",
            actor=actor,
            subject=user,
            changes={"ip": self.get_client_ip(request)},
            now=now,
        )
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Remember whether the account was locked before this attempt.

        Failures are counted by axes alone: it survives restarts, and a second count with limits of
        its own would contradict it.
        """
        request.was_locked_out = not AxesProxyHandler.is_allowed(request, credentials)  # type: ignore[attr-defined]

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a refused log-in to an account that exists, and the lock it may bring.

        An unknown name is not recorded: people type passwords into that field. Attempts on an
        account already locked are not recorded either, so that nobody can fill the log.
        """
        user = User.objects.filter(username__iexact=credentials.get("username", "")).first()
        if user is None or request.was_locked_out:  # type: ignore[attr-defined]
            return
        codes = ["accounts.session.refused"]
        if getattr(request, "axes_locked_out", False):
            codes.append("accounts.account.locked")
        for code in codes:
            record(
                code,
                actor=ANONYMOUS.via("web", request_id=request.request_id),  # type: ignore[attr-defined]
                subject=user,
                changes={"ip": self.get_client_ip(request)},
                now=moment_of_request(request),
            )

    def logout(self, request: HttpRequest) -> None:
        """Record that somebody logged out."""
        actor = actor_of_request(request)
        if isinstance(request.user, User):
            record(
                "accounts.session.closed",
                actor=actor,
                subject=request.user,
                now=moment_of_request(request),
            )
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """Set the password somebody chose for themselves."""
        now = moment_of_request(self.request)
        actor = for_known(user, on=now.date()).via("web", request_id=self.request.request_id)
        password_set(actor=actor, user_id=user.pk, password=password, now=now)
        user.refresh_from_db()


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let the city's unified identity open accounts that exist, and only those."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Refuse everybody: an officer opens accounts."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Bind an identity seen for the first time to the account of the same user name."""
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        username = str(claims.get("preferred_username") or "")
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if user is None:
            refused = LogInRefused(
                _(
                    "统一身份“%(name)s”在本系统没有账号。请联系本单位的系统管理员开设同名账号后再登录。"
                )
                % {"name": username or "—"}
            )
            raise ImmediateHttpResponse(answer(request, refused))
        sociallogin.connect(request, user)
