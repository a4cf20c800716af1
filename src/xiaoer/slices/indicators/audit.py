"""What can happen to periods, reports and indicators, as sentences."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register


def declare() -> None:
    """Declare every event of the slice."""
    register(
        EventType(
            code="indicators.period.opened", sentence="{actor} 开放了{subject}，{due_date} 前上报"
        ),
        EventType(code="indicators.period.closed", sentence="{actor} 截止了{subject}"),
        EventType(
            code="indicators.period.reopened",
            sentence="{actor} 重新开放了{subject}：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="indicators.period.locked", sentence="{actor} 锁定了{subject}，数据不再变动"
        ),
        EventType(
            code="indicators.report.submitted",
            sentence="{actor} 代表{unit}上报“{subject}”：{what}",
        ),
        EventType(
            code="indicators.report.corrected",
            sentence="{actor} 代表{unit}申请将“{subject}”由 {old} 更正为 {what}：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="indicators.report.verified",
            sentence="{actor} 核实了“{subject}”：{what}",
        ),
        EventType(
            code="indicators.report.returned",
            sentence="{actor} 退回了“{subject}”：{reason}",
            needs_reason=True,
        ),
        EventType(code="indicators.report.withdrawn", sentence="{actor} 撤回了“{subject}”"),
        EventType(
            code="indicators.report.replaced",
            sentence="“{subject}”的原值 {old} 已由更正值 {what} 替换",
        ),
        EventType(
            code="indicators.batch.submitted",
            sentence="{actor} 批量上报 {rows} 条（{period}），未通过 {bad} 条",
        ),
        EventType(
            code="indicators.indicator.defined",
            sentence="{actor} 为“{subject}”登记了第 {number} 版口径，自 {valid_from} 起：{reason}",
        ),
        EventType(
            code="indicators.target.bound",
            sentence="{actor} 将目标“{target}”归入指标“{subject}”：{reason}",
            needs_reason=True,
        ),
    )
