"""Check the audit trail: every row against its digest, every root, the chain, personal values.

Reads in streams, so that memory does not grow with the log. What nobody can find from the inside
is a chain cut off at its end: keep the head somewhere else and pass it as ``anchor``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from xiaoer.platform.audit import log
from xiaoer.platform.audit.audit import ERASED
from xiaoer.platform.audit.chain import GENESIS, link, merkle_root, unsealed
from xiaoer.platform.audit.models import Event, PersonalValue, Seal, SealedEvent

_CHUNK = 2000
_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What checking rows, roots and chain found; ``problems`` are finished sentences."""

    events: int
    seals: int
    unsealed: int
    head: str
    problems: tuple[str, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems


def verify(*, anchor: str = "") -> Verification:
    """Recompute every event's digest, every root and the chain; name what does not agree.

    Parameters
    ----------
    anchor
        A head that an earlier check printed; when given, the chain must contain it.
    """
    findings = _Findings()
    personal = _PersonalCheck(findings)
    last = Seal.objects.aggregate(last=Max("pk"))["last"] or 0
    rows = _Rows(last)
    head, next_no, n_seals, anchored = GENESIS, 1, 0, not anchor
    for row in Seal.objects.filter(pk__lte=last).order_by("pk").iterator(chunk_size=_CHUNK):
        n_seals += 1
        batch = rows.up_to(row.last_no)
        _check_batch(row, batch, findings, personal)
        if row.first_no != next_no:
            findings.add(
                f"封存批次 {row.pk} 应从 {next_no} 号起，实为 {row.first_no} 号，中间有批次缺失。"
            )
        linked = link(previous=head, root=row.root, first_no=row.first_no, last_no=row.last_no)
        if row.previous != head or row.hash != linked:
            findings.add(f"封存批次 {row.pk} 与前一批次的链接断开。")
        head, next_no = row.hash, row.last_no + 1
        anchored = anchored or head == anchor
    for left in rows.rest():
        findings.add(f"封存号 {left.no} 没有对应的封存批次。")
    if not anchored:
        findings.add("链中没有所给的链头，末尾的批次可能被截去。")
    tail = _check_tail(findings, personal)
    personal.flush()
    return Verification(
        events=rows.n + tail,
        seals=n_seals,
        unsealed=tail,
        head=head,
        problems=findings.told(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    no: int
    event_id: int
    seal_id: int
    digest: str
    values: dict[str, Any]  # every sealed field of the event


class _Rows:
    """The sealed events in the order of their numbers, read once."""

    def __init__(self, last_seal: int) -> None:
        self.n = 0
        self._stream = self._read(last_seal)
        self._waiting: _Sealed | None = next(self._stream, None)

    def _read(self, last_seal: int) -> Iterator[_Sealed]:
        fields = [f"event__{name}" for name in log.SEALED_FIELDS]
        rows = SealedEvent.objects.filter(seal_id__lte=last_seal).order_by("no")
        columns = rows.values_list("no", "event_id", "seal_id", "event__digest", *fields)
        for no, event_id, seal_id, digest, *values in columns.iterator(chunk_size=_CHUNK):
            self.n += 1
            named = dict(zip(log.SEALED_FIELDS, values, strict=True))
            yield _Sealed(no=no, event_id=event_id, seal_id=seal_id, digest=digest, values=named)

    def up_to(self, no: int) -> list[_Sealed]:
        """Return the next rows whose number is at most ``no``."""
        taken = []
        while self._waiting is not None and self._waiting.no <= no:
            taken.append(self._waiting)
            self._waiting = next(self._stream, None)
        return taken

    def rest(self) -> Iterator[_Sealed]:
        """Return the rows that no batch asked for."""
        while self._waiting is not None:
            yield self._waiting
            self._waiting = next(self._stream, None)


class _Findings:
    """Sentences about what is wrong; a ruined log does not fill the memory with them."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._n = 0

    def add(self, sentence: str) -> None:
        self._n += 1
        if self._n <= _TOLD:
            self._said.append(sentence)

    def told(self) -> tuple[str, ...]:
        more = self._n - len(self._said)
        return (*self._said, *([f"另有 {more} 处问题未列出。"] if more else []))


def _check_batch(
    row: Seal, batch: list[_Sealed], findings: _Findings, personal: _PersonalCheck
) -> None:
    for item in batch:
        if log.digest_of(item.values) != item.digest:
            findings.add(
                f"事件 {item.event_id}（封存号 {item.no}）的内容与其摘要不符，可能被改动。"
            )
        if item.seal_id != row.pk:
            findings.add(f"封存号 {item.no} 记在批次 {item.seal_id}，应在批次 {row.pk}。")
        personal.look_at(item.event_id, item.values["changes"])
    present = {item.no for item in batch}
    missing = [no for no in range(row.first_no, row.last_no + 1) if no not in present]
    if missing:
        findings.add(
            f"封存批次 {row.pk} 缺少 {len(missing)} 个事件，第一个是 {missing[0]} 号，可能被删除。"
        )
    elif merkle_root([item.digest for item in batch]) != row.root:
        findings.add(f"封存批次 {row.pk} 的默克尔根不符，其中的事件可能被调换或改动。")


def _check_tail(findings: _Findings, personal: _PersonalCheck) -> int:
    n = 0
    columns = unsealed().values_list("pk", "digest", *log.SEALED_FIELDS)
    for pk, digest, *values in columns.iterator(chunk_size=_CHUNK):
        n += 1
        named = dict(zip(log.SEALED_FIELDS, values, strict=True))
        if log.digest_of(named) != digest:
            findings.add(f"未封存事件 {pk} 的内容与其摘要不符，可能被改动。")
        personal.look_at(pk, named["changes"])
    return n


class _PersonalCheck:
    """Whether every personal value is what its event says, or was erased by an event."""

    def __init__(self, findings: _Findings) -> None:
        self._findings = findings
        self._expected: dict[tuple[int, str], str] = {}
        self._erased = {
            (int(subject_id), json.loads(changes).get("key"))
            for subject_id, changes in Event.objects.filter(code=ERASED).values_list(
                "subject_id", "changes"
            )
        }

    def look_at(self, event_id: int, changes: str) -> None:
        """Remember what the event says about its personal values."""
        if '{"sha256": ' not in changes:
            return
        for key, value in json.loads(changes).items():
            if log.is_hidden(value):
                self._expected[event_id, key] = value["sha256"]
        if len(self._expected) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Compare what was remembered with the values kept apart."""
        expected, self._expected = self._expected, {}
        events = sorted({event_id for event_id, _key in expected})
        for start in range(0, len(events), _CHUNK):
            part = events[start : start + _CHUNK]
            for value in PersonalValue.objects.filter(event_id__in=part).iterator():
                digest = expected.pop((value.event_id, value.key), None)
                if digest != log.personal_digest(salt=value.salt, text=value.value):
                    self._findings.add(f"事件 {value.event_id} 的个人信息“{value.key}”与摘要不符。")
        for event_id, key in expected:
            if (event_id, key) not in self._erased:
                self._findings.add(
                    f"事件 {event_id} 的个人信息“{key}”不见了，且没有依法删除的记录。"
                )
