"""Whether the targets of sub-plans keep what their parent promises, with the arithmetic shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xiaoer.engines.plantext._model import Target

from ._targets import TIME, direction

SumKind = Literal["additive", "rate", "limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """The target of a sub-plan: whose it is, its value, and the denominator of a rate."""

    name: str
    value: float
    denominator: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildrenCheck:
    """Whether the sub-targets keep the parent's, with the arithmetic spelled out."""

    ok: bool
    combined: float | None
    gap: float | None
    explanation_zh: str
    explanation_en: str
    offenders: tuple[str, ...] = ()


def check_children(parent: Target, children: Sequence[Child], *, kind: SumKind) -> ChildrenCheck:
    """Return whether the targets of sub-plans keep what their parent promises.

    Parameters
    ----------
    parent
        The target of the plan above.
    children
        The targets of the sub-plans, in the parent's unit.
    kind
        ``additive``: counts and amounts add up to the parent's. ``rate``: rates are weighted by
        their denominators. ``limit``: no child may be looser than the parent.

    Returns
    -------
    ChildrenCheck
        ``combined`` is the sum or the weighted rate, ``gap`` what is missing (0 if nothing).
    """
    if not children:
        return ChildrenCheck(
            ok=False,
            combined=None,
            gap=None,
            explanation_zh="还没有下级目标，无法核对。请先分解目标。",
            explanation_en="There are no sub-targets yet. Break the target down first.",
        )
    if kind == "additive":
        return _check_sum(parent, children)
    if kind == "rate":
        return _check_rate(parent, children)
    return _check_limit(parent, children)


def _ceiling(parent: Target) -> bool:
    return direction(parent.comparator) < 0


def _bar(parent: Target) -> str:
    return f"{parent.value:g}{parent.unit}"


def _check_sum(parent: Target, children: Sequence[Child]) -> ChildrenCheck:
    total = round(sum(child.value for child in children), 6)
    steps = "+".join(f"{child.name}{child.value:g}" for child in children)
    gap = total - parent.value if _ceiling(parent) else parent.value - total
    gap = round(max(0.0, gap), 6)
    side = ("超出", "over") if _ceiling(parent) else ("还差", "short by")
    verdict = f"{side[0]} {gap:g}{parent.unit}" if gap else "满足"
    verdict_en = f"{side[1]} {gap:g}{parent.unit}" if gap else "kept"
    return ChildrenCheck(
        ok=gap == 0,
        combined=total,
        gap=gap,
        explanation_zh=f"{steps}＝{total:g}{parent.unit}，上级目标 {_bar(parent)}，{verdict}。",
        explanation_en=f"{steps} = {total:g}{parent.unit} against {_bar(parent)}: {verdict_en}.",
    )


def _check_rate(parent: Target, children: Sequence[Child]) -> ChildrenCheck:
    bare = tuple(child.name for child in children if not child.denominator or child.denominator < 0)
    if bare:
        names = "、".join(bare)
        return ChildrenCheck(
            ok=False,
            combined=None,
            gap=None,
            explanation_zh=f"{names}没有分母，比率不能直接平均。请补上分母（如办件量）。",
            explanation_en=f"{names}: no denominator, and rates cannot be averaged as they are. Add it.",
            offenders=bare,
        )
    weight = sum(child.denominator or 0.0 for child in children)
    rate = round(sum(child.value * (child.denominator or 0.0) for child in children) / weight, 6)
    gap = rate - parent.value if _ceiling(parent) else parent.value - rate
    gap = round(max(0.0, gap), 6)
    steps = "、".join(
        f"{c.name}{c.value:g}{parent.unit}（分母 {c.denominator:g}）" for c in children
    )
    verdict = f"相差 {gap:g} 个百分点" if gap else "满足"
    verdict_en = f"off by {gap:g} points" if gap else "kept"
    return ChildrenCheck(
        ok=gap == 0,
        combined=rate,
        gap=gap,
        explanation_zh=f"{steps}，按分母加权为 {rate:g}{parent.unit}，上级目标 {_bar(parent)}，{verdict}。",
        explanation_en=f"Weighted by denominators {rate:g}{parent.unit} against {_bar(parent)}: {verdict_en}.",
    )


def _check_limit(parent: Target, children: Sequence[Child]) -> ChildrenCheck:
    ceiling = _ceiling(parent) or (parent.comparator == "eq" and bool(TIME.get(parent.unit)))
    worse = [c for c in children if (c.value > parent.value if ceiling else c.value < parent.value)]
    worst = max((abs(child.value - parent.value) for child in worse), default=0.0)
    names = "、".join(f"{child.name}（{child.value:g}{parent.unit}）" for child in worse)
    combine = max if ceiling else min
    return ChildrenCheck(
        ok=not worse,
        combined=combine(child.value for child in children),
        gap=round(worst, 6),
        explanation_zh=(
            f"{names}松于上级限值 {_bar(parent)}，下级只能更严。"
            if worse
            else f"各下级均不松于上级限值 {_bar(parent)}，满足。"
        ),
        explanation_en=(
            f"{names} looser than the limit {_bar(parent)}; a sub-plan may only be tighter."
            if worse
            else f"No sub-target is looser than the limit {_bar(parent)}: kept."
        ),
        offenders=tuple(child.name for child in worse),
    )
