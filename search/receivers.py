"""What changes in a dossier below waits for the index, in the same transaction, and is indexed after it. Nothing else."""

from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.transaction import on_commit
from django.utils import timezone

from casework.events import EVENT_TYPES
from casework.models import Dossier, Organization, Person
from search.indexing import drain
from search.models import PendingIndex

# An update, never "do nothing": whoever still changes the dossier must hold the row, or a worker that has read the
# older state would take it away. Plain SQL, because it is part of every write there is.
_MARK = (
    f"INSERT INTO {PendingIndex._meta.db_table} (dossier_id, since, attempts, problem) VALUES (%s, %s, 0, '')"
    " ON CONFLICT (dossier_id) DO UPDATE SET since = excluded.since"
)


def mark_changed_dossier(
    sender: Any, *, dossier: Dossier, subject: Any = None, event_type: str = "", **_signal: Any
) -> None:
    """Receiver of record_changed: one row per dossier, however many events a transaction records."""
    known = EVENT_TYPES.get(event_type)
    if known is not None and not known.is_searched:
        return
    behind = {dossier.pk}
    if isinstance(subject, Person | Organization):
        behind.update(_dossiers_naming(subject).values_list("pk", flat=True))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.executemany(_MARK, [(pk, now) for pk in sorted(behind)])
    on_commit(partial(drain, behind), robust=True)


def _dossiers_naming(subject: Person | Organization) -> Any:
    """Cases in whose rows the name of this entry of the directory stands."""
    way = "person" if isinstance(subject, Person) else "organization"
    named = Q(**{f"case__respondents__subject__{way}": subject})
    if isinstance(subject, Organization):
        named |= Q(case__responsible_unit=subject)
    return Dossier.objects.filter(named).distinct()
