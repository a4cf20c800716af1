from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "xiaoer.platform.orgs"
    label = "orgs"
    verbose_name = "机构"
