from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "xiaoer.slices.plans"
    label = "plans"
    verbose_name = "行动方案与台账"

    def ready(self) -> None:
        from xiaoer.platform.files.access import register_owner
        from xiaoer.slices.plans import access, audit, panels
        from xiaoer.slices.plans.queries import files

        access.declare()
        audit.declare()
        panels.declare()
        register_owner("plans.source", files.may_read_source)
        register_owner("plans.evidence", files.may_read_evidence)
