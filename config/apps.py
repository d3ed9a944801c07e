"""The project itself as an app: its system checks and its few commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers itself when the apps are ready
