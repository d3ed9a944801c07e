"""When the dossier of a record was opened, for records that carry no day of their own while they are drafts."""

from typing import TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from casework.models import Event

Records = TypeVar("Records", bound=QuerySet)


def with_opening(records: Records) -> Records:
    """The same rows, each with `opened_at`: the moment of the first event of its dossier."""
    first = Event.objects.filter(dossier=OuterRef("dossier_id")).order_by("seq").values("at")[:1]
    return records.annotate(opened_at=Subquery(first))
