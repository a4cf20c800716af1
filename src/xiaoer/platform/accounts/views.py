"""Accounts for officers: the list, opening one, its page and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiaoer.platform.access.rules import ROLES, allowed
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.accounts import queries, roles, services
from xiaoer.platform.accounts.forms import AccountForm, GrantForm
from xiaoer.platform.accounts.passwords import initial_password
from xiaoer.platform.accounts.queries import Account, Grant
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.pages import Button, Crumb, Page
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table
from xiaoer.platform.words import word

COLUMNS = (
    Column(key="name", label=_lazy("姓名")),
    Column(key="username", label=_lazy("用户名")),
    Column(key="roles", label=_lazy("角色")),
    Column(key="state", label=_lazy("状态")),
    Column(key="last_login", label=_lazy("最近登录"), kind="datetime"),
)
GRANT_COLUMNS = (
    Column(key="role", label=_lazy("角色")),
    Column(key="unit", label=_lazy("范围")),
    Column(key="valid_from", label=_lazy("生效日期"), kind="date"),
    Column(key="valid_until", label=_lazy("失效日期"), kind="date"),
    Column(key="state", label=_lazy("状态")),
)


def _state(account: Account) -> str:
    if not account.is_active:
        return _("已停用")
    return _("已锁定") if account.is_locked else _("正常")


def _list_url() -> str:
    return reverse("accounts_admin:list")


@page(action="accounts.account.list")
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """List accounts with their roles."""
    actor = actor_of_request(request)
    ask = read_ask(request.GET)
    found = queries.account_list(
        actor=actor,
        now=moment_of_request(request),
        search=ask.q,
        role=ask.value("role"),
        state=ask.value("state"),
        offset=ask.offset,
        limit=ask.size,
    )
    table = Table(
        name="accounts",
        caption=_("账号"),
        columns=COLUMNS,
        ask=ask,
        paging=Paging(total=found.n),
        rows=tuple(_row(account) for account in found.rows),
        empty=_("没有符合条件的账号。去掉一个条件，或开设新账号。"),
    )
    bar = _bar(ask, found.n)
    new = Button(
        label=_("开设账号"), url=reverse("accounts_admin:new"), method="get", look="primary"
    )
    buttons = (new,) if allowed(actor, "accounts.account.create") else ()
    shown = Page(
        title=_("账号与角色"),
        sentence=_(
            "系统管理员开设账号，安全管理员授予角色，审计管理员查看记录；三者由三个人分别担任。"
        ),
        buttons=buttons,
    )
    return render(request, "accounts/list.html", {"page": shown, "table": table, "bar": bar})


def _bar(ask: Ask, n: int) -> FilterBar:
    states = (
        Choice(value="active", label=_("可登录")),
        Choice(value="disabled", label=_("已停用")),
    )
    held = tuple(Choice(value=code, label=word(label)) for code, label in ROLES.items())
    return FilterBar(
        ask=ask,
        n=n,
        noun=_("个"),
        placeholder=_("搜索姓名、用户名"),
        filters=(
            Filter(key="role", label=_("角色"), choices=held),
            Filter(key="state", label=_("状态"), choices=states),
        ),
    )


def _row(account: Account) -> Row:
    held = "、".join(g.label for g in account.grants if g.is_in_force)
    units = "、".join(dict.fromkeys(g.unit for g in account.grants if g.is_in_force and g.unit))
    return Row(
        key=str(account.id),
        url=reverse("accounts_admin:account", args=[account.id]),
        cells={
            "name": account.name,
            "username": account.username,
            "roles": Cell(value=held or "—", note=units),
            "state": _state(account),
            "last_login": account.last_login,
        },
    )


@page(action="accounts.account.create")
@require_http_methods(["GET", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Open an account and show its first password once."""
    form = AccountForm(request.POST or None)
    password = initial_password()

    def create(data: dict[str, Any]) -> HttpResponse:
        user = services.account_create(
            actor=actor_of_request(request),
            password=password,
            now=moment_of_request(request),
            **data,
        )
        return _secret(
            request, title=_("账号已开设"), account=user.pk, name=user.username, secret=password
        )

    shown = Page(title=_("开设账号"), crumbs=(Crumb(label=_("账号与角色"), url=_list_url()),))
    return _form_page(
        request, form, create, {"page": shown, "submit": _("开设"), "cancel": _list_url()}
    )


@page(action="accounts.account.list")
@require_safe
def account_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one account, its roles and what this officer can do."""
    return _account(request, user_id, GrantForm())


def _account(
    request: HttpRequest, user_id: int, form: GrantForm, status: int = 200
) -> HttpResponse:
    actor, now = actor_of_request(request), moment_of_request(request)
    account = queries.account_get(actor=actor, user_id=user_id, now=now)
    shown = Page(
        title=account.name,
        crumbs=(Crumb(label=_("账号与角色"), url=_list_url()),),
        facts=(
            _("用户名 %(name)s") % {"name": account.username},
            _state(account),
            _("已开通两步验证") if account.has_totp else _("未开通两步验证"),
        ),
        buttons=_buttons(request, account),
    )
    may_revoke = allowed(actor, "accounts.role.revoke")
    context = {
        "page": shown,
        "grants": _grant_table(account.grants),
        "revokes": [(g, _revoke_button(g)) for g in account.grants] if may_revoke else [],
        "form": form if allowed(actor, "accounts.role.grant") else None,
        "grant_url": reverse("accounts_admin:grant", args=[account.id]),
    }
    return render(request, "accounts/account.html", context, status=status)


def _buttons(request: HttpRequest, account: Account) -> tuple[Button, ...]:
    actor, me = actor_of_request(request), actor_of_request(request).id == account.id
    own = _("不能停用自己的账号，请由另一位系统管理员办理。") if me else ""

    def url(step: str) -> str:
        return reverse(f"accounts_admin:{step}", args=[account.id])

    buttons = []
    if account.is_locked and allowed(actor, "accounts.account.unlock"):
        buttons.append(Button(label=_("解除锁定"), url=url("unlock"), look="primary"))
    if allowed(actor, "accounts.password.reset") and not me:
        told = _("将为 %(name)s 生成新的初始密码，其现有登录和令牌全部失效。") % {
            "name": account.name
        }
        buttons.append(Button(label=_("重置密码"), url=url("reset"), confirm=told))
    if account.is_active and allowed(actor, "accounts.account.disable"):
        buttons.append(
            Button(
                label=_("停用"), url=url("disable"), look="danger", needs_reason=True, why_not=own
            )
        )
    if not account.is_active and allowed(actor, "accounts.account.enable"):
        buttons.append(Button(label=_("恢复"), url=url("enable"), needs_reason=True))
    return tuple(buttons)


def _grant_table(grants: tuple[Grant, ...]) -> Table:
    rows = tuple(
        Row(
            key=str(g.id),
            cells={
                "role": Cell(value=g.label, note=_("代 %(name)s") % {"name": g.acting_for})
                if g.acting_for
                else g.label,
                "unit": g.unit or _("全市"),
                "valid_from": g.valid_from,
                "valid_until": g.valid_until,
                "state": _("有效") if g.is_in_force else _("不在有效期"),
            },
        )
        for g in grants
    )
    return Table(
        name="grants",
        caption=_("角色"),
        columns=GRANT_COLUMNS,
        rows=rows,
        empty=_("还没有角色，登录后看不到任何业务。请安全管理员授予。"),
    )


def _revoke_button(grant: Grant) -> Button:
    return Button(
        label=_("收回"),
        url=reverse("accounts_admin:revoke", args=[grant.id]),
        look="danger",
        needs_reason=True,
    )


@page(action="accounts.role.grant")
@require_POST
def role_grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Grant a role."""
    form = GrantForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        unit = data.pop("organisation")
        try:
            roles.role_grant(
                actor=actor_of_request(request),
                user_id=user_id,
                organisation_id=unit.pk if unit else None,
                now=moment_of_request(request),
                **data,
            )
        except Refused as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("角色已授予。"))
            return redirect("accounts_admin:account", user_id)
    return _account(request, user_id, form, status=422)


@page(action="accounts.role.revoke")
@require_POST
def role_revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a role back."""
    user_id = roles.role_revoke(
        actor=actor_of_request(request),
        grant_id=grant_id,
        reason=request.POST.get("reason", ""),
        now=moment_of_request(request),
    )
    messages.success(request, _("角色已收回。"))
    return redirect("accounts_admin:account", user_id)


@page(action="accounts.account.disable")
@require_POST
def account_disable(request: HttpRequest, user_id: int) -> HttpResponse:
    """Disable an account."""
    services.account_disable(
        actor=actor_of_request(request),
        user_id=user_id,
        reason=request.POST.get("reason", ""),
        now=moment_of_request(request),
    )
    messages.success(request, _("账号已停用，其登录和令牌立即失效。"))
    return redirect("accounts_admin:account", user_id)


@page(action="accounts.account.enable")
@require_POST
def account_enable(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a disabled account log in again."""
    services.account_enable(
        actor=actor_of_request(request),
        user_id=user_id,
        reason=request.POST.get("reason", ""),
        now=moment_of_request(request),
    )
    messages.success(request, _("账号已恢复。"))
    return redirect("accounts_admin:account", user_id)


@page(action="accounts.account.unlock")
@require_POST
def account_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a locked account try again."""
    services.account_unlock(
        actor=actor_of_request(request), user_id=user_id, now=moment_of_request(request)
    )
    messages.success(request, _("已解除锁定。"))
    return redirect("accounts_admin:account", user_id)


@page(action="accounts.password.reset")
@require_POST
def password_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give an account a new first password and show it once."""
    password = initial_password()
    user = services.password_set(
        actor=actor_of_request(request),
        user_id=user_id,
        password=password,
        now=moment_of_request(request),
    )
    return _secret(
        request, title=_("密码已重置"), account=user.pk, name=user.username, secret=password
    )


def _secret(
    request: HttpRequest, *, title: str, account: int, name: str, secret: str
) -> HttpResponse:
    context = {
        "page": Page(title=title, crumbs=(Crumb(label=_("账号与角色"), url=_list_url()),)),
        "name": name,
        "secret": secret,
        "next": reverse("accounts_admin:account", args=[account]),
    }
    response = render(request, "accounts/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _form_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], HttpResponse],
    context: dict[str, Any],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return act(form.cleaned_data)
            except Refused as refused:
                _tell(form, refused)
        status = 422
    return render(request, "accounts/form.html", {**context, "form": form}, status=status)


def _tell(form: Form, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
