"""What happens to accounts, roles, log-ins and tokens, as sentences."""

from __future__ import annotations

from xiaoer.platform.audit.registry import EventType, register


def declare() -> None:
    """Declare every event of the package."""
    register(
        EventType(
            code="accounts.account.created", sentence="{actor} 为 {subject} 开设了账号 {username}"
        ),
        EventType(
            code="accounts.account.disabled",
            sentence="{actor} 停用了 {subject} 的账号：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="accounts.account.enabled",
            sentence="{actor} 恢复了 {subject} 的账号：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="accounts.account.locked",
            sentence="{subject} 的账号因连续输错密码被锁定（{ip}）",
            personal=("ip",),
        ),
        EventType(code="accounts.account.unlocked", sentence="{actor} 解除了 {subject} 的登录锁定"),
        EventType(code="accounts.password.changed", sentence="{actor} 修改了自己的密码"),
        EventType(code="accounts.password.reset", sentence="{actor} 重置了 {subject} 的密码"),
        EventType(
            code="accounts.role.granted", sentence="{actor} 授予 {subject} “{role}”（{unit}）"
        ),
        EventType(
            code="accounts.role.revoked",
            sentence="{actor} 收回了 {subject} 的“{role}”（{unit}）：{reason}",
            needs_reason=True,
        ),
        EventType(
            code="accounts.token.created", sentence="{actor} 创建了令牌“{subject}”，{until} 到期"
        ),
        EventType(code="accounts.token.revoked", sentence="{actor} 停用了令牌“{subject}”"),
        EventType(
            code="accounts.session.opened", sentence="{actor} 登录（{ip}）", personal=("ip",)
        ),
        EventType(
            code="accounts.session.refused",
            sentence="登录 {subject} 的账号失败（{ip}）",
            personal=("ip",),
        ),
        EventType(code="accounts.session.closed", sentence="{actor} 退出登录"),
    )
