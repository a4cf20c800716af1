"""The life of an import."""

from __future__ import annotations

from xiaoer.platform.lifecycle import Lifecycle, Transition

STAGED = "STAGED"
COMMITTING = "COMMITTING"
DONE = "DONE"
VOID = "VOID"

LIFE = Lifecycle(
    noun="这批导入",
    states={STAGED: "待确认", COMMITTING: "正在入库", DONE: "已入库", VOID: "已作废"},
    initial=STAGED,
    facts={},
    transitions=(
        Transition(
            name="commit",
            label="确认入库",
            sources=frozenset({STAGED, COMMITTING}),
            target=COMMITTING,
        ),
        Transition(name="finish", label="完成入库", sources=frozenset({COMMITTING}), target=DONE),
        Transition(name="void", label="作废", sources=frozenset({STAGED}), target=VOID),
    ),
)
