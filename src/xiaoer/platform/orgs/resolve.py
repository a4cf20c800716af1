"""Find the organisations that a printed name means: in memory, dated, and never by a silent guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from xiaoer.platform.orgs import names
from xiaoer.platform.orgs.models import Organisation, OrganisationAlias, OrganisationGroup, Region
from xiaoer.platform.words import kept

How = Literal["exact", "alias", "rename", "group", "prefix", "proposal", "none"]

CANDIDATES = 5
LIKELY = 0.55
OTHER_KIND = 0.9  # 发改委 and 发展和改革局: the same business under another kind of organ
_FORMER = "former"

_EMPTY = kept("名称是空的。")
_EXACT = kept("与机构名称一致")
_ALIAS = kept("是登记的别名")
_RENAMED = kept("是更名前的名称")
_PREFIXED = kept("补足或省略行政区划前缀后一致")
_SUCCEEDED = kept("%(why)s，该机构已撤并，由承接机构办理")
_MEANS = kept("“%(text)s”%(why)s：%(unit)s。")
_AMBIGUOUS = kept("“%(text)s”可指 %(n)s 个机构，请选定其中一个。")
_ENDED = kept("“%(text)s”在 %(on)s 不是有效机构，也没有登记承接机构，请选定或补登。")
_GROUP = kept("“%(text)s”是一组机构，共 %(n)s 个机构。")
_EMPTY_GROUP = kept("“%(text)s”是一组机构，但当日没有成员，请先登记成员。")
_WITHIN = kept("括号内为%(unit)s。")
_NOTE = kept("括号内“%(text)s”作为说明保留。")
_UNKNOWN = kept("机构名录中没有“%(text)s”，可建为待确认机构。")
_NEAREST = kept("机构名录中没有“%(text)s”，最接近的是%(unit)s（相似度 %(score)s），请核定。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A unit that a name might mean; ``score`` is between 0 and 1."""

    organisation_id: int
    name: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a printed name means.

    Parameters
    ----------
    ids
        The organisations meant; several for a group, none when a person has to decide.
    how
        By which rule; ``proposal`` means that only ``candidates`` were found.
    candidates
        Units it might mean, best first; for a person to choose from.
    within
        Units named in a bracket after the one meant, such as 衢控集团 in 市国资委〔衢控集团〕.
    explanation
        A finished Chinese sentence.
    """

    text: str
    ids: tuple[int, ...]
    how: How
    explanation: str
    candidates: tuple[Candidate, ...] = ()
    within: tuple[int, ...] = ()

    @property
    def is_resolved(self) -> bool:
        """Whether the name stands for known units without anybody's decision."""
        return bool(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit as the directory keeps it."""

    id: int
    name: str
    short_name: str
    region_id: int | None
    region_name: str
    valid_from: date | None
    valid_until: date | None
    successor_id: int | None

    def is_valid(self, on: date) -> bool:
        """Return whether the unit exists on that day."""
        return _holds(self.valid_from, self.valid_until, on)


@dataclass(slots=True, kw_only=True)
class _Index:
    """Keys to unit ids, one mapping for each rule."""

    exact: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    alias: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    former: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    bare: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


class Directory:
    """Every unit, alias and group as they stood on a day; resolves thousands of names without a query.

    ``region_id`` is the region whose plan is being read: its units win over namesakes elsewhere,
    and its 市 or 县 may be left out or added before a name.
    """

    def __init__(
        self,
        *,
        on: date,
        units: Iterable[Unit],
        aliases: Iterable[tuple[int, str, str]] = (),
        groups: Mapping[str, frozenset[int]] | None = None,
        region_id: int | None = None,
        region_name: str = "",
    ) -> None:
        self.on = on
        self.region_id = region_id
        self._units = {unit.id: unit for unit in units}
        self._prefixes = names.region_prefixes(region_name) if region_name else ()
        self._groups = {names.group_key(name): ids for name, ids in (groups or {}).items()}
        self._labels: dict[str, set[int]] = defaultdict(set)
        self._index = _Index()
        self._known: dict[str, Resolution] = {}
        for unit in self._units.values():
            for name in {unit.name, unit.short_name} - {""}:
                self._add(self._index.exact, name, unit)
        for unit_id, name, kind in aliases:
            if unit_id in self._units:
                mapping = self._index.former if kind == _FORMER else self._index.alias
                self._add(mapping, name, self._units[unit_id])

    @classmethod
    def load(cls, *, on: date, region_id: int | None = None) -> Directory:
        """Read the directory as it stands on ``on``: three queries, one more for a region without units."""
        units = [
            Unit(
                id=row["pk"], name=row["name"], short_name=row["short_name"],
                region_id=row["region_id"], region_name=row["region__name"] or "",
                valid_from=row["valid_from"], valid_until=row["valid_until"],
                successor_id=row["successor_id"],
            )
            for row in Organisation.objects.order_by("pk").values(
                "pk", "name", "short_name", "region_id", "region__name",
                "valid_from", "valid_until", "successor_id",
            )
        ]  # fmt: skip
        aliases = [
            (unit, name, kind)
            for unit, name, kind, start, end in OrganisationAlias.objects.order_by(
                "pk"
            ).values_list("organisation_id", "name", "kind", "valid_from", "valid_until")
            if _holds(start, end, on)
        ]
        region_name = next((u.region_name for u in units if u.region_id == region_id), "")
        if region_id is not None and not region_name:
            region_name = Region.objects.values_list("name", flat=True).get(pk=region_id)
        return cls(
            on=on, units=units, aliases=aliases, groups=_groups(on),
            region_id=region_id, region_name=region_name,
        )  # fmt: skip

    def name_of(self, organisation_id: int) -> str:
        """Return the short name of a unit."""
        unit = self._units[organisation_id]
        return unit.short_name or unit.name

    def resolve(self, text: str) -> Resolution:
        """Return what ``text`` means; the same text costs nothing the second time."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._resolve(text)
        return known

    def _resolve(self, text: str) -> Resolution:
        key = names.normal(text)
        if not key:
            return Resolution(text=text, ids=(), how="none", explanation=_EMPTY)
        found = self._by_rule(text, key) or self._by_group(text, key)
        if found is not None:
            return found
        parts = names.split_bracket(key)
        if parts is not None:
            found = self._by_bracket(text, outer=parts[0], inner=parts[1])
            if found is not None:
                return found
        return self._propose(text, key)

    def _by_rule(self, text: str, key: str) -> Resolution | None:
        bare = names.without_prefix(key, prefixes=self._prefixes)
        tries: tuple[tuple[How, set[int] | None, str], ...] = (
            ("exact", self._index.exact.get(key), _EXACT),
            ("alias", self._index.alias.get(key), _ALIAS),
            ("rename", self._index.former.get(key), _RENAMED),
            ("prefix", self._local(self._index.bare.get(bare)), _PREFIXED),
        )
        for how, ids, why in tries:
            if ids:
                return self._decide(text, ids, how=how, why=why)
        return None

    def _decide(self, text: str, ids: set[int], *, how: How, why: str) -> Resolution:
        chosen = ids if len(ids) == 1 else (self._local(ids) or ids)
        current, passed_on = self._current(chosen)
        if len(current) == 1:
            (unit_id,) = current
            if passed_on:
                how, why = "rename", _SUCCEEDED % {"why": why}
            return Resolution(
                text=text,
                ids=(unit_id,),
                how=how,
                explanation=_MEANS % {"text": text, "why": why, "unit": self._units[unit_id].name},
            )
        if current:
            return Resolution(
                text=text, ids=(), how="proposal", candidates=self._candidates((i, 1.0) for i in current),
                explanation=_AMBIGUOUS % {"text": text, "n": len(current)},
            )  # fmt: skip
        return Resolution(
            text=text, ids=(), how="proposal", candidates=self._candidates((i, 1.0) for i in chosen),
            explanation=_ENDED % {"text": text, "on": self.on.isoformat()},
        )  # fmt: skip

    def _by_group(self, text: str, key: str) -> Resolution | None:
        members = self._groups.get(names.group_key(key))
        if members is None:
            return None
        current, _ = self._current(set(members))
        ids = tuple(sorted(current))
        told = _GROUP % {"text": text, "n": len(ids)} if ids else _EMPTY_GROUP % {"text": text}
        return Resolution(text=text, ids=ids, how="group", explanation=told)

    def _by_bracket(self, text: str, *, outer: str, inner: str) -> Resolution | None:
        lead = self._by_rule(text, outer) or self._by_group(text, outer)
        if lead is None or not lead.ids:
            return lead
        named = self._by_rule(inner, inner)
        within = tuple(i for i in (named.ids if named else ()) if i not in lead.ids)
        note = _WITHIN % {"unit": self.name_of(within[0])} if within else _NOTE % {"text": inner}
        return Resolution(
            text=text, ids=lead.ids, how=lead.how, within=within,
            explanation=f"{lead.explanation.rstrip('。')}；{note}",
        )  # fmt: skip

    def _propose(self, text: str, key: str) -> Resolution:
        bare = names.without_prefix(key, prefixes=self._prefixes)
        scores: dict[int, float] = {}
        for label, unit_ids in self._labels.items():
            score = _likeness(bare, label)
            for unit_id in unit_ids if score >= LIKELY else ():
                if self._units[unit_id].is_valid(self.on):
                    scores[unit_id] = max(score, scores.get(unit_id, 0.0))
        candidates = self._candidates(scores.items())
        if not candidates:
            return Resolution(
                text=text,
                ids=(),
                how="none",
                explanation=_UNKNOWN % {"text": text},
            )
        best = candidates[0]
        return Resolution(
            text=text, ids=(), how="proposal", candidates=candidates,
            explanation=_NEAREST
            % {"text": text, "unit": best.name, "score": f"{best.score:.0%}"},
        )  # fmt: skip

    def _add(self, mapping: dict[str, set[int]], name: str, unit: Unit) -> None:
        key = names.normal(name)
        mapping[key].add(unit.id)
        prefixes = names.region_prefixes(unit.region_name) if unit.region_name else ()
        bare = names.without_prefix(key, prefixes=prefixes)
        place = names.government_key(key)
        self._labels[place or bare].add(unit.id)
        for spelling in {bare, *names.government_spellings(key), *names.government_spellings(bare)}:
            self._index.bare[spelling].add(unit.id)

    def _local(self, ids: set[int] | None) -> set[int]:
        if not ids or self.region_id is None:
            return set(ids or ())
        here = {i for i in ids if self._units[i].region_id in (self.region_id, None)}
        return here or {i for i in ids if self._units[i].region_id is not None and len(ids) == 1}

    def _current(self, ids: set[int]) -> tuple[set[int], bool]:
        current: set[int] = set()
        passed_on = False
        for unit_id in ids:
            unit, seen = self._units[unit_id], {unit_id}
            while not unit.is_valid(self.on) and unit.successor_id is not None:
                if unit.successor_id in seen or unit.successor_id not in self._units:
                    break
                if unit.valid_until is None or unit.valid_until > self.on:
                    break
                unit, passed_on = self._units[unit.successor_id], True
                seen.add(unit.id)
            if unit.is_valid(self.on):
                current.add(unit.id)
        return current, passed_on

    def _candidates(self, scored: Iterable[tuple[int, float]]) -> tuple[Candidate, ...]:
        ranked = sorted(scored, key=lambda pair: (-pair[1], self._is_elsewhere(pair[0]), pair[0]))
        return tuple(
            Candidate(organisation_id=i, name=self._units[i].name, score=round(score, 3))
            for i, score in ranked[:CANDIDATES]
        )

    def _is_elsewhere(self, unit_id: int) -> bool:
        return self.region_id is not None and self._units[unit_id].region_id != self.region_id


def _likeness(name: str, label: str) -> float:
    whole = _similarity(name, label)
    if whole >= OTHER_KIND:
        return whole
    return max(whole, OTHER_KIND * _similarity(names.stem(name), names.stem(label)))


def _similarity(name: str, label: str) -> float:
    if name == label:
        return 1.0
    if names.is_shortened(name, label) or names.is_shortened(label, name):
        return 0.75 + 0.2 * min(len(name), len(label)) / max(len(name), len(label))
    if not set(name[:-1]) & set(label[:-1]):
        return 0.0
    return SequenceMatcher(None, name, label, autojunk=False).ratio()


def _holds(start: date | None, end: date | None, on: date) -> bool:
    return (start is None or start <= on) and (end is None or on < end)


def _groups(on: date) -> dict[str, frozenset[int]]:
    members: dict[int, set[int]] = defaultdict(set)
    spellings: dict[int, list[str]] = {}
    rows = OrganisationGroup.objects.order_by("pk").values_list(
        "pk", "name", "other_names",
        "memberships__organisation_id", "memberships__valid_from", "memberships__valid_until",
    )  # fmt: skip
    for pk, name, other_names, unit_id, start, end in rows:
        spellings[pk] = [name, *other_names]
        if unit_id is not None and _holds(start, end, on):
            members[pk].add(unit_id)
    return {name: frozenset(members[pk]) for pk, listed in spellings.items() for name in listed}
