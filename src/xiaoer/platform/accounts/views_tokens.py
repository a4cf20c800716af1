"""One's own tokens: the list, making one, revoking one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.accounts import queries, tokens
from xiaoer.platform.accounts.forms import TokenForm
from xiaoer.platform.accounts.models import ApiToken
from xiaoer.platform.accounts.tokens import NewToken
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.pages import Button, Page
from xiaoer.platform.ui.tables import Column, Row, Table

COLUMNS = (
    Column(key="name", label=_lazy("用途")),
    Column(key="hint", label=_lazy("开头")),
    Column(key="expires", label=_lazy("到期"), kind="datetime"),
    Column(key="used", label=_lazy("最近使用"), kind="datetime"),
    Column(key="state", label=_lazy("状态")),
)


@page(action="accounts.token.manage")
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """List one's tokens and make a new one, shown once."""
    actor, now = actor_of_request(request), moment_of_request(request)
    form = TokenForm(request.POST or None)
    made: NewToken | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = tokens.token_create(actor=actor, now=now, **form.cleaned_data)
            except Refused as refused:
                field = refused.field if refused.field in form.fields else None
                form.add_error(field, refused.message)
            else:
                status, form = 200, TokenForm()
    found = list(queries.token_list(actor=actor))
    live = [t for t in found if t.revoked_at is None and t.expires_at > now]
    context = {
        "page": Page(
            title=_("接口令牌"),
            sentence=_("令牌代表您本人调用接口，权限与您相同。只在创建时显示一次，请妥善保管。"),
        ),
        "table": _table(found, live),
        "revokes": [(token, _revoke(token)) for token in live],
        "form": form,
        "made": made,
    }
    response = render(request, "accounts/tokens.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _table(found: list[ApiToken], live: list[ApiToken]) -> Table:
    rows = tuple(
        Row(
            key=str(token.pk),
            cells={
                "name": token.name,
                "hint": f"{token.hint}…",
                "expires": token.expires_at,
                "used": token.last_used_at,
                "state": _("有效") if token in live else _("已失效"),
            },
        )
        for token in found
    )
    return Table(
        name="tokens", caption=_("接口令牌"), columns=COLUMNS, rows=rows, empty=_("还没有令牌。")
    )


def _revoke(token: ApiToken) -> Button:
    url = reverse("accounts_admin:token_revoke", args=[token.pk])
    return Button(
        label=_("停用"), url=url, look="danger", confirm=_("停用后，用它的程序立即不能调用接口。")
    )


@page(action="accounts.token.manage")
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    tokens.token_revoke(
        actor=actor_of_request(request), token_id=token_id, now=moment_of_request(request)
    )
    messages.success(request, _("令牌已停用。"))
    return redirect("accounts_admin:tokens")
