"""Sharing: decided cases shown to a department of the joint meeting, for a purpose, until a day."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = _("共享")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows, rows, entries and receivers.
        from casework.events import register_events
        from casework.signals import record_changed
        from sharing import case_page, navigation, today, workflow  # noqa: F401
        from sharing.event_types import EVENT_TYPES
        from sharing.receivers import carry_exclusion, note_changed_decision

        register_events("sharing", EVENT_TYPES)
        record_changed.connect(note_changed_decision, dispatch_uid="sharing.note_changed_decision")
        record_changed.connect(carry_exclusion, dispatch_uid="sharing.carry_exclusion")
