"""Take in a document: read it, compile it, lint it, and lay it out for review in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from xiaoer.engines import plantext
from xiaoer.engines.plantext import readers
from xiaoer.engines.plantext.lint import lint
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, Refused
from xiaoer.platform.files import convert
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.services import file_store
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.platform.orgs.resolve import Directory
from xiaoer.platform.words import kept
from xiaoer.slices.plans.domain import ANSWERING, DOUBT, PLAN
from xiaoer.slices.plans.models import Measure, Owner, Plan, PlanSeries
from xiaoer.slices.plans.queries import gaps
from xiaoer.slices.plans.services import bulk, dates, duties, lineage, match, rows

_OWN_PLAN = kept("分方案由本单位牵头")
_CARRIED_OVER = kept("沿用上一版")

TOLD_BY_OWNERS = frozenset({"measure_without_owner", "plan_without_owners"})


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
    organisation_id: int | None = None,
) -> Plan:
    """Compile a document and lay it out for review; an amended plan names its ``previous_id``.

    A sub-plan names the series it breaks down as ``parent_series_id``; with ``organisation_id`` it
    is one unit's own, which then leads whatever names nobody.

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
            "“%(name)s”里没有找到可以督办的举措，它可能不是行动方案。请确认文件；如确是方案，请改用带文字的原件再试。",
            values={"name": name},
            code="plans.no_measures",
            field="file",
        )
    with transaction.atomic():
        previous = None
        if previous_id is not None:
            previous = rules.load(Plan, previous_id, actor=actor, action="plans.plan.amend")
            Plan.objects.select_for_update().get(pk=previous.pk)
            _check_amendable(previous)
        stored = file_store(actor=actor, data=data, name=name, now=now)
        _refuse_twin(stored)
        series = previous.series if previous else _new_series(
            compiled, name, region_id=region_id, parent_id=parent_series_id,
            organisation_id=organisation_id,
        )  # fmt: skip
        plan = _new_plan(
            actor=actor, compiled=compiled, extract=extract, name=name, stored=stored,
            series=series, previous=previous, now=now,
        )  # fmt: skip
        doubts = _fill(plan=plan, compiled=compiled, now=now, actor=actor)
        counts = {
            "file": name,
            "measures": len(compiled.measures),
            "targets": sum(len(m.targets) for m in compiled.measures),
            "doubts": doubts,
        }
        log.record("plans.plan.uploaded", actor=actor, subject=plan, changes=counts, now=now)
    return plan


def read(*, data: bytes, name: str) -> readers.Extract:
    """Return the text of a document; a refusal of the reader becomes one that the form can show.

    What only LibreOffice can read goes through it where the machine has it.
    """
    try:
        return readers.read(data, name=name)
    except readers.Unreadable as error:
        if error.code == "needs_converter" and convert.is_available():
            return read(data=convert.to_docx(data=data, name=name), name=f"{name}.docx")
        raise Invalid(
            error.message_zh,
            message_en=error.message_en,
            code=f"plans.{error.code}",
            field="file",
            data=error.data,
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
            "同一份文件已在校核：《%(title)s》。请打开那一份继续；如需重来，请先将其作废。",
            values={"title": twin.title},
            field="file",
            data={"plan": twin.pk},
        )


def _new_series(
    compiled: plantext.Plan,
    name: str,
    *,
    region_id: int | None,
    parent_id: int | None,
    organisation_id: int | None,
) -> PlanSeries:
    parent = PlanSeries.objects.filter(pk=parent_id).first() if parent_id else None
    if parent_id and parent is None:
        raise Invalid("没有找到上级方案，请从列表里选择。", field="parent")
    unit = Organisation.objects.filter(pk=organisation_id).first() if organisation_id else None
    if organisation_id and unit is None:
        raise Invalid("名录里没有这个单位，请从列表里选择。", field="organisation")
    wanted = region_id or (parent.region_id if parent else None)
    region = Region.objects.filter(pk=wanted).first() if wanted else None
    if region is None:
        region = Region.objects.filter(parent__isnull=True).order_by("pk").first()
    return PlanSeries.objects.create(
        name=(compiled.doc.title or name)[:200], region=region, parent=parent, organisation=unit
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
    kept = series.plans.exclude(state="DISCARDED").order_by("-number")
    number = (kept.values_list("number", flat=True).first() or 0) + 1
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
            "warnings": [w.message_zh for w in extract.warnings],
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


def _fill(*, plan: Plan, compiled: plantext.Plan, now: datetime, actor: Actor) -> int:
    """Write rows, owners and doubts of a new plan; return how many doubts there are."""
    measures: Mapping[str, Measure] = rows.write(
        plan=plan, compiled=compiled, resolve_date=dates.resolve_date
    )
    if plan.previous is not None:
        match.carry_identity(plan=plan, previous=plan.previous)
        measures = _again(measures, plan)
    lineage.link_targets(plan=plan)
    lineage.inherit_dates(plan=plan)
    own = _owners(plan=plan, measures=list(measures.values()), on=now.date())
    findings = [d for d in lint(compiled, text=plan.text) if d.code not in TOLD_BY_OWNERS]
    ids = {str(row.pk): row for row in measures.values()}
    rows.write_doubts(plan=plan, doubts=own, measures=ids, first=-len(own))
    rows.write_doubts(plan=plan, doubts=[*compiled.doubts, *findings], measures=measures)
    _inherit_decisions(plan=plan, actor=actor, now=now)
    duties.refresh_columns(measures=list(measures.values()))
    return len(own) + len(compiled.doubts) + len(findings)


def _again(measures: Mapping[str, Measure], plan: Plan) -> dict[str, Measure]:
    """Return the measures by compiled id as they stand in the database now."""
    fresh = {row.pk: row for row in plan.measures.all()}
    return {key: fresh[row.pk] for key, row in measures.items()}


def _owners(*, plan: Plan, measures: Sequence[Measure], on: date) -> list[plantext.Doubt]:
    """Resolve every owner, derive the assignments, and return the doubts about who answers."""
    if plan.series.organisation is not None:
        _lead_by(plan.series.organisation, plan=plan)
    owners = list(Owner.objects.filter(measure__plan=plan).order_by("measure_id", "position", "pk"))
    open_doubts = duties.resolve_owners(
        owners=owners,
        directory=Directory.load(on=on, region_id=plan.series.region_id),
        known=match.known_names(previous=plan.previous),
    )
    duties.settle(plan=plan)
    named = {o.measure_id for o in owners if o.role in ANSWERING}
    tracked = set(gaps.tracked(plan).values_list("pk", flat=True))
    orphans = [m for m in measures if m.pk in tracked and m.pk not in named]
    return open_doubts + duties.without_lead(measures=orphans)


def _lead_by(unit: Organisation, *, plan: Plan) -> None:
    """In a unit's own sub-plan, whatever names nobody is the unit's."""
    named = Owner.objects.filter(measure__plan=plan, role__in=ANSWERING).values("measure_id")
    Owner.objects.bulk_create(
        [
            Owner(
                measure=row, name=(unit.short_name or unit.name)[:120], role="lead",
                organisations=[unit.pk], is_inherited=True, resolved_how="series",
                resolved_note=_OWN_PLAN,
            )
            for row in gaps.tracked(plan).exclude(pk__in=named)
        ],
        batch_size=duties.BATCH,
    )  # fmt: skip


def _inherit_decisions(*, plan: Plan, actor: Actor, now: datetime) -> None:
    """Decide as before what the version before asked in the same words: dismissed with its reason, or accepted."""
    if plan.previous is None:
        return
    decided = plan.previous.doubts.filter(state__in=["REJECTED", "ACCEPTED"]).order_by("pk")
    known = {
        said: (state, reason)
        for said, state, reason in decided.values_list("fingerprint", "state", "reason")
    }
    same = list(plan.doubts.filter(fingerprint__in=known, state="OPEN").order_by("pk"))
    for doubt in same:
        state, reason = known[doubt.fingerprint]
        step = "reject" if state == "REJECTED" else "accept"
        facts = {"reason": reason or _CARRIED_OVER}
        doubt.state = DOUBT.decide(name=step, state=doubt.state, facts=facts).target
        doubt.reason, doubt.decided_by_id, doubt.decided_at = facts["reason"], actor.id, now
        doubt.version += 1
    bulk.write(same, fields=["state", "reason", "decided_by", "decided_at", "version"])
