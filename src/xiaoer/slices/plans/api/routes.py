"""The slice through the API: the same services, queries and refusals as its pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from xiaoer.platform.access.views import moment_of_request
from xiaoer.platform.api.auth import actor_of, needs
from xiaoer.platform.api.paging import Listed, Paging, listed
from xiaoer.slices.plans.api import schemas
from xiaoer.slices.plans.queries import ledger as ledger_queries
from xiaoer.slices.plans.queries import measure as measure_queries
from xiaoer.slices.plans.queries import plan as plan_queries
from xiaoer.slices.plans.queries import review as review_queries
from xiaoer.slices.plans.services import (
    correct,
    fields,
    ledger,
    match,
    owners,
    publish,
    review,
    spans,
    upload,
)

router = Router()


@router.get("plans", auth=needs("plans.plan.list"), response=Listed[schemas.PlanOut])
def plans_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """List the plans the caller may see, newest first."""
    return listed(plan_queries.plan_rows(actor=actor_of(request)), paging=paging)


@router.post("plans", auth=needs("plans.plan.upload"), response={201: schemas.PlanDetailOut})
def plans_upload(
    request: HttpRequest,
    file: File[UploadedFile],
    year: Form[int | None] = None,
    previous_id: Form[int | None] = None,
    parent_series_id: Form[int | None] = None,
    organisation_id: Form[int | None] = None,
) -> Any:
    """Compile a document into a plan under review; an amended plan names its ``previous_id``."""
    plan = upload.plan_upload(
        actor=actor_of(request), data=file.read(), name=file.name or "方案", year=year,
        previous_id=previous_id, parent_series_id=parent_series_id,
        organisation_id=organisation_id, now=moment_of_request(request),
    )  # fmt: skip
    return Status(201, _plan_out(request, plan.pk))


def _plan_out(
    request: HttpRequest, plan_id: int
) -> dict[str, Any]:  # what schemas.PlanDetailOut declares
    detail = plan_queries.plan_detail(actor=actor_of(request), plan_id=plan_id)
    row, changed = detail.plan, detail.comparison
    return {
        "id": row.pk,
        "title": row.title,
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "measures": detail.n_measures,
        "targets": detail.n_targets,
        "units": detail.n_units,
        "doubts": detail.progress.doubts,
        "doubts_open": detail.progress.open,
        "corrections": len(detail.corrections),
        "countersigns": list(detail.countersigns),
        "added": [m.title for m in changed.added] if changed else [],
        "dropped": [m.title for m in changed.dropped] if changed else [],
    }


@router.get("plans/{plan_id}", auth=needs("plans.plan.view"), response=schemas.PlanDetailOut)
def plans_get(request: HttpRequest, plan_id: int) -> Any:
    """Say where a plan stands."""
    return _plan_out(request, plan_id)


@router.post("plans/{plan_id}/steps", auth=needs("plans.plan.send"), response=schemas.PlanDetailOut)
def plans_step(request: HttpRequest, plan_id: int, body: schemas.StepIn) -> Any:
    """Send, recall, publish or discard a plan."""
    base: dict[str, Any] = {  # the arguments every step shares
        "actor": actor_of(request), "plan_id": plan_id, "version": body.version,
        "now": moment_of_request(request),
    }  # fmt: skip
    if body.step == "send":
        publish.plan_send(**base)
    elif body.step == "publish":
        publish.plan_publish(**base)
    elif body.step == "recall":
        publish.plan_recall(**base, reason=body.reason)
    else:
        publish.plan_discard(**base, reason=body.reason)
    return _plan_out(request, plan_id)


@router.get(
    "plans/{plan_id}/doubts", auth=needs("plans.doubt.decide"), response=Listed[schemas.DoubtOut]
)
def doubts_list(request: HttpRequest, plan_id: int, paging: Query[Paging]) -> Any:
    """List the undecided doubts, those that block first."""
    actor = actor_of(request)
    plan = review_queries.plan_get(actor=actor, plan_id=plan_id)
    return listed(review_queries.doubts_open(actor=actor, plan=plan, limit=5000), paging=paging)


@router.post("doubts/{doubt_id}", auth=needs("plans.doubt.decide"), response=schemas.DoubtOut)
def doubts_decide(request: HttpRequest, doubt_id: int, body: schemas.DecideIn) -> Any:
    """Accept or dismiss a doubt, or undo what was decided."""
    base: dict[str, Any] = {  # the arguments every decision shares
        "actor": actor_of(request), "doubt_id": doubt_id, "version": body.version,
        "now": moment_of_request(request),
    }  # fmt: skip
    if body.step == "accept":
        return review.doubt_accept(**base)
    if body.step == "reject":
        return review.doubt_reject(**base, reason=body.reason)
    return review.doubt_reopen(**base)


def _base(request: HttpRequest, measure_id: int, version: int) -> dict[str, Any]:
    """Return the arguments every correction of a measure shares."""
    return {
        "actor": actor_of(request), "measure_id": measure_id, "version": version,
        "now": moment_of_request(request),
    }  # fmt: skip


MEASURE_REVIEW = needs("plans.measure.review")


@router.post("measures/{measure_id}/words", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def measures_words(request: HttpRequest, measure_id: int, body: schemas.WordsIn) -> Any:
    """Correct the title, kind or theme of a measure under review."""
    edit = correct.MeasureEdit(**body.dict(exclude={"version"}))
    return correct.measure_edit(**_base(request, measure_id, body.version), edit=edit)


@router.post("measures/{measure_id}/owners", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def measures_owner(request: HttpRequest, measure_id: int, body: schemas.OwnerIn) -> Any:
    """Add a unit to a measure under review."""
    return owners.owner_add(
        **_base(request, measure_id, body.version),
        organisation_id=body.organisation_id,
        role=body.role,
    )


@router.post("measures/{measure_id}/deadlines", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def measures_deadline(request: HttpRequest, measure_id: int, body: schemas.DeadlineIn) -> Any:
    """Correct, add or remove a date of a measure under review."""
    return fields.deadline_set(
        **_base(request, measure_id, body.version),
        **body.dict(exclude={"version"}),
    )


@router.post("measures/{measure_id}/targets", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def measures_target(request: HttpRequest, measure_id: int, body: schemas.TargetIn) -> Any:
    """Correct or add a target of a measure under review."""
    return fields.target_set(
        **_base(request, measure_id, body.version),
        target_id=body.target_id,
        edit=fields.TargetEdit(**body.dict(exclude={"version", "target_id"})),
    )


@router.post("measures/{measure_id}/milestones", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def measures_milestone(request: HttpRequest, measure_id: int, body: schemas.MilestoneIn) -> Any:
    """Correct or add a deliverable of a measure under review."""
    return fields.milestone_set(
        **_base(request, measure_id, body.version),
        **body.dict(exclude={"version"}),
    )


@router.post("measures/{measure_id}/match", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def measures_match(request: HttpRequest, measure_id: int, body: schemas.MatchIn) -> Any:
    """Say which measure of the version before a measure continues."""
    return match.match_set(**_base(request, measure_id, body.version), old_uid=body.old_uid)


@router.post("owners/{owner_id}", auth=MEASURE_REVIEW, response=schemas.CorrectedOut)
def owners_resolve(request: HttpRequest, owner_id: int, body: schemas.ResolveIn) -> Any:
    """Say which units a printed name means, everywhere in the plan."""
    return owners.owner_resolve(
        actor=actor_of(request), owner_id=owner_id, now=moment_of_request(request), **body.dict()
    )


@router.post(
    "plans/{plan_id}/measures",
    auth=needs("plans.plan.review"),
    response={201: schemas.CorrectedOut},
)
def measures_add(request: HttpRequest, plan_id: int, body: schemas.SpanIn) -> Any:
    """Make a measure of a passage that was passed over."""
    row = spans.measure_add(
        actor=actor_of(request), plan_id=plan_id, now=moment_of_request(request), **body.dict()
    )
    return Status(201, row)


@router.post(
    "countersigns/{countersign_id}",
    auth=needs("plans.countersign.answer"),
    response=schemas.CountersignOut,
)
def countersigns_answer(request: HttpRequest, countersign_id: int, body: schemas.AnswerIn) -> Any:
    """Agree or object, for one's unit."""
    base: dict[str, Any] = {  # the arguments both answers share
        "actor": actor_of(request), "countersign_id": countersign_id, "version": body.version,
        "now": moment_of_request(request),
    }  # fmt: skip
    if body.step == "agree":
        return publish.countersign_agree(**base)
    return publish.countersign_object(**base, reason=body.reason)


@router.post(
    "countersigns/{countersign_id}/reply",
    auth=needs("plans.countersign.reply"),
    response=schemas.CountersignOut,
)
def countersigns_reply(request: HttpRequest, countersign_id: int, body: schemas.ReplyIn) -> Any:
    """Answer an objection; the unit is asked again."""
    return publish.countersign_reply(
        actor=actor_of(request), countersign_id=countersign_id, version=body.version,
        reply=body.reply, now=moment_of_request(request),
    )  # fmt: skip


@router.get("ledger", auth=needs("plans.measure.list"), response=Listed[schemas.LedgerOut])
def ledger_list(
    request: HttpRequest, filters: Query[schemas.LedgerIn], paging: Query[Paging]
) -> Any:
    """List measures in force, filtered and ordered as on the page."""
    said = filters.dict()
    wanted = ledger_queries.LedgerFilters(search=said.pop("q"), size=paging.limit, **said)
    found = ledger_queries.ledger_part(
        actor=actor_of(request), filters=wanted, offset=paging.offset,
        today=moment_of_request(request).date(),
    )  # fmt: skip
    return {
        "items": [asdict(row) for row in found.rows],
        "count": found.total,
        "limit": paging.limit,
        "offset": paging.offset,
    }


@router.get("ledger/{uid}", auth=needs("plans.measure.view"), response=schemas.MeasureOut)
def measures_get(request: HttpRequest, uid: str) -> Any:
    """Tell everything of one measure."""
    detail = measure_queries.measure_detail(
        actor=actor_of(request), uid=uid, today=moment_of_request(request).date()
    )
    row = detail.measure
    names = ("uid", "plan_id", "number", "title", "text", "theme", "light", "version")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "targets": list(detail.card.targets),
        "milestones": [m.title for m in detail.card.milestones],
        "deadlines": [_deadline_out(d) for d in detail.deadlines],
        "assignments": list(detail.assignments),
        "events": [e.sentence for e in detail.events],
    }


def _deadline_out(item: measure_queries.DatedDeadline) -> dict[str, Any]:
    """Return what schemas.DeadlineOut declares."""
    row = item.deadline
    return {
        "id": row.pk, "text": row.text, "kind": row.kind, "due_date": row.due_date,
        "original_due_date": row.original_due_date, "is_provisional": row.is_provisional,
        "changes": list(item.changes),
    }  # fmt: skip


@router.post(
    "assignments/{assignment_id}/sign",
    auth=needs("plans.assignment.sign"),
    response=schemas.AssignmentOut,
)
def assignments_sign(request: HttpRequest, assignment_id: int) -> Any:
    """Sign, for one's unit, for a duty."""
    return ledger.assignment_sign(
        actor=actor_of(request), assignment_id=assignment_id, now=moment_of_request(request)
    )


@router.post(
    "deadlines/{deadline_id}/changes",
    auth=needs("plans.deadline_change.request"),
    response={201: schemas.ChangeOut},
)
def changes_request(request: HttpRequest, deadline_id: int, body: schemas.ChangeIn) -> Any:
    """Ask for another date; somebody else decides, and the first date is kept."""
    row = ledger.deadline_change_request(
        actor=actor_of(request), deadline_id=deadline_id, new_date=body.new_date,
        reason=body.reason, now=moment_of_request(request),
    )  # fmt: skip
    return Status(201, row)


@router.post(
    "deadline-changes/{change_id}",
    auth=needs("plans.deadline_change.decide"),
    response=schemas.ChangeOut,
)
def changes_decide(request: HttpRequest, change_id: int, body: schemas.ChangeDecideIn) -> Any:
    """Approve or decline a wish for another date."""
    base: dict[str, Any] = {  # the arguments both decisions share
        "actor": actor_of(request), "change_id": change_id, "version": body.version,
        "now": moment_of_request(request),
    }  # fmt: skip
    if body.step == "approve":
        return ledger.deadline_change_approve(**base, note=body.reason)
    return ledger.deadline_change_refuse(**base, reason=body.reason)


@router.post(
    "targets/{target_id}/shape", auth=needs("plans.measure.shape"), response=schemas.TargetOut
)
def targets_shape(request: HttpRequest, target_id: int, body: schemas.ShapeIn) -> Any:
    """Change, with a reason, how a target in force is expected to be reached."""
    return ledger.target_reshape(
        actor=actor_of(request), target_id=target_id, now=moment_of_request(request), **body.dict()
    )
