from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "xiaoer.platform.files"
    label = "xiaoer_files"
    verbose_name = "文件"
