"""The review of a compiled plan: doubts first, one key each, every field beside its place in the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.errors import NotHere, Refused
from xiaoer.platform.ui.pages import Button, Crumb, Page
from xiaoer.platform.words import state_label
from xiaoer.slices.plans import forms
from xiaoer.slices.plans.domain import DOUBT
from xiaoer.slices.plans.models import Measure
from xiaoer.slices.plans.queries import review as queries
from xiaoer.slices.plans.services import correct, fields, owners
from xiaoer.slices.plans.services import review as services
from xiaoer.slices.plans.views.inputs import version_of, whole
from xiaoer.slices.plans.wording import role_word, target_words

CARDS = 20


@page(action="plans.plan.view")
def review(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show the document beside what was read out of it; the next doubt on top."""
    actor = actor_of_request(request)
    plan = queries.plan_get(actor=actor, plan_id=plan_id)
    if plan.state != "IN_REVIEW":
        return redirect("plans:plan", plan_id=plan_id)
    progress = queries.review_progress(plan=plan)
    doubts = queries.doubts_open(actor=actor, plan=plan)
    wanted = request.GET.get("doubt", "")
    current = next((d for d in doubts if str(d.pk) == wanted), doubts[0] if doubts else None)
    only = request.GET.get("only", "")
    pages = Paginator(queries.measures_of(plan=plan, only=only), CARDS)
    shown = pages.get_page(request.GET.get("page") or ("1" if only else _page_of(current)))
    cards = queries.measure_cards(plan=plan, measures=list(shown.object_list))
    context = {
        "page": Page(
            title=plan.title,
            sentence=_sentence(progress),
            crumbs=(
                Crumb(label=pgettext("nav", "方案"), url=reverse("plans:plan_list")),
                Crumb(label=_("校核")),
            ),
            facts=tuple(f for f in (plan.document_number, plan.issuer) if f),
            buttons=_buttons(plan_id=plan_id, version=plan.version, progress=progress),
        ),
        "plan": plan,
        "progress": progress,
        "current": _doubt(plan, current, typed=request.GET.get("typed", "")),
        "doubts": [d for d in doubts if d is not current],
        "decided": [
            {"item": d, "state": state_label(DOUBT, d.state)}
            for d in queries.doubts_decided(plan=plan, limit=10)
        ],
        "cards": [_card(c) for c in cards],
        "pages": shown,
        "only": only,
        "gaps": queries.review_gaps(plan=plan),
        "corrections": queries.corrections_of(plan=plan),
        "window": queries.document_window(plan=plan, cards=cards),
        "organisations": queries.organisation_names(actor=actor),
    }
    return render(request, "plans/review.html", context)


def _page_of(doubt: object) -> int:
    measure = getattr(doubt, "measure", None)
    return measure.position // CARDS + 1 if measure is not None else 1


def _sentence(progress: queries.Progress) -> str:
    if not progress.open:
        return _("疑点已全部处理（%(n)s 处，其中更正 %(c)s 处），可以送会签。") % {
            "n": progress.doubts, "c": progress.corrected,
        }  # fmt: skip
    return _("还有 %(open)s 处疑点，其中 %(blocking)s 处不处理就不能发布。") % {
        "open": progress.open, "blocking": progress.blocking,
    }  # fmt: skip


def _buttons(*, plan_id: int, version: int, progress: queries.Progress) -> tuple[Button, ...]:
    why_not = _("还有疑点没有处理。") if progress.waiting else ""
    url = reverse("plans:step", args=[plan_id])
    return (
        Button(
            label=_("送会签"),
            url=url,
            name="step",
            value=f"send:{version}",
            look="primary",
            why_not=why_not,
        ),
        Button(
            label=_("作废"),
            url=url,
            name="step",
            value=f"discard:{version}",
            look="danger",
            needs_reason=True,
        ),
    )


def _doubt(plan: object, doubt: object, *, typed: str) -> dict[str, object] | None:
    if doubt is None:
        return None
    return {
        "item": doubt,
        "quotes": queries.doubt_quotes(plan=plan, doubt=doubt),  # type: ignore[arg-type]
        "asks_unit": doubt.code in services.ABOUT_UNITS,  # type: ignore[attr-defined]
        "owner_id": doubt.field.partition(":")[2],  # type: ignore[attr-defined]
        "proposal": typed or queries.proposal_for(doubt=doubt),  # type: ignore[arg-type]
    }


def _card(card: queries.MeasureCard) -> dict[str, object]:
    return {
        "card": card,
        "owners": [{"item": o, "role": role_word(o.role)} for o in card.owners],
        "targets": [
            {
                "item": t,
                "words": target_words(
                    comparator=t.comparator, value=t.value, value_max=t.value_max, unit=t.unit
                ),
            }
            for t in card.targets
        ],
    }


@require_POST
@page(action="plans.doubt.decide")
def decide(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """Accept, reject or reopen one doubt, and go to the next."""
    actor, now = actor_of_request(request), moment_of_request(request)
    step, version = request.POST.get("step", ""), version_of(request)
    try:
        if step == "accept":
            row = services.doubt_accept(actor=actor, doubt_id=doubt_id, version=version, now=now)
        elif step == "reject":
            row = services.doubt_reject(
                actor=actor,
                doubt_id=doubt_id,
                version=version,
                reason=request.POST.get("reason", ""),
                now=now,
            )
        else:
            row = services.doubt_reopen(actor=actor, doubt_id=doubt_id, version=version, now=now)
    except Refused as refusal:
        if refusal.http_status == 404:
            raise
        messages.error(request, refusal.message)
        plan_id = queries.doubt_plan_id(actor=actor, doubt_id=doubt_id)
        return redirect(f"{reverse('plans:review', args=[plan_id])}?doubt={doubt_id}")
    back = f"?doubt={row.pk}" if step == "reopen" else ""
    return redirect(f"{reverse('plans:review', args=[row.plan_id])}{back}")


@require_POST
@page(action="plans.measure.review")
def owner(request: HttpRequest, owner_id: int) -> HttpResponse:
    """Say which unit a printed name means, or take the name for a new unit awaiting confirmation."""
    actor, now = actor_of_request(request), moment_of_request(request)
    printed = queries.owner_get(actor=actor, owner_id=owner_id)
    base = {"actor": actor, "owner_id": owner_id, "version": version_of(request), "now": now}
    form = forms.OwnerForm(request.POST)
    try:
        if request.POST.get("propose"):
            row = owners.owner_propose(**base)  # type: ignore[arg-type]
        elif request.POST.get("remove"):
            row = owners.owner_remove(**base)  # type: ignore[arg-type]
        elif form.is_valid():
            row = owners.owner_resolve(
                **base,  # type: ignore[arg-type]
                organisation_ids=[form.cleaned_data["organisation"]],
                remember=form.cleaned_data["remember"],
            )
        else:
            said = " ".join(str(e) for errors in form.errors.values() for e in errors)
            return _owner_refused(request, printed.measure, said)
    except Refused as refusal:
        if refusal.http_status == 404:
            raise
        return _owner_refused(request, printed.measure, refusal.message)
    return _after(request, row)


def _owner_refused(request: HttpRequest, row: Measure, said: str) -> HttpResponse:
    """Go back to where the name was typed, with the refusal and the name."""
    messages.error(request, said)
    if request.POST.get("back") == "edit":
        return redirect("plans:edit", measure_id=row.pk)
    kept = {"typed": request.POST.get("organisation", "")}
    if doubt := whole(request.POST.get("doubt")):
        kept["doubt"] = str(doubt)
    return redirect(f"{reverse('plans:review', args=[row.plan_id])}?{urlencode(kept)}")


def _after(request: HttpRequest, row: Measure) -> HttpResponse:
    if request.POST.get("back") == "edit":
        return redirect("plans:edit", measure_id=row.pk)
    return redirect("plans:review", plan_id=row.plan_id)


@page(action="plans.measure.review")
def edit(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Show every field of one measure for correction."""
    actor = actor_of_request(request)
    return _edit_page(
        request, queries.measure_for_edit(actor=actor, measure_id=measure_id), bound={}
    )


def _edit_page(
    request: HttpRequest, card: queries.MeasureCard, *, bound: dict[str, Form], status: int = 200
) -> HttpResponse:
    row = card.measure
    crumbs = (
        Crumb(label=pgettext("nav", "方案"), url=reverse("plans:plan_list")),
        Crumb(label=_("校核"), url=reverse("plans:review", args=[row.plan_id])),
    )
    initial = _of(row, "title", "kind", "theme", "is_long_term")
    context = {
        "page": Page(title=f"{row.number} {row.title}".strip(), crumbs=crumbs),
        "row": row,
        "card": card,
        "words": bound.get("words") or forms.MeasureForm(initial=initial),
        "owners": [{"item": o, "role": role_word(o.role)} for o in card.owners],
        "new_owner": bound.get("owner-new") or forms.OwnerForm(),
        "deadlines": _filled("deadline", forms.DeadlineForm, card.deadlines, bound),
        "new_deadline": bound.get("deadline-new") or forms.DeadlineForm(),
        "targets": _filled("target", forms.TargetForm, card.targets, bound),
        "new_target": bound.get("target-new") or forms.TargetForm(),
        "milestones": _filled("milestone", forms.MilestoneForm, card.milestones, bound),
        "new_milestone": bound.get("milestone-new") or forms.MilestoneForm(),
        "organisations": queries.organisation_names(actor=actor_of_request(request)),
    }
    return render(request, "plans/edit.html", context, status=status)


def _filled(
    what: str, kind: type[Form], rows: Iterable[Model], bound: dict[str, Form]
) -> list[tuple[Model, Form]]:
    """Return each row with its form: the refused one where there is one, else what is stored."""
    return [
        (row, bound.get(f"{what}-{row.pk}") or kind(initial=_of(row, *kind.base_fields)))
        for row in rows
    ]


def _of(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


CHANGES = {
    "words": forms.MeasureForm,
    "owner": forms.OwnerForm,
    "deadline": forms.DeadlineForm,
    "target": forms.TargetForm,
    "milestone": forms.MilestoneForm,
}


@require_POST
@page(action="plans.measure.review")
def change(request: HttpRequest, measure_id: int, what: str) -> HttpResponse:
    """Correct one field of a measure; nothing typed is lost when it is refused."""
    actor, now = actor_of_request(request), moment_of_request(request)
    card = queries.measure_for_edit(actor=actor, measure_id=measure_id)
    pk = str(whole(request.POST.get("pk")) or "")
    form = CHANGES[what](request.POST) if what in CHANGES else None
    removing = bool(request.POST.get("remove"))
    base = {
        "actor": actor, "measure_id": measure_id, "version": version_of(request), "now": now,
    }  # fmt: skip
    if form is not None and not removing and not form.is_valid():
        return _edit_page(request, card, bound={_slot(what, pk): form}, status=422)
    try:
        row = _apply(
            what,
            base=base,
            pk=int(pk) if pk else None,
            form=form,
            removing=removing,
            request=request,
        )
    except Refused as refusal:
        if refusal.http_status == 404 or form is None:
            raise
        form.is_valid()
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _edit_page(request, card, bound={_slot(what, pk): form}, status=refusal.http_status)
    if row is None:
        messages.success(request, _("已移出台账草稿。"))
        return redirect("plans:review", plan_id=card.measure.plan_id)
    messages.success(request, _("已更正。"))
    return redirect("plans:edit", measure_id=measure_id)


def _slot(what: str, pk: str) -> str:
    return "words" if what == "words" else f"{what}-{pk or 'new'}"


def _apply(
    what: str,
    *,
    base: dict[str, Any],
    pk: int | None,
    form: Form | None,
    removing: bool,
    request: HttpRequest,
) -> Measure | None:
    data = form.cleaned_data if form is not None and not removing else {}
    if what not in {*CHANGES, "remove"}:
        raise NotHere()
    if what == "words":
        return correct.measure_edit(**base, edit=correct.MeasureEdit(**data))
    if what == "owner":
        return owners.owner_add(
            **base, organisation_id=data["organisation"] or 0, role=data["role"] or "lead"
        )
    if what == "deadline":
        return fields.deadline_set(
            **base, deadline_id=pk, due_date=data.get("due_date"), kind=data.get("kind", "by")
        )
    if what == "target":
        return fields.target_set(**base, target_id=pk, edit=None if removing else form.edit())  # type: ignore[union-attr]
    if what == "milestone":
        values = data or {"title": "", "due_date": None, "is_deliverable": True}
        return fields.milestone_set(**base, milestone_id=pk, **values)
    correct.measure_remove(**base, reason=request.POST.get("reason", ""))
    return None
