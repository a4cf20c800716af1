from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class TasksConfig(AppConfig):
    name = "xiaoer.platform.tasks"
    label = "xiaoer_tasks"
    verbose_name = "后台任务"

    def ready(self) -> None:
        """Import the ``tasks`` module of every part of the system, so that names are known."""
        from xiaoer.platform.ops import audit  # noqa: F401 - operations are no app of their own

        for config in apps.get_app_configs():
            if config.name.startswith("xiaoer.") and find_spec(f"{config.name}.tasks"):
                import_module(f"{config.name}.tasks")
