"""The office's queue: everything that awaits verification, judged by a key or in bulk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.pages import Page, Tone, sentence
from xiaoer.platform.words import retold
from xiaoer.slices.indicators.domain.values import plain
from xiaoer.slices.indicators.queries import reports as queries
from xiaoer.slices.indicators.queries.reports import QueueLine
from xiaoer.slices.indicators.services import verify
from xiaoer.slices.indicators.views.report import filters_of, value_words
from xiaoer.slices.indicators.wording import bar_words, month_words


@page(action="indicators.report.verify")
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """Show what awaits verification; verify several at once."""
    actor, now = actor_of_request(request), moment_of_request(request)
    if request.method == "POST":
        picked = [int(p) for p in request.POST.getlist("pick") if p.isdigit()]
        outcome = verify.reports_verify(actor=actor, report_ids=picked, now=now)
        if outcome.verified:
            messages.success(request, _("已核实 %(n)s 条。") % {"n": len(outcome.verified)})
        for _pk, why in outcome.refused[:5]:
            messages.warning(request, why)
        if not picked:
            messages.warning(request, _("没有勾选任何一条。"))
        return redirect(request.get_full_path())
    ask = read_ask(request.GET)
    found = queries.queue(actor=actor, filters=filters_of(ask))
    told = (
        sentence(_("%(n)s 条上报等您核实。"), {"n": Tone(value=found.n, css="warn")})
        if found.n
        else _("没有待核实的上报。")
    )
    context = {
        "page": Page(title=_("核实"), sentence=told),
        "bar": _bar(ask, found),
        "found": found,
        "lines": [_line(line) for line in found.lines],
        "more": max(0, found.n - len(found.lines)),
    }
    return render(request, "indicators/queue.html", context)


def _bar(ask: Ask, found: queries.Queue) -> FilterBar:
    return FilterBar(
        ask=ask,
        n=found.n,
        noun=_("条"),
        filters=(
            Filter(
                key="unit",
                label=_("单位"),
                choices=tuple(
                    Choice(value=str(pk), label=name, n=n) for pk, name, n in found.units
                ),
            ),
            Filter(
                key="period",
                label=_("月份"),
                choices=tuple(
                    Choice(value=str(p.pk), label=retold(str(p.span))) for p in found.periods
                ),
            ),
        ),
    )


def _line(line: QueueLine) -> dict[str, object]:
    row, standing = line.report, line.standing
    change = line.change
    bar = ""
    if standing is not None:
        bar = bar_words(
            comparator=standing.comparator,
            value=standing.value,
            value_max=standing.value_max,
            unit=standing.unit,
        )
    return {
        "row": row,
        "said": value_words(row),
        "before": plain(line.before) if line.before is not None else "—",
        "before_month": month_words(line.before_month),
        "change": ("+" if change > 0 else "") + plain(change) if change is not None else "",
        "is_odd": line.is_odd,
        "expected": (
            plain(round(standing.expected, 2))
            if standing and standing.expected is not None
            else "—"
        ),
        "bar": bar,
        "own": line.own,
        "step": reverse("indicators:report_step", args=[row.pk]),
    }
