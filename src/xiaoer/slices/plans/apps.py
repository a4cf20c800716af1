from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "xiaoer.slices.plans"
    label = "plans"
    verbose_name = "行动方案与台账"

    def ready(self) -> None:
        from xiaoer.slices.plans import access, audit, panels

        access.declare()
        audit.declare()
        panels.declare()
