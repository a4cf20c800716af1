"""Bind targets to indicators and keep the versions of what an indicator means (口径)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, Stale
from xiaoer.platform.words import kept
from xiaoer.slices.indicators.domain.units import is_convertible, sense
from xiaoer.slices.indicators.models import DefinitionVersion, Indicator, TargetBinding
from xiaoer.slices.plans import public as plans

_FIRST = kept("首次登记")

_NOISE = re.compile(r"[\s，,、。；;：:“”\"'‘’（）()《》]+")
_LEADING = re.compile(r"^(全市|全省|全县|全年|力争|确保|实现|累计|新增的)+")


def indicator_key(*, name: str, unit: str) -> str:
    """Return the key under which indicators of one name and one kind of unit are one."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", name))
    short = _LEADING.sub("", text) or text
    return f"{short[:200]}|{sense(unit).base}"


def indicators_ensure(*, targets: Iterable[plans.TargetRef], now: datetime) -> Mapping[str, int]:
    """Return the indicator of each target by uid, making those that are missing.

    A target is bound by name and kind of unit once and stays bound until the office decides
    otherwise. Costs a constant number of queries.
    """
    wanted = {t.uid: t for t in targets}
    bound: dict[str, int] = dict(
        TargetBinding.objects.filter(target_uid__in=wanted, ended_at__isnull=True).values_list(
            "target_uid", "indicator_id"
        )
    )
    open_targets = [t for uid, t in wanted.items() if uid not in bound]
    if not open_targets:
        return bound
    keys = {t.uid: indicator_key(name=t.indicator, unit=t.unit) for t in open_targets}
    known: dict[str, int] = dict(
        Indicator.objects.filter(key__in=set(keys.values())).values_list("key", "pk")
    )
    fresh = {
        keys[t.uid]: Indicator(key=keys[t.uid], name=t.indicator[:200], unit=t.unit, created_at=now)
        for t in open_targets
        if keys[t.uid] not in known
    }
    Indicator.objects.bulk_create(fresh.values(), ignore_conflicts=True, batch_size=500)
    known = dict(Indicator.objects.filter(key__in=set(keys.values())).values_list("key", "pk"))
    TargetBinding.objects.bulk_create(
        [
            TargetBinding(target_uid=uid, indicator_id=known[key], recorded_at=now)
            for uid, key in keys.items()
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return bound | {uid: known[key] for uid, key in keys.items()}


def definition_on(*, indicator_id: int, day: date) -> DefinitionVersion | None:
    """Return the definition of an indicator in force on a day, None where nobody has written one."""
    return (
        DefinitionVersion.objects.filter(indicator_id=indicator_id, valid_from__lte=day)
        .order_by("-valid_from", "-number")
        .first()
    )


@transaction.atomic
def indicator_define(
    *,
    actor: Actor,
    indicator_id: int,
    text: str,
    valid_from: date,
    reason: str,
    source: str,
    now: datetime,
) -> DefinitionVersion:
    """Record a new version of an indicator's definition; the old ones stay.

    Raises
    ------
    Invalid
        If the text is blank, a later version exists already, or a second version gives no reason.
    Stale
        If somebody recorded a version at the same moment.
    """
    row = rules.load(Indicator, indicator_id, actor=actor, action="indicators.indicator.define")
    if not text.strip():
        raise Invalid(_("请填写口径：统计什么、不统计什么、数据从哪里来。"), field="text")
    last = row.definitions.order_by("-number").first()
    if last is not None and not reason.strip():
        raise Invalid(_("修订口径需要说明理由。"), field="reason")
    if last is not None and valid_from <= last.valid_from:
        raise Invalid(
            _("第 %(n)s 版口径自 %(day)s 起生效，新版本须晚于这一天。")
            % {"n": last.number, "day": last.valid_from.isoformat()},
            field="valid_from",
        )
    try:
        with transaction.atomic():
            made = DefinitionVersion.objects.create(
                indicator=row,
                number=last.number + 1 if last else 1,
                text=text.strip(),
                source=source.strip()[:300],
                reason=reason.strip()[:300],
                valid_from=valid_from,
                recorded_at=now,
                recorded_by_id=actor.id,
            )
    except IntegrityError as error:
        raise Stale() from error
    log.record(
        "indicators.indicator.defined",
        actor=actor,
        subject=row,
        changes={"number": made.number, "valid_from": valid_from.isoformat(), "text": made.text},
        reason=reason or _FIRST,
        now=now,
    )
    return made


@transaction.atomic
def target_bind(
    *, actor: Actor, target_uid: str, indicator_id: int, reason: str, now: datetime
) -> TargetBinding:
    """Say that a target is measured by another indicator than its name suggests; the old bond is kept.

    Raises
    ------
    Invalid
        If the units do not convert, or there is no reason.
    """
    rules.require(actor, "indicators.target.bind")
    target = plans.target_get(actor=actor, uid=target_uid)
    row = rules.load(Indicator, indicator_id, actor=actor, action="indicators.indicator.view")
    if not reason.strip():
        raise Invalid(_("请说明为何归入这个指标。"), field="reason")
    if not is_convertible(source=target.unit, target=row.unit):
        raise Invalid(
            _("目标按“%(target)s”计，指标按“%(indicator)s”计，两者不能换算，不能归为同一指标。")
            % {"target": target.unit, "indicator": row.unit},
            field="indicator",
        )
    TargetBinding.objects.filter(target_uid=target_uid, ended_at__isnull=True).update(ended_at=now)
    made = TargetBinding.objects.create(
        target_uid=target_uid,
        indicator=row,
        how="office",
        reason=reason.strip()[:300],
        recorded_at=now,
        recorded_by_id=actor.id,
    )
    log.record(
        "indicators.target.bound",
        actor=actor,
        subject=row,
        changes={"target": target.text, "target_uid": target_uid},
        reason=reason,
        now=now,
    )
    return made
