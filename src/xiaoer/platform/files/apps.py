from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "xiaoer.platform.files"
    label = "xiaoer_files"
    verbose_name = "文件"

    def ready(self) -> None:
        from xiaoer.platform.files import access, audit

        access.declare()
        audit.declare()
