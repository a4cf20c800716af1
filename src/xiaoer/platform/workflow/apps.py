from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "xiaoer.platform.workflow"
    label = "workflow"
    verbose_name = "工作流转"
