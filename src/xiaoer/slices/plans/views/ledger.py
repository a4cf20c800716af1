"""The ledger and one measure of it."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from xiaoer.platform.access import rules
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.deadlines import Deadline, deadline_view
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.formats import day
from xiaoer.platform.ui.lights import LIGHTS, light_of
from xiaoer.platform.ui.pages import Crumb, LifeEvent, Page, Tone, sentence
from xiaoer.platform.ui.registry import with_extra_columns
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table
from xiaoer.slices.plans.forms import DeadlineChangeForm, ReasonForm, ShapeForm
from xiaoer.slices.plans.models import Target
from xiaoer.slices.plans.queries import ledger as ledger_queries
from xiaoer.slices.plans.queries import measure as measure_queries
from xiaoer.slices.plans.services import ledger as services
from xiaoer.slices.plans.views.inputs import version_of, whole
from xiaoer.slices.plans.wording import role_word, target_words

COLUMNS = (
    Column(key="title", label=_lazy("举措"), sort="position"),
    Column(key="lead", label=_lazy("牵头单位")),
    Column(key="targets", label=_lazy("目标")),
    Column(key="due", label=_lazy("最近期限"), kind="deadline", sort="due"),
    Column(key="light", label=_lazy("状态"), kind="light", sort="light"),
    Column(key="theme", label=_lazy("主题"), optional=True, off=True),
)
DUE_CHOICES = (
    ("overdue", _lazy("已过期")), ("7", _lazy("7 天内")), ("30", _lazy("30 天内")),
    ("90", _lazy("90 天内")), ("none", _lazy("没有期限")),
)  # fmt: skip
KIND_CHOICES = (("action", _lazy("举措")), ("goal", _lazy("目标")), ("guarantee", _lazy("保障")))


def filters_of(ask: Ask) -> ledger_queries.LedgerFilters:
    """Return the filters that a list's address asks for."""
    return ledger_queries.LedgerFilters(
        plan=whole(ask.value("plan")),
        department=whole(ask.value("department")),
        region=whole(ask.value("region")),
        theme=ask.value("theme"),
        light=ask.value("light"),
        due=ask.value("due"),
        kind=ask.value("kind"),
        search=ask.q,
        sort=f"{'-' if ask.descending else ''}{ask.sort}",
        page=ask.page,
        size=ask.size,
    )


@page(action="plans.measure.list")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the ledger, or export the same rows."""
    actor, now = actor_of_request(request), moment_of_request(request)
    ask = read_ask(request.GET, sorts=("position", "due", "light"), sort="position")
    filters = filters_of(ask)
    choices = ledger_queries.ledger_choices(actor=actor, filters=filters, today=now.date())
    if ask.wants == "xlsx":
        rows = ledger_queries.ledger_all(actor=actor, filters=filters, today=now.date())
        total = len(rows)
    else:
        total = choices.total(light=filters.light)
        found = ledger_queries.ledger_page(
            actor=actor, filters=filters, today=now.date(), total=total
        )
        rows = found.rows
    address = reverse("plans:ledger")
    table = Table(
        name="ledger",
        caption=_("举措台账"),
        columns=COLUMNS,
        ask=ask,
        paging=Paging(total=total),
        rows=tuple(_row(r, year=now.year, ledger=address) for r in rows),
        exportable=True,
        empty=_("没有符合条件的举措。去掉一个条件再看；还没有方案时，请营商办上传并发布方案。"),
        as_of=now,
        source=_("已发布方案"),
    )
    table = with_extra_columns("plans.ledger", table, actor=actor, now=now)
    if ask.wants == "xlsx":
        services.ledger_export(actor=actor, filters=asdict(filters), rows=total, now=now)
        return xlsx_response(table, filename=_("举措台账"))
    context = {
        "page": _ledger_page(choices, now=now),
        "table": table,
        "bar": _bar(ask, choices, total),
    }
    return render(request, "plans/ledger.html", context)


def _ledger_page(choices: ledger_queries.LedgerChoices, *, now: object) -> Page:
    lights = choices.lights
    values = {
        "n": sum(lights.values()),
        "late": Tone(value=lights.get("BEHIND", 0), css="late"),
        "warn": Tone(value=lights.get("AT_RISK", 0), css="warn"),
    }
    return Page(
        title=_("台账"),
        sentence=sentence(_("%(n)s 项举措中 %(late)s 项滞后，%(warn)s 项预警。"), values),
    )


def _row(row: ledger_queries.LedgerRow, *, year: int, ledger: str) -> Row:
    first = row.targets[0] if row.targets else None
    more = len(row.targets) - 1
    due = (
        deadline_view(row.nearest_due)
        if row.nearest_due
        else (_("长期") if row.is_long_term else None)
    )
    since = _("%(day)s起") % {"day": day(row.light_since, year=year)} if row.light_since else ""
    return Row(
        key=str(row.id),
        url=f"{ledger}{row.uid}/",  # plans:measure, asked of the router once and not for each row
        light=row.light,
        cells={
            "title": f"{row.number} {row.title}".strip(),
            "lead": row.lead_names or "—",
            "targets": Cell(
                value=f"{first.indicator} {_bar_words(first)}" if first else _("按成果和节点"),
                note=_("另有 %(n)s 个目标") % {"n": more} if more > 0 else "",
            ),
            "due": due,
            "light": Cell(value=row.light, note=since),
            "theme": row.theme,
        },
    )


def _bar_words(target: ledger_queries.LedgerTarget | Target) -> str:
    return target_words(
        comparator=target.comparator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
    )


def _bar(ask: Ask, choices: ledger_queries.LedgerChoices, total: int) -> FilterBar:
    filters = [
        Filter(
            key="light",
            label=_("状态"),
            choices=tuple(
                Choice(value=c, label=light.word, n=choices.lights.get(c, 0))
                for c, light in LIGHTS.items()
            ),
        ),
        Filter(key="department", label=_("单位"), choices=_named(choices.departments)),
        Filter(
            key="theme",
            label=_("主题"),
            choices=tuple(Choice(value=t, label=t) for t in choices.themes),
        ),
        Filter(
            key="due",
            label=_("期限"),
            choices=tuple(Choice(value=v, label=t) for v, t in DUE_CHOICES),
        ),
        Filter(key="region", label=_("区域"), choices=_named(choices.regions)),
        Filter(
            key="kind",
            label=_("类型"),
            choices=tuple(Choice(value=v, label=t) for v, t in KIND_CHOICES),
        ),
    ]
    if len(choices.plans) > 1:
        filters.insert(0, Filter(key="plan", label=_("方案"), choices=_named(choices.plans)))
    return FilterBar(
        ask=ask,
        n=total,
        noun=_("项"),
        placeholder=_("搜索举措、单位、目标、编号"),
        filters=tuple(filters),
    )


def _named(pairs: object) -> tuple[Choice, ...]:
    return tuple(Choice(value=str(pk), label=name) for pk, name in pairs)  # type: ignore[attr-defined]


@page(action="plans.measure.view")
def measure(request: HttpRequest, uid: str) -> HttpResponse:
    """Show one measure: its sentence, owners, dates, targets, what happened."""
    actor, now = actor_of_request(request), moment_of_request(request)
    version = whole(request.GET.get("plan", ""))
    detail = measure_queries.measure_detail(actor=actor, uid=uid, today=now.date(), plan_id=version)
    row = detail.measure
    context = {
        "page": Page(
            title=row.title,
            light=row.light if row.plan.state == "PUBLISHED" else "",
            facts=_facts(detail, year=now.year),
            crumbs=(
                Crumb(label=_("台账"), url=reverse("plans:ledger")),
                Crumb(label=row.plan.title, url=reverse("plans:plan", args=[row.plan_id])),
                *([Crumb(label=row.theme)] if row.theme else []),
            ),
        ),
        "detail": detail,
        "may_shape": row.plan.state == "PUBLISHED" and rules.allowed(actor, "plans.measure.shape"),
        "subject": measure_queries.subject_of(detail),
        "dates": [{"item": d, "shown": _date_shown(d)} for d in detail.deadlines],
        "targets": [{"item": t, "words": _bar_words(t)} for t in detail.card.targets],
        "units": [{"item": a, "role": role_word(a.role)} for a in detail.assignments],
        "events": [
            LifeEvent(
                when=day(e.at.date(), year=now.year),
                text=e.sentence,
                note=e.reason if e.reason not in e.sentence else "",
            )
            for e in detail.events
        ],
    }
    return render(request, "plans/measure.html", context)


def _date_shown(item: measure_queries.DatedDeadline) -> Deadline | None:
    if item.resolved is None:
        return None
    return deadline_view(asdict(item.resolved), remaining=item.left, printed=item.deadline.text)


def _facts(detail: measure_queries.MeasureDetail, *, year: int) -> tuple[str, ...]:
    row = detail.measure
    facts = []
    if row.light_since and light_of(row.light).code != "NOT_STARTED":
        facts.append(_("%(day)s起") % {"day": day(row.light_since, year=year)})
    if row.lead_names:
        facts.append(_("%(units)s负责") % {"units": row.lead_names})
    if row.plan.state != "PUBLISHED":
        facts.append(
            _("此为《%(plan)s》第 %(n)s 版的文本") % {"plan": row.plan.title, "n": row.plan.number}
        )
    return tuple(facts)


@require_POST
@page(action="plans.assignment.sign")
def sign(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Sign for one assignment."""
    row = services.assignment_sign(
        actor=actor_of_request(request), assignment_id=assignment_id, now=moment_of_request(request)
    )
    messages.success(request, _("已签收“%(title)s”。") % {"title": row.measure.title})
    return redirect("plans:measure", uid=row.measure.uid)


@page(action="plans.deadline_change.request")
def ask_change(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Ask for another date."""
    actor, now = actor_of_request(request), moment_of_request(request)
    deadline = measure_queries.deadline_get(actor=actor, deadline_id=deadline_id)
    form = DeadlineChangeForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["evidence"]
        try:
            services.deadline_change_request(
                actor=actor,
                deadline_id=deadline_id,
                new_date=form.cleaned_data["new_date"],
                reason=form.cleaned_data["reason"],
                evidence=upload.read() if upload else None,
                evidence_name=upload.name if upload else "",
                now=now,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = refusal.http_status
        else:
            messages.success(request, _("已提交延期申请，由营商办负责人审批；原期限会一直保留。"))
            return redirect("plans:measure", uid=deadline.measure.uid)
    elif form.errors:
        status = 422
    crumbs = (
        Crumb(label=_("台账"), url=reverse("plans:ledger")),
        Crumb(
            label=deadline.measure.title, url=reverse("plans:measure", args=[deadline.measure.uid])
        ),
    )
    context = {
        "page": Page(title=_("申请调整期限"), crumbs=crumbs),
        "form": form,
        "deadline": deadline,
    }
    return render(request, "plans/ask_change.html", context, status=status)


@page(action="plans.deadline_change.view")
def deadline_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show a request for another date, and take the decision."""
    actor = actor_of_request(request)
    row = measure_queries.deadline_change_get(actor=actor, change_id=change_id)
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST":
        try:
            _decide_change(request, change_id)
        except Refused as refusal:
            if refusal.http_status == 404:
                raise
            messages.error(request, refusal.message)
            status = refusal.http_status
        else:
            return redirect("plans:measure", uid=row.measure.uid)
    context = {
        "page": Page(
            title=_("延期申请"),
            crumbs=(
                Crumb(label=_("台账"), url=reverse("plans:ledger")),
                Crumb(
                    label=row.measure.title, url=reverse("plans:measure", args=[row.measure.uid])
                ),
            ),
            facts=(row.get_state_label(),),
        ),
        "change": row,
        "form": form,
        "verdict": rules.explain(row, actor=actor, action="plans.deadline_change.decide"),
    }
    return render(request, "plans/deadline_change.html", context, status=status)


def _decide_change(request: HttpRequest, change_id: int) -> None:
    actor, now = actor_of_request(request), moment_of_request(request)
    version, note = version_of(request), request.POST.get("reason", "")
    if request.POST.get("step") == "approve":
        services.deadline_change_approve(
            actor=actor, change_id=change_id, version=version, note=note, now=now
        )
        messages.success(request, _("已同意，期限已调整，原期限保留在举措页。"))
    else:
        services.deadline_change_refuse(
            actor=actor, change_id=change_id, version=version, reason=note, now=now
        )
        messages.success(request, _("已退回，期限不变。"))


@page(action="plans.measure.shape")
def shape(request: HttpRequest, target_id: int) -> HttpResponse:
    """Change how a target in force is expected to be reached."""
    actor, now = actor_of_request(request), moment_of_request(request)
    target = measure_queries.target_for_shape(actor=actor, target_id=target_id)
    initial = {"shape": target.shape, "baseline_value": target.baseline_value}
    form = ShapeForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.target_reshape(
                actor=actor, target_id=target_id, version=version_of(request), now=now,
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = refusal.http_status
        else:
            messages.success(request, _("应达线已调整，理由记在目标旁边。"))
            return redirect("plans:measure", uid=target.measure.uid)
    elif form.errors:
        status = 422
    row = target.measure
    crumbs = (
        Crumb(label=_("台账"), url=reverse("plans:ledger")),
        Crumb(label=row.title, url=reverse("plans:measure", args=[row.uid])),
    )
    context = {
        "page": Page(title=_("调整应达线"), crumbs=crumbs),
        "form": form,
        "target": target,
        "row": row,
    }
    return render(request, "plans/shape.html", context, status=status)
