from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "xiaoer.platform.tasks"
    label = "xiaoer_tasks"
    verbose_name = "后台任务"
