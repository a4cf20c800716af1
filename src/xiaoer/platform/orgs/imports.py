"""Bring in a directory of units from a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.errors import Invalid
from xiaoer.platform.ingest.importers import Column, Importer, Lookup, StagedRow, register
from xiaoer.platform.orgs import access, names, services
from xiaoer.platform.orgs.models import Organisation, OrganisationAlias, Region
from xiaoer.platform.words import kept

_SEPARATORS = str.maketrans({"；": ";", "、": ";", "，": ";", ",": ";"})
_KINDS = {label: value for value, label in Organisation.Kind.choices}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    organisations: set[str]
    regions: dict[str, int]


def _prepare(actor: Actor, now: datetime) -> _Known:
    regions: dict[str, int] = {}
    for pk, code, name in Region.objects.values_list("pk", "code", "name"):
        regions[code] = regions[name] = pk
    return _Known(
        organisations=set(Organisation.objects.values_list("name", flat=True)), regions=regions
    )


def _parse(row: Mapping[str, str], lookup: Lookup) -> Mapping[str, Any]:
    known: _Known = lookup.known
    name = names.tidy(row["name"])
    if name in known.organisations:
        raise Invalid("名录或本文件中已有“%(name)s”。", values={"name": name}, field="name")
    if row["kind"] and row["kind"] not in _KINDS:
        raise Invalid(
            "类别“%(kind)s”无效，可填：%(names)s。",
            values={"kind": row["kind"], "names": tuple(_KINDS)},
            field="kind",
        )
    if row["region"] and row["region"] not in known.regions:
        raise Invalid(
            "没有“%(region)s”这个区域，请填区划代码或名称。",
            values={"region": row["region"]},
            field="region",
        )
    parent = names.tidy(row["parent"])
    if parent and parent not in known.organisations:
        raise Invalid(
            "上级机构“%(parent)s”不在名录中，也没有排在本行之前。",
            values={"parent": parent},
            field="parent",
        )
    known.organisations.add(name)
    aliases = [names.tidy(a) for a in row["aliases"].translate(_SEPARATORS).split(";")]
    return {
        "name": name,
        "short_name": names.tidy(row["short_name"]),
        "kind": _KINDS.get(row["kind"], Organisation.Kind.DEPARTMENT.value),
        "region": known.regions.get(row["region"]),
        "parent": parent,
        "aliases": [a for a in aliases if a],
    }


def _commit(rows: Sequence[StagedRow], lookup: Lookup) -> None:
    wanted = {row.values["parent"] for row in rows} - {""}
    ids = dict(Organisation.objects.filter(name__in=wanted).values_list("name", "pk"))
    aliases: list[OrganisationAlias] = []
    for row in rows:
        values = row.values
        if values["parent"] and values["parent"] not in ids:
            raise Invalid(
                "上级机构“%(parent)s”没有入库，本行也未入库。",
                values={"parent": values["parent"]},
                field="parent",
            )
        unit = services.enter(
            services.NewOrganisation(
                name=values["name"],
                short_name=values["short_name"],
                kind=values["kind"],
                region_id=values["region"],
                parent_id=ids[values["parent"]] if values["parent"] else None,
            ),
            is_proposed=False,
        )
        ids[unit.name] = unit.pk
        aliases += [
            OrganisationAlias(organisation=unit, name=alias)
            for alias in dict.fromkeys(values["aliases"])
        ]
    OrganisationAlias.objects.bulk_create(aliases)


register(
    Importer(
        code="orgs.organisation",
        label=kept("机构名录"),
        action=access.MANAGE,
        columns=(
            Column(
                key="name",
                heading="机构名称",
                is_required=True,
                other_headings=("名称", "单位名称", "全称"),
                example="清江市财政局",
            ),
            Column(
                key="short_name", heading="简称", other_headings=("规范简称",), example="市财政局"
            ),
            Column(key="kind", heading="类别", other_headings=("机构类别",), example="部门"),
            Column(
                key="region", heading="区域", other_headings=("所属区域", "区划代码"), example=""
            ),
            Column(
                key="parent", heading="上级机构", other_headings=("主管部门", "上级"), example=""
            ),
            Column(
                key="aliases",
                heading="别名",
                other_headings=("其他名称", "曾用名"),
                example="财政局；市财政",
            ),
        ),
        parse_row=_parse,
        commit_rows=_commit,
        prepare=_prepare,
    )
)
