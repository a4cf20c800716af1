"""What waits for a person across all capabilities, and reports on work without a number."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.asks import read_ask
from xiaoer.platform.ui.deadlines import deadline_view
from xiaoer.platform.ui.pages import Crumb, Page, Tone, sentence
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.tables import Column, Paging, Row, Table
from xiaoer.platform.words import retold
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.platform.workflow.worklist import duties_of
from xiaoer.slices.indicators.domain.commands import ProgressReport, StepReport
from xiaoer.slices.indicators.forms import ProgressForm, StepForm
from xiaoer.slices.indicators.queries import entry as entry_queries
from xiaoer.slices.indicators.services import reports as services
from xiaoer.slices.indicators.views.report import evidence_from, refuse
from xiaoer.slices.plans import public as plans

COLUMNS = (
    Column(key="title", label=_lazy("事项")),
    Column(key="unit", label=_lazy("单位")),
    Column(key="due", label=_lazy("截止"), kind="deadline"),
    Column(key="why", label=_lazy("为何由我办")),
)


@page(action="indicators.work.list")
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """List every open duty of the person, what runs out first on top."""
    actor, now = actor_of_request(request), moment_of_request(request)
    today = now.astimezone(CHINA).date()
    ask = read_ask(request.GET)
    duties = duties_of(actor=actor)
    total = duties.count()
    late = duties.filter(due_date__lt=today).count()
    shown = duties[:5000] if ask.wants == "xlsx" else duties[ask.offset : ask.offset + ask.size]
    table = Table(
        name="work",
        caption=_("待办"),
        columns=COLUMNS,
        ask=ask,
        paging=Paging(total=total),
        rows=tuple(_duty_row(d, today=today) for d in shown),
        exportable=True,
        empty=_("现在没有等您处理的事项。"),
    )
    if ask.wants == "xlsx":
        return xlsx_response(table, filename=_("待办"))
    told = (
        sentence(
            _("%(n)s 件事等您处理，%(late)s 件已过期。"),
            {"n": total, "late": Tone(value=late, css="late") if late else 0},
        )
        if total
        else _("现在没有等您处理的事项。")
    )
    context = {"page": Page(title=_("待办"), sentence=told), "table": table}
    return render(request, "indicators/list.html", context)


def _duty_row(duty: WorkItem, *, today: date) -> Row:
    return Row(
        key=str(duty.pk),
        url=duty.url,
        cells={
            "title": retold(duty.title),
            "unit": str(duty.organisation or ""),
            "due": deadline_view(duty.due_date, today=today) if duty.due_date else None,
            "why": retold(duty.why),
        },
    )


@page(action="indicators.report.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def work_report(request: HttpRequest, uid: str) -> HttpResponse:
    """Report a finished step, or how a measure without a number goes."""
    actor = actor_of_request(request)
    measure = plans.measure_get(actor=actor, uid=uid)
    periods = entry_queries.open_periods()
    wanted = request.GET.get("period", "")
    period = next((p for p in periods if str(p.pk) == wanted), periods[0] if periods else None)
    kind = request.POST.get("kind", "")
    steps = tuple((m.uid, m.title) for m in measure.milestones)
    step_form = StepForm(
        request.POST if kind == "step" else None,
        request.FILES if kind == "step" else None,
        steps=steps,
    )
    progress_form = ProgressForm(
        request.POST if kind == "progress" else None,
        request.FILES if kind == "progress" else None,
    )
    status = 200
    if request.method == "POST" and period is not None:
        form = step_form if kind == "step" else progress_form
        if form.is_valid():
            refusal = _submit(request, form, uid=uid, period_id=period.pk)
            if refusal is None:
                messages.success(request, _("已提交，等营商办核实。"))
                return redirect("plans:measure", uid=uid)
            refuse(form, refusal, also={"value": "note"})
            status = refusal.http_status
    context = {
        "page": Page(
            title=_("报告“%(title)s”") % {"title": measure.title},
            facts=(retold(str(period.span)),) if period else (),
            crumbs=(Crumb(label=measure.title, url=reverse("plans:measure", args=[uid])),),
        ),
        "measure": measure,
        "period": period,
        "steps": steps,
        "step_form": step_form,
        "progress_form": progress_form,
    }
    return render(request, "indicators/work_report.html", context, status=status)


def _submit(
    request: HttpRequest, form: StepForm | ProgressForm, *, uid: str, period_id: int
) -> Refused | None:
    actor, now = actor_of_request(request), moment_of_request(request)
    data = form.cleaned_data
    try:
        evidence = evidence_from(form, actor=actor, now=now)
        if isinstance(form, StepForm):
            services.step_submit(
                actor=actor,
                command=StepReport(
                    measure_uid=uid,
                    milestone_uid=data["milestone"],
                    period_id=period_id,
                    happened_on=data["happened_on"],
                    evidence_id=evidence,
                    note=data["note"],
                ),
                now=now,
            )
        else:
            services.progress_submit(
                actor=actor,
                command=ProgressReport(
                    measure_uid=uid,
                    period_id=period_id,
                    note=data["note"],
                    stage=data["stage"],
                    evidence_id=evidence,
                ),
                now=now,
            )
    except Refused as refusal:
        return refusal
    return None
