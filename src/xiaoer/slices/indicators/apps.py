from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "xiaoer.slices.indicators"
    label = "indicators"
    verbose_name = "指标与数据上报"

    def ready(self) -> None:
        from xiaoer.slices.indicators import access, audit

        access.declare()
        audit.declare()
