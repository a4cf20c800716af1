"""What can happen to plans, measures and deadlines, as sentences."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register


def declare() -> None:
    """Declare every event of the slice."""
    register(
        EventType(
            code="plans.plan.uploaded",
            sentence="{actor} 上传了《{subject}》（{file}），编译出 {measures} 项举措、{targets} 个目标、{doubts} 处疑点",
        ),
        EventType(code="plans.plan.sent", sentence="{actor} 将《{subject}》送 {units} 个单位会签"),
        EventType(
            code="plans.plan.recalled",
            sentence="{actor} 撤回了《{subject}》：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="plans.plan.published",
            sentence="{actor} 发布了《{subject}》，{measures} 项举措入账，人工更正 {corrections} 处",
        ),
        EventType(code="plans.plan.superseded", sentence="《{subject}》已被第 {number} 版取代"),
        EventType(
            code="plans.plan.discarded",
            sentence="{actor} 作废了《{subject}》：{reason}",
            needs_reason=True,
        ),
        EventType(code="plans.measure.listed", sentence="“{subject}”入账（{plan}）"),
        EventType(code="plans.measure.amended", sentence="“{subject}”按第 {number} 版修订：{what}"),
        EventType(code="plans.measure.dropped", sentence="“{subject}”在第 {number} 版中取消"),
        EventType(code="plans.measure.corrected", sentence="{actor} 更正了“{subject}”：{what}"),
        EventType(code="plans.measure.matched", sentence="{actor} 将“{subject}”{what}"),
        EventType(
            code="plans.correction.undone", sentence="{actor} 撤销了对“{title}”的更正：{what}"
        ),
        EventType(code="plans.plan.notes_accepted", sentence="{actor} 一并接受了 {n} 处提示"),
        EventType(
            code="plans.plan.orphans_assigned",
            sentence="{actor} 将 {n} 项没有责任单位的举措交由{unit}牵头",
        ),
        EventType(
            code="plans.target.reshaped",
            sentence="{actor} 调整了“{target}”的应达线（{what}）：{reason}",
            needs_reason=True,
        ),
        EventType(code="plans.doubt.accepted", sentence="{actor} 接受了疑点：{subject}"),
        EventType(code="plans.doubt.corrected", sentence="{actor} 更正了疑点：{subject}"),
        EventType(
            code="plans.doubt.rejected",
            sentence="{actor} 排除了疑点：{subject}（{reason}）",
            needs_reason=True,
        ),
        EventType(code="plans.doubt.reopened", sentence="{actor} 撤销了对疑点的处理：{subject}"),
        EventType(code="plans.countersign.asked", sentence="请 {unit} 在 {due_date} 前会签"),
        EventType(code="plans.countersign.agreed", sentence="{actor} 同意：{subject}"),
        EventType(
            code="plans.countersign.objected",
            sentence="{actor} 提出异议：{reason}",
            needs_reason=True,
        ),
        EventType(code="plans.countersign.replied", sentence="{actor} 答复了{unit}的异议：{reply}"),
        EventType(code="plans.assignment.signed", sentence="{actor} 代表 {unit} 签收了“{subject}”"),
        EventType(
            code="plans.deadline_change.requested",
            sentence="{actor} 申请将“{subject}”的期限由 {old} 调整到 {new}：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="plans.deadline_change.approved",
            sentence="{actor} 同意将“{subject}”的期限调整到 {new}",
        ),
        EventType(
            code="plans.deadline_change.refused",
            sentence="{actor} 不同意调整“{subject}”的期限：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="plans.deadline_change.lapsed",
            sentence="“{subject}”的延期申请随第 {number} 版失效",
        ),
        EventType(code="plans.ledger.exported", sentence="{actor} 导出了台账 {rows} 行"),
        EventType(
            code="plans.deadline.settled",
            sentence="“{subject}”的期限 {date} 已按公布的放假安排核定",
        ),
        EventType(code="plans.light.changed", sentence="“{subject}”由{old}转为{new}：{why}"),
    )
