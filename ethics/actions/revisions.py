"""修改后批准: the revision is held against the changes required, and approved or sent back (办法 第16条)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import MoveRefused
from casework.texts import required_text
from casework.workflow import lock, move
from ethics.actions import letters, review_decisions
from ethics.enums import ApplicationStatus, LetterKind, ReviewOutcome
from ethics.models import Application, Review, ReviewDecision
from ethics.procedure_access import check_may_verify, round_of
from ethics.review_workflow import APPLICATION


@transaction.atomic
def verify(*, application: Application, note: str, by: User) -> ReviewDecision | None:
    """The required changes are made: what the committee decided takes effect. None: the experts come first (第25条)."""
    check_may_verify(by, application)
    lock(application, APPLICATION)
    review, asked = asked_changes(application)

    note = required_text(note, limit=2000, field="note", field_label=_("核实情况"))
    return review_decisions.decide(
        review=review,
        outcome=ReviewOutcome.APPROVE,
        decided_on=timezone.localdate(),
        reasons=f"按修改要求修改，经核实：{note}",
        follow_up_months=asked.follow_up_months,
        counted=asked.counted,
        by=by,
    )


@transaction.atomic
def send_back(*, application: Application, still_open: str, by: User) -> Application:
    """Something required is still open: the applicant is told by letter what, and hands in again."""
    check_may_verify(by, application)
    review, asked = asked_changes(application)

    still_open = required_text(still_open, limit=2000, field="still_open", field_label=_("尚未落实的修改要求"))
    move(
        APPLICATION,
        application,
        "return_revision",
        by=by,
        reason=still_open[:300],
        article="ST 16",
        data={"round": review.round, "version": application.version},
    )
    letters.issue(
        kind=LetterKind.CORRECTION,
        application=application,
        review=review,
        paragraphs=lambda: [
            _("您的修改稿（第 %(number)s 版）尚未落实全部修改要求。") % {"number": application.version},
            _("审查决定的修改要求：%(text)s") % {"text": asked.required_changes},
            _("尚未落实：%(text)s") % {"text": still_open},
            _("请修改后重新提交。"),
        ],
        by=by,
    )
    return application


def asked_changes(application: Application) -> tuple[Review, ReviewDecision]:
    """The round and the decision whose changes the revision in hand answers; MoveRefused where none is in hand."""
    if application.status != ApplicationStatus.REVISION_SUBMITTED:
        raise MoveRefused(_("现在没有待核实的修改稿。"))
    review = round_of(application)
    review.application = application
    asked = review.decisions.filter(outcome=ReviewOutcome.APPROVE_AFTER_REV).order_by("-pk").first()
    if asked is None:
        raise MoveRefused(_("本轮没有“修改后批准”的决定。"))
    return review, asked
