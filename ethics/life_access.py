"""Who may read what is reported of an approved activity, and who drafts and publishes entries of the public list."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.enums import Clearance
from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import Reader, check_right, load_visible
from casework.models import Exclusion
from casework.refusals import AccessDenied
from ethics.models import Activity, Application, Incident, PublicEntry, ReviewLetter, ReviewUnit
from ethics.querysets import ApplicationQuerySet, IncidentQuerySet, LetterQuerySet, PublicEntryQuerySet


def get_activity_page_for(user: Reader, pk: int) -> Activity:
    """An activity of a visible unit with its entry of the public list and the number of its violations, or Http404.

    `is_silent`: this person learns what happened with it, never why (activities_without_words).
    """
    related = ("committee", "unit__dossier", "unit__organization", "public_entry")
    found = Activity.objects.filter(unit__in=ReviewUnit.objects.visible_to(user)).select_related(*related)
    silent = Exists(_closing(user).filter(activity=OuterRef("pk")))
    return load_visible(found.annotate(violation_count=Count("violations"), is_silent=silent), pk=pk)


def visible_incidents(user: Reader) -> IncidentQuerySet:
    """Incidents of activities of visible units, without those a dossier behind them forbids."""
    units = ReviewUnit.objects.visible_to(user)
    return Incident.objects.filter(activity__unit__in=units).exclude(Exists(_closed_behind(user)))


def visible_letters(user: Reader) -> LetterQuerySet:
    """Letters about activities of visible units, without those a dossier behind them forbids."""
    units = ReviewUnit.objects.visible_to(user)
    return ReviewLetter.objects.filter(activity__unit__in=units).exclude(Exists(_closed_behind(user)))


def activities_without_words(user: Reader, unit: ReviewUnit) -> set[int]:
    """Keys of activities of this unit of which this person reads the register and nothing that was said: one query."""
    return set(_closing(user).filter(activity__unit=unit).values_list("activity", flat=True))


def _closed_behind(user: Reader) -> ApplicationQuerySet:
    return _closing(user).filter(activity=OuterRef("activity"))


def _closing(user: Reader) -> ApplicationQuerySet:
    """Applications that close more than the register of their activity to this person.

    Above the level of the house it is for those who may see the dossier: the register is read by more people. And whoever
    is kept out of a dossier reads nothing of what comes of it (E13).
    """
    behind = Application.objects.filter(activity__isnull=False)
    seen = Application.objects.visible_to(user).values("pk")
    kept_out = Exclusion.objects.filter(user=getattr(user, "pk", None), lifted_at=None).values("dossier")
    above = Q(dossier__secrecy__gt=Clearance.INTERNAL) & ~Q(pk__in=seen)
    return behind.filter(above | Q(dossier__in=kept_out))


def get_incident_for(user: Reader, pk: int) -> Incident:
    """An incident this person may read, or Http404."""
    related = ("activity__unit__dossier", "activity__unit__organization", "file")
    return load_visible(visible_incidents(user).select_related(*related), pk=pk)


def get_activity_letter_for(user: Reader, pk: int) -> ReviewLetter:
    """A letter about an activity of a visible unit, or Http404."""
    return load_visible(
        visible_letters(user).select_related("activity__unit__dossier", "activity__unit__organization"), pk=pk
    )


def check_can_see_statistics(user: Reader) -> None:
    """Whoever reads the register and the reviews: the numbers speak of both."""
    check_right(user, Permission.SEE_ETHICS)
    check_right(user, Permission.SEE_REVIEWS)


def visible_entries(user: Reader) -> PublicEntryQuerySet:
    """Entries of the public list for whoever drafts and publishes them: none about a dossier they are kept out of.

    They read what shall be public and nothing else of the activity.
    """
    if not isinstance(user, User) or not may(user, Permission.PUBLISH_ETHICS):
        return PublicEntry.objects.none()
    kept_out = Exclusion.objects.filter(user=user, lifted_at=None).values("dossier")
    applications = Application.objects.filter(activity=OuterRef("activity"), dossier__in=kept_out)
    entries = PublicEntry.objects.filter(activity__unit__dossier__secrecy__lte=user.clearance)
    return entries.exclude(Q(activity__unit__dossier__in=kept_out) | Exists(applications))


def get_entry_for(user: Reader, pk: int) -> PublicEntry:
    """An entry this person may draft or publish, or Http404."""
    related = ("activity__unit__dossier", "activity__unit__organization", "drafted_by", "published_by")
    return load_visible(visible_entries(user).select_related(*related), pk=pk)


def check_can_draft(user: Reader) -> None:
    check_right(user, Permission.PUBLISH_ETHICS)


def check_can_work_on(user: Reader, entry: PublicEntry) -> None:
    """Raise Http404 or AccessDenied unless this person may write or take down the entry."""
    check_can_draft(user)
    if not visible_entries(user).filter(pk=entry.pk).exists():
        raise Http404


def check_is_second(user: Reader, entry: PublicEntry) -> None:
    """Whoever wrote the draft may not let it out."""
    check_can_work_on(user, entry)
    if entry.drafted_by_id == getattr(user, "pk", None):
        raise AccessDenied(_("公开稿须由起草人以外的另一人审核公开。"))


def is_confidential(activity: Activity) -> bool:
    """Does it rest on a dossier above the level of the house? Nothing of it may become public then."""
    if activity.dossier.secrecy > Clearance.INTERNAL:
        return True
    return Application.objects.filter(activity=activity, dossier__secrecy__gt=Clearance.INTERNAL).exists()
