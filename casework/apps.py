"""Casework: what a case is in any app: record, history, event, move, clock, file, grant."""

import os
from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def load_rules(*, verbosity: int = 0, **kwargs: Any) -> None:
    """A migrated database always holds the rule books of the release."""
    with open(os.devnull, "w") as quiet:
        call_command("load_rules", stdout=quiet)


class CaseworkConfig(AppConfig):
    name = "casework"
    verbose_name = _("卷宗")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows and receivers.
        from casework import navigation  # noqa: F401
        from casework.event_types import EVENT_TYPES
        from casework.events import register_events

        register_events("casework", EVENT_TYPES)
        post_migrate.connect(load_rules, sender=self)
