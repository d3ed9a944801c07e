"""The secretary's first answer: told once what is missing, or accepted under a named procedure (办法 第10、11条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import InputRefused, MoveRefused
from casework.rulebook import RuleBook
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import check_move, lock, move
from ethics.actions import letters
from ethics.enums import ActivityStatus, LetterKind, Procedure, ReviewMode
from ethics.models import Application, Committee, ExpertReview, Review, ReviewUnit
from ethics.plain_days import check_happened
from ethics.review_access import check_can_run
from ethics.review_books import books_on, frozen, proposal_for, reason_rows
from ethics.review_workflow import APPLICATION
from ethics.rules import first_with
from ethics.terms import earliest_due, emergency_due
from ethics.triage import Proposal
from ethics.wording import say

SAME_AGAIN = "修改后再审，按上一轮相同的程序审查"


@transaction.atomic
def return_incomplete(
    *, application: Application, items: Sequence[tuple[str, str]], by: User, note: str = ""
) -> Application:
    """Tell the applicant everything that is missing, once per version: a second notice is refused (一次性告知).

    `items`: (key, words) of what is missing, as completeness.missing names it or as the secretary found on reading.
    """
    check_can_run(by, application)
    check_move(APPLICATION, application, "return_incomplete")

    if not items:
        raise InputRefused(_("请至少选择一项需要补正的内容。"), field="items")
    note = clean_text(note, limit=1000, field="note", field_label=_("说明"))
    move(APPLICATION, application, "return_incomplete", by=by, article="ST 10", data={"items": len(items)})
    application.named_missing = [key for key, _words in items]
    application.returned_on = timezone.localdate()
    save_record(application, by=by, reason="一次性告知补正", fields=["named_missing", "returned_on"])
    letters.issue(
        kind=LetterKind.CORRECTION,
        application=application,
        paragraphs=lambda: [
            _("经核对，您的申请需要补正以下全部内容："),
            *(f"{place}. {words}" for place, (_key, words) in enumerate(items, start=1)),
            note,
            _("补正后请重新提交。除以上内容外，不再要求补充其他材料。"),
        ],
        by=by,
    )
    return application


@transaction.atomic
def accept(
    *,
    application: Application,
    unit: ReviewUnit,
    committee: Committee,
    procedure: str,
    by: User,
    departs_reason: str = "",
    accepted_at: dt.datetime | None = None,
) -> Review:
    """Accept under a procedure: the one triage proposes, or another with a stated reason. The clock starts (第17、36条).

    `accepted_at`: when the unit's committee accepted a review that was held elsewhere; now for one held here.
    """
    check_can_run(by, application)
    check_move(APPLICATION, application, "accept")
    lock(application, APPLICATION)

    at = accepted_at if accepted_at is not None and application.mode == ReviewMode.RECORDED else timezone.now()
    on = timezone.localdate(at)
    check_happened(on, field="accepted_at", label=_("受理日期"))
    if not committee.stands_on(on):
        raise InputRefused(_("这个委员会在受理当天不存在，请核对。"), field="committee")
    if (
        committee.unit_id != unit.pk
        and not application.materials.filter(key="written_entrustment", left_out_on=None).exists()
    ):
        raise InputRefused(_("由其他单位的委员会审查，须有书面委托文件。"), field="committee", article="ST 13")
    if application.activity is not None and application.activity.unit_id != unit.pk:
        raise InputRefused(_("关于已登记活动的申请，申请单位应与活动所在单位一致。"), field="unit")
    if (
        application.renews
        and application.activity is not None
        and application.activity.status != ActivityStatus.REVIEWING
    ):
        raise MoveRefused(_("这项活动已经不在审查中，不用再审查。请申请人撤回这份申请。"))
    _check_did_not_rereview(application, committee)
    proposal = proposal_for(application, on)
    departs_reason = _checked_procedure(application, proposal, procedure, departs_reason)
    books = books_on(application, on)
    review = Review(
        application=application,
        round=application.reviews.count() + 1,
        version=application.versions.filter(number=application.version).first(),
        proposed=proposal.procedure,
        procedure=procedure,
        departs_reason=departs_reason,
        needs_expert=proposal.needs_expert,
        reasons=reason_rows(proposal),
        rule_sets=frozen(books),
        accepted_at=at,
        accepted_by=by,
    )
    set_due(review, books, at)
    save_record(review, by=by, reason="受理")
    application.unit, application.committee = unit, committee
    move(
        APPLICATION,
        application,
        "accept",
        by=by,
        reason=departs_reason,
        article="ST 10",
        data={"procedure": procedure, "proposed": proposal.procedure, "round": review.round},
    )
    if application.mode == ReviewMode.RECORDED:
        return review  # the committee that accepted it elsewhere wrote its own letter
    letters.issue(
        kind=LetterKind.ACCEPTANCE,
        application=application,
        review=review,
        paragraphs=lambda: [
            _("您的申请于 %(day)s 受理，编号 %(number)s。") % {"day": on, "number": application.dossier.reference},
            _("审查程序：%(procedure)s。") % {"procedure": Procedure(procedure).label},
            due_sentence(review),
        ],
        by=by,
    )
    return review


def due_sentence(review: Review) -> str:
    """Until when the decision is due, in words."""
    if review.due_at is not None:
        moment = timezone.localtime(review.due_at).strftime("%Y-%m-%d %H:%M")
        return _("审查决定最迟于 %(moment)s 作出（含专家复核时间）。") % {"moment": moment}
    return _("审查决定一般于 %(day)s 前作出。") % {"day": review.last_day}


def _checked_procedure(application: Application, proposal: Proposal, procedure: str, departs_reason: str) -> str:
    """The reason for departing from the proposal, or what no reason can allow."""
    if procedure not in Procedure.values:
        raise InputRefused(_("请选择审查程序。"), field="procedure")
    if procedure == Procedure.WAIVER and proposal.procedure != Procedure.WAIVER:
        said = "；".join(say(finding) for finding in proposal.waiver_findings)
        raise InputRefused(_("这项申请不能免除审查。%(why)s") % {"why": said}, field="procedure", article="HS 32")
    if procedure == Procedure.WAIVER and application.renews:
        raise InputRefused(_("须重新审查的活动不能免除审查。"), field="procedure", article="ST 20")
    if procedure == Procedure.SIMPLE and application.list_item:
        raise InputRefused(_("清单活动不适用简易程序。"), field="procedure", article="ST 25")
    if procedure == Procedure.SIMPLE and not application.simple_grounds:
        raise InputRefused(
            _("申请没有写明适用简易程序的理由，不能按简易程序受理。"), field="procedure", article="ST 22"
        )
    if procedure == Procedure.EMERGENCY and "urgent" not in application.circumstances:
        raise InputRefused(_("申请没有说明紧急情况，不能按应急程序受理。"), field="procedure", article="ST 39")
    if procedure != usual_procedure(application, proposal):
        return required_text(departs_reason, limit=300, field="departs_reason", field_label=_("改变程序的理由"))
    return "" if procedure == proposal.procedure else SAME_AGAIN


def usual_procedure(application: Application, proposal: Proposal) -> str:
    """The procedure no reason is asked for: the one triage proposes; after 修改后再审 that of the round before (第16条)."""
    former = application.reviews.order_by("-round").first()
    return proposal.procedure if former is None else former.procedure


def _check_did_not_rereview(application: Application, committee: Committee) -> None:
    """A centre that took part in the re-review of an activity does not review it (AI 11)."""
    rereviewed = ExpertReview.objects.filter(centre=committee)
    same = rereviewed.filter(review__application=application)
    if application.activity_id is not None:
        same |= rereviewed.filter(review__application__activity=application.activity_id)
    if same.exists():
        raise InputRefused(
            _("审查与服务中心对同一活动不得既审查又复核，请选择其他委员会。"), field="committee", article="AI 11"
        )


def set_due(review: Review, books: Sequence[RuleBook], at: dt.datetime) -> None:
    """The clock of a round that begins then: the earliest day of all rule sets, for an emergency a moment."""
    if review.procedure == Procedure.EMERGENCY:
        book = first_with(books, "time_limit", "D4")
        review.due_at = emergency_due(book, at)
        review.due_by_label = book.clause("time_limit", "D4").article
    else:
        review.due_on = earliest_due(books, "D2", timezone.localdate(at)).day
