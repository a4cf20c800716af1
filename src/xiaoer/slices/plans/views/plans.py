"""Plans: the list, taking one in, its page with the units' answers, and its steps."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from xiaoer.platform.access import rules
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.errors import NotHere, Refused
from xiaoer.platform.ui.formats import day
from xiaoer.platform.ui.pages import Button, Crumb, LifeEvent, Page
from xiaoer.platform.ui.tables import Column, Row, Table
from xiaoer.platform.words import state_label, word
from xiaoer.slices.plans.domain import COUNTERSIGN, PLAN
from xiaoer.slices.plans.forms import UploadForm
from xiaoer.slices.plans.models import Plan, Target
from xiaoer.slices.plans.queries import plan as plan_queries
from xiaoer.slices.plans.queries import review as review_queries
from xiaoer.slices.plans.services import ledger as ledger_services
from xiaoer.slices.plans.services import publish as services
from xiaoer.slices.plans.services import upload as upload_services
from xiaoer.slices.plans.views.inputs import version_of, whole
from xiaoer.slices.plans.wording import target_words

LIST_COLUMNS = (
    Column(key="title", label=_lazy("方案")),
    Column(key="number", label=_lazy("文号")),
    Column(key="version", label=_lazy("版本")),
    Column(key="measures", label=_lazy("举措"), kind="number", unit=_lazy("项")),
    Column(key="issued", label=_lazy("成文日期"), kind="date"),
    Column(key="state", label=_lazy("阶段")),
)


def _crumbs(*more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(label=pgettext("nav", "方案"), url=reverse("plans:plan_list")), *more)


@page(action="plans.plan.list")
def plan_list(request: HttpRequest) -> HttpResponse:
    """List the plans the actor may see."""
    actor = actor_of_request(request)
    rows = plan_queries.plan_rows(actor=actor)
    table = Table(
        name="plans",
        caption=pgettext("nav", "方案"),
        columns=LIST_COLUMNS,
        rows=tuple(
            Row(
                key=str(r.id),
                url=reverse("plans:review" if r.state == "IN_REVIEW" else "plans:plan", args=[r.id]),
                cells={
                    "title": r.title, "number": r.document_number or "—",
                    "version": _("第 %(n)s 版") % {"n": r.number}, "measures": r.measures,
                    "issued": r.issue_date, "state": state_label(PLAN, r.state),
                },
            )
            for r in rows
        ),
        empty=_("还没有方案。请营商办上传方案文件，系统会编译成台账供校核。"),
    )  # fmt: skip
    buttons: tuple[Button, ...] = ()
    if rules.allowed(actor, "plans.plan.upload"):
        buttons = (
            Button(label=_("上传方案"), url=reverse("plans:upload"), method="get", look="primary"),
        )
    return render(
        request,
        "plans/plan_list.html",
        {"page": Page(title=pgettext("nav", "方案"), buttons=buttons), "table": table},
    )


def _take_in(request: HttpRequest, *, previous: Plan | None) -> HttpResponse:
    actor = actor_of_request(request)
    parents = [] if previous else plan_queries.series_choices(actor=actor)
    form = UploadForm(request.POST or None, request.FILES or None, parents=parents)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = upload_services.plan_upload(
                actor=actor,
                data=given["file"].read(),
                name=given["file"].name,
                year=given["year"],
                previous_id=previous.pk if previous else None,
                parent_series_id=given.get("parent"),
                organisation_id=given.get("organisation"),
                now=moment_of_request(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = refusal.http_status
        else:
            return redirect("plans:review", plan_id=made.pk)
    elif form.errors:
        status = 422
    title = _("修订方案") if previous else _("上传方案")
    crumbs = (
        _crumbs(Crumb(label=previous.title, url=reverse("plans:plan", args=[previous.pk])))
        if previous
        else _crumbs()
    )
    context = {
        "page": Page(title=title, crumbs=crumbs),
        "form": form,
        "previous": previous,
        "organisations": review_queries.organisation_names(actor=actor) if parents else [],
    }
    return render(request, "plans/upload.html", context, status=status)


@page(action="plans.plan.upload")
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a new plan."""
    return _take_in(request, previous=None)


@page(action="plans.plan.upload")
def amend(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take in the amended text of a plan in force."""
    return _take_in(
        request, previous=review_queries.plan_get(actor=actor_of_request(request), plan_id=plan_id)
    )


@page(action="plans.plan.view")
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show where a plan stands: its answers, what it changes, what can be done."""
    return _plan_page(request, plan_id)


def _plan_page(
    request: HttpRequest, plan_id: int, *, typed: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    """Show the plan; ``typed`` is what a refused answer said, by countersignature."""
    actor, now = actor_of_request(request), moment_of_request(request)
    detail = plan_queries.plan_detail(actor=actor, plan_id=plan_id)
    row = detail.plan
    facts = (
        state_label(PLAN, row.state),
        _("第 %(n)s 版") % {"n": row.number},
        row.document_number,
    )
    context = {
        "page": Page(
            title=row.title,
            crumbs=_crumbs(),
            facts=tuple(f for f in facts if f),
            buttons=_buttons(detail),
        ),
        "detail": detail,
        "can_match": row.state == "IN_REVIEW" and detail.is_office,
        "answers": [
            {
                "item": c,
                "state": state_label(COUNTERSIGN, c.state),
                "mine": c.pk in detail.mine,
                "typed": (typed or {}).get(c.pk, ""),
            }
            for c in detail.countersigns
        ],
        "links": [
            {"item": link, "old": _bar(link.old), "new": _bar(link.new)} for link in detail.links
        ],
        "events": [
            LifeEvent(when=day(e.at.date(), year=now.year), text=e.sentence) for e in detail.events
        ],
    }
    return render(request, "plans/plan.html", context, status=status)


def _bar(target: Target) -> str:
    return target_words(
        comparator=target.comparator, value=target.value, value_max=target.value_max,
        unit=target.unit,
    )  # fmt: skip


def _buttons(detail: plan_queries.PlanDetail) -> tuple[Button, ...]:
    row, url = detail.plan, reverse("plans:step", args=[detail.plan.pk])
    buttons = []
    if row.state == "IN_REVIEW" and detail.is_office:
        buttons.append(
            Button(
                label=_("校核"),
                url=reverse("plans:review", args=[row.pk]),
                method="get",
                look="primary",
            )
        )
    for step in PLAN.steps_from(state=row.state) if detail.is_office else ():
        if step.name == "supersede":
            continue
        buttons.append(
            Button(
                label=word(step.label),
                url=url,
                name="step",
                value=f"{step.name}:{row.version}",
                look="primary"
                if step.name == "publish"
                else "danger"
                if step.name == "discard"
                else "plain",
                needs_reason="reason" in step.needs,
                confirm=_confirm(step.name, detail),
            )
        )
    if row.state == "PUBLISHED" and detail.is_office:
        buttons.append(
            Button(label=_("上传修订版"), url=reverse("plans:amend", args=[row.pk]), method="get")
        )
    return tuple(buttons)


def _confirm(step: str, detail: plan_queries.PlanDetail) -> str:
    if step == "send":
        return _("将送 %(n)s 个责任单位会签。") % {"n": detail.n_units}
    if step == "publish":
        return _("发布后 %(n)s 项举措入账，%(units)s 个单位收到签收任务；人工更正 %(c)s 处。") % {
            "n": detail.n_measures, "units": detail.n_units, "c": len(detail.corrections),
        }  # fmt: skip
    return ""


@require_POST
@page(action="plans.plan.view")
def step(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take one step in the life of a plan."""
    actor, now = actor_of_request(request), moment_of_request(request)
    name, _sep, version = request.POST.get("step", "").partition(":")
    reason = request.POST.get("reason", "")
    base = {"actor": actor, "plan_id": plan_id, "version": whole(version) or 0, "now": now}
    try:
        if name == "send":
            services.plan_send(**base)  # type: ignore[arg-type]
            messages.success(request, _("已送会签。各单位答复后即可发布；到期未答复的视为同意。"))
        elif name == "recall":
            services.plan_recall(**base, reason=reason)  # type: ignore[arg-type]
        elif name == "discard":
            services.plan_discard(**base, reason=reason)  # type: ignore[arg-type]
        elif name == "publish":
            services.plan_publish(**base)  # type: ignore[arg-type]
            messages.success(request, _("已发布，台账已建立，各单位收到签收任务。"))
            return redirect(f"{reverse('plans:ledger')}?plan={plan_id}")
        else:
            raise NotHere()
    except services.NotReady as refusal:
        messages.error(request, refusal.message)
    return redirect("plans:review" if name == "recall" else "plans:plan", plan_id=plan_id)


@require_POST
@page(action="plans.countersign.answer")
def countersign(request: HttpRequest, countersign_id: int) -> HttpResponse:
    """Answer, for one's unit, a plan that gives it work."""
    actor, now = actor_of_request(request), moment_of_request(request)
    said = request.POST.get("reason", "")
    base = {"actor": actor, "countersign_id": countersign_id, "version": version_of(request)}
    try:
        if request.POST.get("step") == "object":
            row = services.countersign_object(**base, reason=said, now=now)  # type: ignore[arg-type]
            messages.success(request, _("异议已提交营商办，答复后会再请您会签。"))
        else:
            row = services.countersign_agree(**base, now=now)  # type: ignore[arg-type]
            messages.success(request, _("已会签同意。"))
    except Refused as refusal:
        return _answer_refused(request, countersign_id, refusal=refusal, said=said)
    return redirect("plans:plan", plan_id=row.plan_id)


@require_POST
@page(action="plans.countersign.reply")
def reply(request: HttpRequest, countersign_id: int) -> HttpResponse:
    """Answer a unit's objection; the unit is asked again."""
    said = request.POST.get("reply", "")
    try:
        row = services.countersign_reply(
            actor=actor_of_request(request), countersign_id=countersign_id, reply=said,
            version=version_of(request), now=moment_of_request(request),
        )  # fmt: skip
    except Refused as refusal:
        return _answer_refused(request, countersign_id, refusal=refusal, said=said)
    messages.success(request, _("已答复，对方会再次会签。"))
    return redirect("plans:plan", plan_id=row.plan_id)


def _answer_refused(
    request: HttpRequest, countersign_id: int, *, refusal: Refused, said: str
) -> HttpResponse:
    """Show the plan again with the refusal and what was typed."""
    if refusal.http_status == 404:
        raise refusal
    actor = actor_of_request(request)
    row = review_queries.countersign_get(actor=actor, countersign_id=countersign_id)
    messages.error(request, refusal.message)
    return _plan_page(
        request, row.plan_id, typed={countersign_id: said}, status=refusal.http_status
    )


@require_POST
@page(action="plans.assignment.sign")
def sign_all(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Sign for everything a plan gives one's units."""
    n = ledger_services.assignments_sign(
        actor=actor_of_request(request), plan_id=plan_id, now=moment_of_request(request)
    )
    messages.success(request, _("已签收 %(n)s 项任务。") % {"n": n})
    return redirect("plans:plan", plan_id=plan_id)


@page(action="plans.plan.view")
def document(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show the document as printed, with what was read out of it marked."""
    row = review_queries.plan_get(actor=actor_of_request(request), plan_id=plan_id)
    crumbs = _crumbs(Crumb(label=row.title, url=reverse("plans:plan", args=[row.pk])))
    context = {
        "page": Page(title=_("原文"), crumbs=crumbs, facts=(row.document_number, row.issuer)),
        "plan": row,
        "pieces": review_queries.document_pieces(plan=row),
    }
    return render(request, "plans/document.html", context)
