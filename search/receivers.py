"""What changes in a dossier below changes its rows in the index, in the same transaction. Nothing else."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from casework.models import Dossier, Organization, Person
from search.indexing import index_dossier


def index_changed_record(sender: Any, *, dossier: Dossier, subject: Any = None, **_signal: Any) -> None:
    """Receiver of record_changed. All rows of the dossier: one change may show in several of them, and they are few."""
    on = timezone.localdate()
    index_dossier(dossier, on=on)
    if isinstance(subject, Person | Organization):
        for named in _dossiers_naming(subject):
            index_dossier(named, on=on)


def _dossiers_naming(subject: Person | Organization) -> Any:
    """Cases in whose rows the name of this entry of the directory stands."""
    way = "person" if isinstance(subject, Person) else "organization"
    named = Q(**{f"case__respondents__subject__{way}": subject})
    if isinstance(subject, Organization):
        named |= Q(case__responsible_unit=subject)
    return Dossier.objects.filter(named).distinct()
