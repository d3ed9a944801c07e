"""The gate before a dossier opens: a member declares, links found are shown, a conflict shuts the dossier (办法 第8条; E13)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import grants
from casework.enums import ExclusionSource, GrantBasis, GrantPermission
from casework.events import record_event
from casework.models import Grant
from casework.names import normal_name
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from ethics.enums import ConflictAnswer
from ethics.models import Application, CommitteeMember, ConflictDeclaration
from ethics.review_access import check_can_run_committee, check_is_member, is_recused


@dataclass(frozen=True)
class Suggestion:
    """A link between a member and an application that the system found. `code` is kept with the declaration."""

    code: str
    text: str


def suggestions(application: Application, member: CommitteeMember) -> list[Suggestion]:
    """Links found by name and unit: same person on the team, leader or applicant, same unit. They decide nothing."""
    name = normal_name(member.person.name)
    team = [one for one in application.investigators.all() if one.left_out_on is None]
    found = []
    if name in {normal_name(one.name) for one in team}:
        found.append(Suggestion("team", _("研究人员中有与您同名的人。")))
    if name == normal_name(application.leader_name):
        found.append(Suggestion("leader", _("负责人与您同名。")))
    if application.applicant_id is not None and application.applicant_id == member.user_id:
        found.append(Suggestion("applicant", _("您是申请人。")))
    if not member.is_external and application.unit_id == member.committee.unit_id and application.unit_id is not None:
        found.append(Suggestion("unit", _("您与申请人同属一个单位。")))
    return found


@transaction.atomic
def declare(
    *, application: Application, member: CommitteeMember, answer: str, by: User, text: str = ""
) -> ConflictDeclaration:
    """What the member says, once and for good: no conflict opens the dossier to read, a conflict shuts it for ever.

    Only the member declares; the secretary writes down the words of a member without an account, never of one who has
    one. After a conflict nothing else may be declared: lifting an exclusion takes two people.
    """
    _check_may_declare(member, by)
    if application.committee_id != member.committee_id:
        raise InputRefused(_("这份申请不由这个委员会审查。"))

    if answer not in ConflictAnswer.values:
        raise InputRefused(_("请选择有没有利益冲突。"), field="answer")
    found = suggestions(application, member)
    text = clean_text(text, limit=500, field="text", field_label=_("说明"))
    if not text and (answer == ConflictAnswer.CONFLICT or found):
        raise InputRefused(_("请说明利益冲突的情况，或者为什么系统发现的关联不构成利益冲突。"), field="text")
    if is_recused(application, member):
        raise MoveRefused(_("您已经回避这份申请，不能再次声明。"))
    if answer == ConflictAnswer.NONE and "applicant" in {one.code for one in found}:
        raise InputRefused(_("申请人本人必须回避。"), field="answer")
    declaration = ConflictDeclaration(
        application=application,
        member=member,
        answer=answer,
        text=text,
        suggested=[one.code for one in found],
        declared_at=timezone.now(),
        declared_by=by,
    )
    declaration.save(force_insert=True)
    record_event(
        dossier=application.dossier,
        type="conflict_declared",
        by=by,
        subject=declaration,
        article="ST 8",
        data={"member": member.pk, "conflict_answer": answer, "suggested": declaration.suggested},
        access_changed=True,
    )
    if member.user is not None and answer == ConflictAnswer.CONFLICT:
        _shut(application, by, text)
    elif member.user is not None:
        _open(application, member, by)
    return declaration


def _check_may_declare(member: CommitteeMember, by: User) -> None:
    if member.user_id is None:
        check_can_run_committee(by, member.committee)
        return
    seat = check_is_member(by, member.committee)
    if seat.pk != member.pk:
        raise InputRefused(_("只能由委员本人声明。"))


def _open(application: Application, member: CommitteeMember, by: User) -> None:
    """The grant ends with the term: who no longer sits in the committee reads nothing (E22)."""
    live = Grant.objects.live(timezone.localdate()).filter(dossier=application.dossier, user=by)
    if not live.exists():
        view, basis = GrantPermission.VIEW, GrantBasis.TEAM
        grants.give(
            dossier=application.dossier,
            user=by,
            permission=view,
            basis=basis,
            basis_text="声明没有利益冲突",
            valid_to=member.last_day,
            by=by,
        )


def _shut(application: Application, by: User, text: str) -> None:
    grants.revoke_all(dossier=application.dossier, user=by, reason="声明利益冲突", by=by)
    grants.exclude(dossier=application.dossier, user=by, source=ExclusionSource.DECLARED, reason=text[:300], by=by)
    for assignment in application_assignments(application, by):
        assignment.released_on, assignment.released_reason = timezone.localdate(), "声明利益冲突"
        save_record(assignment, by=by, reason="声明利益冲突", fields=["released_on", "released_reason"])


def application_assignments(application: Application, user: User) -> list:
    """The open assignments of this person in the simple procedure of this application."""
    review = application.reviews.running().first()
    return [] if review is None else list(review.assignments.filter(member__user=user, released_on=None))
