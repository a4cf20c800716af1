"""The lives of a plan, a countersignature, an assignment, a doubt and a deadline change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xiaoer.platform.errors import Term
from xiaoer.platform.lifecycle import Lifecycle, Transition

PLAN = Lifecycle(
    noun="方案",
    states={
        "IN_REVIEW": "校核中",
        "COUNTERSIGNING": "会签中",
        "PUBLISHED": "已发布",
        "SUPERSEDED": "已被新版本取代",
        "DISCARDED": "已作废",
    },
    initial="IN_REVIEW",
    transitions=(
        Transition(
            name="send", label="送会签", sources=frozenset({"IN_REVIEW"}), target="COUNTERSIGNING"
        ),
        Transition(
            name="recall",
            label="撤回校核",
            sources=frozenset({"COUNTERSIGNING"}),
            target="IN_REVIEW",
            needs=("reason",),
        ),
        Transition(
            name="publish", label="发布", sources=frozenset({"COUNTERSIGNING"}), target="PUBLISHED"
        ),
        Transition(
            name="supersede",
            label="以新版本取代",
            sources=frozenset({"PUBLISHED"}),
            target="SUPERSEDED",
        ),
        Transition(
            name="discard",
            label="作废",
            sources=frozenset({"IN_REVIEW"}),
            target="DISCARDED",
            needs=("reason",),
        ),
    ),
    facts={"reason": "理由"},
)

COUNTERSIGN = Lifecycle(
    noun="会签",
    states={"PENDING": "待会签", "AGREED": "已同意", "OBJECTED": "有异议", "WITHDRAWN": "已撤回"},
    initial="PENDING",
    transitions=(
        Transition(
            name="agree", label="同意", sources=frozenset({"PENDING", "OBJECTED"}), target="AGREED"
        ),
        Transition(
            name="object",
            label="提出异议",
            sources=frozenset({"PENDING"}),
            target="OBJECTED",
            needs=("reason",),
        ),
        Transition(
            name="reply",
            label="答复异议",
            sources=frozenset({"OBJECTED"}),
            target="PENDING",
            needs=("reply",),
        ),
        Transition(
            name="withdraw",
            label="撤回",
            sources=frozenset({"PENDING", "AGREED", "OBJECTED"}),
            target="WITHDRAWN",
        ),
        Transition(
            name="ask", label="再次会签", sources=frozenset({"WITHDRAWN"}), target="PENDING"
        ),
    ),
    facts={"reason": "异议内容", "reply": "答复内容"},
)

MEASURE = Lifecycle(
    noun="举措",
    states={"DRAFT": "校核中", "LISTED": "已入账"},
    initial="DRAFT",
    transitions=(
        Transition(name="list", label="入账", sources=frozenset({"DRAFT"}), target="LISTED"),
    ),
    facts={},
)

ASSIGNMENT = Lifecycle(
    noun="任务",
    states={"DRAFT": "未下达", "PENDING": "待签收", "SIGNED": "已签收"},
    initial="DRAFT",
    transitions=(
        Transition(name="issue", label="下达", sources=frozenset({"DRAFT"}), target="PENDING"),
        Transition(name="sign", label="签收", sources=frozenset({"PENDING"}), target="SIGNED"),
        Transition(
            name="carry", label="承接上一版签收", sources=frozenset({"DRAFT"}), target="SIGNED"
        ),
    ),
    facts={},
)

DOUBT = Lifecycle(
    noun="疑点",
    states={"OPEN": "待处理", "ACCEPTED": "已接受", "CORRECTED": "已更正", "REJECTED": "已排除"},
    initial="OPEN",
    transitions=(
        Transition(name="accept", label="接受", sources=frozenset({"OPEN"}), target="ACCEPTED"),
        Transition(name="correct", label="更正", sources=frozenset({"OPEN"}), target="CORRECTED"),
        Transition(
            name="reject",
            label="排除",
            sources=frozenset({"OPEN"}),
            target="REJECTED",
            needs=("reason",),
        ),
        Transition(
            name="reopen",
            label="撤销处理",
            sources=frozenset({"ACCEPTED", "CORRECTED", "REJECTED"}),
            target="OPEN",
        ),
    ),
    facts={"reason": "排除理由"},
)

DEADLINE_CHANGE = Lifecycle(
    noun="延期申请",
    states={"REQUESTED": "待审批", "APPROVED": "已同意", "REFUSED": "未同意", "LAPSED": "已失效"},
    initial="REQUESTED",
    transitions=(
        Transition(
            name="approve", label="同意", sources=frozenset({"REQUESTED"}), target="APPROVED"
        ),
        Transition(
            name="refuse",
            label="不同意",
            sources=frozenset({"REQUESTED"}),
            target="REFUSED",
            needs=("reason",),
        ),
        Transition(
            name="lapse", label="随举措取消", sources=frozenset({"REQUESTED"}), target="LAPSED"
        ),
    ),
    facts={"reason": "理由"},
)

TRACKED = frozenset({"action", "guarantee"})
ANSWERING = ("lead", "joint")
RANK = {"lead": 0, "joint": 1, "support": 2}

LIGHTS = {
    "NOT_STARTED": Term("未开始"),
    "ON_TRACK": Term("正常"),
    "AT_RISK": Term("预警"),
    "BEHIND": Term("滞后"),
    "STRUCK_OFF": Term("销号"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section as theme-finding sees it: its id, level, text and the id of the section above (None at the top)."""

    id: str
    level: int
    text: str
    parent: str | None


def themes(
    *, headings: Sequence[Heading], sections_of_measures: Sequence[str | None]
) -> dict[str, str]:
    """Return the theme of each section: the heading at the shallowest level that divides the measures.

    A plan whose measures all stand under one top heading (二、工作举措) is divided by the next level.
    Sections above that level are their own theme.
    """
    by_id = {h.id: h for h in headings}
    chains: dict[str, list[Heading]] = {}
    for heading in headings:
        chain: list[Heading] = []
        cursor: Heading | None = heading
        while cursor is not None:
            chain.insert(0, cursor)
            cursor = by_id.get(cursor.parent) if cursor.parent else None
        chains[heading.id] = chain
    used = [chains[s] for s in sections_of_measures if s in chains]
    deepest = max((len(c) for c in used), default=1)
    depth = 0
    for depth in range(deepest):
        counts: dict[str, int] = {}
        for chain in used:
            at = chain[min(depth, len(chain) - 1)].id
            counts[at] = counts.get(at, 0) + 1
        if counts and max(counts.values()) <= 0.7 * len(used):
            break
    return {sid: chain[min(depth, len(chain) - 1)].text for sid, chain in chains.items()}
