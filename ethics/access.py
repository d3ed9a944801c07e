"""Who may see, enter, keep, open, export and refer in the ethics register. When is in workflow.py."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.people import may, standing
from accounts.permissions import Permission
from casework.access import Reader, check_handles, check_right, load_visible
from casework.refusals import InputRefused
from ethics.models import (
    Activity,
    AnnualReport,
    Committee,
    CommitteeMember,
    Filing,
    FollowUp,
    Registration,
    ReviewUnit,
    SpotCheck,
    Violation,
)


def get_unit_for(user: Reader, reference: str) -> ReviewUnit:
    """The unit of this number, or Http404 when it is missing or not this person's to see."""
    units = ReviewUnit.objects.visible_to(user).select_related("dossier", "organization")
    return load_visible(units, dossier__reference=reference)


def get_committee_for(user: Reader, pk: int) -> Committee:
    """A committee of a visible unit, or Http404."""
    return load_visible(_within(Committee, "unit", user), pk=pk)


def get_member_for(user: Reader, pk: int) -> CommitteeMember:
    """A member of a committee of a visible unit, or Http404."""
    return load_visible(_within(CommitteeMember, "committee__unit", user).select_related("person"), pk=pk)


def get_registration_for(user: Reader, pk: int) -> Registration:
    """A registration of a visible unit, or Http404."""
    return load_visible(_within(Registration, "unit", user).select_related("committee", "activity"), pk=pk)


def get_filing_for(user: Reader, pk: int) -> Filing:
    """The filing of a committee of a visible unit, or Http404."""
    return load_visible(_within(Filing, "committee__unit", user), pk=pk)


def get_report_for(user: Reader, pk: int) -> AnnualReport:
    """An annual report of a visible unit, or Http404."""
    return load_visible(_within(AnnualReport, "committee__unit", user), pk=pk)


def get_spot_check_for(user: Reader, pk: int) -> SpotCheck:
    """A spot check at a visible unit, or Http404."""
    return load_visible(_within(SpotCheck, "unit", user), pk=pk)


def get_activity_for(user: Reader, pk: int) -> Activity:
    """A listed activity of a visible unit, or Http404."""
    return load_visible(_within(Activity, "unit", user).select_related("committee"), pk=pk)


def get_follow_up_for(user: Reader, pk: int) -> FollowUp:
    """A follow-up of an activity of a visible unit, or Http404."""
    return load_visible(_within(FollowUp, "activity__unit", user), pk=pk)


def get_violation_for(user: Reader, pk: int) -> Violation:
    """A violation at a visible unit, or Http404."""
    return load_visible(_within(Violation, "unit", user).select_related("activity"), pk=pk)


def check_can_see_ethics(user: Reader) -> None:
    check_right(user, Permission.SEE_ETHICS)


def check_can_keep(user: Reader, unit: ReviewUnit) -> None:
    """Whoever keeps the unit: ethics supervision, or the county it lies in."""
    check_right(user, Permission.KEEP_ETHICS)
    check_handles(user, unit.dossier)


def check_may_enter(user: Reader) -> None:
    check_right(user, Permission.KEEP_ETHICS)


def check_can_enter(user: User, region_code: str) -> None:
    """A county enters units of its own area only; ethics supervision enters any."""
    check_may_enter(user)
    if not may(user, Permission.SEE_ALL_ETHICS) and region_code not in own_regions(user):
        raise InputRefused(_("只能登记本县区的单位。请核对所属县区，或者联系市科技局登记。"), field="region_code")


def check_can_open(user: Reader, unit: ReviewUnit) -> None:
    """Only ethics supervision opens a unit to another department."""
    check_right(user, Permission.SEE_ALL_ETHICS)
    check_can_keep(user, unit)


def check_can_refer(user: Reader, unit: ReviewUnit) -> None:
    check_right(user, Permission.REFER_VIOLATIONS)
    check_can_keep(user, unit)


def check_can_export(user: Reader) -> None:
    check_right(user, Permission.EXPORT_ETHICS)


def own_regions(user: User) -> set[str]:
    """Region codes of the departments this person works for today."""
    departments = Department.objects.filter(pk__in=standing(user).departments)
    return set(departments.exclude(region_code="").values_list("region_code", flat=True))


def _within(model: type[models.Model], path: str, user: Reader) -> QuerySet[Any]:
    """Rows of visible units, with the unit loaded."""
    visible = ReviewUnit.objects.visible_to(user)
    related = (f"{path}__dossier", f"{path}__organization")
    return model._default_manager.filter(**{f"{path}__in": visible}).select_related(*related)
