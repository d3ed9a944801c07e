"""Notices: public notices, their review, publication, withdrawal; the public portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("通报")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows and receivers.
        from casework.events import register_events
        from notices import navigation, receivers, today, workflow  # noqa: F401
        from notices.event_types import EVENT_TYPES

        register_events("notices", EVENT_TYPES)
