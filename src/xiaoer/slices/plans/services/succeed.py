"""What publication does to the ledger: list measures, retire the version before, issue the work."""

from __future__ import annotations

from datetime import datetime

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.words import kept
from xiaoer.platform.workflow.worklist import Duty, close_duties, open_duty
from xiaoer.slices.plans.domain import ASSIGNMENT, DEADLINE_CHANGE, MEASURE, PLAN
from xiaoer.slices.plans.models import Assignment, Deadline, DeadlineChange, Plan
from xiaoer.slices.plans.queries.compare import compare
from xiaoer.slices.plans.services import bulk, duties
from xiaoer.slices.plans.services.dates import working_days_from

_SPLIT = kept("拆分")
_CHANGED = kept("文字或要求有改动")
_LAPSED = kept("修订后的方案不再有这个期限")
_SIGN = kept("签收 %(count)s 项任务：%(plan)s")
_PUBLISHED = kept("方案已发布，请签收承担的任务")

Signed = dict[tuple[str, int], Assignment]


def list_measures(*, plan: Plan, actor: Actor, now: datetime) -> int:
    """Put every measure on the ledger with an event for each that is new, changed or gone; return how many."""
    comparison = compare(plan=plan)
    kept = {p.new.uid: p.what for p in comparison.paired} if comparison else {}
    measures = list(plan.measures.order_by("position", "pk"))
    for row in measures:
        row.state = MEASURE.decide(name="list", state=row.state).target
        what = kept.get(row.uid)
        if what is None:
            log.record(
                "plans.measure.listed", actor=actor, subject=row, now=now,
                changes={"plan": plan.title},
            )  # fmt: skip
        elif what != "kept":
            log.record(
                "plans.measure.amended", actor=actor, subject=row, now=now,
                changes={"number": plan.number, "what": _SPLIT if what == "split" else _CHANGED},
            )  # fmt: skip
    bulk.write(measures, fields=["state"])
    for row in comparison.dropped if comparison else ():
        log.record(
            "plans.measure.dropped", actor=actor, subject=row, now=now,
            changes={"number": plan.number},
        )  # fmt: skip
    return len(measures)


def supersede(*, plan: Plan, actor: Actor, now: datetime) -> Signed:
    """Retire the version before this one; return its signed assignments by measure identity and unit."""
    previous = plan.previous
    if previous is None:
        return {}
    step = PLAN.decide(name="supersede", state=previous.state)
    previous.move(to=step.target)
    log.record(
        "plans.plan.superseded", actor=actor, subject=previous, now=now,
        changes={"number": plan.number},
    )  # fmt: skip
    close_duties(prefix=f"plans.sign:{previous.pk}", now=now)
    _carry_lights(plan=plan, previous=previous)
    _carry_requests(plan=plan, previous=previous, actor=actor, now=now)
    signed = Assignment.objects.filter(measure__plan=previous, state="SIGNED")
    return {(r.measure.uid, r.organisation_id): r for r in signed.select_related("measure")}


def _carry_lights(*, plan: Plan, previous: Plan) -> None:
    """Let each continued measure keep the light it had until lights are computed again."""
    old = {m.uid: m for m in previous.measures.defer("text", "search_text")}
    rows = [m for m in plan.measures.defer("text", "search_text") if m.uid in old]
    for row in rows:
        before = old[row.uid]
        row.light, row.light_since = before.light, before.light_since
        row.turns_red_on = before.turns_red_on
    bulk.write(rows, fields=["light", "light_since", "turns_red_on"])


def _carry_requests(*, plan: Plan, previous: Plan, actor: Actor, now: datetime) -> None:
    """Move requests for other dates, open or decided, onto the continued dates; an open one without a date lapses."""
    dates = {
        d.uid: d for d in Deadline.objects.filter(measure__plan=plan).select_related("measure")
    }
    requests = DeadlineChange.objects.filter(measure__plan=previous)
    for change in requests.select_related("deadline", "measure").order_by("pk"):
        heir = dates.get(change.deadline.uid)
        if heir is not None:
            change.deadline, change.measure = heir, heir.measure
            change.save(update_fields=["deadline", "measure"])
        elif change.state == "REQUESTED":
            step = DEADLINE_CHANGE.decide(name="lapse", state=change.state)
            change.move(to=step.target, decided_at=now, decision_note=_LAPSED)
            log.record(
                "plans.deadline_change.lapsed", actor=actor, subject=change.measure, now=now,
                changes={"number": plan.number},
            )  # fmt: skip
            close_duties(prefix=f"plans.deadline_change:{change.pk}", now=now)


def issue(*, plan: Plan, signed: Signed, now: datetime) -> None:
    """Issue every assignment; one that the unit already signed for in the version before stays signed."""
    waiting: dict[int, int] = {}
    rows = list(
        Assignment.objects.filter(measure__plan=plan).select_related("measure").order_by("pk")
    )
    for row in rows:
        before = signed.get((row.measure.uid, row.organisation_id))
        step = ASSIGNMENT.decide(name="carry" if before else "issue", state=row.state)
        row.state, row.version = step.target, row.version + 1
        if before is not None:
            row.signed_by_id, row.signed_at = before.signed_by_id, before.signed_at
        else:
            waiting[row.organisation_id] = waiting.get(row.organisation_id, 0) + 1
    bulk.write(rows, fields=["state", "version", "signed_by", "signed_at"])
    sign_by = working_days_from(now.date(), rule="plans.sign_days")
    for organisation_id, count in sorted(waiting.items()):
        open_duty(
            Duty(
                key=f"plans.sign:{plan.pk}:{organisation_id}",
                kind="plans.sign",
                title=_SIGN % {"count": count, "plan": plan.title},
                why=_PUBLISHED,
                url=f"{duties.plan_url(plan.pk)}?sign=1",
                role="handler",
                organisation=organisation_id,
                due_date=sign_by,
            ),
            now=now,
        )
