"""The audit trail for the audit officer: the list, one event, a personal value on request."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.audit import queries, registry
from xiaoer.platform.audit.personal import unmask_personal
from xiaoer.platform.audit.queries import Asked, Detail
from xiaoer.platform.clock import CHINA
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.filters import Filter, FilterBar
from xiaoer.platform.ui.pages import Button, Crumb, Page
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table

COLUMNS = (
    Column(key="sentence", label=_lazy("事件")),
    Column(key="at", label=_lazy("时间"), kind="datetime"),
    Column(key="actor", label=_lazy("办理人")),
    Column(key="code", label=_lazy("代码")),
    Column(key="channel", label=_lazy("途径"), optional=True, off=True),
)


@page(action="audit.event.list")
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """List events, newest first."""
    ask = read_ask(request.GET)
    asked = _asked(ask)
    found = queries.event_list(
        actor=actor_of_request(request), asked=asked, after=ask.after, limit=ask.size
    )
    table = _table(ask, found)
    shown = Page(
        title=_("审计事件"),
        sentence=_("只增不改，封存成链；个人信息已隐去，查看原文须说明理由并留痕。"),
    )
    typed = {key: ask.value(key) for key in ("code", "since", "until", "subject")}
    context = {
        "page": shown,
        "table": table,
        "bar": _bar(ask),
        "ask": ask,
        "codes": sorted(registry.declared()),
        **typed,
    }
    return render(request, "audit/list.html", context)


def _table(ask: Ask, found: queries.Entries) -> Table:
    rows = tuple(
        Row(
            key=str(entry.id),
            url=reverse("audit:event", args=[entry.id]),
            cells={
                "sentence": entry.sentence,
                "at": entry.at,
                "actor": entry.actor,
                "code": Cell(value=entry.code, href=ask.url({"code": entry.code, "after": None})),
                "channel": entry.channel,
            },
        )
        for entry in found.rows
    )
    return Table(
        name="audit",
        caption=_("审计事件"),
        columns=COLUMNS,
        rows=rows,
        ask=ask,
        paging=Paging(next_key=found.next_key, is_first=not ask.after),
        empty=_("没有符合条件的事件。放宽日期或去掉一个条件再试。"),
    )


def _asked(ask: Ask) -> Asked:
    until = _day(ask.value("until"))
    subject_type, _sep, subject_id = ask.value("subject").partition(":")
    return Asked(
        actor=ask.q,
        code=ask.value("code"),
        subject_type=subject_type.strip().lower(),
        subject_id=subject_id.strip(),
        since=_day(ask.value("since")),
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) if day else None


def _bar(ask: Ask) -> FilterBar:
    """Return what is set, for the chips; the form itself has dates and is in the template."""
    labels = (
        ("code", _("事件代码")),
        ("since", _("自")),
        ("until", _("至")),
        ("subject", _("对象")),
    )
    return FilterBar(
        ask=ask, filters=tuple(Filter(key=key, label=label, choices=()) for key, label in labels)
    )


@page(action="audit.event.list")
@require_safe
def event_page(request: HttpRequest, event_id: int) -> HttpResponse:
    """Show one event."""
    detail = queries.event_get(actor=actor_of_request(request), event_id=event_id)
    return _event(request, detail, {})


@page(action="audit.personal_value.unmask")
@require_POST
def personal_unmask(request: HttpRequest, event_id: int, key: str) -> HttpResponse:
    """Show one personal value of an event, with the reason recorded."""
    actor = actor_of_request(request)
    value = unmask_personal(
        actor=actor,
        event_id=event_id,
        key=key,
        reason=request.POST.get("reason", ""),
        now=moment_of_request(request),
    )
    response = _event(request, queries.event_get(actor=actor, event_id=event_id), {key: value})
    response["Cache-Control"] = "no-store"
    return response


def _event(request: HttpRequest, detail: Detail, shown: dict[str, str]) -> HttpResponse:
    entry = detail.entry
    changes = [
        (change, shown.get(change.key, ""), _unmask(entry.id, change.key))
        for change in detail.changes
    ]
    subject = f"{entry.subject_type}:{entry.subject_id}"
    context = {
        "page": Page(
            title=_("事件 %(id)s") % {"id": entry.id},
            sentence=entry.sentence,
            crumbs=(Crumb(label=_("审计事件"), url=reverse("audit:list")),),
        ),
        "detail": detail,
        "entry": entry,
        "changes": changes,
        "of_subject": f"{reverse('audit:list')}?subject={subject}",
        "subject": subject,
    }
    return render(request, "audit/event.html", context)


def _unmask(event_id: int, key: str) -> Button:
    url = reverse("audit:unmask", args=[event_id, key])
    return Button(label=_("查看原文"), url=url, needs_reason=True)
