"""The reporting page of a unit: every target of the month in one table, one row or all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiaoer.engines.calendar import remaining
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.calendars import working_calendar
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Refused
from xiaoer.platform.files.services import file_store
from xiaoer.platform.ui.deadlines import Deadline, deadline_view
from xiaoer.platform.ui.pages import Button, Page, Tone, sentence
from xiaoer.platform.words import retold, state_label
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.commands import ValueReport
from xiaoer.slices.indicators.domain.values import plain
from xiaoer.slices.indicators.models import ReportingPeriod
from xiaoer.slices.indicators.queries import entry as queries
from xiaoer.slices.indicators.queries.entry import Entry, EntryLine
from xiaoer.slices.indicators.services import reports
from xiaoer.slices.indicators.wording import bar_words, month_words

LINES_SHOWN = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed into a row and why it was refused."""

    text: str = ""
    reason: str = ""
    error: str = ""
    asks_reason: bool = False


def due_context(
    *, actor: Actor, units: Sequence[int], now: datetime
) -> Mapping[str, object] | None:
    """Return how much of the newest open month an actor's first unit still owes."""
    periods = queries.open_periods()
    if not periods or not units:
        return None
    found = queries.entry(actor=actor, unit_id=None, period=periods[0])
    if not found.lines:
        return None
    return {
        "period": retold(str(found.period.span)),
        "missing": found.missing,
        "total": len(found.lines),
        "deadline": period_deadline(found.period, now=now),
    }


def period_deadline(period: ReportingPeriod, *, now: datetime) -> Deadline:
    """Return the day by which a month is to be reported, unfolding into how it was counted."""
    today = now.astimezone(CHINA).date()
    if period.state != "OPEN":
        return deadline_view(period.due_date, basis=retold(period.due_how))
    left = remaining(calendar=working_calendar(), today=today, due=period.due_date)
    return deadline_view(period.due_date, remaining=left, today=today, basis=retold(period.due_how))


@page(action="indicators.report.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show what is to be reported; take in the rows that were filled in."""
    actor, now = actor_of_request(request), moment_of_request(request)
    periods = queries.open_periods()
    wanted = request.GET.get("period", "")
    period = next((p for p in periods if str(p.pk) == wanted), periods[0] if periods else None)
    if period is None:
        empty = Page(title=_("上报"), sentence=_("现在没有开放的上报期。"))
        return render(request, "indicators/report_closed.html", {"page": empty})
    unit = request.GET.get("unit", "")
    found = queries.entry(actor=actor, unit_id=int(unit) if unit.isdigit() else None, period=period)
    typed: dict[str, Typed] = {}
    evidence_id: int | None = None
    if request.method == "POST":
        done, typed, evidence_id = _take_in(request, found, actor=actor, now=now)
        if done:
            messages.success(request, _("已提交 %(n)s 条，等营商办核实后生效。") % {"n": done})
        if not typed:
            return redirect(request.get_full_path())
        found = queries.entry(actor=actor, unit_id=found.unit.pk, period=period)
    context = _context(found, periods=periods, typed=typed, evidence_id=evidence_id, now=now)
    return render(request, "indicators/report.html", context, status=422 if typed else 200)


def _take_in(
    request: HttpRequest, found: Entry, *, actor: Actor, now: datetime
) -> tuple[int, dict[str, Typed], int | None]:
    """Submit every row that was filled in; each is refused or accepted by itself."""
    only = request.POST.get("only", "")
    rows = [
        line
        for line in found.lines
        if line.is_open
        and only in {"", line.key}
        and request.POST.get(f"value-{line.key}", "").strip()
    ]
    if not rows:
        messages.warning(request, _("没有填写任何数。请在要上报的行里填数后再提交。"))
        return 0, {}, None
    shared, problem = _stored(request, "evidence", actor=actor, now=now)
    done = 0
    typed: dict[str, Typed] = {}
    for line in rows:
        own, trouble = _stored(request, f"evidence-{line.key}", actor=actor, now=now)
        error = _submit(request, line, found, evidence=own or shared, actor=actor, now=now)
        if error is None:
            done += 1
            continue
        told = trouble or problem or error.message
        typed[line.key] = Typed(
            text=request.POST.get(f"value-{line.key}", ""),
            reason=request.POST.get(f"reason-{line.key}", ""),
            error=told,
            asks_reason=error.field == "reason",
        )
    return done, typed, shared


def _stored(
    request: HttpRequest, name: str, *, actor: Actor, now: datetime
) -> tuple[int | None, str]:
    upload = request.FILES.get(name)
    if isinstance(upload, UploadedFile):
        try:
            stored = file_store(actor=actor, data=upload, name=upload.name or _("佐证"), now=now)
        except Refused as refusal:
            return None, refusal.message
        return stored.pk, ""
    kept = request.POST.get(f"{name}_id", "")
    return (int(kept), "") if kept.isdigit() else (None, "")


def _submit(
    request: HttpRequest,
    line: EntryLine,
    found: Entry,
    *,
    evidence: int | None,
    actor: Actor,
    now: datetime,
) -> Refused | None:
    command = ValueReport(
        target_uid=line.target.target_uid,
        period_id=found.period.pk,
        text=request.POST.get(f"value-{line.key}", ""),
        organisation=found.unit.pk,
        region=line.region,
        evidence_id=evidence,
        note=request.POST.get(f"note-{line.key}", ""),
        reason=request.POST.get(f"reason-{line.key}", ""),
    )
    try:
        reports.value_submit(actor=actor, command=command, now=now)
    except Refused as refusal:
        return refusal
    return None


def _context(
    found: Entry,
    *,
    periods: Sequence[ReportingPeriod],
    typed: Mapping[str, Typed],
    evidence_id: int | None,
    now: datetime,
) -> dict[str, object]:
    told = sentence(
        _("%(period)s有 %(n)s 个数要报，还有 %(missing)s 个没报。"),
        {
            "period": retold(str(found.period.span)),
            "n": len(found.lines),
            "missing": Tone(value=found.missing, css="warn") if found.missing else 0,
        },
    )
    query = f"?period={found.period.pk}&unit={found.unit.pk}"
    template = Button(
        label=_("下载填报模板"),
        url=f"{reverse('indicators:template')}{query}",
        method="get",
    )
    upload = Button(label=_("批量上报"), url=f"{reverse('indicators:upload')}{query}", method="get")
    return {
        "page": Page(
            title=_("上报"), sentence=told, facts=(str(found.unit),), buttons=(template, upload)
        ),
        "entry": found,
        "periods": periods,
        "deadline": period_deadline(found.period, now=now),
        "rows": [_row(line, typed.get(line.key)) for line in found.lines[:LINES_SHOWN]],
        "cut": max(0, len(found.lines) - LINES_SHOWN),
        "evidence_id": evidence_id,
        "n_refused": len(typed),
    }


def _row(line: EntryLine, typed: Typed | None) -> dict[str, object]:
    target = line.target
    return {
        "line": line,
        "typed": typed or Typed(),
        "bar": bar_words(
            comparator=target.comparator,
            value=target.value,
            value_max=target.value_max,
            unit=target.unit,
        ),
        "before_month": month_words(line.before_month),
        "state": state_label(domain.REPORT, line.report.state) if line.report else "",
        "reported": plain(line.report.value)
        if line.report and line.report.value is not None
        else "",
        "expected": plain(line.expected) if line.expected is not None else "—",
        "before": plain(line.before) if line.before is not None else "—",
        "basis": _("当月值") if target.basis == "month" else _("累计值"),
    }
