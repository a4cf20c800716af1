from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "xiaoer.platform.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from xiaoer.platform.accounts import access, audit

        access.declare()
        audit.declare()
