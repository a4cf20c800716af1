"""Say who a printed name is and who answers for a measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, NotHere
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.orgs.services import alias_add, organisation_propose
from xiaoer.platform.words import kept
from xiaoer.slices.plans.domain import RANK
from xiaoer.slices.plans.models import Correction, Doubt, Measure, Owner, Plan
from xiaoer.slices.plans.queries import gaps
from xiaoer.slices.plans.services import bulk, duties, snapshot
from xiaoer.slices.plans.services import doubts as settling
from xiaoer.slices.plans.services.correct import Done, correct

_BY = kept("由%(name)s指定")
_MATCHED = kept("责任单位“%(name)s”对应到%(units)s")
_ADDED = kept("增加责任单位%(unit)s")
_REMOVED = kept("去掉责任单位“%(name)s”")
_ORPHANS = kept("%(n)s 项没有责任单位的举措由%(unit)s牵头")


@transaction.atomic
def owner_resolve(
    *,
    actor: Actor,
    owner_id: int,
    version: int,
    organisation_ids: Sequence[int],
    now: datetime,
    remember: bool = False,
) -> Measure:
    """Say which units a printed name means; the same name elsewhere in the plan is resolved with it.

    ``remember`` also enters the name as an alias of the unit, for every later document.
    """
    owner = _owner(actor, owner_id)
    units = _units(organisation_ids)

    def change(row: Measure) -> Done:
        same = list(
            Owner.objects.filter(measure__plan_id=row.plan_id, name=owner.name)
            .select_related("measure")
            .order_by("pk")
        )
        before = snapshot.take_names([o for o in same if o.measure_id != row.pk])
        for item in same:
            item.organisations = [u.pk for u in units]
            item.resolved_how, item.resolved_note = "person", _BY % {"name": actor.name}
        bulk.write(same, fields=["organisations", "resolved_how", "resolved_note"])
        others = {o.measure_id: o.measure for o in same if o.measure_id != row.pk}
        return Done(
            fields={},
            answers=_about_name(row.plan, owner.name),
            touched=list(others.values()),
            before=before,
        )

    names = "、".join(u.short_name or u.name for u in units)
    row = correct(
        actor=actor, measure_id=owner.measure_id, version=version, now=now, change=change,
        what=_MATCHED % {"name": owner.name, "units": names},
    )  # fmt: skip
    if remember and len(units) == 1:
        alias_add(actor=actor, organisation_id=units[0].pk, name=owner.name, now=now)
    return row


def _about_name(plan: Plan, name: str) -> list[Doubt]:
    said = duties.owner_fingerprint(f"owner.unresolved|{name}")
    return list(
        plan.doubts.filter(state="OPEN", code="owner.unresolved", fingerprint=said).order_by("pk")
    )


@transaction.atomic
def owner_propose(*, actor: Actor, owner_id: int, version: int, now: datetime) -> Measure:
    """Take a printed name for a unit the directory lacks: make it, awaiting confirmation, and resolve to it."""
    owner = _owner(actor, owner_id)
    plan = owner.measure.plan
    unit = organisation_propose(
        actor=actor, name=owner.name, source=plan.title, region_id=plan.series.region_id, now=now
    )
    return owner_resolve(
        actor=actor, owner_id=owner_id, version=version, organisation_ids=[unit.pk], now=now
    )


def owner_add(
    *, actor: Actor, measure_id: int, version: int, organisation_id: int, role: str, now: datetime
) -> Measure:
    """Add a unit that the text does not name, in the given role (lead, joint or support)."""
    unit = _units([organisation_id])[0]
    if role not in RANK:
        raise Invalid("请选择职责：牵头、共同负责或配合。", field="role")

    def change(row: Measure) -> Done:
        if row.owners.filter(role=role, organisations=[unit.pk]).exists():
            raise Invalid(
                "%(unit)s已经在这项举措里承担这一职责。",
                values={"unit": unit},
                field="organisation",
            )
        _named(row, unit=unit, role=role, actor=actor, position=row.owners.count()).save()
        return Done(fields={}, answers=settling.about(row, fields=("owner_everyone", "owners")))

    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=_ADDED % {"unit": unit},
    )  # fmt: skip


def _named(row: Measure, *, unit: Organisation, role: str, actor: Actor, position: int) -> Owner:
    return Owner(
        measure=row,
        name=(unit.short_name or unit.name)[:120],
        role=role,
        organisations=[unit.pk],
        position=position,
        resolved_how="person",
        resolved_note=_BY % {"name": actor.name},
    )


def owner_remove(*, actor: Actor, owner_id: int, version: int, now: datetime) -> Measure:
    """Remove an owner that is none."""
    owner = _owner(actor, owner_id)

    def change(row: Measure) -> Done:
        place = (owner.start, owner.end) if owner.start is not None and owner.end else None
        answers = settling.about(row, fields=("owners", f"owner:{owner_id}"), span=place)
        owner.delete()
        left = Owner.objects.filter(measure__plan_id=row.plan_id, name=owner.name).exists()
        if not left:
            answers = [*answers, *_about_name(row.plan, owner.name)]
        return Done(fields={}, answers=answers)

    return correct(
        actor=actor, measure_id=owner.measure_id, version=version, now=now, change=change,
        what=_REMOVED % {"name": owner.name},
    )  # fmt: skip


@transaction.atomic
def orphans_assign(*, actor: Actor, plan_id: int, organisation_id: int, now: datetime) -> int:
    """Give every tracked measure that nobody answers for to one unit as its lead; return how many."""
    plan = rules.load(Plan, plan_id, actor=actor, action="plans.plan.review")
    unit = _units([organisation_id])[0]
    orphans = list(gaps.orphans(plan))
    if not orphans:
        return 0
    owners = Owner.objects.bulk_create(
        [_named(m, unit=unit, role="lead", actor=actor, position=99) for m in orphans],
        batch_size=duties.BATCH,
    )
    duties.settle(plan=plan)
    duties.refresh_columns(measures=orphans)
    what = _ORPHANS % {"n": len(orphans), "unit": unit}
    made = Correction.objects.create(
        plan=plan, title=plan.title, what=what, made_by_id=actor.id, made_at=now,
        before={"owners_added": [o.pk for o in owners]},
    )  # fmt: skip
    log.record(
        "plans.plan.orphans_assigned", actor=actor, subject=plan, now=now,
        changes={"n": len(orphans), "unit": str(unit)},
    )  # fmt: skip
    answered = plan.doubts.filter(state="OPEN", code="owner.none", measure__in=orphans)
    settling.settle(actor=actor, doubts=list(answered), correction=made, now=now)
    return len(orphans)


def _owner(actor: Actor, owner_id: int) -> Owner:
    owner = Owner.objects.select_related("measure__plan__series").filter(pk=owner_id).first()
    if owner is None:
        raise NotHere()
    rules.load(Measure, owner.measure_id, actor=actor, action="plans.measure.review")
    return owner


def _units(ids: Sequence[int]) -> list[Organisation]:
    found = list(Organisation.objects.filter(pk__in=ids).order_by("pk"))
    if not ids or len(found) != len(set(ids)):
        raise Invalid(
            "请从名录里选择单位；名录里没有的，先新建为待确认单位。", field="organisation"
        )
    return found
