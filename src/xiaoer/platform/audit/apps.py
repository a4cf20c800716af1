from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xiaoer.platform.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from xiaoer.platform.audit import access, audit

        access.declare()
        audit.declare()
