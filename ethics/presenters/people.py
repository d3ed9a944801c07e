"""People a form of the register offers: those who sit, or sat, in a committee of the same unit."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.models import Person
from ethics.models import ReviewUnit


def people_of(unit: ReviewUnit) -> QuerySet[Person]:
    """Known to this unit already; the rest of the directory is found by identifier only."""
    return Person.objects.filter(committee_terms__committee__unit=unit).distinct().order_by("name", "pk")
