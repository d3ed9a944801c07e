"""Ethics: committees, applications, reviews, votes, follow-up, supervision. So far the rules and the bureau's register."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EthicsConfig(AppConfig):
    name = "ethics"
    verbose_name = _("科技伦理")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows, rows and entries.
        from casework.events import register_events
        from ethics import (  # noqa: F401
            navigation,
            review_workflow,
            today,
            today_experts,
            today_life,
            today_meetings,
            today_procedures,
            today_reviews,
            workflow,
        )
        from ethics.event_types import EVENT_TYPES
        from ethics.presenters import (  # noqa: F401
            activity,
            application_expert,
            application_letters,
            application_meeting,
            application_procedure,
            application_recorded,
            own_application,
            reception,
        )

        register_events("ethics", EVENT_TYPES)
