"""Many values at once: a prefilled template out, a filled sheet in, looked over before it counts."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.errors import Refused
from xiaoer.platform.ingest import queries as ingest_queries
from xiaoer.platform.ingest import services as ingest
from xiaoer.platform.ui.pages import Button, Crumb, Page, Tone, sentence
from xiaoer.platform.ui.tables import Column, Row, Table
from xiaoer.slices.indicators.domain.values import plain
from xiaoer.slices.indicators.forms import SheetForm
from xiaoer.slices.indicators.queries import entry as queries
from xiaoer.slices.indicators.services import importing
from xiaoer.slices.indicators.wording import bar_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(action="indicators.report.submit")
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Download the sheet of a month with the unit's targets filled in."""
    actor = actor_of_request(request)
    wanted, unit = request.GET.get("period", ""), request.GET.get("unit", "")
    period = next((p for p in queries.open_periods() if wanted in {"", str(p.pk)}), None)
    if period is None:
        messages.warning(request, _("现在没有开放的上报期，营商办开放后再下载模板。"))
        return redirect("indicators:report")
    found = queries.entry(actor=actor, unit_id=int(unit) if unit.isdigit() else None, period=period)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("填报"))
    sheet.append([c.heading for c in importing.COLUMNS] + [_("目标"), _("上期"), _("本期末应达")])
    for line in found.lines:
        target = line.target
        bar = bar_words(
            comparator=target.comparator,
            value=target.value,
            value_max=target.value_max,
            unit=target.unit,
        )
        sheet.append(
            [
                f"{period.year}-{period.month:02d}",
                target.target_uid,
                target.indicator_name,
                line.region_name,
                "",
                target.unit,
                "",
                "",
                bar,
                plain(line.before) if line.before is not None else "",
                plain(line.expected) if line.expected is not None else "",
            ]
        )
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    name = f"report-{period.year}-{period.month:02d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page(action="indicators.report.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a filled sheet and show what it says before anything is submitted."""
    actor, now = actor_of_request(request), moment_of_request(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        sheet = form.cleaned_data["file"]
        try:
            batch = importing.values_stage(
                actor=actor, file_name=sheet.name or "", content=sheet.read(), now=now
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
            status = refusal.http_status
        else:
            return redirect("indicators:upload_preview", batch_id=batch.pk)
    query = request.GET.urlencode()
    context = {
        "page": Page(
            title=_("批量上报"),
            crumbs=(Crumb(label=_("上报"), url=reverse("indicators:report")),),
            buttons=(
                Button(
                    label=_("下载填报模板"),
                    url=f"{reverse('indicators:template')}?{query}",
                    method="get",
                ),
            ),
        ),
        "form": form,
    }
    return render(request, "indicators/upload.html", context, status=status)


@page(action="indicators.report.submit")
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show the rows of a sheet, good and bad; submit the good ones."""
    actor, now = actor_of_request(request), moment_of_request(request)
    if request.method == "POST":
        if request.POST.get("step") == "void":
            ingest.batch_void(actor=actor, batch_id=batch_id, now=now)
            messages.success(request, _("已作废，没有提交任何数。"))
            return redirect("indicators:upload")
        batch = ingest.batch_commit(actor=actor, batch_id=batch_id, now=now)
        messages.success(
            request,
            _("已提交 %(n)s 条，%(bad)s 条未通过并已保留。")
            % {"n": batch.n_committed, "bad": batch.n_bad},
        )
        return redirect("indicators:upload_preview", batch_id=batch_id)
    found = ingest_queries.batch_preview(actor=actor, batch_id=batch_id)
    good = found.n_rows - found.n_bad
    context = {
        "page": Page(
            title=found.file_name,
            sentence=sentence(
                _("共 %(n)s 行，%(good)s 行可以提交，%(bad)s 行有误。"),
                {
                    "n": found.n_rows,
                    "good": good,
                    "bad": Tone(value=found.n_bad, css="late") if found.n_bad else 0,
                },
            ),
            facts=(found.state_label,),
            crumbs=(Crumb(label=_("批量上报"), url=reverse("indicators:upload")),),
            buttons=_preview_buttons(found),
        ),
        "found": found,
        "bad": _rows_table(found, bad=True),
        "good": _rows_table(found, bad=False),
    }
    return render(request, "indicators/upload_preview.html", context)


def _preview_buttons(found: ingest_queries.Preview) -> tuple[Button, ...]:
    if found.state not in {"STAGED", "COMMITTING"}:
        return ()
    here = reverse("indicators:upload_preview", args=[found.batch_id])
    good = found.n_rows - found.n_bad
    return (
        Button(
            label=_("提交 %(n)s 条") % {"n": good},
            url=here,
            name="step",
            value="commit",
            look="primary",
            why_not="" if good else _("没有可以提交的行。"),
        ),
        Button(label=_("作废"), url=here, name="step", value="void"),
    )


def _rows_table(found: ingest_queries.Preview, *, bad: bool) -> Table:
    heads = [Column(key=f"c{i}", label=text) for i, text in enumerate(found.headers)]
    first = [Column(key="n", label=_("行号"), kind="number")]
    rows = []
    if bad:
        first.append(Column(key="error", label=_("错在哪里")))
        for number, cells, error in found.bad:
            rows.append(Row(cells={"n": number, "error": error} | _cells(cells)))
    else:
        rows = [Row(cells={"n": number} | _cells(cells)) for number, cells in found.good]
    return Table(
        name="bad" if bad else "good",
        caption=_("有误的行") if bad else _("可以提交的行"),
        columns=(*first, *heads),
        rows=tuple(rows),
        empty=_("没有。"),
    )


def _cells(texts: tuple[str, ...]) -> dict[str, str]:
    return {f"c{i}": text for i, text in enumerate(texts)}


@page(action="indicators.report.submit")
@require_safe
def errors(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Download the bad rows with the reason in a last column."""
    content = ingest_queries.batch_errors_xlsx(actor=actor_of_request(request), batch_id=batch_id)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="errors.xlsx"'
    return response
