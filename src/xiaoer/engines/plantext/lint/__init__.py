"""Find what in a plan does not add up, before anybody is held to it.

A finding is a :class:`~xiaoer.engines.plantext.Doubt` with a stable code (docs/reference/lint-codes.md),
a sentence in Chinese and English, and the spans to look at. Its ``data["fingerprint"]`` does not
depend on offsets, so that a finding stays silenced when the document is read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from xiaoer.engines.plantext._model import Doubt, Plan

from ._catalogue import CATALOGUE
from ._fields import check_confidence, check_deadlines, check_owners, check_targets
from ._headline import check_headlines
from ._paper import Finding, Paper
from ._repeats import check_repeats
from ._wording import check_wording

__all__ = ["LINT_CODES", "lint"]

LINT_CODES = tuple(sorted(CATALOGUE))

_CHECKS: tuple[Callable[[Paper], Iterator[Finding]], ...] = (
    check_headlines,
    check_repeats,
    check_deadlines,
    check_targets,
    check_owners,
    check_wording,
    check_confidence,
)
_WEAKER = {
    "low_confidence": None,
    "deadline_without_year": "deadline_impossible",
    "deadline_before_publication": "deadline_impossible",
}
_NOTHING: Mapping[str, str] = {}


def lint(plan: Plan, *, text: str, silenced: Mapping[str, str] = _NOTHING) -> tuple[Doubt, ...]:
    """Return the findings on a compiled plan that nobody has silenced.

    Parameters
    ----------
    plan
        The plan as compiled from ``text``.
    text
        The text that its spans count.
    silenced
        Fingerprint to reason. A blank reason silences nothing.

    Returns
    -------
    tuple of Doubt
        In order of their place in the text; ``data`` holds the figures and the fingerprint.
    """
    paper = Paper.of(plan, text)
    findings = [finding for check in _CHECKS for finding in check(paper)]
    peers: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        peers[finding.measure.id if finding.measure else None].append(finding)
    kept: dict[str, Doubt] = {}
    for finding in findings:
        if not _explained(finding, peers[finding.measure.id if finding.measure else None]):
            fingerprint = finding.fingerprint(taken=kept)
            kept[fingerprint] = finding.doubt(fingerprint=fingerprint)
    open_ones = [doubt for mark, doubt in kept.items() if not silenced.get(mark, "").strip()]
    return tuple(sorted(open_ones, key=lambda doubt: (doubt.spans or ((0, 0),))[0]))


def _explained(finding: Finding, peers: list[Finding]) -> bool:
    """Tell whether a stronger finding on the same measure already speaks of the very same words."""
    if finding.code not in _WEAKER:
        return False
    stronger = _WEAKER[finding.code]
    spans = [
        span
        for other in peers
        if other.concerns and other.code != finding.code and stronger in (None, other.code)
        for span in other.spans
    ]
    return all(any(a < end and start < b for a, b in spans) for start, end in finding.spans)
