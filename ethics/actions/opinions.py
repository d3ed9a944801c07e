"""What a named reviewer says: written by its author alone, returned with a reason, never replaced (E2, E21; 办法 第24条)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.rulebook import RuleBook
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import lock
from ethics.actions import reviewers
from ethics.enums import ApplicationStatus, ItemVerdict, Procedure
from ethics.models import Application, Review, ReviewerAssignment, ReviewerOpinion
from ethics.procedure_access import check_is_reviewer
from ethics.review_access import check_can_run
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION
from ethics.simple_procedure import assignments_of, checklist_of, newest, result_of
from ethics.triage import TO_MEETING, Reason
from ethics.wording import say


@transaction.atomic
def give(
    *,
    application: Application,
    is_positive: bool | None,
    text: str,
    checklist: Mapping[str, Mapping[str, str]],
    by: User,
    has_doubt: bool = False,
    asks_meeting: bool = False,
    sees_changed_risk: bool = False,
) -> ReviewerOpinion:
    """Give the own opinion, or a new version of one that was returned. Whatever asks for a meeting moves it there at once.

    `checklist`: key of an item → {"verdict", "comment"}; a doubt about an item counts as a doubt about the content.
    """
    assignment = check_is_reviewer(by, application)
    lock(application, APPLICATION)
    review = _open_round(assignment, application)
    versions = list(assignment.opinions.order_by("number"))
    if newest(assignment) is not None:
        raise MoveRefused(_("您已经提交审查意见。需要修改的，请审查秘书退回后重新提交。"))

    if is_positive is None:
        raise InputRefused(_("请选择同意或者不同意。"), field="is_positive")
    books = books_of(review)
    answered = _checked(checklist, books)
    opinion = ReviewerOpinion(
        assignment=assignment,
        number=len(versions) + 1,
        is_positive=is_positive,
        has_doubt=has_doubt or any(one["verdict"] == ItemVerdict.DOUBT for one in answered.values()),
        asks_meeting=asks_meeting,
        sees_changed_risk=sees_changed_risk,
        checklist=answered,
        text=required_text(text, limit=5000, field="text", field_label=_("审查意见")),
        given_at=timezone.now(),
        given_by=by,
    )
    save_record(opinion, by=by, reason="提交审查意见")
    record_event(
        dossier=application.dossier,
        type="opinion_given",
        by=by,
        subject=opinion,
        data={"round": review.round, "number": opinion.number},
    )
    _settle(review, books, by)
    return opinion


@transaction.atomic
def send_back(*, opinion: ReviewerOpinion, reason: str, by: User) -> ReviewerOpinion:
    """Ask the author for another version. The secretary changes no word of it, and the version returned stays (E21)."""
    assignment = opinion.assignment
    application = assignment.review.application
    check_can_run(by, application)
    lock(application, APPLICATION)
    _open_round(assignment, application)
    if assignment.released_on is not None or newest(assignment) != opinion:
        raise MoveRefused(_("这一版意见已经退回，或者委员的指定已经解除。"))

    opinion.returned_reason = required_text(reason, limit=300, field="reason", field_label=_("退回原因"))
    opinion.returned_at, opinion.returned_by = timezone.now(), by
    save_record(opinion, by=by, reason="退回审查意见", fields=["returned_at", "returned_by", "returned_reason"])
    record_event(
        dossier=application.dossier,
        type="opinion_returned",
        by=by,
        subject=opinion,
        reason=opinion.returned_reason,
        data={"round": assignment.review.round, "number": opinion.number, "member": assignment.member_id},
    )
    return opinion


def _open_round(assignment: ReviewerAssignment, application: Application) -> Review:
    review = assignment.review
    if application.status != ApplicationStatus.IN_REVIEW or review.ended_on is not None:
        raise MoveRefused(_("这一轮审查已经结束，审查意见不能再改。"))
    if review.procedure != Procedure.SIMPLE:
        raise MoveRefused(_("这份申请已经转为会议审查，意见请在会议上提出。"), article="ST 24")
    review.application = application
    return review


def _checked(checklist: Mapping[str, Mapping[str, str]], books: Sequence[RuleBook]) -> dict[str, Any]:
    """A verdict for every item of the rule sets, explained where there is a doubt."""
    found = {}
    for item in checklist_of(books):
        row = checklist.get(item.key, {})
        if row.get("verdict") not in ItemVerdict.values:
            raise InputRefused(
                _("请逐项选择：%(item)s。") % {"item": say(item)}, field=f"verdict_{item.key}", article=item.article
            )
        comment = clean_text(
            row.get("comment", ""), limit=500, field=f"comment_{item.key}", field_label=_("说明"), multiline=False
        )
        if row["verdict"] == ItemVerdict.DOUBT and not comment:
            raise InputRefused(
                _("请说明疑义：%(item)s。") % {"item": say(item)}, field=f"comment_{item.key}", article=item.article
            )
        found[item.key] = {"verdict": row["verdict"], "comment": comment}
    return found


def _settle(review: Review, books: Sequence[RuleBook], by: User) -> None:
    """Move the round to a meeting as soon as an opinion asks for it; a negative one never rejects (第24条)."""
    result = result_of(books, assignments_of(review))
    if result.outcome != TO_MEETING:
        return
    triggers = [_trigger_row(one) for one in result.triggers]
    words = "；".join(dict.fromkeys(row["zh"] for row in triggers)) or "审查意见没有一致同意"
    reviewers.move_to_meeting(
        review=review,
        reason=words[:300],
        article=triggers[0]["article"] if triggers else "",
        triggers=triggers,
        by=by,
    )


def _trigger_row(reason: Reason) -> dict[str, str]:
    clause = reason.clause
    return {"regime": reason.regime, "key": clause.key, "article": clause.article, "mark": clause.mark, "zh": clause.zh}
