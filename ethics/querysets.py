"""Facts about many units, committees and duties. Units are seen through their dossier like every record of the house."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.enums import Clearance
from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.access import Reader, visible_condition
from casework.enums import DossierKind, GrantPermission
from casework.models import Grant
from casework.records import RecordQuerySet
from ethics.enums import ENDED, ActivityStatus, ApplicationStatus, LetterKind, PublicStatus, ReviewMode


class ReviewUnitQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> ReviewUnitQuerySet:
        """Units this person may see that day: the whole register, or those given to their department."""
        on = on or timezone.localdate()
        if Permission.SEE_ETHICS not in standing(user, on).permissions:
            return self.none()
        return self.filter(visible_condition(user, on, kind=DossierKind.ETHICS))

    def kept_by(self, user: Reader, on: dt.date | None = None) -> ReviewUnitQuerySet:
        """Units this person keeps: visible, with a live grant to handle them."""
        on = on or timezone.localdate()
        holds = standing(user, on)
        if not isinstance(user, User) or Permission.KEEP_ETHICS not in holds.permissions:
            return self.none()
        mine = Q(user=user) | Q(department__in=holds.departments) | Q(role__in=holds.roles)
        grants = Grant.objects.live(on).filter(mine, permission=GrantPermission.HANDLE)
        return self.visible_to(user, on).filter(Exists(grants.filter(dossier=OuterRef("dossier_id"))))

    def in_region(self, region: str) -> ReviewUnitQuerySet:
        return self.filter(region_code=region) if region else self

    def with_overdue(self, on: dt.date) -> ReviewUnitQuerySet:
        """Units of which something was due before this day and is not done, or whose committee does not comply."""
        late = Q(pk__in=[])
        for model, path in UNIT_PATHS.items():
            rows = apps.get_model("ethics", model)._default_manager.overdue(on)
            late |= Q(Exists(rows.filter(**{path: OuterRef("pk")})))
        committees = apps.get_model("ethics", "Committee")._default_manager.broken_on(on)
        return self.filter(late | Q(Exists(committees.filter(unit=OuterRef("pk")))))


class CommitteeQuerySet(RecordQuerySet):
    def standing_on(self, day: dt.date) -> CommitteeQuerySet:
        """Committees set up and not dissolved that day, both days included."""
        return self.filter(set_up_on__lte=day).filter(Q(dissolved_on=None) | Q(dissolved_on__gte=day))

    def broken_on(self, day: dt.date) -> CommitteeQuerySet:
        """Standing committees whose composition does not comply that day, as last worked out."""
        return self.standing_on(day).filter(composition_breaks_on__lte=day)

    def of_units(self, units: ReviewUnitQuerySet) -> CommitteeQuerySet:
        return self.filter(unit__in=units)


# Model of a duty → how it reaches its unit.
UNIT_PATHS = {
    "Registration": "unit",
    "Filing": "committee__unit",
    "AnnualReport": "committee__unit",
    "FollowUp": "activity__unit",
    "SpotCheck": "unit",
}
_STILL_OPEN: dict[str, dict[str, Any]] = {
    "Registration": {"registered_on": None},
    "Filing": {"filed_on": None, "voided_on": None},
    "AnnualReport": {"submitted_on": None},
    "FollowUp": {"done_on": None, "voided_on": None},
    "SpotCheck": {"rectified_on": None, "due_on__isnull": False},
}


class DueQuerySet(RecordQuerySet):
    """Duties with a last day. Overdue is never stored: it follows from the last day and the day asked about."""

    def still_open(self) -> DueQuerySet:
        return self.filter(**_STILL_OPEN[self.model.__name__])

    def overdue(self, on: dt.date) -> DueQuerySet:
        return self.still_open().filter(due_on__lt=on)

    def due_until(self, day: dt.date) -> DueQuerySet:
        """Still open and due by this day, overdue ones included."""
        return self.still_open().filter(due_on__lte=day)

    def of_units(self, units: ReviewUnitQuerySet) -> DueQuerySet:
        return self.filter(**{f"{UNIT_PATHS[self.model.__name__]}__in": units})


class FlagQuerySet(RecordQuerySet):
    def still_open(self) -> FlagQuerySet:
        return self.filter(cleared_on=None)


class ActivityQuerySet(RecordQuerySet):
    def listed(self) -> ActivityQuerySet:
        """Those on the list of activities that need expert re-review."""
        return self.exclude(list_item="")


UNDECIDED = (
    ApplicationStatus.ACCEPTED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.PRELIMINARY_PASSED,
    ApplicationStatus.EXPERT_REQUESTED,
)


class ApplicationQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> ApplicationQuerySet:
        """Submitted applications staff and members may see that day. An applicant's own ones are `of_applicant`.

        A member sees an application only by the grant that follows the declaration of no conflict (E13). A draft is the
        applicant's own paper: staff see it only where it is recorded here for a review held elsewhere.
        """
        on = on or timezone.localdate()
        return self.filter(visible_condition(user, on, kind=DossierKind.REVIEW)).handed_in()

    def handed_in(self) -> ApplicationQuerySet:
        """Submitted once, or recorded here for a review held elsewhere: no longer the applicant's own paper."""
        return self.exclude(
            Q(mode=ReviewMode.RUN, status=ApplicationStatus.DRAFT)
            | Q(mode=ReviewMode.RUN, status=ApplicationStatus.WITHDRAWN, versions=None)
        )

    def still_open(self) -> ApplicationQuerySet:
        """Begun and not yet ended, drafts included."""
        return self.exclude(status__in=ENDED)

    def awaiting_decision(self) -> ApplicationQuerySet:
        """Accepted and not yet decided: the clock of the running round counts."""
        return self.filter(status__in=UNDECIDED)

    def overdue(self, now: dt.datetime) -> ApplicationQuerySet:
        """Undecided after the day as extended, or after the last moment of an emergency."""
        day = timezone.localdate(now)
        return self._with_round(Q(due_at__lt=now) | Q(extended_to__lt=day) | Q(extended_to=None, due_on__lt=day))

    def due_until(self, day: dt.date) -> ApplicationQuerySet:
        """Undecided and due by this day, overdue ones and every emergency included."""
        return self._with_round(
            Q(due_at__isnull=False) | Q(extended_to__lte=day) | Q(extended_to=None, due_on__lte=day)
        )

    def _with_round(self, condition: Q) -> ApplicationQuerySet:
        rounds = apps.get_model("ethics", "Review")._default_manager.filter(condition, ended_on=None)
        return self.awaiting_decision().filter(Exists(rounds.filter(application=OuterRef("pk"))))

    def of_applicant(self, user: Reader) -> ApplicationQuerySet:
        """The applications this person filed, drafts included. Nothing in them but what an applicant may read."""
        if not isinstance(user, User) or Permission.APPLY_ETHICS not in standing(user).permissions:
            return self.none()
        return self.filter(applicant=user)


class ReviewQuerySet(RecordQuerySet):
    def running(self) -> ReviewQuerySet:
        return self.filter(ended_on=None)


class MeetingQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> MeetingQuerySet:
        """Meetings of committees this person keeps the reviews of, or sat on the day the meeting was held.

        Which of its items the person may see is asked per item (`Application.visible_to`).
        """
        on = on or timezone.localdate()
        rights = standing(user, on).permissions
        if not isinstance(user, User) or Permission.SEE_REVIEWS not in rights:
            return self.none()
        seen = Q(pk__in=[])
        if Permission.RUN_REVIEWS in rights or Permission.READ_AUDIT in rights:
            units = apps.get_model("ethics", "ReviewUnit")._default_manager.visible_to(user, on)
            seen |= Q(committee__unit__in=units)
        if Permission.SIT_ON_COMMITTEE in rights:
            terms = apps.get_model("ethics", "CommitteeMember")._default_manager.filter(user=user)
            held = OuterRef("held_on")
            sat = terms.filter(committee=OuterRef("committee"), starts_on__lte=held, ends_on__gte=held)
            seen |= Q(Exists(sat.filter(Q(left_on=None) | Q(left_on__gte=held))))
        return self.filter(seen)


class IncidentQuerySet(RecordQuerySet):
    def unhandled(self) -> IncidentQuerySet:
        return self.filter(handled_at=None)


class LetterQuerySet(RecordQuerySet):
    def to_the_applicant(self) -> LetterQuerySet:
        """Without what is written to the province, and its recall."""
        return self.exclude(Q(kind=LetterKind.EXPERT_REQUEST) | Q(recalls__kind=LetterKind.EXPERT_REQUEST))

    def delivered(self) -> LetterQuerySet:
        return self.exclude(delivered_on=None)


class PublicEntryQuerySet(RecordQuerySet):
    def public_on(self, day: dt.date) -> PublicEntryQuerySet:
        """What anybody may read that day: published, not withdrawn, the embargo over (its last day is still closed).

        Hidden at once when the approval it speaks of is gone, or a dossier behind it was made confidential since.
        """
        shown = Q(embargo_until=None) | Q(embargo_until__lt=day)
        approved = (ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED, ActivityStatus.COMPLETED)
        above = {"dossier__secrecy__gt": Clearance.INTERNAL}
        applications = apps.get_model("ethics", "Application")._default_manager
        return self.filter(
            shown,
            status=PublicStatus.PUBLISHED,
            activity__status__in=approved,
            approved_on=F("activity__approved_on"),
            activity__unit__dossier__secrecy__lte=Clearance.INTERNAL,
        ).exclude(Exists(applications.filter(activity=OuterRef("activity"), **above)))

    def matching(self, words: Iterable[str]) -> PublicEntryQuerySet:
        """Those in whose public texts every one of these words stands."""
        found = self
        for word in words:
            found = found.filter(
                Q(title__icontains=word)
                | Q(unit_name__icontains=word)
                | Q(committee_name__icontains=word)
                | Q(platform_no__icontains=word)
            )
        return found
