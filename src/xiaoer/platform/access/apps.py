from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "xiaoer.platform.access"
    label = "access"
    verbose_name = "权限"
