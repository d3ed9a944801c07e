"""Who may see, file, handle, chair and sit in ethics reviews. When is in review_workflow.py."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import Reader, check_handles, check_right, load_visible
from casework.models import Exclusion
from casework.refusals import AccessDenied
from ethics.enums import Office
from ethics.models import (
    AgendaItem,
    Application,
    Attendance,
    Committee,
    CommitteeMeeting,
    CommitteeMember,
    Motion,
    ReviewLetter,
)

RELATED = ("dossier", "unit__dossier", "unit__organization", "committee__unit__dossier", "applicant", "activity")


def get_application_for(user: Reader, reference: str) -> Application:
    """An application staff or a member may see, or Http404."""
    return load_visible(Application.objects.visible_to(user).select_related(*RELATED), dossier__reference=reference)


def get_own_application(user: Reader, reference: str) -> Application:
    """An application this person filed, or Http404."""
    return load_visible(Application.objects.of_applicant(user).select_related(*RELATED), dossier__reference=reference)


def get_meeting_for(user: Reader, pk: int) -> CommitteeMeeting:
    """A meeting of a committee this person keeps the reviews of or sat on, or Http404."""
    related = ("committee__unit__dossier", "committee__unit__organization", "chair__person")
    return load_visible(CommitteeMeeting.objects.visible_to(user).select_related(*related), pk=pk)


def get_item_for(user: Reader, pk: int) -> AgendaItem:
    """An item of a visible meeting, or Http404; one about an application the person may not see is missing too."""
    related = ("meeting__committee__unit__dossier", "meeting__chair", "application__dossier")
    items = AgendaItem.objects.filter(meeting__in=CommitteeMeeting.objects.visible_to(user))
    item: AgendaItem = load_visible(items.select_related(*related), pk=pk)
    if item.application is not None:
        load_visible(Application.objects.visible_to(user), pk=item.application_id)
    if item.appeal is not None:
        load_visible(Application.objects.visible_to(user), dossier=item.appeal.dossier)
    return item


def get_motion_for(user: Reader, pk: int) -> Motion:
    """A motion of an item this person may see, or Http404."""
    motion: Motion = load_visible(Motion.objects.select_related("item__meeting"), pk=pk)
    motion.item = get_item_for(user, motion.item_id)
    return motion


def get_attendance_for(user: Reader, pk: int) -> Attendance:
    """Somebody's attendance at a visible meeting, or Http404."""
    rows = Attendance.objects.filter(meeting__in=CommitteeMeeting.objects.visible_to(user))
    return load_visible(rows.select_related("meeting__committee__unit__dossier", "member__person"), pk=pk)


def get_own_letter(user: Reader, pk: int) -> ReviewLetter:
    """A letter of an application this person filed, or Http404."""
    own = Application.objects.of_applicant(user)
    return load_visible(ReviewLetter.objects.filter(application__in=own).select_related("application__dossier"), pk=pk)


def check_may_apply(user: Reader) -> None:
    check_right(user, Permission.APPLY_ETHICS)


def check_is_applicant(user: Reader, application: Application) -> None:
    """Only who filed it writes in it."""
    check_may_apply(user)
    if application.applicant_id != getattr(user, "pk", None):
        raise AccessDenied(_("只有申请人可以填写和提交这份申请。"))


def check_can_run(user: Reader, application: Application) -> None:
    """The secretary of a review held here; of one recorded here also the county that keeps the unit."""
    if not (may(user, Permission.RUN_REVIEWS) or may(user, Permission.KEEP_ETHICS)):
        raise AccessDenied(_("您的角色没有这项权限。如工作需要，请联系安全管理员。"))
    check_handles(user, application.dossier)


def check_can_record(user: Reader) -> None:
    """Whoever keeps units records the reviews their committees hold."""
    check_right(user, Permission.KEEP_ETHICS)


def check_can_run_committee(user: Reader, committee: Committee) -> None:
    """The secretary plans and keeps the meetings of a committee."""
    check_right(user, Permission.RUN_REVIEWS)
    check_handles(user, committee.unit.dossier)


def seat_of(user: Reader, committee: Committee, on: dt.date | None = None) -> CommitteeMember | None:
    """The term this person serves in the committee that day, both boundary days included (E9); None without one."""
    on = on or timezone.localdate()
    if not isinstance(user, User) or not may(user, Permission.SIT_ON_COMMITTEE):
        return None
    terms = CommitteeMember.objects.filter(user=user, committee=committee, starts_on__lte=on, ends_on__gte=on)
    serving = (term for term in terms.select_related("person", "committee") if term.sits_on(on))
    return next(serving, None)


def check_is_member(user: Reader, committee: Committee, on: dt.date | None = None) -> CommitteeMember:
    """The seat of this person today, or AccessDenied."""
    check_right(user, Permission.SIT_ON_COMMITTEE)
    seat = seat_of(user, committee, on)
    if seat is None:
        raise AccessDenied(_("您今天不是这个委员会的在任委员。"))
    return seat


def check_is_chair(user: Reader, committee: Committee, on: dt.date | None = None) -> CommitteeMember:
    """The seat of the chair or a vice-chair, or AccessDenied (办法 第14、23条)."""
    seat = check_is_member(user, committee, on)
    if seat.office not in {Office.CHAIR, Office.VICE_CHAIR}:
        raise AccessDenied(_("这一步由主任委员或者副主任委员办理。"))
    return seat


def is_recused(application: Application, member: CommitteeMember) -> bool:
    """Did this member declare a conflict, or is the account kept out of the dossier for any reason?"""
    if application.declarations.filter(member=member, answer="conflict").exists():
        return True
    live = Exclusion.objects.filter(dossier=application.dossier_id, lifted_at=None)
    return member.user_id is not None and live.filter(user=member.user_id).exists()


def has_declared(application: Application, member: CommitteeMember) -> bool:
    """Has the member said that there is no conflict, and not otherwise since?"""
    newest = application.declarations.filter(member=member).order_by("-pk").values_list("answer", flat=True).first()
    return newest == "none" and not is_recused(application, member)
