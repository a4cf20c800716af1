"""The same indicator in successive or nested plans, and a plan against its next version.

``link`` sets the bars of two plans side by side (province and city, last year and this);
``match_measures`` carries identities from one version of a plan to the next; ``check_children``
says whether the targets of sub-plans keep what their parent promises. Nothing here decides:
every link carries its score and what differs, for a person to confirm.
"""

from __future__ import annotations

from ._children import Child, ChildrenCheck, SumKind, check_children
from ._targets import Change, TargetLink, compare_bars, link, similarity, units_agree
from ._versions import MeasureChange, MeasureMatch, match_measures

__all__ = [
    "Change",
    "Child",
    "ChildrenCheck",
    "MeasureChange",
    "MeasureMatch",
    "SumKind",
    "TargetLink",
    "check_children",
    "compare_bars",
    "link",
    "match_measures",
    "similarity",
    "units_agree",
]
