"""Waiver of review, confirmed or refused. It waives no consent, and a listed activity is never waived (涉及人的办法 第32条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions.dossiers import close_dossier
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import required_text
from casework.workflow import check_move, move
from ethics.actions import closing, letters, reviewers
from ethics.enums import LetterKind, ReviewMode
from ethics.models import Application, Review
from ethics.procedure_access import round_of
from ethics.review_access import check_can_run
from ethics.review_books import books_of, facts_of
from ethics.review_workflow import APPLICATION
from ethics.rules import first_with
from ethics.triage import waiver_findings
from ethics.wording import say


@transaction.atomic
def confirm(*, application: Application, reason: str, by: User) -> Review:
    """No review is needed: the letter says so and that consent is another matter. The round and the dossier end."""
    check_can_run(by, application)
    check_move(APPLICATION, application, "waive")
    return settle(application=application, review=round_of(application), reason=reason, on=timezone.localdate(), by=by)


@transaction.atomic
def settle(*, application: Application, review: Review, reason: str, on: dt.date, by: User) -> Review:
    """The waiver takes effect that day. Part of another action, which checked access."""
    _check_may_be_waived(application, review)

    reason = required_text(reason, limit=300, field="reason", field_label=_("免除审查的理由"))
    move(
        APPLICATION,
        application,
        "waive",
        by=by,
        reason=reason,
        article="HS 32",
        data={"round": review.round, "cases": application.waiver.get("cases", [])},
    )
    review.ended_on = on
    save_record(review, by=by, reason="确认免除审查", fields=["ended_on"])
    if application.mode != ReviewMode.RECORDED:
        _tell(application, review, reason, by)
    close_dossier(dossier=application.dossier, by=by)
    closing.end_reviewers_access(application=application, by=by)
    return review


def _tell(application: Application, review: Review, reason: str, by: User) -> None:
    letters.issue(
        kind=LetterKind.WAIVER,
        application=application,
        review=review,
        paragraphs=lambda: [
            _("您的申请（编号 %(number)s）经核对，可以免除伦理审查。") % {"number": application.dossier.reference},
            _("理由：%(text)s") % {"text": reason},
            _("免除伦理审查不等于免除知情同意：依法应当取得知情同意的，仍须取得。"),
            _("活动内容发生变化的，应当重新提出申请。"),
        ],
        by=by,
    )


@transaction.atomic
def refuse(*, application: Application, reason: str, by: User) -> Review:
    """It has to be reviewed after all: in a meeting, by the day that was set on acceptance."""
    check_can_run(by, application)
    check_move(APPLICATION, application, "waive")
    review = round_of(application)

    reason = required_text(reason, limit=300, field="reason", field_label=_("不予免除的理由"))
    review.application = application
    return reviewers.move_to_meeting(review=review, reason=reason, article="HS 32", by=by)


def _check_may_be_waived(application: Application, review: Review) -> None:
    if application.is_listed:
        raise InputRefused(_("清单活动不能免除伦理审查。"), article="ST 25")
    facts = facts_of(application)
    if facts.waiver is None:
        raise InputRefused(_("申请没有提出免除审查。"), article="HS 32")
    against = waiver_findings(first_with(books_of(review), "procedure", "waiver"), facts.waiver)
    if against:
        said = "；".join(say(finding) for finding in against)
        raise InputRefused(_("这项申请不能免除审查。%(why)s") % {"why": said}, article="HS 32")
