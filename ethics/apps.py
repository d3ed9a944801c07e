"""Ethics: committees, applications, reviews, votes, follow-up, supervision. So far the rules and the bureau's register."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EthicsConfig(AppConfig):
    name = "ethics"
    verbose_name = _("科技伦理")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows, rows and entries.
        from casework.events import register_events
        from ethics import (
            navigation,
            review_workflow,
            today,
            today_experts,
            today_life,
            today_meetings,
            today_procedures,
            today_reviews,
            workflow,
        )  # noqa: F401
        from ethics.event_types import EVENT_TYPES, OF_THE_CLOCK

        # Cards and steps of an application stand on its page in this order.
        from ethics.presenters import (
            reception,
            application_meeting,
            application_procedure,
            application_expert,
            application_recorded,
            application_letters,
            own_application,
            activity,
        )  # noqa: F401, I001

        register_events("ethics", EVENT_TYPES, unsearched=OF_THE_CLOCK)
