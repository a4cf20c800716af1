from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "xiaoer.platform.api"
    label = "xiaoer_api"
    verbose_name = "接口"
