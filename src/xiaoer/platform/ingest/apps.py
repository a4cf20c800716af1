from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "xiaoer.platform.ingest"
    label = "xiaoer_ingest"
    verbose_name = "导入"

    def ready(self) -> None:
        from xiaoer.platform.ingest import access, audit  # noqa: F401
