"""Take in a document: read it, compile it, lint it, and lay it out for review in one transaction."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from xiaoer.engines import plantext
from xiaoer.engines.calendar import BadDeadline, resolve_deadline
from xiaoer.engines.plantext import readers
from xiaoer.engines.plantext.lint import lint
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, Refused
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.services import file_store
from xiaoer.platform.orgs.models import Region
from xiaoer.platform.orgs.resolve import Directory
from xiaoer.platform.rules import shipped_calendar
from xiaoer.slices.plans.domain import DOUBT, PLAN
from xiaoer.slices.plans.models import Owner, Plan, PlanSeries, Target
from xiaoer.slices.plans.services import duties, match, rows


class AlreadyHere(Refused):
    """The same file is already being reviewed."""

    code = "plans.already_here"


def plan_upload(
    *,
    actor: Actor,
    data: bytes,
    name: str,
    now: datetime,
    year: int | None = None,
    region_id: int | None = None,
    previous_id: int | None = None,
    parent_series_id: int | None = None,
) -> Plan:
    """Compile a document and lay it out for review; an amended plan names its ``previous_id``.

    Raises
    ------
    Invalid
        If the document cannot be read (with the reader's advice) or holds no measure.
    AlreadyHere
        If the same file is already in review.
    """
    rules.require(actor, "plans.plan.upload")
    extract = read(data=data, name=name)
    compiled = plantext.compile_text(extract.text, year=year)
    if not compiled.measures:
        raise Invalid(
            f"“{name}”里没有找到可以督办的举措，它可能不是行动方案。请确认文件；如确是方案，请改用带文字的原件再试。",
            code="plans.no_measures",
            field="file",
        )
    with transaction.atomic():
        previous = None
        if previous_id is not None:
            previous = rules.load(Plan, previous_id, actor=actor, action="plans.plan.view")
            _check_amendable(previous)
        stored = file_store(actor=actor, data=data, name=name, now=now)
        _refuse_twin(stored)
        series = (
            previous.series
            if previous
            else _new_series(compiled, name, region_id, parent_series_id)
        )
        plan = _new_plan(
            actor=actor, compiled=compiled, extract=extract, name=name, stored=stored,
            series=series, previous=previous, now=now,
        )  # fmt: skip
        doubts = _fill(plan=plan, compiled=compiled, on=now.date())
        counts = {
            "file": name,
            "measures": len(compiled.measures),
            "targets": sum(len(m.targets) for m in compiled.measures),
            "doubts": doubts,
        }
        log.record("plans.plan.uploaded", actor=actor, subject=plan, changes=counts, now=now)
    return plan


def read(*, data: bytes, name: str) -> readers.Extract:
    """Return the text of a document; a refusal of the reader becomes one that the form can show."""
    try:
        return readers.read(data, name=name)
    except readers.Unreadable as error:
        raise Invalid(
            error.message_zh, code=f"plans.{error.code}", field="file", data=error.data
        ) from error


def _check_amendable(previous: Plan) -> None:
    if previous.state != "PUBLISHED":
        raise Invalid("只有已发布的方案可以修订；这一版还没有发布或已被取代。", field="previous")
    if Plan.objects.filter(previous=previous).exclude(state="DISCARDED").exists():
        raise Refused(
            "这个方案已有一份修订稿在校核中，请先处理那一份。", code="plans.amendment_open"
        )


def _refuse_twin(stored: StoredFile) -> None:
    twin = Plan.objects.filter(
        source__sha256=stored.sha256, state__in=["IN_REVIEW", "COUNTERSIGNING"]
    ).first()
    if twin is not None:
        raise AlreadyHere(
            f"同一份文件已在校核：《{twin.title}》。请打开那一份继续；如需重来，请先将其作废。",
            field="file",
            data={"plan": twin.pk},
        )


def _new_series(
    compiled: plantext.Plan, name: str, region_id: int | None, parent_series_id: int | None
) -> PlanSeries:
    region = (
        Region.objects.filter(pk=region_id).first()
        or Region.objects.filter(parent__isnull=True).first()
    )
    return PlanSeries.objects.create(
        name=(compiled.doc.title or name)[:200], region=region, parent_id=parent_series_id
    )


def _new_plan(
    *,
    actor: Actor,
    compiled: plantext.Plan,
    extract: readers.Extract,
    name: str,
    stored: StoredFile,
    series: PlanSeries,
    previous: Plan | None,
    now: datetime,
) -> Plan:
    doc = compiled.doc
    number = (series.plans.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    return Plan.objects.create(
        series=series,
        number=number,
        title=(doc.title or name.rsplit(".", 1)[0])[:300],
        issuer=(doc.issuer or "")[:120],
        document_number=(doc.number or "")[:60],
        kind=doc.kind,
        issue_date=_issue_date(doc.date),
        year=doc.year,
        text=extract.text,
        layout={
            "blocks": [asdict(b) for b in extract.blocks],
            "noise": [list(s) for s in doc.noise_spans],
            "duplicates": [list(s) for s in doc.duplicate_spans],
            "year_source": doc.year_source or "",
        },
        source=stored,
        previous=previous,
        state=PLAN.initial,
        created_by_id=actor.id,
        created_at=now,
    )


def _issue_date(printed: str | None) -> date | None:
    try:
        return date.fromisoformat(printed) if printed and len(printed) == 10 else None
    except ValueError:
        return None


def _fill(*, plan: Plan, compiled: plantext.Plan, on: date) -> int:
    """Write rows, owners and doubts of a new plan; return how many doubts there are."""
    measures = rows.write(plan=plan, compiled=compiled, resolve_date=resolve_date)
    if plan.previous is not None:
        match.carry_identity(plan=plan, previous=plan.previous)
    region_id = plan.series.region_id
    directory = Directory.load(on=on, region_id=region_id)
    owners = list(Owner.objects.filter(measure__plan=plan).order_by("measure_id", "position", "pk"))
    ids = {str(row.pk): row for row in measures.values()}
    doubts = [*compiled.doubts, *lint(compiled, text=plan.text)]
    rows.write_doubts(plan=plan, doubts=doubts, measures=measures)
    own = duties.resolve_owners(owners=owners, directory=directory)
    named = {o.measure_id for o in owners if o.role in duties.ANSWERING}
    counted = set(Target.objects.filter(measure__plan=plan).values_list("measure_id", flat=True))
    own += duties.without_lead(
        measures=[
            m
            for m in measures.values()
            if m.pk not in named and (m.kind in rows.TRACKED or m.pk in counted)
        ]
    )
    rows.write_doubts(plan=plan, doubts=own, measures=ids, first=-len(own))
    _inherit_silence(plan=plan)
    duties.refresh_columns(measures=list(measures.values()))
    return len(doubts) + len(own)


def _inherit_silence(*, plan: Plan) -> None:
    """Silence what was silenced, with its reason, in the version before this one."""
    if plan.previous is None:
        return
    silenced = dict(
        plan.previous.doubts.filter(state="REJECTED").values_list("fingerprint", "reason")
    )
    for doubt in plan.doubts.filter(fingerprint__in=silenced, state="OPEN"):
        step = DOUBT.decide(
            name="reject", state=doubt.state, facts={"reason": silenced[doubt.fingerprint]}
        )
        doubt.move(to=step.target, reason=silenced[doubt.fingerprint])


def resolve_date(printed: str) -> rows.Resolution:
    """Return the day a printed date means, None where it names no day (the doubt says so)."""
    try:
        found = resolve_deadline(calendar=shipped_calendar(), printed=printed)
    except BadDeadline:
        return rows.Resolution(due_date=None, is_provisional=False)
    return rows.Resolution(due_date=found.date, is_provisional=found.provisional)
