"""One report: what it says, where it stands, and what can be done with it; the list of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.errors import Refused
from xiaoer.platform.files.services import file_store
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.formats import moment as written
from xiaoer.platform.ui.pages import Button, Crumb, LifeEvent, Page
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table
from xiaoer.platform.words import retold, state_label, word
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.commands import Correction
from xiaoer.slices.indicators.domain.values import plain
from xiaoer.slices.indicators.forms import CorrectionForm
from xiaoer.slices.indicators.models import Report
from xiaoer.slices.indicators.queries import reports as queries
from xiaoer.slices.indicators.queries.reports import ReportDetail, ReportFilters
from xiaoer.slices.indicators.services import reports as services
from xiaoer.slices.indicators.services import verify
from xiaoer.slices.indicators.services.reports import STAGES

COLUMNS = (
    Column(key="title", label=_lazy("事项"), phone="title"),
    Column(key="value", label=_lazy("上报"), phone="side"),
    Column(key="period", label=_lazy("月份")),
    Column(key="unit", label=_lazy("单位")),
    Column(key="state", label=_lazy("状态")),
    Column(key="by", label=_lazy("上报人"), optional=True),
    Column(key="at", label=_lazy("上报时间"), kind="datetime", optional=True),
    Column(key="checked", label=_lazy("核实人"), optional=True),
)


def value_words(row: Report) -> str:
    """Return what a report says, with its place."""
    if row.kind == domain.VALUE:
        return f"{plain(row.value or Decimal(0))} {row.unit}"
    if row.kind == domain.MILESTONE:
        return _("%(day)s 完成") % {"day": row.happened_on}
    return retold(STAGES.get(row.stage, ""))


def filters_of(ask: Ask) -> ReportFilters:
    """Return the filters that an address asks for."""

    def whole(text: str) -> int | None:
        return int(text) if text.isdigit() else None

    return ReportFilters(
        state=ask.value("state") if ask.value("state") in domain.REPORT.states else "",
        period=whole(ask.value("period")),
        unit=whole(ask.value("unit")),
        kind=ask.value("kind") if ask.value("kind") in domain.KINDS else "",
        target=ask.value("target")[:12],
        measure=ask.value("measure")[:12],
        search=ask.q,
    )


@page(action="indicators.report.view")
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """List reports, or export the same rows."""
    actor, now = actor_of_request(request), moment_of_request(request)
    ask = read_ask(request.GET)
    rows = queries.report_list(actor=actor, filters=filters_of(ask))
    total = rows.count()
    shown = rows[:20000] if ask.wants == "xlsx" else rows[ask.offset : ask.offset + ask.size]
    table = Table(
        name="reports",
        caption=_("上报记录"),
        columns=COLUMNS,
        ask=ask,
        paging=Paging(total=total),
        rows=tuple(report_row(r) for r in shown),
        exportable=True,
        empty=_("没有符合条件的上报。去掉一个条件再看。"),
        as_of=now,
    )
    if ask.wants == "xlsx":
        return xlsx_response(table, filename=_("上报记录"))
    bar = FilterBar(
        ask=ask,
        n=total,
        noun=_("条"),
        placeholder=_("搜索指标、举措"),
        filters=(
            Filter(
                key="state",
                label=_("状态"),
                choices=tuple(
                    Choice(value=k, label=word(v)) for k, v in domain.REPORT.states.items()
                ),
            ),
            Filter(
                key="kind",
                label=_("种类"),
                choices=tuple(Choice(value=k, label=word(v)) for k, v in domain.KINDS.items()),
            ),
        ),
    )
    context = {"page": Page(title=_("上报记录")), "table": table, "bar": bar}
    return render(request, "indicators/list.html", context)


def report_row(row: Report) -> Row:
    """Return a report as a row of a table."""
    region = f"{row.region} " if row.region_id else ""
    return Row(
        key=str(row.pk),
        url=reverse("indicators:report_detail", args=[row.pk]),
        cells={
            "title": Cell(
                value=row.title, note=row.measure_title if row.measure_title != row.title else ""
            ),
            "value": region + value_words(row),
            "period": f"{row.period.year}-{row.period.month:02d}",
            "unit": str(row.organisation),
            "state": state_label(domain.REPORT, row.state),
            "by": str(row.submitted_by or _("系统导入")),
            "at": row.submitted_at,
            "checked": str(row.decided_by or ""),
        },
    )


@page(action="indicators.report.view")
@require_safe
def report_detail(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show one report."""
    actor, now = actor_of_request(request), moment_of_request(request)
    detail = queries.report_detail(actor=actor, report_id=report_id)
    return render(request, "indicators/report_detail.html", _context(detail, now=now))


def _context(detail: ReportDetail, *, now: datetime) -> dict[str, object]:
    row = detail.report
    state = state_label(domain.REPORT, row.state)
    facts = [str(row.organisation), retold(str(row.period.span)), state]
    if row.region_id:
        facts.insert(1, str(row.region))
    return {
        "page": Page(
            title=row.title,
            facts=tuple(facts),
            crumbs=(
                Crumb(label=_("上报记录"), url=reverse("indicators:reports")),
                Crumb(
                    label=row.measure_title, url=reverse("plans:measure", args=[row.measure_uid])
                ),
            ),
            buttons=_buttons(detail),
        ),
        "detail": detail,
        "said": value_words(row),
        "state": state,
        "before": plain(detail.before.value)
        if detail.before and detail.before.value is not None
        else "",
        "events": [
            LifeEvent(when=written(e.at, year=now.year), text=e.sentence) for e in detail.events
        ],
    }


def _buttons(detail: ReportDetail) -> tuple[Button, ...]:
    row = detail.report
    step = reverse("indicators:report_step", args=[row.pk])
    buttons: list[Button] = []
    if row.state == "SUBMITTED":
        verdict = detail.may_verify
        why_not = "" if verdict.allowed else verdict.why_not
        buttons += [
            Button(label=_("核实通过"), url=step, name="step", value="verify", look="primary", why_not=why_not),
            Button(label=_("退回"), url=step, name="step", value="return", needs_reason=True, why_not=why_not),
        ]  # fmt: skip
        if detail.may_withdraw.allowed:
            buttons.append(
                Button(
                    label=_("撤回"),
                    url=step,
                    name="step",
                    value="withdraw",
                    confirm=_("撤回后这条上报不再等待核实，可以重新填报。"),
                )
            )
    if row.state == "VERIFIED" and row.kind == domain.VALUE:
        verdict = detail.may_correct
        buttons.append(
            Button(
                label=_("更正"),
                url=reverse("indicators:report_correct", args=[row.pk]),
                method="get",
                why_not="" if verdict.allowed else verdict.why_not,
            )
        )
    return tuple(buttons)


@page(action="indicators.report.view")
@require_POST
def report_step(request: HttpRequest, report_id: int) -> HttpResponse:
    """Verify, return or withdraw one report."""
    actor, now = actor_of_request(request), moment_of_request(request)
    step, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    if step == "verify":
        row = verify.report_verify(actor=actor, report_id=report_id, note=reason, now=now)
        messages.success(request, _("已核实“%(title)s”，从现在起计入。") % {"title": row.title})
    elif step == "return":
        row = verify.report_return(actor=actor, report_id=report_id, reason=reason, now=now)
        messages.success(
            request, _("已退回“%(title)s”，填报单位会收到理由。") % {"title": row.title}
        )
    else:
        row = services.report_withdraw(actor=actor, report_id=report_id, now=now)
        messages.success(request, _("已撤回“%(title)s”，可以重新填报。") % {"title": row.title})
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if inside else reverse("indicators:report_detail", args=[row.pk]))


@page(action="indicators.report.correct")
@require_http_methods(["GET", "HEAD", "POST"])
def report_correct(request: HttpRequest, report_id: int) -> HttpResponse:
    """Put a new value in place of a verified one, with the reason."""
    actor, now = actor_of_request(request), moment_of_request(request)
    detail = queries.report_detail(actor=actor, report_id=report_id)
    form = CorrectionForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = services.report_correct(
                actor=actor,
                command=Correction(
                    report_id=report_id,
                    text=form.cleaned_data["text"],
                    reason=form.cleaned_data["reason"],
                    evidence_id=evidence_from(form, actor=actor, now=now),
                ),
                now=now,
            )
        except Refused as refusal:
            refuse(form, refusal, also={"value": "text", "unit": "text"})
            status = refusal.http_status
        else:
            messages.success(request, _("已提交更正，核实前仍按原值计。"))
            return redirect("indicators:report_detail", report_id=row.pk)
    context = {
        "page": Page(
            title=_("更正“%(title)s”") % {"title": detail.report.title},
            crumbs=(
                Crumb(
                    label=detail.report.title,
                    url=reverse("indicators:report_detail", args=[report_id]),
                ),
            ),
        ),
        "detail": detail,
        "said": value_words(detail.report),
        "form": form,
    }
    return render(request, "indicators/report_correct.html", context, status=status)


def evidence_from(form: Form, *, actor: Actor, now: datetime) -> int | None:
    """Return the id of the evidence handed in with a form: stored now, or kept from the last try."""
    upload = form.cleaned_data.get("evidence")
    if upload is None:
        kept = form.cleaned_data.get("evidence_id")
        return int(kept) if kept else None
    stored = file_store(actor=actor, data=upload, name=upload.name or _("佐证"), now=now)
    form.data = MultiValueDict({**dict(form.data.lists()), "evidence_id": [str(stored.pk)]})  # type: ignore[attr-defined]
    return stored.pk


def refuse(form: Form, refusal: Refused, *, also: dict[str, str]) -> None:
    """Show a refusal at the field it names."""
    field = also.get(refusal.field or "", refusal.field)
    if field == "file":
        field = "evidence"
    form.add_error(field if field in form.fields else None, refusal.message)
