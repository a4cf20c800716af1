"""Posts, who holds them and who acts for whom."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.access.rules import ROLES, load, require
from xiaoer.platform.access.separation import check_separation
from xiaoer.platform.accounts.models import User
from xiaoer.platform.audit import log as audit
from xiaoer.platform.errors import Invalid, NotAllowed, NotFromHere, NotHere
from xiaoer.platform.orgs import access
from xiaoer.platform.orgs.models import Holding, Organisation, Post


@transaction.atomic
def post_create(
    *, actor: Actor, organisation_id: int, title: str, now: datetime, is_head: bool = False
) -> Post:
    """Set up a seat in a unit; a unit has one head."""
    unit = load(Organisation, organisation_id, actor=actor, action=access.STAFF)
    title = title.strip()
    if not title:
        raise Invalid("请填写职务名称。", field="title")
    if is_head and unit.posts.filter(is_head=True).exists():
        raise Invalid("“%(unit)s”已设有主要负责人职务。", values={"unit": unit}, field="is_head")
    post = Post.objects.create(organisation=unit, title=title, is_head=is_head)
    audit.record("orgs.post.created", actor=actor, subject=post, now=now, changes={"title": title})
    return post


@transaction.atomic
def holding_start(
    *,
    actor: Actor,
    post_id: int,
    user_id: int,
    valid_from: date,
    now: datetime,
    valid_until: date | None = None,
    is_acting: bool = False,
) -> Holding:
    """Seat a person; an acting one stands in for the holder and needs a last day."""
    post = _post(actor, post_id)
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None:
        raise Invalid("没有这个人员账号，或账号已停用。", field="user")
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("任期的结束日期应晚于开始日期。", field="valid_until")
    if is_acting and valid_until is None:
        raise Invalid("代理需要填写结束日期。", field="valid_until")
    others = _overlapping(post, valid_from=valid_from, valid_until=valid_until)
    if post.is_head and not is_acting and others.filter(is_acting=False).exists():
        raise NotFromHere(
            "“%(post)s”在这段时间已有任职人员，请先免去，或登记为代理。", values={"post": post}
        )
    if others.filter(user=person).exists():
        raise NotFromHere(
            "%(person)s在这段时间已在“%(post)s”任职。", values={"person": person, "post": post}
        )
    row = Holding.objects.create(
        post=post, user=person, is_acting=is_acting, valid_from=valid_from, valid_until=valid_until
    )
    audit.record(
        "orgs.holding.started", actor=actor, subject=row, now=now,
        changes={
            "person": str(person), "post": str(post), "is_acting": is_acting,
            "valid_from": valid_from, "valid_until": valid_until,
        },
    )  # fmt: skip
    return row


@transaction.atomic
def holding_end(*, actor: Actor, holding_id: int, on: date, reason: str, now: datetime) -> Holding:
    """End a holding on a day (the first day it no longer holds)."""
    row = Holding.objects.select_related("post__organisation", "user").filter(pk=holding_id).first()
    if row is None:
        raise NotHere()
    _post(actor, row.post_id)
    if not reason.strip():
        raise Invalid("请填写理由。", field="reason")
    if row.valid_until is not None and row.valid_until <= on:
        raise NotFromHere(
            "该任职已于 %(valid_until)s 结束。", values={"valid_until": row.valid_until}
        )
    if row.valid_from is not None and on <= row.valid_from:
        raise Invalid(
            "结束日期应晚于任职日期 %(valid_from)s。",
            values={"valid_from": row.valid_from},
            field="on",
        )
    before = row.valid_until
    Holding.objects.filter(pk=row.pk).update(valid_until=on)
    row.valid_until = on
    audit.record(
        "orgs.holding.ended", actor=actor, subject=row, now=now, reason=reason,
        changes={"person": str(row.user), "post": str(row.post), "valid_until": [before, on]},
    )  # fmt: skip
    return row


@transaction.atomic
def role_delegate(
    *,
    actor: Actor,
    to_user_id: int,
    role: str,
    organisation_id: int | None,
    valid_from: date,
    valid_until: date,
    reason: str,
    now: datetime,
) -> RoleGrant:
    """Let a colleague do one's own role for a time; what the colleague does names both of them.

    A delegated role cannot be passed on, a colleague who holds the role needs no delegation, and
    the three officers stay apart.
    """
    require(actor, access.DELEGATE)
    if not reason.strip():
        raise Invalid("请填写委托事由。", field="reason")
    if valid_until <= valid_from:
        raise Invalid("委托的结束日期应晚于开始日期。", field="valid_until")
    same = RoleGrant.objects.filter(_over(organisation_id), role=role)
    giver = User.objects.filter(pk=actor.id or 0).first()
    if giver is None or not same.filter(user=giver, acting_for__isnull=True).exists():
        raise NotAllowed("只能委托本人担任的职责，受托的职责不能转委托。")
    person = User.objects.filter(pk=to_user_id, is_active=True).exclude(pk=giver.pk).first()
    if person is None:
        raise Invalid("没有这个人员账号，或账号已停用。", field="to_user")
    grants = same.filter(user=person)
    if grants.filter(Q(acting_for__isnull=True) | Q(valid_until__gt=valid_from)).exists():
        raise NotFromHere("%(person)s在这段时间已有该职责，无需委托。", values={"person": person})
    check_separation(user_id=person.pk, name=str(person), role=role, from_date=valid_from)
    grants.delete()
    grant = RoleGrant.objects.create(
        user=person, role=role, organisation_id=organisation_id, acting_for=giver,
        valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip
    audit.record(
        "orgs.role.delegated", actor=actor, subject=person, now=now, reason=reason,
        changes={
            "person": str(person), "role": ROLES.get(role, role), "organisation": organisation_id,
            "valid_from": valid_from, "valid_until": valid_until,
        },
    )  # fmt: skip
    return grant


def _post(actor: Actor, post_id: int) -> Post:
    post = Post.objects.select_related("organisation").filter(pk=post_id).first()
    if post is None:
        raise NotHere()
    load(Organisation, post.organisation_id, actor=actor, action=access.STAFF)
    return post


def _over(organisation_id: int | None) -> Q:
    if organisation_id is None:
        return Q(organisation__isnull=True)
    return Q(organisation_id=organisation_id)


def _overlapping(post: Post, *, valid_from: date, valid_until: date | None) -> QuerySet[Holding]:
    rows = post.holdings.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from))
    if valid_until is not None:
        rows = rows.filter(Q(valid_from__isnull=True) | Q(valid_from__lt=valid_until))
    return rows
