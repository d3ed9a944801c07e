"""Casework: what a case is in any app: record, history, event, move, clock, file, grant."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "casework"
    verbose_name = _("卷宗")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows and receivers.
        from casework import navigation  # noqa: F401
        from casework.event_types import EVENT_TYPES
        from casework.events import register_events

        register_events("casework", EVENT_TYPES)
