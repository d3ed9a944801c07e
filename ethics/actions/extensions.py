"""A decision that takes longer: a new day and the reason, told to the applicant. An emergency never waits (办法 第17、36条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from casework.workflow import lock
from ethics.actions import letters
from ethics.enums import LetterKind
from ethics.models import Application, Review
from ethics.procedure_access import round_of
from ethics.review_access import check_can_run
from ethics.review_workflow import APPLICATION
from ethics.rules import RuleRefused
from ethics.terms import extended
from ethics.wording import say


@transaction.atomic
def extend(*, application: Application, extended_to: dt.date, reason: str, by: User) -> Review:
    """State until when the decision will be made and why. Only later days, and only before the decision."""
    check_can_run(by, application)
    lock(application, APPLICATION)
    review = round_of(application)
    check_may_be_extended(review)

    reason = required_text(reason, limit=300, field="reason", field_label=_("延长原因"))
    before = review.last_day
    assert before is not None
    try:
        review.extended_to = extended(before, to=extended_to, reason=reason)
    except RuleRefused as refusal:
        raise InputRefused(say(refusal), field="extended_to", article="ST 17") from refusal
    review.extension_reason = reason
    save_record(review, by=by, reason="延长审查期限", fields=["extended_to", "extension_reason"])
    record_event(
        dossier=application.dossier,
        type="review_extended",
        by=by,
        subject=review,
        reason=reason,
        article="ST 17",
        data={"round": review.round, "before": before.isoformat(), "extended_to": extended_to.isoformat()},
    )
    letters.issue(
        kind=LetterKind.EXTENSION,
        application=application,
        review=review,
        paragraphs=lambda: [
            _("您的申请（编号 %(number)s）的审查决定不能于 %(day)s 前作出，延长至 %(later)s。")
            % {"number": application.dossier.reference, "day": before, "later": extended_to},
            _("原因：%(text)s") % {"text": reason},
        ],
        by=by,
    )
    return review


def check_may_be_extended(review: Review) -> None:
    """Raise for an emergency, whose clock nothing stops, and for a round that is decided."""
    if review.due_at is not None:
        raise MoveRefused(_("应急审查的 72 小时不延长、不暂停，专家复核也计算在内。"), article="ST 36")
    if review.decisions.exists():
        raise MoveRefused(_("审查决定已经作出，不需要延长期限。"))
