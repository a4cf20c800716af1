"""What can happen to units, posts and those who hold them."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register

register(
    EventType(code="orgs.organisation.created", sentence="{actor} 登记了机构 {subject}"),
    EventType(
        code="orgs.organisation.proposed",
        sentence="{actor} 提出待确认机构 {subject}（来自“{source}”）",
    ),
    EventType(code="orgs.organisation.confirmed", sentence="{actor} 确认了机构 {subject}"),
    EventType(
        code="orgs.organisation.renamed",
        sentence="{actor} 将机构更名为 {name}：{reason}",
        needs_reason=True,
    ),
    EventType(
        code="orgs.organisation.moved", sentence="{actor} 调整了 {subject} 的隶属关系：{reason}"
    ),
    EventType(
        code="orgs.organisation.abolished",
        sentence="{actor} 撤并了 {subject}，由 {successor} 承接：{reason}",
        needs_reason=True,
    ),
    EventType(code="orgs.alias.added", sentence="{actor} 为 {subject} 登记别名“{name}”"),
    EventType(code="orgs.group.changed", sentence="{actor} 调整了机构组 {subject} 的成员"),
    EventType(code="orgs.post.created", sentence="{actor} 设立职务 {subject}"),
    EventType(code="orgs.holding.started", sentence="{actor} 安排 {person} 担任 {post}"),
    EventType(
        code="orgs.holding.ended",
        sentence="{actor} 免去 {person} 的 {post}：{reason}",
        needs_reason=True,
    ),
    EventType(
        code="orgs.role.delegated",
        sentence="{actor} 委托 {person} 在 {valid_from} 至 {valid_until} 代行 {role}：{reason}",
        needs_reason=True,
    ),
)
