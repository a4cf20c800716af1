from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "xiaoer.platform.ingest"
    label = "xiaoer_ingest"
    verbose_name = "导入"
