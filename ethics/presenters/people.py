"""People a form of the register offers: those of a committee of the same unit, and the accounts of members."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from accounts.people import people_with
from accounts.permissions import Permission
from casework.models import Person
from ethics.models import ReviewUnit


def people_of(unit: ReviewUnit) -> QuerySet[Person]:
    """Known to this unit already; the rest of the directory is found by identifier only."""
    return Person.objects.filter(committee_terms__committee__unit=unit).distinct().order_by("name", "pk")


def member_accounts() -> QuerySet[User]:
    """Accounts whose role today is to sit on a committee."""
    people = people_with(Permission.SIT_ON_COMMITTEE)
    return User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "pk")
