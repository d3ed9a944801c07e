"""Integrity: leads, cases, decisions, measures, credit records."""

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


class IntegrityConfig(AppConfig):
    name = "integrity"
    verbose_name = _("科研诚信")

    def ready(self) -> None:
        # Models exist only now; these modules register event types, workflows and receivers.
        from casework.events import register_events
        from integrity import navigation, today, today_cases, today_decisions, workflow  # noqa: F401
        from integrity.event_types import EVENT_TYPES

        register_events("integrity", EVENT_TYPES)
        post_migrate.connect(load_rules, sender=self)
