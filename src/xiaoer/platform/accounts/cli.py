"""``xiaoer account officer``: the first accounts of an installation, before anybody can log in."""

from __future__ import annotations

import json
import secrets

import click

from xiaoer.platform.ops.cli import answering, json_option

KINDS = {"system": "system_officer", "security": "security_officer", "audit": "audit_officer"}


@click.group()
def account() -> None:
    """开立系统、安全、审计管理员账号；其余账号由他们在页面上开立和授权。"""


@account.command()
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option(
    "--kind",
    type=click.Choice(list(KINDS)),
    required=True,
    help="system 系统，security 安全，audit 审计",
)
@json_option
@answering
def officer(username: str, name: str, kind: str, as_json: bool) -> None:
    """为一位管理员开立账号，打印一次性口令；首次登录须改口令。三员须是三个人。"""
    from django.db import transaction

    from xiaoer.platform import clock
    from xiaoer.platform.access.actors import SYSTEM
    from xiaoer.platform.accounts.roles import role_grant
    from xiaoer.platform.accounts.services import account_create

    password = f"{secrets.token_urlsafe(9)}-Aa1"
    actor, now = SYSTEM.via("cli"), clock.now()
    with transaction.atomic():
        user = account_create(
            actor=actor, username=username, display_name=name, password=password, now=now
        )
        role_grant(actor=actor, user_id=user.pk, role=KINDS[kind], now=now)
    if as_json:
        click.echo(json.dumps({"username": username, "password": password, "role": KINDS[kind]}))
    else:
        click.echo(f"已开立 {username}（{name}）。一次性口令：{password} ，首次登录须修改。")
