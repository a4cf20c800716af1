"""Keep the directory of units: create, propose, confirm, rename, move, abolish, aliases, groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import load, require
from xiaoer.platform.audit import log as audit
from xiaoer.platform.errors import Invalid, NotFromHere
from xiaoer.platform.orgs import access, names
from xiaoer.platform.orgs.models import (
    GroupMembership,
    Organisation,
    OrganisationAlias,
    OrganisationGroup,
)
from xiaoer.platform.words import kept

FORMER = "former"
HABIT = "alias"
_NOBODY = kept("无")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """What is known of a unit to be entered; ``short_name`` empty means the name itself."""

    name: str
    short_name: str = ""
    kind: str = Organisation.Kind.DEPARTMENT
    region_id: int | None = None
    parent_id: int | None = None
    is_office: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


def enter(new: NewOrganisation, *, is_proposed: bool) -> Organisation:
    """Write one unit and its path, without check of rights and without an event: for services only."""
    name = names.tidy(new.name)
    if not name:
        raise Invalid("请填写机构名称。", field="name")
    if Organisation.objects.filter(name=name).exists():
        raise Invalid(
            "名录中已有“%(name)s”，请直接选用；如系更名，请用“更名”。",
            values={"name": name},
            field="name",
        )
    if new.kind not in Organisation.Kind.values:
        raise Invalid("没有“%(kind)s”这一机构类别。", values={"kind": new.kind}, field="kind")
    parent = Organisation.objects.filter(pk=new.parent_id).first() if new.parent_id else None
    if new.parent_id and parent is None:
        raise Invalid("上级机构不存在，请重新选择。", field="parent")
    row = Organisation.objects.create(
        name=name,
        short_name=names.tidy(new.short_name) or name[:60],
        kind=new.kind,
        region_id=new.region_id or (parent.region_id if parent else None),
        parent=parent,
        is_office=new.is_office,
        is_proposed=is_proposed,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
    )
    row.path = f"{parent.path}/{row.pk}" if parent else str(row.pk)
    row.save(update_fields=["path"])
    return row


@transaction.atomic
def organisation_create(*, actor: Actor, new: NewOrganisation, now: datetime) -> Organisation:
    """Enter a unit in the directory."""
    require(actor, access.MANAGE)
    row = enter(new, is_proposed=False)
    audit.record(
        "orgs.organisation.created", actor=actor, subject=row, now=now, changes={"name": row.name}
    )
    return row


@transaction.atomic
def organisation_propose(
    *, actor: Actor, name: str, source: str, now: datetime, region_id: int | None = None
) -> Organisation:
    """Enter a unit that a document names and the directory lacks; a person confirms it later.

    The same name proposed again returns the unit that is there.
    """
    require(actor, access.PROPOSE)
    found = Organisation.objects.filter(name=names.tidy(name)).first()
    if found is not None:
        return found
    row = enter(NewOrganisation(name=name, region_id=region_id), is_proposed=True)
    audit.record(
        "orgs.organisation.proposed", actor=actor, subject=row, now=now,
        changes={"name": row.name, "source": source},
    )  # fmt: skip
    return row


@transaction.atomic
def organisation_confirm(*, actor: Actor, organisation_id: int, now: datetime) -> Organisation:
    """Accept a proposed unit into the directory."""
    row = load(Organisation, organisation_id, actor=actor, action=access.MANAGE)
    if not Organisation.objects.filter(pk=row.pk, is_proposed=True).update(is_proposed=False):
        raise NotFromHere("“%(row)s”已经确认，无需重复确认。", values={"row": row})
    row.is_proposed = False
    audit.record(
        "orgs.organisation.confirmed", actor=actor, subject=row, now=now,
        changes={"is_proposed": [True, False]},
    )  # fmt: skip
    return row


@transaction.atomic
def organisation_rename(
    *, actor: Actor, organisation_id: int, name: str, short_name: str, reason: str, now: datetime
) -> Organisation:
    """Give a unit its new name; the old names go on meaning it, so that older documents resolve."""
    row = load(Organisation, organisation_id, actor=actor, action=access.MANAGE)
    _need_reason(reason)
    name, short_name = names.tidy(name), names.tidy(short_name)
    if not name:
        raise Invalid("请填写新名称。", field="name")
    if Organisation.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise Invalid(
            "名录中已有“%(name)s”，两个机构合并请用“撤并”。", values={"name": name}, field="name"
        )
    old = [row.name, row.short_name]
    row.name, row.short_name = name, short_name or name[:60]
    row.save(update_fields=["name", "short_name"])
    for former in {*old} - {row.name, row.short_name, ""}:
        OrganisationAlias.objects.get_or_create(
            organisation=row, name=former, defaults={"kind": FORMER}
        )
    audit.record(
        "orgs.organisation.renamed", actor=actor, subject=row, now=now, reason=reason,
        changes={"name": [old[0], row.name], "short_name": [old[1], row.short_name]},
    )  # fmt: skip
    return row


@transaction.atomic
def organisation_move(
    *, actor: Actor, organisation_id: int, parent_id: int | None, reason: str, now: datetime
) -> Organisation:
    """Put a unit, with all below it, under another one (or at the top)."""
    row = load(Organisation, organisation_id, actor=actor, action=access.MANAGE)
    parent = load(Organisation, parent_id, actor=actor, action=access.SEE) if parent_id else None
    if parent is not None and f"{parent.path}/".startswith(f"{row.path}/"):
        raise Invalid("上级机构不能是它自己或它的下属机构。", field="parent")
    before, old_path = row.parent_id, row.path
    new_path = f"{parent.path}/{row.pk}" if parent else str(row.pk)
    tail = Concat(Value(new_path), Substr("path", len(old_path) + 1))
    Organisation.objects.filter(Q(pk=row.pk) | Q(path__startswith=f"{old_path}/")).update(path=tail)
    Organisation.objects.filter(pk=row.pk).update(parent=parent)
    row.parent, row.path = parent, new_path
    audit.record(
        "orgs.organisation.moved", actor=actor, subject=row, now=now, reason=reason,
        changes={"parent": [before, parent_id]},
    )  # fmt: skip
    return row


@transaction.atomic
def organisation_abolish(
    *,
    actor: Actor,
    organisation_id: int,
    on: date,
    successor_id: int | None,
    reason: str,
    now: datetime,
) -> Organisation:
    """End a unit on a day; from then on its name means the successor, if there is one."""
    row = load(Organisation, organisation_id, actor=actor, action=access.MANAGE)
    _need_reason(reason)
    if row.valid_until is not None:
        raise NotFromHere(
            "“%(row)s”已于 %(valid_until)s 撤并。",
            values={"row": row, "valid_until": row.valid_until},
        )
    if row.valid_from is not None and on <= row.valid_from:
        raise Invalid(
            "撤并日期应晚于设立日期 %(valid_from)s。",
            values={"valid_from": row.valid_from},
            field="on",
        )
    heir = (
        load(Organisation, successor_id, actor=actor, action=access.SEE) if successor_id else None
    )
    if heir is not None:
        _refuse_circle(row, heir)
    Organisation.objects.filter(pk=row.pk).update(valid_until=on, successor=heir)
    row.valid_until, row.successor = on, heir
    audit.record(
        "orgs.organisation.abolished", actor=actor, subject=row, now=now, reason=reason,
        changes={"valid_until": [None, on.isoformat()], "successor": str(heir) if heir else _NOBODY},
    )  # fmt: skip
    return row


@transaction.atomic
def alias_add(
    *,
    actor: Actor,
    organisation_id: int,
    name: str,
    now: datetime,
    kind: str = HABIT,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> OrganisationAlias:
    """Enter another name of a unit; adding the same one again changes nothing."""
    row = load(Organisation, organisation_id, actor=actor, action=access.MANAGE)
    name = names.tidy(name)
    if not name:
        raise Invalid("请填写别名。", field="name")
    alias, is_new = OrganisationAlias.objects.get_or_create(
        organisation=row,
        name=name,
        defaults={"kind": kind, "valid_from": valid_from, "valid_until": valid_until},
    )
    if is_new:
        audit.record("orgs.alias.added", actor=actor, subject=row, now=now, changes={"name": name})
    return alias


@transaction.atomic
def group_set_members(
    *,
    actor: Actor,
    name: str,
    organisation_ids: Iterable[int],
    on: date,
    now: datetime,
    other_names: tuple[str, ...] = (),
) -> OrganisationGroup:
    """Say who belongs to a group from ``on``; who left keeps the dates of membership."""
    require(actor, access.MANAGE)
    name = names.tidy(name)
    if not name:
        raise Invalid("请填写机构组名称。", field="name")
    group, _ = OrganisationGroup.objects.get_or_create(name=name)
    if other_names:
        group.other_names = sorted({*group.other_names, *other_names})
        group.save(update_fields=["other_names"])
    wanted = set(organisation_ids)
    current = group.memberships.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    before = set(current.values_list("organisation_id", flat=True))
    current.exclude(organisation_id__in=wanted).filter(valid_from__gte=on).delete()
    current.exclude(organisation_id__in=wanted).update(valid_until=on)
    current.filter(valid_until__isnull=False).update(valid_until=None)
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, organisation_id=pk, valid_from=on if before else None)
        for pk in sorted(wanted - before)
    )
    audit.record(
        "orgs.group.changed", actor=actor, subject=group, now=now,
        changes={"members": [sorted(before), sorted(wanted)]},
    )  # fmt: skip
    return group


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("请填写依据或理由，例如机构改革文件的文号。", field="reason")


def _refuse_circle(row: Organisation, heir: Organisation) -> None:
    seen: Organisation | None = heir
    while seen is not None:
        if seen.pk == row.pk:
            raise Invalid("承接机构最终又指回本机构，请重新选择。", field="successor")
        seen = seen.successor
