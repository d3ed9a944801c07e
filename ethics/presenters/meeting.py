"""Meetings as people see them: the list, one meeting with the next thing to do per item, one item with its votes."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from ethics.enums import (
    AttendanceRole,
    ItemKind,
    MeetingStatus,
    MotionResult,
    Regime,
    VoteChoice,
)
from ethics.models import AgendaItem, Attendance, CommitteeMeeting, Motion, Vote
from ethics.presenters.minutes_text import title_of
from ethics.review_access import ITEM_RELATED, visible_items
from ethics.tallies import DECISIONS, Seated, Sitting, current_votes, is_overtaken
from ethics.wording import said_result, say

Row = dict[str, Any]
RESULT_PILLS = {MotionResult.CARRIED: "done", MotionResult.NOT_CARRIED: "late", MotionResult.NO_DECISION: "soon"}


def runs(user: User) -> bool:
    """Does this person keep meetings, and so sees what may be done in them?"""
    return may(user, Permission.RUN_REVIEWS)


def items_of(meeting: CommitteeMeeting, user: User) -> list[AgendaItem]:
    """The items this person may see, with their motions: two queries."""
    items = visible_items(user).filter(meeting=meeting).select_related(*ITEM_RELATED).order_by("position")
    return list(items.prefetch_related(Prefetch("motions", Motion.objects.order_by("number"))))


def read_motions(item: AgendaItem) -> None:
    """The motions and votes of one item, once for the whole page: two queries."""
    votes = Prefetch("votes", Vote.objects.select_related("member__person").order_by("pk"))
    motions = Prefetch("motions", Motion.objects.order_by("number").prefetch_related(votes))
    prefetch_related_objects([item], motions)


def item_rows(items: list[AgendaItem], user: User) -> list[Row]:
    """One row per item: numbered as the reader sees them, so that no gap tells of another (B5)."""
    keeps = runs(user)
    rows = []
    for number, item in enumerate(items, start=1):
        label, kind = item_state(item)
        rows.append(
            {
                "number": number,
                "title": title_of(item),
                "url": item_url(item),
                "state": label,
                "state_kind": kind,
                "lead": item.lead_reviewer.person.name if item.lead_reviewer else "",
                "next": next_word(item) if keeps else "",
            }
        )
    return rows


def item_state(item: AgendaItem) -> tuple[str, str]:
    """(words, colour) of how far the item is."""
    motions = list(item.motions.all())
    if item.meeting.status == MeetingStatus.CANCELLED:
        return str(MeetingStatus.CANCELLED.label), ""
    if item.reconciled_at is not None:
        return said_result(item.result), "" if item.is_adjourned else "done"
    if item.result:
        return _("%(result)s，待核对") % {"result": said_result(item.result)}, "soon"
    if any(one.closed_at is None for one in motions):
        return _("正在表决"), "go"
    if any(one.result == MotionResult.CARRIED for one in motions):
        return _("动议通过，待登记结论"), "go"
    if motions:
        return str(MotionResult(motions[-1].result).label), RESULT_PILLS[MotionResult(motions[-1].result)]
    return _("待讨论"), ""


def next_word(item: AgendaItem) -> str:
    """The one thing to do next with the item while the meeting is under way."""
    motions = list(item.motions.all())
    if item.meeting.status != MeetingStatus.OPEN or item.reconciled_at is not None:
        return ""
    if item.result:
        return _("核对结果")
    if any(one.closed_at is None for one in motions):
        return _("查看表决")
    if any(one.result == MotionResult.CARRIED for one in motions):
        return _("登记结论")
    return _("提出动议") if item.kind in DECISIONS else _("记录结果")


def meeting_steps(meeting: CommitteeMeeting, items: list[AgendaItem], user: User) -> list[Row]:
    """What the secretary may do with the meeting now."""
    if not runs(user):
        return []
    steps: list[Row] = []
    if meeting.status == MeetingStatus.PLANNED:
        steps = [
            _step("item-add", meeting, _("列入议题")),
            _step("meeting-attendance", meeting, _("登记到会")),
            _step("meeting-guest", meeting, _("登记列席人员")),
            _begin_step(meeting, items),
            _step("meeting-edit", meeting, _("修改安排")),
            {**_step("meeting-cancel", meeting, _("取消会议")), "danger": True},
        ]
        if items:
            steps = [steps[1], *steps[3:4], steps[0], steps[2], *steps[4:]]
            if meeting.held_on <= timezone.localdate() and meeting.attendances.exists():
                steps[:2] = reversed(steps[:2])
    elif meeting.status == MeetingStatus.OPEN:
        others = [
            _step("meeting-attendance", meeting, _("登记到会")),
            _step("meeting-guest", meeting, _("登记列席人员")),
            _step("item-add", meeting, _("列入议题")),
        ]
        # While items are left the next one is what is to be done; the end of the meeting comes last.
        following = _item_link(items)
        closing = _close_step(meeting, items)
        steps = [closing, *others] if following is None else [following, *others, closing]
    return steps


def _item_link(items: list[AgendaItem]) -> Row | None:
    """The first item without a reconciled result, and the one thing to do with it."""
    for number, item in enumerate(items, start=1):
        if item.reconciled_at is None:
            words = {"n": number, "what": next_word(item)}
            return {**_item_step("item-detail", item, _("第 %(n)s 项议题：%(what)s") % words)}
    return None


def _begin_step(meeting: CommitteeMeeting, items: list[AgendaItem]) -> Row:
    reason = ""
    if not items:
        reason = _("议程中还没有议题。")
    elif meeting.held_on > timezone.localdate():
        reason = _("会议安排在 %(day)s，还不能开会。") % {"day": meeting.held_on}
    return {**_step("meeting-begin", meeting, _("开会")), "method": "post", "enabled": not reason, "reason": reason}


def _close_step(meeting: CommitteeMeeting, items: list[AgendaItem]) -> Row:
    left = [str(number) for number, item in enumerate(items, start=1) if item.reconciled_at is None]
    reason = _("第 %(places)s 项议题还没有核对结果，不能结束会议。") % {"places": "、".join(left)} if left else ""
    step = _step("meeting-close", meeting, _("结束会议"))
    return {**step, "method": "post", "enabled": not reason, "reason": reason}


def _step(name: str, meeting: CommitteeMeeting, label: str) -> Row:
    return {
        "label": label,
        "url": reverse(f"ethics:{name}", args=[meeting.pk]),
        "method": "get",
        "enabled": True,
        "reason": "",
    }


def motion_rows(item: AgendaItem, sitting: Sitting, user: User) -> list[Row]:
    """Each motion with its votes by name and, when closed, its numbers under each rule. Votes of an open one are shown
    to nobody before it is closed, except who has voted and the reader's own."""
    return [_motion_row(motion, sitting, user) for motion in item.motions.all()]


def _motion_row(motion: Motion, sitting: Sitting, user: User) -> Row:
    votes = list(motion.votes.all())
    standing = current_votes(votes)
    is_open = motion.closed_at is None
    own = next((one for one in standing.values() if one.member.user_id == user.pk), None)
    return {
        "motion": motion,
        "is_open": is_open,
        "result": motion.get_result_display(),
        "result_kind": RESULT_PILLS[MotionResult(motion.result)] if motion.result else "go",
        "counts": [_count_row(row) for row in motion.counts],
        "voters": _voter_rows(motion, sitting, standing, user) if is_open else [],
        "voted": len(standing),
        "entitled": len(sitting.voters),
        "own": own.get_choice_display() if own else "",
        "votes": [] if is_open else _vote_rows(votes, standing),
    }


def _count_row(row: Row) -> Row:
    regime = str(Regime(row["regime"]).label) if row["regime"] in Regime.values else ""
    outcome = MotionResult(row["outcome"])
    said = type("Said", (), {"zh": row["zh"], "en": row["en"]})
    return {**row, "regime": regime, "words": say(said), "label": _count_word(outcome), "kind": RESULT_PILLS[outcome]}


def _count_word(outcome: MotionResult) -> str:
    """Of one rule, not of the motion: that passes only when every rule is met."""
    if outcome == MotionResult.NO_DECISION:
        return str(outcome.label)
    return _("达到") if outcome == MotionResult.CARRIED else _("未达到")


def _vote_rows(votes: list[Vote], standing: dict[int, Vote]) -> list[Row]:
    """By choice, then by name; a correction says what it replaced."""
    before = {one.pk: one for one in votes}
    order = list(VoteChoice.values)
    rows = [
        {
            "name": one.member.person.name,
            "choice": one.get_choice_display(),
            "dissent": one.dissent,
            "corrected": before[one.supersedes_id].get_choice_display() if one.supersedes_id else "",
            "reason": one.correction_reason,
            "order": order.index(one.choice),
        }
        for one in standing.values()
    ]
    return sorted(rows, key=lambda row: row["order"])


def _voter_rows(motion: Motion, sitting: Sitting, standing: dict[int, Vote], user: User) -> list[Row]:
    """Who may vote on the open motion and has or has not; with the address for who may write this vote down."""
    rows = []
    for seat in sitting.voters:
        member = seat.attendance.member
        assert member is not None  # only members vote
        has_voted = member.pk in standing
        may_write = member.user_id == user.pk if member.user_id else runs(user)
        rows.append(
            {
                "name": seat.name,
                "has_voted": has_voted,
                "is_own": member.user_id == user.pk,
                "label": _("更正") if has_voted else _("表决") if member.user_id else _("代为登记"),
                "url": reverse("ethics:vote-cast", args=[motion.pk, seat.attendance.pk]) if may_write else "",
            }
        )
    return rows


def sitting_facts(sitting: Sitting) -> list[tuple[str, Any]]:
    """Who counts at the item, in numbers and names."""
    names = "、".join
    facts: list[tuple[str, Any]] = [
        (_("全体委员"), _("%(n)s 人") % {"n": sitting.members}),
        (_("有表决权的到会委员"), _names_of(sitting.voters)),
    ]
    if sitting.recused:
        facts.append((_("回避"), _names_of(sitting.recused)))
    if sitting.undeclared:
        facts.append((_("尚未声明，不计入"), names(one.name for one in sitting.undeclared)))
    gone = [one for one in sitting.seated if one.has_left]
    if gone:
        facts.append((_("已离会"), _names_of(gone)))
    advising = [one for one in sitting.seated if one.attendance.role == AttendanceRole.CONSULTANT and not one.has_left]
    if advising:
        facts.append((_("顾问专家"), names(one.name for one in advising)))
    return facts


def _names_of(seats: list[Seated]) -> str:
    names = "、".join(one.name for one in seats)
    return _("%(n)s 人：%(names)s") % {"n": len(seats), "names": names} if seats else _("0 人")


def to_declare(sitting: Sitting, item: AgendaItem, user: User) -> list[tuple[str, str]]:
    """Members without an account whose declaration the secretary writes down: (name, address)."""
    if not runs(user):
        return []
    rows: list[Attendance] = [one.attendance for one in sitting.undeclared]
    return [
        (str(one), reverse("ethics:item-declare", args=[item.pk, one.pk]))
        for one in rows
        if one.member is not None and one.member.user_id is None
    ]


def item_steps(item: AgendaItem, sitting: Sitting, user: User) -> list[Row]:
    """The one thing to do next comes first."""
    if not runs(user):
        return []
    if item.reconciled_at is not None or item.meeting.status not in {MeetingStatus.PLANNED, MeetingStatus.OPEN}:
        return []
    note = {**_item_step("item-note", item, _("记录讨论、指定主审")), "aside": True}
    later = {**_item_step("item-adjourn", item, _("延期再议")), "aside": True}
    if item.meeting.status == MeetingStatus.PLANNED:
        return [note]
    if item.result:
        return [{**_item_step("item-reconcile", item, _("核对无误")), "method": "post"}, note]
    if item.kind not in DECISIONS:
        return [_item_step("item-settle", item, _("记录结果")), note, later]
    motions = list(item.motions.all())
    running = next((one for one in motions if one.closed_at is None), None)
    if running is not None:
        return [_closing_step(item, running, sitting), note]
    carried = next((one for one in motions if one.result == MotionResult.CARRIED), None)
    if carried is not None:
        conclude = _item_step("item-conclude", item, _("登记结论"))
        adjourn = _item_step("item-adjourn", item, _("延期再议"))
        return [adjourn, note] if is_overtaken(item, carried.decision) else [conclude, note]
    findings = sitting.findings()
    put = _item_step("motion-put", item, _("提出动议"))
    if findings:
        # The page names every finding; the greyed button the first one.
        first = findings[0]
        put |= {"enabled": False, "reason": say(first), "article": first.article, "mark": first.mark}
    return [put, note, later]


def _closing_step(item: AgendaItem, running: Motion, sitting: Sitting) -> Row:
    """Who has not voted when it is closed never will: the filled button only when everybody has."""
    left = len(sitting.voters) - len(current_votes(list(running.votes.all())))
    label = ngettext("结束表决（%(n)s 人未表决）", "结束表决（%(n)s 人未表决）", left) % {"n": left}
    return {
        **_item_step("item-note", item, label if left > 0 else _("结束表决")),
        "url": reverse("ethics:motion-close", args=[running.pk]),
        "method": "post",
        "aside": left > 0,
    }


def _item_step(name: str, item: AgendaItem, label: str) -> Row:
    return {
        "label": label,
        "url": reverse(f"ethics:{name}", args=[item.pk]),
        "method": "get",
        "enabled": True,
        "reason": "",
    }


def item_url(item: AgendaItem) -> str:
    return reverse("ethics:item-detail", args=[item.pk])


def about_url(item: AgendaItem) -> str:
    """The page of what the item is about; empty for other business."""
    if item.application is not None:
        return item.application.get_absolute_url()
    if item.appeal is not None:
        return item.appeal.decision.review.application.get_absolute_url()
    return ""


def kind_label(item: AgendaItem) -> str:
    return str(ItemKind(item.kind).label)
