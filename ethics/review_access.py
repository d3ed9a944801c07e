"""Who may see, file, handle, chair and sit in ethics reviews. When is in review_workflow.py."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import Reader, check_handles, check_right, load_visible, register_file_guard
from casework.enums import AttachmentKind, DossierKind
from casework.models import Attachment, Dossier, Exclusion
from casework.refusals import AccessDenied, MoveRefused
from ethics.access import check_can_keep
from ethics.enums import ApplicationKind, Office
from ethics.life_access import visible_letters
from ethics.models import (
    Activity,
    AgendaItem,
    Application,
    Attendance,
    Committee,
    CommitteeMeeting,
    CommitteeMember,
    ConflictDeclaration,
    Investigator,
    Material,
    Motion,
    ReviewLetter,
)

RELATED = ("dossier", "unit__dossier", "unit__organization", "committee__unit__dossier", "applicant", "activity")

LETTER_RELATED = (
    "application__dossier",
    "application__committee",
    "application__unit__organization",
    "activity__unit__dossier",
    "activity__unit__organization",
    "activity__committee",
    "recalls",
    "recalled_by",
    "signed_by_member__person",
    "issued_by",
)


def get_application_for(user: Reader, reference: str) -> Application:
    """An application staff or a member may see, or Http404."""
    return load_visible(Application.objects.visible_to(user).select_related(*RELATED), dossier__reference=reference)


def get_own_application(user: Reader, reference: str) -> Application:
    """An application this person filed, or Http404."""
    return load_visible(Application.objects.of_applicant(user).select_related(*RELATED), dossier__reference=reference)


def own_applications(user: Reader) -> QuerySet[Application]:
    """What this person filed, as the list shows it."""
    return Application.objects.of_applicant(user).select_related("dossier", "activity")


def get_own_activity(user: Reader, pk: int) -> Activity:
    """An activity approved on an application of this person, or Http404."""
    own = Application.objects.of_applicant(user).filter(kind=ApplicationKind.INITIAL)
    return load_visible(Activity.objects.filter(pk__in=own.values("activity")).select_related("unit__dossier"), pk=pk)


def get_own_investigator(user: Reader, pk: int) -> Investigator:
    """Somebody named in an application of this person, or Http404."""
    own = Application.objects.of_applicant(user)
    return load_visible(Investigator.objects.filter(application__in=own).select_related("application__dossier"), pk=pk)


def get_own_material(user: Reader, pk: int) -> Material:
    """A paper of an application of this person, or Http404."""
    own = Application.objects.of_applicant(user)
    rows = Material.objects.filter(application__in=own).select_related("application__dossier", "attachment")
    return load_visible(rows, pk=pk)


def get_own_file(user: Reader, pk: int) -> Attachment:
    """A file of an application of this person, any version; other files of the dossier are the committee's own."""
    own = Application.objects.of_applicant(user).values("dossier")
    rows = Attachment.objects.filter(dossier__in=own, kind=AttachmentKind.MATERIAL).select_related("dossier")
    return load_visible(rows, pk=pk)


@register_file_guard(DossierKind.REVIEW)
def was_handed_in(dossier: Dossier) -> bool:
    """Are the files of this dossier for the secretariat yet? Those of a draft are the applicant's own."""
    return Application.objects.filter(dossier=dossier).handed_in().exists()


def people_of(application: Application) -> list[Investigator]:
    """Who works on it now."""
    return list(application.investigators.filter(left_out_on=None).order_by("pk"))


def committees_to_choose() -> QuerySet[Committee]:
    """The committees that work in this system and stand today."""
    standing_ones = Committee.objects.standing_on(timezone.localdate()).filter(runs_here=True)
    return standing_ones.select_related("unit__organization").order_by("unit__organization__name", "pk")


def get_material_for(user: Reader, pk: int) -> Material:
    """A paper of an application staff may see, or Http404."""
    seen = Application.objects.visible_to(user)
    rows = Material.objects.filter(application__in=seen).select_related("application__dossier", "attachment")
    return load_visible(rows, pk=pk)


def get_meeting_for(user: Reader, pk: int) -> CommitteeMeeting:
    """A meeting of a committee this person keeps the reviews of or sat on, or Http404."""
    related = ("committee__unit__dossier", "committee__unit__organization", "chair__person")
    return load_visible(CommitteeMeeting.objects.visible_to(user).select_related(*related), pk=pk)


def visible_items(user: Reader) -> QuerySet[AgendaItem]:
    """Items of visible meetings. One about an application the person may not see, or is recused from, is missing too (E13).

    A follow-up or a report is about an activity: whoever is kept out of one of its applications is kept out of it.
    """
    seen = Application.objects.visible_to(user)
    kept_out = closed_activities(user)
    return (
        AgendaItem.objects.filter(meeting__in=CommitteeMeeting.objects.visible_to(user))
        .filter(Q(application=None) | Q(application__in=seen))
        .filter(Q(appeal=None) | Q(appeal__decision__review__application__in=seen))
        .filter(Q(follow_up=None) | ~Q(follow_up__activity__in=kept_out))
        .filter(Q(incident=None) | ~Q(incident__activity__in=kept_out))
    )


def closed_activities(user: Reader) -> QuerySet[Any]:
    """Keys of activities this person deals with in no meeting: kept out of an application behind, or not cleared for it."""
    out = Exclusion.objects.filter(user=getattr(user, "pk", None), lifted_at=None).values("dossier")
    above = Q(dossier__secrecy__gt=getattr(user, "clearance", 0))
    return Application.objects.filter(Q(dossier__in=out) | above, activity__isnull=False).values("activity")


def check_sees_every_item(user: Reader, meeting: CommitteeMeeting) -> None:
    """Whoever edits the minutes reads all of them; somebody kept out of an item does not."""
    if visible_items(user).filter(meeting=meeting).count() != meeting.items.count():
        raise AccessDenied(_("会议记录由可以查看全部议题的秘书整理。"))


ITEM_RELATED = (
    "meeting__committee__unit__dossier",
    "meeting__chair__person",
    "application__dossier",
    "application__unit",
    "appeal__decision__review__application__dossier",
    "follow_up__activity__unit__dossier",
    "incident__activity__unit__dossier",
    "lead_reviewer__person",
)


def get_item_for(user: Reader, pk: int) -> AgendaItem:
    """An item this person may see, or Http404."""
    return load_visible(visible_items(user).select_related(*ITEM_RELATED), pk=pk)


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
    """A letter to the applicant about an application this person filed, or its activity, or Http404."""
    own = Application.objects.of_applicant(user)
    about = Q(application__in=own) | Q(activity__in=own.exclude(activity=None).values("activity"))
    letters = ReviewLetter.objects.filter(about).to_the_applicant()
    return load_visible(letters.select_related(*LETTER_RELATED), pk=pk)


def get_letter_for(user: Reader, pk: int) -> ReviewLetter:
    """A letter about an application, or an activity of a unit, this person may see, or Http404."""
    seen = Q(application__in=Application.objects.visible_to(user)) | Q(pk__in=visible_letters(user).values("pk"))
    return load_visible(ReviewLetter.objects.filter(seen).select_related(*LETTER_RELATED), pk=pk)


def check_can_keep_letter(user: Reader, letter: ReviewLetter) -> None:
    """Whoever runs the review, or keeps the unit of the activity, notes the delivery and takes a letter back."""
    if letter.application is not None:
        check_can_run(user, letter.application)
    elif letter.activity is not None:
        check_can_keep(user, letter.activity.unit)
    else:
        raise AccessDenied(_("这份文书没有说明是关于哪一项申请或活动的。"))


def check_can_take_pack(user: Reader, application: Application) -> None:
    """Who runs the review sends its papers to the province, once the committee has passed it (办法 第26-27条)."""
    check_can_run(user, application)
    if not any(review.preliminary for review in application.reviews.all()):
        raise MoveRefused(_("委员会还没有通过初步审查，没有可以报送复核的材料。"), article="ST 26")


def check_may_apply(user: Reader) -> None:
    check_right(user, Permission.APPLY_ETHICS)


def check_is_applicant(user: Reader, application: Application) -> None:
    """Only who filed it writes in it."""
    check_may_apply(user)
    if application.applicant_id != getattr(user, "pk", None):
        raise AccessDenied(_("只有申请人可以填写和提交这份申请。"))


def check_sees_reviews(user: Reader) -> None:
    check_right(user, Permission.SEE_REVIEWS)


def check_can_run(user: Reader, application: Application) -> None:
    """The secretary of a review held here; of one recorded here also the county that keeps the unit."""
    if not (may(user, Permission.RUN_REVIEWS) or may(user, Permission.KEEP_ETHICS)):
        raise AccessDenied(_("您的角色没有这项权限。如工作需要，请联系安全管理员。"))
    check_handles(user, application.dossier)


def check_reads_events(user: Reader) -> None:
    """Timeline and history hold opinions and declarations of others: for those who keep reviews, not for members (R4)."""
    if not (may(user, Permission.RUN_REVIEWS) or may(user, Permission.KEEP_ETHICS) or may(user, Permission.READ_AUDIT)):
        raise AccessDenied(_("您的角色没有这项权限。如工作需要，请联系安全管理员。"))


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


def is_recused(application: Application, member: CommitteeMember) -> bool:
    """Did this person declare a conflict, in this term or another, or is the account kept out of the dossier?"""
    if application.declarations.filter(member__person=member.person_id, answer="conflict").exists():
        return True
    return _is_kept_out(application, member)


def _is_kept_out(application: Application, member: CommitteeMember) -> bool:
    live = Exclusion.objects.filter(dossier=application.dossier_id, lifted_at=None)
    return member.user_id is not None and live.filter(user=member.user_id).exists()


def has_declared(application: Application, member: CommitteeMember) -> bool:
    """Has the member said that there is no conflict, and not otherwise since?"""
    own = application.declarations.filter(member__person=member.person_id)
    answers = list(own.order_by("-pk").values_list("answer", flat=True))
    return answers[:1] == ["none"] and "conflict" not in answers and not _is_kept_out(application, member)


def before_the_gate(user: User, on: dt.date) -> QuerySet[Application]:
    """Applications this member has to declare on, or has: on a planned or running meeting of the committee, or named to
    this member in the simple procedure. Not one the member is recused from, whatever the reason (E13)."""
    if not may(user, Permission.SIT_ON_COMMITTEE):
        return Application.objects.none()
    terms = CommitteeMember.objects.filter(user=user, starts_on__lte=on, ends_on__gte=on)
    terms = terms.filter(Q(left_on=None) | Q(left_on__gte=on))
    live = AgendaItem.objects.filter(meeting__status__in=("planned", "open"), reconciled_at=None)
    placed = live.filter(meeting__committee=OuterRef("committee"))
    placed = placed.filter(
        Q(application=OuterRef("pk"), kind="review") | Q(appeal__decision__review__application=OuterRef("pk"))
    )
    named = Q(reviews__ended_on=None, reviews__assignments__released_on=None, reviews__assignments__member__in=terms)
    # Whoever names the reviewers reads the dossier to do so (第23条).
    chaired = terms.filter(office__in=(Office.CHAIR, Office.VICE_CHAIR)).values("committee")
    named |= Q(reviews__ended_on=None, reviews__procedure="simple", status="accepted", committee__in=chaired)
    out = Exclusion.objects.filter(user=user, lifted_at=None, dossier=OuterRef("dossier"))
    conflict = ConflictDeclaration.objects.filter(application=OuterRef("pk"), member__user=user, answer="conflict")
    return (
        Application.objects.filter(committee__in=terms.values("committee"), dossier__secrecy__lte=user.clearance)
        .filter(Exists(placed) | Exists(Application.objects.filter(named, pk=OuterRef("pk"))))
        .exclude(Exists(out))
        .exclude(Exists(conflict))
    )


def get_gate_for(user: Reader, reference: str) -> tuple[Application, CommitteeMember]:
    """The application behind the gate and the seat of who stands before it, or Http404 (R5)."""
    if not isinstance(user, User):
        raise Http404
    related = ("dossier", "unit__organization", "committee")
    application = load_visible(
        before_the_gate(user, timezone.localdate()).select_related(*related), dossier__reference=reference
    )
    return application, check_is_member(user, application.committee)
