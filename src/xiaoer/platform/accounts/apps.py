from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "xiaoer.platform.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from xiaoer.platform.accounts import access, audit
        from xiaoer.platform.ui.registry import NavEntry, register_nav

        access.declare()
        audit.declare()
        register_nav(
            NavEntry(
                label=_("账号与角色"),
                url_name="accounts_admin:list",
                order=90,
                action="accounts.account.list",
            )
        )
