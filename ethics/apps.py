"""Ethics: committees, applications, reviews, votes, follow-up, supervision."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# They register workflows, rows, entries, cards and steps when they are imported.
REGISTERING = (
    "navigation",
    "review_workflow",
    "today",
    "today_experts",
    "today_life",
    "today_meetings",
    "today_procedures",
    "today_reviews",
    "workflow",
    # Cards and steps stand on the page of an application in this order.
    "presenters.reception",
    "presenters.application_meeting",
    "presenters.application_procedure",
    "presenters.application_expert",
    "presenters.application_recorded",
    "presenters.application_letters",
    "presenters.own_application",
    "presenters.activity",
)


class EthicsConfig(AppConfig):
    name = "ethics"
    verbose_name = _("科技伦理")

    def ready(self) -> None:
        # Models exist only now.
        from casework.events import register_events
        from ethics.event_types import EVENT_TYPES, OF_THE_CLOCK

        for name in REGISTERING:
            import_module(f"ethics.{name}")
        register_events("ethics", EVENT_TYPES, unsearched=OF_THE_CLOCK)
