"""Who names reviewers, gives an opinion, verifies a revision and answers an appeal. When is in review_workflow.py."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import Reader, load_visible
from casework.models import Exclusion
from casework.refusals import AccessDenied, MoveRefused
from ethics.enums import Office
from ethics.models import (
    AgendaItem,
    Application,
    Committee,
    CommitteeMember,
    EthicsAppeal,
    Review,
    ReviewerAssignment,
    ReviewerOpinion,
)
from ethics.review_access import check_can_run, check_is_member, has_declared, seat_of
from ethics.review_workflow import running_review

CHAIRS = (Office.CHAIR, Office.VICE_CHAIR)


def committee_of(application: Application) -> Committee:
    """The committee that reviews it; MoveRefused before acceptance."""
    if application.committee is None:
        raise MoveRefused(_("这份申请还没有确定审查委员会。"))
    return application.committee


def round_of(application: Application) -> Review:
    """The round that runs; MoveRefused where there is none."""
    review = running_review(application)
    if review is None:
        raise MoveRefused(_("这份申请没有正在进行的审查。"))
    return review


def able_chairs(application: Application, on: dt.date | None = None) -> list[CommitteeMember]:
    """Chairs and vice-chairs in office with an account that works, who did not recuse themselves from this application."""
    on = on or timezone.localdate()
    terms = CommitteeMember.objects.filter(
        committee=application.committee_id,
        office__in=CHAIRS,
        user__is_active=True,
        starts_on__lte=on,
        ends_on__gte=on,
    )
    recused = application.declarations.filter(answer="conflict").values("member")
    kept_out = Exclusion.objects.filter(dossier=application.dossier_id, lifted_at=None).values("user")
    return [one for one in terms.exclude(pk__in=recused).exclude(user__in=kept_out) if one.sits_on(on)]


def check_may_name(user: Reader, application: Application) -> CommitteeMember | None:
    """The seat of the chair or a vice-chair. None: the secretary, because no chair can do it here (办法 第23条)."""
    seat = seat_of(user, committee_of(application))
    if seat is not None:
        return _declared(application, _chair(seat))
    check_can_run(user, application)
    if able_chairs(application):
        raise AccessDenied(_("审查委员由主任委员或者副主任委员指定。"))
    return None


def check_is_reviewer(user: Reader, application: Application) -> ReviewerAssignment:
    """What this person was named to: only who was named writes an opinion, and only the own one (E21)."""
    seat = check_is_member(user, committee_of(application))
    named = ReviewerAssignment.objects.filter(review__application=application, member=seat, released_on=None)
    assignment = named.select_related("review", "member").order_by("-pk").first()
    if assignment is None:
        raise AccessDenied(_("您没有被指定审查这份申请，不能提交审查意见。"))
    _declared(application, seat)
    return assignment


def check_may_verify(user: Reader, application: Application) -> CommitteeMember | None:
    """The secretary (None), or the member designated: a named reviewer of the round or the lead reviewer of its item."""
    seat = seat_of(user, committee_of(application))
    if seat is None:
        check_can_run(user, application)
        return None
    named = ReviewerAssignment.objects.filter(
        review__application=application, review__ended_on=None, member=seat, released_on=None
    )
    led = AgendaItem.objects.filter(application=application, lead_reviewer=seat)
    if not named.exists() and not led.exists():
        raise AccessDenied(_("修改稿由审查秘书或者本轮指定的委员核实。"))
    return _declared(application, seat)


def check_may_answer(user: Reader, application: Application) -> CommitteeMember | None:
    """The chair or a vice-chair, or the secretary (None) who writes down what the committee answered."""
    seat = seat_of(user, committee_of(application))
    if seat is not None:
        return _declared(application, _chair(seat))
    check_can_run(user, application)
    return None


def get_assignment_for(user: Reader, pk: int) -> ReviewerAssignment:
    """Who was named for an application this person may see, or Http404."""
    rows = ReviewerAssignment.objects.filter(review__application__in=Application.objects.visible_to(user))
    related = ("review__application__dossier", "review__application__committee__unit__dossier", "member__person")
    return load_visible(rows.select_related(*related), pk=pk)


def get_opinion_for(user: Reader, pk: int) -> ReviewerOpinion:
    """An opinion about an application this person may see, or Http404."""
    seen = Application.objects.visible_to(user)
    rows = ReviewerOpinion.objects.filter(assignment__review__application__in=seen)
    related = (
        "assignment__review__application__dossier",
        "assignment__review__application__committee__unit__dossier",
        "assignment__member__person",
        "given_by",
        "returned_by",
    )
    return load_visible(rows.select_related(*related), pk=pk)


def get_appeal_for(user: Reader, pk: int) -> EthicsAppeal:
    """An appeal about an application this person may see, or Http404."""
    rows = EthicsAppeal.objects.filter(decision__review__application__in=Application.objects.visible_to(user))
    related = (
        "decision__review__application__dossier",
        "decision__review__application__committee__unit__dossier",
        "decision__review__application__unit__organization",
        "file",
    )
    return load_visible(rows.select_related(*related), pk=pk)


def _chair(seat: CommitteeMember) -> CommitteeMember:
    if seat.office not in CHAIRS:
        raise AccessDenied(_("这一步由主任委员或者副主任委员办理。"))
    return seat


def _declared(application: Application, seat: CommitteeMember) -> CommitteeMember:
    if not has_declared(application, seat):
        raise AccessDenied(_("请先声明有没有利益冲突。"))
    return seat
