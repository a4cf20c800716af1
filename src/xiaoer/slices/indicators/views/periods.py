"""The office opens, closes, reopens and locks the reporting of a month."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from xiaoer.platform.access import rules
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.pages import Page, buttons_of
from xiaoer.platform.words import retold, state_label
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.forms import PeriodForm
from xiaoer.slices.indicators.queries import periods as queries
from xiaoer.slices.indicators.queries.periods import PeriodLine
from xiaoer.slices.indicators.services import periods as services
from xiaoer.slices.indicators.views.entry import period_deadline


@page(action="indicators.period.open")
@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: HttpRequest) -> HttpResponse:
    """List the months with how far their reporting is; open another."""
    actor, now = actor_of_request(request), moment_of_request(request)
    last = domain.month_of(now.astimezone(CHINA).date()).previous
    form = PeriodForm(request.POST or None, initial={"month": f"{last.year}-{last.month:02d}"})
    status = 200
    if request.method == "POST" and form.is_valid():
        year, month = form.span()
        try:
            row = services.period_open(actor=actor, year=year, month=month, now=now)
        except Refused as refusal:
            form.add_error("month", refusal.message)
            status = refusal.http_status
        else:
            messages.success(
                request, _("已开放%(period)s，各单位会收到待办。") % {"period": retold(str(row))}
            )
            return redirect("indicators:periods")
    lines = queries.period_list(actor=actor)
    opened = next((line for line in lines if line.period.state == "OPEN"), None)
    told = (
        _("%(period)s开放上报，%(done)s / %(units)s 个单位已报全。")
        % {
            "period": retold(str(opened.period.span)),
            "done": opened.n_done,
            "units": opened.n_units,
        }
        if opened
        else _("现在没有开放的上报期。")
    )
    context = {
        "page": Page(title=pgettext("nav", "上报期"), sentence=told),
        "form": form,
        "lines": [_shown(line, now=now) for line in lines],
        "pending": queries.units_missing(actor=actor, period=opened.period) if opened else (),
    }
    return render(request, "indicators/periods.html", context, status=status)


def _shown(line: PeriodLine, *, now: datetime) -> dict[str, object]:
    return {
        "line": line,
        "state": state_label(domain.PERIOD, line.period.state),
        "deadline": period_deadline(line.period, now=now),
        "buttons": _buttons(line),
    }


def _buttons(line: PeriodLine) -> tuple[object, ...]:
    return buttons_of(
        domain.PERIOD,
        state=line.period.state,
        url=reverse("indicators:period_step", args=[line.period.pk]),
        verdicts={name: rules.Verdict(allowed=True) for name in ("close", "reopen", "lock")},
    )


@page(action="indicators.period.close")
@require_POST
def period_step(request: HttpRequest, period_id: int) -> HttpResponse:
    """Close, reopen or lock one month."""
    actor, now = actor_of_request(request), moment_of_request(request)
    step = request.POST.get("step", "")
    if step == "close":
        row = services.period_close(actor=actor, period_id=period_id, now=now)
    elif step == "reopen":
        row = services.period_reopen(
            actor=actor, period_id=period_id, reason=request.POST.get("reason", ""), now=now
        )
    else:
        row = services.period_lock(actor=actor, period_id=period_id, now=now)
    messages.success(
        request,
        _("%(period)s：%(state)s。")
        % {"period": retold(str(row)), "state": state_label(domain.PERIOD, row.state)},
    )
    return redirect("indicators:periods")
