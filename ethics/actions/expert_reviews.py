"""Expert re-review 专家复核 of a listed activity, relayed to the province (办法 第25-34条).

The panel belongs to the provincial authority. Here stand what was asked, when it arrived, what was answered, and the
decision of the committee that follows the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import files
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.names import normal_name
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import check_move, lock, move
from ethics.actions import letters, review_decisions
from ethics.enums import ApplicationStatus, LetterKind, MemberCategory, ReviewOutcome
from ethics.models import Application, Committee, CommitteeMember, ExpertReview, Review
from ethics.plain_days import check_happened, check_order
from ethics.quorum import Attendee, panel_findings
from ethics.review_access import check_can_run
from ethics.review_books import books_of
from ethics.review_workflow import APPLICATION, running_review
from ethics.rules import first_with
from ethics.terms import earliest_due
from ethics.voting import CARRIED, NO_DECISION, Count, Tally, count
from ethics.wording import say

RULE = "all_panel_2_3"
AGREE, DISAGREE = "agree", "disagree"
MOST_EXPERTS = 60


@dataclass(frozen=True)
class Expert:
    """One of the panel, as the authority told it. `categories`: values of MemberCategory."""

    name: str
    categories: tuple[str, ...] = ()
    organization: str = ""


@transaction.atomic
def request(
    *, application: Application, authority: str, requested_on: dt.date, by: User, centre: Committee | None = None
) -> ExpertReview:
    """Ask the authority the province named for the re-review, after the committee passed the activity (第26条).

    `centre`: the service centre the authority lets prepare it, where it does; never the one that reviewed (AI 11).
    """
    check_can_run(by, application)
    check_move(APPLICATION, application, "request_expert")
    lock(application, APPLICATION)
    review = running_review(application)
    assert review is not None and application.committee is not None

    authority = required_text(authority, limit=120, field="authority", field_label=_("复核机关"), multiline=False)
    check_happened(requested_on, field="requested_on", label=_("申请复核日期"))
    passed_on = dt.date.fromisoformat(review.preliminary["decided_on"])
    check_order(
        passed_on,
        requested_on,
        field="requested_on",
        first_label=_("初步审查通过日期"),
        label=_("申请复核日期"),
    )
    _check_centre(application, centre)
    expert = ExpertReview(
        review=review,
        committee=application.committee,
        centre=centre,
        authority=authority,
        requested_on=requested_on,
    )
    save_record(expert, by=by, reason="申请专家复核")
    move(
        APPLICATION,
        application,
        "request_expert",
        by=by,
        article="ST 26",
        data={"authority": authority, "requested_on": requested_on.isoformat(), "round": review.round},
    )
    letters.issue(
        kind=LetterKind.EXPERT_REQUEST,
        application=application,
        review=review,
        addressee=authority,
        paragraphs=lambda: _request_text(application, review, passed_on),
        by=by,
    )
    return expert


@transaction.atomic
def receive(*, expert: ExpertReview, received_on: dt.date, by: User) -> ExpertReview:
    """The authority has it: the term of its answer runs from that day. Until the answer the day can be put right."""
    application = expert.review.application
    check_can_run(by, application)
    _check_waiting(expert)

    check_happened(received_on, field="received_on", label=_("复核机关收到日期"))
    check_order(
        expert.requested_on,
        received_on,
        field="received_on",
        first_label=_("申请复核日期"),
        label=_("复核机关收到日期"),
    )
    expert.received_on, expert.due_on = received_on, answer_due(expert.review, received_on)
    if not save_record(expert, by=by, reason="登记复核机关收到日期", fields=["received_on", "due_on"]):
        return expert
    record_event(
        dossier=expert.dossier,
        type="expert_review_received",
        by=by,
        subject=expert,
        article="ST 31",
        data={"received_on": received_on.isoformat(), "due_on": expert.due_on.isoformat()},
    )
    return expert


@transaction.atomic
def answer(
    *,
    expert: ExpertReview,
    panel: Sequence[Expert],
    agree: int,
    disagree: int,
    outcome: str,
    opinion_no: str,
    answered_on: dt.date,
    by: User,
    file: tuple[str, bytes] | None = None,
) -> ExpertReview:
    """What the province answered: once, with a sound panel, and with the outcome its numbers carry (第28、30条)."""
    application = expert.review.application
    check_can_run(by, application)
    _check_waiting(expert)
    if expert.received_on is None:
        raise MoveRefused(_("请先登记复核机关收到申请的日期。"), article="ST 31")

    check_happened(answered_on, field="answered_on", label=_("复核答复日期"))
    check_order(
        expert.received_on,
        answered_on,
        field="answered_on",
        first_label=_("复核机关收到日期"),
        label=_("复核答复日期"),
    )
    opinion_no = required_text(opinion_no, limit=80, field="opinion_no", field_label=_("复核意见文号"), multiline=False)
    experts = _checked_panel(expert, panel)
    counted = _counted(expert.review, len(experts), agree, disagree)
    _check_outcome(outcome, counted, agree)
    expert.panel = [
        {"name": one.name, "categories": list(one.categories), "organization": one.organization} for one in experts
    ]
    expert.agree, expert.disagree, expert.outcome = agree, disagree, outcome
    expert.opinion_no, expert.answered_on = opinion_no, answered_on
    if file is not None:
        name, content = file
        expert.file = files.attach(
            dossier=application.dossier, name=name, content=content, kind=AttachmentKind.LETTER, by=by
        )
    save_record(expert, by=by, reason="登记复核答复")
    record_event(
        dossier=expert.dossier,
        type="expert_review_answered",
        by=by,
        subject=expert,
        reference=opinion_no,
        article="ST 30",
        data={
            "expert_outcome": outcome,
            "agree": agree,
            "disagree": disagree,
            "panel": len(experts),
            "needed": counted.needed,
            "answered_on": answered_on.isoformat(),
        },
    )
    return expert


@transaction.atomic
def conclude(*, expert: ExpertReview, decided_on: dt.date, by: User, reasons: str = "") -> Application:
    """The committee decides in line with the answer: as it passed it, or 不予批准 with reasons (第32条)."""
    review = expert.review
    application = review.application
    check_can_run(by, application)
    if expert.answered_on is None:
        raise MoveRefused(_("复核机关还没有答复，不能作出决定。"), article="ST 32")
    agreed = expert.outcome == AGREE
    check_move(APPLICATION, application, "approve" if agreed else "reject_after_experts")

    check_order(
        expert.answered_on,
        decided_on,
        field="decided_on",
        first_label=_("复核答复日期"),
        label=_("决定日期"),
    )
    passed = review.preliminary
    if agreed:
        review_decisions.decide(
            review=review,
            outcome=ReviewOutcome.APPROVE,
            decided_on=decided_on,
            reasons=reasons or passed["reasons"],
            follow_up_months=passed["follow_up_months"],
            counted=passed["counted"],
            document_no=passed["document_no"],
            by=by,
        )
    else:
        review_decisions.decide(
            review=review,
            outcome=ReviewOutcome.REJECT,
            decided_on=decided_on,
            reasons=reasons,
            counted=passed["counted"],
            by=by,
        )
    return application


def answer_due(review: Review, received_on: dt.date) -> dt.date:
    """The last day of the answer by the frozen rule set; in an emergency never after the 72 hours, which include it."""
    day = earliest_due(books_of(review), "D3", received_on).day
    return day if review.due_at is None else min(day, timezone.localdate(review.due_at))


def reviewing_members(expert: ExpertReview) -> list[CommitteeMember]:
    """Who sat in the reviewing committee on the day of acceptance or later: none of them may sit on the panel (第28条)."""
    accepted_on = timezone.localdate(expert.review.accepted_at)
    terms = CommitteeMember.objects.filter(committee=expert.committee_id, ends_on__gte=accepted_on)
    return [one for one in terms.select_related("person") if one.last_day >= accepted_on]


def count_of(review: Review, panel: int, agree: int, disagree: int) -> Count:
    """The answer counted by the rule the review is held under, against the whole panel."""
    book = first_with(books_of(review), "vote_rule", RULE)
    return count(book, RULE, Tally(members=panel, present=panel, yes=agree, no=disagree))


def _check_waiting(expert: ExpertReview) -> None:
    if expert.review.application.status != ApplicationStatus.EXPERT_REQUESTED or expert.answered_on is not None:
        raise MoveRefused(_("复核答复已经登记，或者这项申请不在专家复核中。"))


def _check_centre(application: Application, centre: Committee | None) -> None:
    """Not the committee of this review, and none that reviewed the same activity before."""
    if centre is None:
        return
    if not centre.is_service_centre:
        raise InputRefused(_("请选择登记为审查与服务中心的委员会。"), field="centre")
    reviewed = {application.committee_id}
    if application.activity_id is not None:
        same = Application.objects.filter(activity=application.activity_id)
        reviewed |= set(same.values_list("committee", flat=True))
    if centre.pk in reviewed:
        raise InputRefused(
            _("审查与服务中心对同一活动不得既审查又复核，请选择其他中心或者留空。"), field="centre", article="AI 11"
        )


def _checked_panel(expert: ExpertReview, panel: Sequence[Expert]) -> list[Expert]:
    """The panel with its names in the form they are compared in, or everything that is wrong with it in one refusal."""
    experts = [_checked_expert(one) for one in panel]
    if len(experts) > MOST_EXPERTS:
        raise InputRefused(_("专家组最多登记 %(n)s 人，请核对。") % {"n": MOST_EXPERTS}, field="panel")
    names = [one.name.casefold() for one in experts]
    twice = sorted({one.name for one in experts if names.count(one.name.casefold()) > 1})
    if twice:
        raise InputRefused(_("%(names)s在专家组名单中重复，请核对。") % {"names": "、".join(twice)}, field="panel")
    sitting = {normal_name(one.person.name).casefold(): one.person.name for one in reviewing_members(expert)}
    seats = [
        Attendee(
            name=sitting.get(one.name.casefold(), one.name),
            role="expert",
            categories=frozenset(one.categories),
        )
        for one in experts
    ]
    book = first_with(books_of(expert.review), "vote_rule", RULE)
    found = panel_findings(book, seats, set(sitting.values()))
    if found:
        raise InputRefused(" ".join(say(one) for one in found), field="panel", article=found[0].article)
    return experts


def _checked_expert(expert: Expert) -> Expert:
    name = normal_name(required_text(expert.name, limit=100, field="panel", field_label=_("姓名"), multiline=False))
    if not set(expert.categories) <= set(MemberCategory.values):
        raise InputRefused(_("请从列表中选择%(name)s的类别。") % {"name": name}, field="panel")
    organization = clean_text(expert.organization, limit=200, field="panel", field_label=_("工作单位"), multiline=False)
    return Expert(name, tuple(sorted(set(expert.categories))), organization)


def _counted(review: Review, panel: int, agree: int, disagree: int) -> Count:
    if agree < 0 or disagree < 0 or agree + disagree > panel:
        raise InputRefused(
            _("同意 %(agree)s 人、不同意 %(disagree)s 人，合计不能多于专家组的 %(panel)s 人。")
            % {"agree": agree, "disagree": disagree, "panel": panel},
            field="agree",
            article="ST 30",
        )
    return count_of(review, panel, agree, disagree)


def _check_outcome(outcome: str, counted: Count, agree: int) -> None:
    """The stated outcome is the counted one, or it is not recorded (E5). Without any vote there is none (E1)."""
    if outcome not in {AGREE, DISAGREE}:
        raise InputRefused(_("请选择复核意见：同意或者不同意。"), field="outcome", article="ST 30")
    if counted.outcome == NO_DECISION:
        raise InputRefused(say(counted.finding), field="agree", article="ST 30")
    if (outcome == AGREE) == (counted.outcome == CARRIED):
        return
    sentence = (
        _("填写的复核意见是“同意”，但专家组 %(base)s 人中同意的有 %(agree)s 人，至少需要 %(needed)s 人。请核对答复。")
        if outcome == AGREE
        else _(
            "填写的复核意见是“不同意”，但专家组 %(base)s 人中同意的有 %(agree)s 人，已达到需要的 %(needed)s 人。请核对答复。"
        )
    )
    values = {"agree": agree, "base": counted.base, "needed": counted.needed}
    raise InputRefused(sentence % values, field="outcome", article=counted.rule.article)


def _request_text(application: Application, review: Review, passed_on: dt.date) -> list[str]:
    """The letter to the authority: which activity, what the committee passed, what is enclosed (第27条)."""
    unit = application.unit.organization.name if application.unit is not None else application.unit_name
    lines = [
        _("%(unit)s的下列清单活动已通过初步审查，现申请专家复核。") % {"unit": unit},
        _("活动名称：%(title)s（编号 %(number)s）。")
        % {"title": application.title, "number": application.dossier.reference},
        _("清单事项：%(item)s %(words)s。")
        % {"item": application.list_item, "words": application.get_list_item_display()},
        _("初步审查：%(committee)s于 %(day)s 通过。") % {"committee": application.committee, "day": passed_on},
    ]
    if review.due_at is not None:
        moment = timezone.localtime(review.due_at).strftime("%Y-%m-%d %H:%M")
        lines.append(_("本项按应急程序审查，决定（含专家复核时间）最迟于 %(moment)s 作出。") % {"moment": moment})
    return [*lines, _("附：申请材料、委员会初步审查意见及表决情况。")]
