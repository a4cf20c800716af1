"""Values from a spreadsheet: each row is checked like a typed one, bad rows are kept with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.errors import Invalid
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.services import file_store
from xiaoer.platform.ingest import importers
from xiaoer.platform.ingest.importers import Column, Importer, Lookup, StagedRow
from xiaoer.platform.ingest.models import ImportBatch
from xiaoer.platform.ingest.services import batch_stage
from xiaoer.platform.words import kept, listed, retold
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.commands import ValueReport
from xiaoer.slices.indicators.domain.values import Asked, check_value, may_only_grow
from xiaoer.slices.indicators.models import ReportingPeriod
from xiaoer.slices.indicators.queries.entry import EntryLine, entry, open_periods, units_of
from xiaoer.slices.indicators.services import reports

CODE = "indicators.values"
_MONTH = re.compile(r"^(\d{4})\D{1,2}(\d{1,2})\D{0,12}$")
COLUMNS = (
    Column(key="month", heading="月份", is_required=True, example="2026-05"),
    Column(key="uid", heading="目标编号", is_required=True, example="a1b2c3d4e5f6"),
    Column(key="indicator", heading="指标", example="新增科技型企业"),
    Column(key="region", heading="县（市、区）", other_headings=("县市区", "区县")),
    Column(key="value", heading="本期值", is_required=True, other_headings=("数值", "完成值"), example="50"),
    Column(key="unit", heading="单位", other_headings=("计量单位",), example="家"),
    Column(key="reason", heading="核减理由", other_headings=("理由",)),
    Column(key="note", heading="说明", other_headings=("备注",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What rows are looked up in: the actor's lines of every open month, and the sheet as evidence."""

    periods: Mapping[int, ReportingPeriod]
    lines: Mapping[tuple[int, str, str], tuple[EntryLine, int]]
    targets: frozenset[str]
    evidence: int | None


def declare() -> None:
    """Declare the table of values."""
    importers.register(
        Importer(
            code=CODE,
            label=kept("上报数据"),
            action="indicators.report.submit",
            columns=COLUMNS,
            parse_row=_parse_row,
            commit_rows=_commit_rows,
            prepare=_prepare,
        )
    )


@transaction.atomic
def values_stage(*, actor: Actor, file_name: str, content: bytes, now: datetime) -> ImportBatch:
    """Keep a sheet as evidence of its own values and read its rows; nothing is submitted yet."""
    rules.require(actor, "indicators.report.submit")
    file_store(actor=actor, data=content, name=file_name, now=now)
    return batch_stage(actor=actor, importer=CODE, file_name=file_name, content=content, now=now)


def _prepare(actor: Actor, now: datetime) -> _Known:
    periods = {p.index: p for p in open_periods()}
    lines: dict[tuple[int, str, str], tuple[EntryLine, int]] = {}
    for period in periods.values():
        for unit in units_of(actor):
            found = entry(actor=actor, unit_id=unit.pk, period=period)
            for line in found.lines:
                key = (period.index, line.target.target_uid, line.region_name)
                lines.setdefault(key, (line, unit.pk))
    sheet = (
        StoredFile.objects.filter(uploaded_by_id=actor.id, uploaded_at=now).order_by("-pk").first()
    )
    return _Known(
        periods=periods,
        lines=lines,
        targets=frozenset(uid for _month, uid, _region in lines),
        evidence=sheet.pk if sheet else None,
    )


def _parse_row(texts: Mapping[str, str], lookup: Lookup) -> Mapping[str, Any]:
    known: _Known = lookup.known
    period = _period(texts["month"], known)
    if texts["uid"] not in known.targets:
        raise Invalid(
            _("目标编号“%(uid)s”不在本单位牵头的目标里。请用下载的模板填写，不要改动编号。")
            % {"uid": texts["uid"]}
        )
    found = known.lines.get((period.index, texts["uid"], texts["region"]))
    if found is None:
        places = listed(r for m, u, r in known.lines if u == texts["uid"] and r) or _("全市")
        raise Invalid(_("这个目标按%(places)s填报，请核对县（市、区）一列。") % {"places": places})
    line, unit = found
    if not line.is_open:
        raise Invalid(_("这个数本期已上报。如需改动，请在页面上撤回或更正。"))
    target = line.target
    asked = Asked(indicator=target.indicator_name, unit=target.unit, basis=target.basis)
    same_year = line.before_month is not None and line.before_month // 100 == period.year
    check_value(
        text=texts["value"],
        unit=texts["unit"],
        asked=asked,
        before=line.before if same_year and may_only_grow(asked) else None,
        reason=texts["reason"],
    )
    return {
        "target_uid": target.target_uid,
        "period_id": period.pk,
        "text": texts["value"],
        "unit": texts["unit"],
        "organisation": unit,
        "region": line.region,
        "evidence_id": known.evidence,
        "note": texts["note"],
        "reason": texts["reason"],
    }


def _period(text: str, known: _Known) -> ReportingPeriod:
    found = _MONTH.match(text.strip())
    index = int(found[1]) * 100 + int(found[2]) if found else 0
    if index not in known.periods:
        told = listed(retold(str(domain.month_at(i))) for i in known.periods) or _("无")
        raise Invalid(
            _("“%(text)s”没有开放上报。现在开放的是：%(open)s。") % {"text": text, "open": told}
        )
    return known.periods[index]


def _commit_rows(rows: Sequence[StagedRow], lookup: Lookup) -> None:
    for row in rows:
        reports.value_submit(
            actor=lookup.actor, command=ValueReport(**dict(row.values)), now=lookup.now
        )
