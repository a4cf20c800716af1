from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "xiaoer.slices.indicators"
    label = "indicators"
    verbose_name = "指标与数据上报"

    def ready(self) -> None:
        from xiaoer.platform.files.access import register_owner
        from xiaoer.slices.indicators import access, audit, panels
        from xiaoer.slices.indicators.services import importing

        access.declare()
        audit.declare()
        panels.declare()
        importing.declare()
        register_owner("indicators.report", access.may_read_evidence)
