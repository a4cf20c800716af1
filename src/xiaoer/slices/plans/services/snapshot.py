"""What a measure under review looked like before a correction, and how to give it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from xiaoer.slices.plans.models import Deadline, Doubt, Measure, Milestone, Owner, Target
from xiaoer.slices.plans.services import bulk

CHILDREN: dict[str, type[Model]] = {
    "owners": Owner,
    "deadlines": Deadline,
    "targets": Target,
    "milestones": Milestone,
}
WORDS = ("title", "kind", "is_long_term", "theme")
Snapshot = dict[str, Any]  # JSON: the fields of rows by name


def take(measure: Measure) -> Snapshot:
    """Return the measure and everything under it as plain values."""
    return {
        "measure": _values(measure),
        **{
            name: [_values(row) for row in kind._default_manager.filter(measure=measure)]
            for name, kind in CHILDREN.items()
        },
    }


def take_names(owners: list[Owner]) -> Snapshot:
    """Return how the names of other measures were resolved."""
    return {
        "names": [
            {
                "pk": o.pk,
                "organisations": o.organisations,
                "resolved_how": o.resolved_how,
                "resolved_note": o.resolved_note,
            }
            for o in owners
        ]
    }


def restore(before: Mapping[str, Any], *, measure: Measure | None) -> Measure:
    """Give a measure back what a snapshot says, making it anew where it was removed; return it."""
    if measure is None:
        measure = _row(Measure, before["measure"])
        measure.save(force_insert=True)
        Doubt.objects.filter(pk__in=before.get("doubts", [])).update(measure=measure)
    else:
        measure.amend(**{name: before["measure"][name] for name in WORDS})
    for name, kind in CHILDREN.items():
        kept = [_row(kind, values) for values in before[name]]
        kind._default_manager.filter(measure=measure).exclude(pk__in=[r.pk for r in kept]).delete()
        for row in kept:
            row.save()
    return measure


def restore_names(before: Mapping[str, Any]) -> list[Measure]:
    """Give other measures' owners their old resolution; return the measures touched."""
    said = {item["pk"]: item for item in before.get("names", [])}
    owners = list(Owner.objects.filter(pk__in=said).select_related("measure").order_by("pk"))
    for owner in owners:
        owner.organisations = said[owner.pk]["organisations"]
        owner.resolved_how = said[owner.pk]["resolved_how"]
        owner.resolved_note = said[owner.pk]["resolved_note"]
    bulk.write(owners, fields=["organisations", "resolved_how", "resolved_note"])
    return list({o.measure_id: o.measure for o in owners}.values())


def _values(row: Model) -> dict[str, Any]:
    return {f.attname: f.value_from_object(row) for f in row._meta.concrete_fields}


def _row(kind: type[Model], values: Mapping[str, Any]) -> Any:  # an instance of ``kind``
    fields = {f.attname: f for f in kind._meta.concrete_fields}
    return kind(**{name: fields[name].to_python(value) for name, value in values.items()})
