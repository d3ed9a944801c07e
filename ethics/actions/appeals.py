"""Appeals 申诉 against a decision, to the committee that made it; upheld means a new round like the former (办法 第18条)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import files
from casework.actions.dossiers import reopen_dossier
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from casework.workflow import check_move, lock, move
from ethics.actions import letters
from ethics.actions.acceptance import due_sentence, set_due
from ethics.enums import AppealOutcome, LetterKind
from ethics.models import Application, EthicsAppeal, Review, ReviewDecision
from ethics.plain_days import check_happened, check_order
from ethics.procedure_access import check_may_answer
from ethics.review_access import check_can_run, check_is_applicant
from ethics.review_books import books_on, frozen
from ethics.review_workflow import APPLICATION, running_review

FileContent = tuple[str, bytes]
LIKE_BEFORE = "申诉成立，按原程序重新审查"


@transaction.atomic
def file(*, application: Application, grounds: str, file: FileContent | None, by: User) -> EthicsAppeal:
    """The applicant appeals today, in writing, with grounds and evidence."""
    check_is_applicant(by, application)
    return _enter(application, timezone.localdate(), grounds, file, by)


@transaction.atomic
def record(
    *, application: Application, filed_on: dt.date, grounds: str, file: FileContent | None, by: User
) -> EthicsAppeal:
    """The secretary enters an appeal that came on paper."""
    check_can_run(by, application)
    return _enter(application, filed_on, grounds, file, by)


@transaction.atomic
def answer(*, appeal: EthicsAppeal, outcome: str, answer: str, by: User) -> EthicsAppeal:
    """Answer it once, with a letter: dismissed, the decision stands; upheld, a new round begins under the same procedure.

    By the chair, or by the secretary who writes down what the committee answered.
    """
    application = appeal.decision.review.application
    check_may_answer(by, application)
    lock(application, APPLICATION)
    if EthicsAppeal.objects.filter(pk=appeal.pk).exclude(answered_at=None).exists():
        raise MoveRefused(_("这份申诉已经答复。"))
    if outcome not in AppealOutcome.values:
        raise InputRefused(_("请选择申诉结果。"), field="outcome")
    if outcome == AppealOutcome.UPHELD:
        check_move(APPLICATION, application, "review_again")

    appeal.outcome = outcome
    appeal.answer = required_text(answer, limit=5000, field="answer", field_label=_("申诉答复"))
    appeal.answered_at, appeal.answered_by = timezone.now(), by
    save_record(appeal, by=by, reason="答复申诉")
    record_event(
        dossier=application.dossier,
        type="ethics_appeal_answered",
        by=by,
        subject=appeal,
        article="ST 18",
        data={"appeal_outcome": outcome},
    )
    review = _review_again(appeal, application, by) if outcome == AppealOutcome.UPHELD else None
    letters.issue(
        kind=LetterKind.APPEAL_ANSWER,
        application=application,
        review=review or appeal.decision.review,
        appeal=appeal,
        paragraphs=lambda: [
            _("您于 %(day)s 对审查决定“%(outcome)s”提出的申诉，答复如下：")
            % {"day": appeal.filed_on, "outcome": appeal.decision.get_outcome_display()},
            _("申诉结果：%(outcome)s。") % {"outcome": AppealOutcome(outcome).label},
            appeal.answer,
            due_sentence(review) if review is not None else "",
        ],
        by=by,
    )
    return appeal


def appealable(application: Application) -> ReviewDecision:
    """The decision an appeal goes against: the last one, while it stands against the applicant. MoveRefused otherwise."""
    if application.status not in APPLICATION.step("review_again").sources:
        raise MoveRefused(_("现在没有可以申诉的审查决定。"), article="ST 18")
    decision = ReviewDecision.objects.filter(review__application=application).order_by("-pk").first()
    if decision is None:
        raise MoveRefused(_("现在没有可以申诉的审查决定。"), article="ST 18")
    if decision.appeals.filter(answered_at=None).exists():
        raise MoveRefused(_("对这项决定的申诉正在办理，答复之前不能再次申诉。"))
    if application.activity_id is not None:
        others = Application.objects.still_open().filter(activity=application.activity_id).exclude(pk=application.pk)
        if others.exists():
            raise MoveRefused(_("这项活动已有另一份没有结束的申请，不能再对以前的决定申诉。"), article="ST 18")
    return decision


def _enter(
    application: Application, filed_on: dt.date, grounds: str, content: FileContent | None, by: User
) -> EthicsAppeal:
    lock(application, APPLICATION)
    decision = appealable(application)

    check_happened(filed_on, field="filed_on", label=_("申诉日期"))
    check_order(decision.decided_on, filed_on, field="filed_on", first_label=_("决定日期"), label=_("申诉日期"))
    grounds = required_text(grounds, limit=5000, field="grounds", field_label=_("申诉理由"))
    if content is None:
        raise InputRefused(_("申诉应当附相关证据材料，请选择文件。"), field="file", article="ST 18")
    name, held = content
    appeal = EthicsAppeal(
        decision=decision,
        filed_on=filed_on,
        grounds=grounds,
        file=files.attach(dossier=application.dossier, name=name, content=held, kind=AttachmentKind.MATERIAL, by=by),
        entered_by=by,
    )
    save_record(appeal, by=by, reason="收到申诉")
    record_event(
        dossier=application.dossier,
        type="ethics_appeal_filed",
        by=by,
        subject=appeal,
        article="ST 18",
        data={"filed_on": filed_on.isoformat(), "by_applicant": application.applicant_id == by.pk},
    )
    return appeal


def _review_again(appeal: EthicsAppeal, application: Application, by: User) -> Review:
    """A new round like the former, under the rules of today, with a clock of its own. The dossier is in work again."""
    former = appeal.decision.review
    running = running_review(application)
    if running is not None:
        running.ended_on = timezone.localdate()
        save_record(running, by=by, reason="申诉成立", fields=["ended_on"])
    reopen_dossier(dossier=application.dossier, reason="申诉成立，重新审查", by=by)
    now = timezone.now()
    books = books_on(application, timezone.localdate(now))
    review = Review(
        application=application,
        round=application.reviews.count() + 1,
        version=application.versions.order_by("-number").first(),
        proposed=former.proposed,
        procedure=former.procedure,
        departs_reason=former.departs_reason if former.procedure == former.proposed else LIKE_BEFORE,
        needs_expert=former.needs_expert,
        reasons=former.reasons,
        rule_sets=frozen(books),
        accepted_at=now,
        accepted_by=by,
    )
    set_due(review, books, now)
    save_record(review, by=by, reason="申诉成立，重新审查")
    move(
        APPLICATION,
        application,
        "review_again",
        by=by,
        reason="申诉成立",
        article="ST 18",
        data={"round": review.round, "procedure": review.procedure},
    )
    return review
