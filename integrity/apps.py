"""Integrity: leads, cases, decisions, measures, credit records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrityConfig(AppConfig):
    name = "integrity"
    verbose_name = _("科研诚信")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows and receivers.
        from casework.events import register_events
        from integrity import navigation, today, today_cases, today_decisions, workflow  # noqa: F401
        from integrity.event_types import EVENT_TYPES

        register_events("integrity", EVENT_TYPES)
