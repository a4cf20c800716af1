from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "xiaoer.platform.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from xiaoer.platform.audit import access, audit
        from xiaoer.platform.ui.registry import NavEntry, register_nav

        access.declare()
        audit.declare()
        register_nav(
            NavEntry(
                label=_("审计事件"), url_name="audit:list", order=91, action="audit.event.list"
            )
        )
