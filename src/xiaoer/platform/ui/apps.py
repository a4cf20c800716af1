from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "xiaoer.platform.ui"
    label = "xiaoer_ui"
    verbose_name = "页面"
