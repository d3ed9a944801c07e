"""Items of the agenda: placed, prepared by a lead reviewer, concluded by what was carried, reconciled (办法 第14-17条; E5, E24)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from casework.workflow import lock, move
from ethics.actions import appeals, follow_ups, incidents, review_decisions
from ethics.actions.motions import check_accepted_before, check_keeps_item, check_open_item
from ethics.enums import ApplicationStatus, ItemKind, MeetingStatus, MotionResult, Procedure, ReviewOutcome
from ethics.models import (
    AgendaItem,
    Application,
    CommitteeMeeting,
    CommitteeMember,
    EthicsAppeal,
    FollowUp,
    Incident,
    Motion,
    Review,
)
from ethics.review_access import check_can_run_committee, is_recused
from ethics.review_workflow import APPLICATION, MEETING, running_review
from ethics.tallies import is_overtaken, subject_of

Handler = Callable[[AgendaItem, Motion, str, User], None]


@transaction.atomic
def add(
    *,
    meeting: CommitteeMeeting,
    kind: str,
    by: User,
    title: str = "",
    application: Application | None = None,
    follow_up: FollowUp | None = None,
    incident: Incident | None = None,
    appeal: EthicsAppeal | None = None,
    lead_reviewer: CommitteeMember | None = None,
) -> AgendaItem:
    """The next item. An application under review moves with it, so it stands on one agenda at a time."""
    check_can_run_committee(by, meeting.committee)
    if meeting.status not in {MeetingStatus.PLANNED, MeetingStatus.OPEN}:
        raise MoveRefused(_("会议已经结束或者取消，不能再列入议题。"))
    lock(meeting, MEETING)

    if kind not in ItemKind.values:
        raise InputRefused(_("请选择议题类别。"), field="kind")
    item = AgendaItem(
        meeting=meeting,
        position=meeting.items.count() + 1,
        kind=kind,
        title=clean_text(title, limit=200, field="title", field_label=_("议题"), multiline=False),
        application=application if kind in {ItemKind.REVIEW, ItemKind.REPORT} else None,
        follow_up=follow_up if kind == ItemKind.FOLLOW_UP else None,
        incident=incident if kind == ItemKind.INCIDENT else None,
        appeal=appeal if kind == ItemKind.APPEAL else None,
    )
    _check_subject(item)
    check_keeps_item(by, item)
    _check_lead(item, lead_reviewer)
    item.lead_reviewer = lead_reviewer
    if kind == ItemKind.REVIEW and application is not None:
        check_accepted_before(application, meeting)
        data = {"meeting": meeting.number, "held_on": meeting.held_on.isoformat()}
        move(APPLICATION, application, "place_on_agenda", by=by, article="ST 14", data=data)
    save_record(item, by=by, reason="列入议题")
    _note(item, "agenda_item_added", by, {"position": item.position, "kind": kind})
    return item


@transaction.atomic
def note(*, item: AgendaItem, discussion: str, by: User, lead_reviewer: CommitteeMember | None = None) -> AgendaItem:
    """Keep what was discussed and who prepared the item. Nothing changed writes nothing (E20)."""
    check_keeps_item(by, item)
    if item.reconciled_at is not None or item.meeting.status in {MeetingStatus.CLOSED, MeetingStatus.CANCELLED}:
        raise MoveRefused(_("这项议题已经核对，不能再改。"))

    item.discussion = clean_text(discussion, limit=10_000, field="discussion", field_label=_("讨论摘要"))
    if lead_reviewer is None or lead_reviewer.pk != item.lead_reviewer_id:
        _check_lead(item, lead_reviewer)
        item.lead_reviewer = lead_reviewer
    changed = save_record(item, by=by, reason="记录议题讨论", fields=["discussion", "lead_reviewer"])
    if changed:
        _note(item, "agenda_item_noted", by, {"fields": sorted(changed)})
    return item


@transaction.atomic
def conclude(
    *,
    item: AgendaItem,
    by: User,
    required_changes: str = "",
    reasons: str = "",
    follow_up_months: int | None = None,
) -> AgendaItem:
    """Enter what was carried, and nothing else: the outcome is that of the motion, it cannot be chosen here (E5)."""
    check_keeps_item(by, item)
    check_open_item(item)

    motion = carried(item)
    if motion is None:
        raise MoveRefused(_("没有动议通过，不能登记结论。可以另提动议，或者延期再议。"), article="ST 16")
    if item.kind == ItemKind.REVIEW:
        item.decision = review_decisions.decide(
            review=_running(item),
            outcome=motion.decision,
            decided_on=item.meeting.held_on,
            required_changes=required_changes,
            reasons=reasons,
            follow_up_months=follow_up_months,
            counted=motion.counts,
            signed_by_member=item.meeting.chair,
            by=by,
        )
        is_preliminary = item.decision is None and motion.decision == ReviewOutcome.APPROVE
        item.result = "初步审查通过，报请专家复核" if is_preliminary else _official(motion)
    else:
        said = required_text(reasons, limit=1000, field="reasons", field_label=_("理由"))
        HANDLERS[ItemKind(item.kind)](item, motion, said, by)
        item.result = _official(motion)
    save_record(item, by=by, reason="登记议题结论", fields=["decision", "result"])
    _note(item, "agenda_item_noted", by, {"fields": ["result"], "decision": motion.decision})
    return item


@transaction.atomic
def adjourn(*, item: AgendaItem, reason: str, by: User) -> AgendaItem:
    """Nothing was carried: the item waits for another meeting. That is no refusal (E10)."""
    check_keeps_item(by, item)
    check_open_item(item)

    if item.motions.filter(closed_at=None).exists():
        raise MoveRefused(_("还有一项动议正在表决，请先结束表决。"))
    motion = carried(item)
    if motion is not None and not is_overtaken(item, motion.decision):
        raise MoveRefused(_("已经有动议通过，请登记结论，不能延期。"))
    reason = required_text(reason, limit=200, field="reason", field_label=_("延期原因"), multiline=False)
    if item.kind == ItemKind.REVIEW and item.application is not None:
        data = {"meeting": item.meeting.number, "item": item.pk}
        move(APPLICATION, item.application, "adjourn", by=by, reason=reason, data=data)
    item.is_adjourned, item.result = True, f"延期再议：{reason}"
    save_record(item, by=by, reason="延期再议", fields=["is_adjourned", "result"])
    _note(item, "agenda_item_noted", by, {"fields": ["result"], "is_adjourned": True})
    return item


@transaction.atomic
def settle(*, item: AgendaItem, result: str, by: User) -> AgendaItem:
    """The result of an item that is not put to the vote. Results of the simple procedure count as reported (第24条)."""
    check_keeps_item(by, item)
    check_open_item(item)

    if item.kind not in {ItemKind.OTHER, ItemKind.REPORT}:
        raise MoveRefused(_("这项议题须经表决，不能直接记录结果。"))
    result = required_text(result, limit=300, field="result", field_label=_("结果"), multiline=False)
    if item.kind == ItemKind.REPORT:
        _report(item, by)
    item.result = result
    save_record(item, by=by, reason="记录议题结果", fields=["result"])
    _note(item, "agenda_item_noted", by, {"fields": ["result"]})
    return item


@transaction.atomic
def reconcile(*, item: AgendaItem, by: User) -> AgendaItem:
    """Compared with what the meeting heard: discussion, tally and result are right. Nothing in it changes afterwards (E24)."""
    check_keeps_item(by, item)
    if item.meeting.status != MeetingStatus.OPEN:
        raise MoveRefused(_("会议没有在进行，不能办理议题。"))
    lock(item.meeting, MEETING)

    stored = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if stored.reconciled_at is not None:
        raise MoveRefused(_("这项议题已经核对。"))
    if not stored.result:
        raise MoveRefused(_("这项议题还没有结果，请先登记结论、延期再议或者记录结果。"))
    item.reconciled_at, item.reconciled_by = timezone.now(), by
    save_record(item, by=by, reason="核对议题结果", fields=["reconciled_at", "reconciled_by"])
    _note(item, "agenda_item_reconciled", by, {"position": item.position})
    return item


def _official(motion: Motion) -> str:
    """What was decided, as the minutes say it: in Chinese, whatever language the secretary reads."""
    with translation.override("zh-hans"):
        return motion.decision_label


def carried(item: AgendaItem) -> Motion | None:
    """The motion that was carried; the database allows one."""
    return item.motions.filter(result=MotionResult.CARRIED).first()


def _check_subject(item: AgendaItem) -> None:
    """The item is about something of this committee that can be dealt with now."""
    wanted = {
        ItemKind.REVIEW: item.application,
        ItemKind.REPORT: item.application,
        ItemKind.FOLLOW_UP: item.follow_up,
        ItemKind.INCIDENT: item.incident,
        ItemKind.APPEAL: item.appeal,
        ItemKind.OTHER: item.title,
    }
    if not wanted[ItemKind(item.kind)]:
        raise InputRefused(
            _("请填写议题名称。") if item.kind == ItemKind.OTHER else _("请选择议题涉及的事项。"),
            field="title" if item.kind == ItemKind.OTHER else "subject",
        )
    application, committee = subject_of(item), item.meeting.committee_id
    if application is not None and application.committee_id != committee:
        raise InputRefused(_("这件事不由这个委员会审查。"), field="subject")
    if item.kind == ItemKind.REPORT and _to_report(item) is None:
        raise InputRefused(_("只有按简易程序已经作出决定、还没有通报的审查可以通报。"), field="subject")
    if item.follow_up is not None and (item.follow_up.done_on or item.follow_up.voided_on):
        raise InputRefused(_("这次跟踪审查已经登记。"), field="subject")
    if item.incident is not None and item.incident.handled_at is not None:
        raise InputRefused(_("这份报告已经处理。"), field="subject")
    if item.appeal is not None and item.appeal.answered_at is not None:
        raise InputRefused(_("这件申诉已经答复。"), field="subject")
    if item.kind not in {ItemKind.OTHER, ItemKind.REVIEW} and _stands_elsewhere(item):
        raise InputRefused(_("这件事已经列入一次会议的议程。"), field="subject")


def _stands_elsewhere(item: AgendaItem) -> bool:
    live = AgendaItem.objects.filter(
        kind=item.kind, result="", meeting__status__in=(MeetingStatus.PLANNED, MeetingStatus.OPEN)
    )
    same = {"application": item.application_id, "follow_up": item.follow_up_id, "incident": item.incident_id}
    return live.filter(**same, appeal=item.appeal_id).exists()


def _check_lead(item: AgendaItem, lead: CommitteeMember | None) -> None:
    if lead is None:
        return
    if lead.committee_id != item.meeting.committee_id or not lead.sits_on(item.meeting.held_on):
        raise InputRefused(_("主审委员须是会议当天的在任委员。"), field="lead_reviewer")
    application = subject_of(item)
    if application is not None and is_recused(application, lead):
        raise InputRefused(_("这名委员已经回避，不能担任主审。"), field="lead_reviewer", article="ST 8")


def _running(item: AgendaItem) -> Review:
    review = running_review(item.application) if item.application is not None else None
    if review is None or item.application is None or item.application.status != ApplicationStatus.IN_REVIEW:
        raise MoveRefused(_("这份申请现在不在审查中，不能登记结论。"))
    # The same object, so that the step of the application and the item's copy agree.
    review.application = item.application
    return review


def _to_report(item: AgendaItem) -> Review | None:
    """The newest simple review of the application that was decided and not reported yet."""
    reviews = Review.objects.filter(application=item.application, procedure=Procedure.SIMPLE, reported_on=None)
    return reviews.filter(decisions__isnull=False).order_by("-round").first()


def _report(item: AgendaItem, by: User) -> None:
    review = _to_report(item)
    if review is None:
        raise MoveRefused(_("这次审查的结果已经通报。"))
    review.reported_on = item.meeting.held_on
    save_record(review, by=by, reason="向会议通报简易程序结果", fields=["reported_on"])
    data = {"meeting": item.meeting.number, "round": review.round}
    record_event(dossier=review.dossier, type="review_reported", by=by, subject=review, article="ST 24", data=data)


def _record_follow_up(item: AgendaItem, motion: Motion, said: str, by: User) -> None:
    assert item.follow_up is not None  # the database wants one for this kind
    follow_ups.record(follow_up=item.follow_up, done_on=item.meeting.held_on, outcome=motion.decision, note=said, by=by)


def _handle_incident(item: AgendaItem, motion: Motion, said: str, by: User) -> None:
    assert item.incident is not None  # the database wants one for this kind
    incidents.handle(incident=item.incident, outcome=motion.decision, note=said, by=by)


def _answer_appeal(item: AgendaItem, motion: Motion, said: str, by: User) -> None:
    assert item.appeal is not None  # the database wants one for this kind
    appeals.answer(appeal=item.appeal, outcome=motion.decision, answer=said, by=by)


def _note(item: AgendaItem, kind: str, by: User, data: dict[str, object]) -> None:
    numbers = {"meeting": item.meeting.number, "item": item.pk}
    record_event(dossier=item.dossier, type=kind, by=by, subject=item, data={**numbers, **data})


# What a carried motion does to what the item is about, beside the result of the item itself.
HANDLERS: dict[ItemKind, Handler] = {
    ItemKind.FOLLOW_UP: _record_follow_up,
    ItemKind.INCIDENT: _handle_incident,
    ItemKind.APPEAL: _answer_appeal,
}
