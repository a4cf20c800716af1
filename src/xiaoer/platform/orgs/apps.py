from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "xiaoer.platform.orgs"
    label = "orgs"
    verbose_name = "机构"

    def ready(self) -> None:
        from xiaoer.platform.orgs import access, audit, imports  # noqa: F401
