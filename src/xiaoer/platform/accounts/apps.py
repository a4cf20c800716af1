from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "xiaoer.platform.accounts"
    label = "accounts"
    verbose_name = "账号"
