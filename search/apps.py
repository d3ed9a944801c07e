"""Search: indexes of what the apps below hold, for staff and for partners. Nobody below knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        # Importing the receiver imports the registry, which refuses a document that declares too little.
        from casework.events import register_events
        from casework.signals import record_changed
        from search import navigation, today  # noqa: F401 - they register themselves
        from search.event_types import EVENT_TYPES
        from search.receivers import mark_changed_dossier

        register_events("search", EVENT_TYPES, unsearched=EVENT_TYPES.keys())
        record_changed.connect(mark_changed_dossier, dispatch_uid="search.mark_changed_dossier")
