"""The minutes as text, made from attendance, declarations, counts and votes; and the parts of them a reader may see (E24).

One part per item, each under its own heading line, so that a reader who may not see an item gets the text without it.
Always in Chinese: it is a document of the committee.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone, translation

from casework.articles import article_words
from ethics.enums import AttendanceRole, ItemKind, VoteChoice
from ethics.models import AgendaItem, Attendance, CommitteeMeeting, CommitteeMember, Vote
from ethics.tallies import current_votes

END = "【会议结束】"
# A line somebody typed must not pass for the beginning of another item.
_TYPED_HEADING = re.compile(r"^【", re.MULTILINE)
_HEADING = re.compile(r"^【(?:第 (\d+) 项|会议结束)】", re.MULTILINE)


def generate(meeting: CommitteeMeeting) -> str:
    """The whole text. Every item and every tally is in it, the motions that failed too (E10)."""
    with translation.override("zh-hans"):
        attendances = list(meeting.attendances.select_related("member__person").order_by("pk"))
        items = meeting.items.select_related(
            "application__dossier",
            "appeal__decision__review__application__dossier",
            "follow_up__activity",
            "incident__activity",
            "lead_reviewer__person",
        )
        members = {
            one.pk: one.person.name
            for one in CommitteeMember.objects.filter(committee=meeting.committee_id).select_related("person")
        }
        parts = ["\n".join(_head(meeting, attendances))]
        for item in items.order_by("position"):
            body = _TYPED_HEADING.sub("　【", "\n".join(_item(item, attendances, members)))
            parts.append(f"{heading(item.position)}{title_of(item)}\n{body}")
        parts.append("\n".join([END, *_tail(meeting)]))
        return "\n\n".join(parts)


def heading(position: int) -> str:
    return f"【第 {position} 项】"


def headings_of(text: str) -> list[str]:
    """The heading lines of a text, in their order."""
    return [match.group(0) for match in _HEADING.finditer(text)]


def for_reader(text: str, seen: Collection[int]) -> str:
    """The text with the items of these positions, numbered anew: neither a part nor a gap tells of the others (B5)."""
    found = list(_HEADING.finditer(text))
    if not found:
        return text
    kept, number = [text[: found[0].start()]], 0
    for match, following in zip(found, [*found[1:], None], strict=True):
        body = text[match.end() : following.start() if following else len(text)]
        if match.group(1) is None:
            kept.append(END + body)
        elif int(match.group(1)) in seen:
            number += 1
            kept.append(heading(number) + body)
    return "".join(kept)


def title_of(item: AgendaItem) -> str:
    """What the item is about, in one line."""
    kind = str(ItemKind(item.kind).label)
    if item.application is not None:
        return f"{kind}：{item.application.title}（{item.application.dossier.reference}）"
    if item.appeal is not None:
        application = item.appeal.decision.review.application
        return f"{kind}：{application.title}（{application.dossier.reference}）"
    if item.follow_up is not None:
        return f"{kind}：{item.follow_up.activity.title}"
    if item.incident is not None:
        return f"{kind}：{item.incident.activity.title}（{item.incident.get_kind_display()}）"
    return f"{kind}：{item.title}"


def votes_line(votes: Iterable[Vote], members: dict[int, str]) -> Iterator[str]:
    """Who voted how, what the dissenting said, and each correction."""
    votes = list(votes)
    standing = current_votes(votes)
    for choice in VoteChoice:
        names = [members[one.member_id] for one in standing.values() if one.choice == choice]
        if names:
            yield f"{choice.label}（{len(names)}）：{'、'.join(names)}"
    for one in standing.values():
        if one.dissent:
            yield f"{members[one.member_id]}的不同意见：{one.dissent}"
    for one in votes:
        if one.supersedes_id is not None:
            before = next(vote for vote in votes if vote.pk == one.supersedes_id)
            change = f"由“{before.get_choice_display()}”改为“{one.get_choice_display()}”"
            yield f"{members[one.member_id]}更正表决：{change}，原因：{one.correction_reason}"


def count_line(row: dict[str, Any]) -> str:
    """The frozen count under one rule, as one sentence."""
    lead = f"按{article_words(row['article'])}：" if row["article"] else ""
    return f"{lead}{row['zh']}"


def _head(meeting: CommitteeMeeting, attendances: list[Attendance]) -> Iterator[str]:
    yield f"{meeting.committee.name}会议记录"
    yield f"会议编号：{meeting.number}"
    yield f"时间：{meeting.held_on} {meeting.begins}；地点：{meeting.place}"
    form = "视频会议" if meeting.is_video else "现场会议"
    yield f"形式：应急审查，{form}" if meeting.is_emergency else f"形式：{form}"
    yield f"主持人：{meeting.chair.person.name}（{meeting.chair.get_office_display()}）"
    for role in AttendanceRole:
        there = [_named(one) for one in attendances if one.role == role]
        if there:
            yield f"{role.label}（{len(there)}）：{'、'.join(there)}"


def _named(attendance: Attendance) -> str:
    notes = []
    if attendance.is_remote:
        notes.append("视频")
    if attendance.fields:
        notes.append(attendance.fields)
    if attendance.has_interest:
        notes.append("有直接利益关系，不提供咨询")
    return f"{attendance}（{'；'.join(notes)}）" if notes else str(attendance)


def _item(item: AgendaItem, attendances: list[Attendance], members: dict[int, str]) -> Iterator[str]:
    if item.lead_reviewer is not None:
        yield f"主审委员：{item.lead_reviewer.person.name}"
    gone = [str(one) for one in attendances if one.left_before == item.position]
    if gone:
        yield f"本项议题前离会：{'、'.join(gone)}"
    motions = list(item.motions.prefetch_related(Prefetch("votes", Vote.objects.order_by("pk"))).order_by("number"))
    counted = next((one.counts[0] for one in reversed(motions) if one.counts), None)
    if counted is not None:
        yield from _who_did_not_count(counted, members)
    if item.discussion:
        yield f"讨论摘要：{item.discussion}"
    for motion in motions:
        yield f"动议 {motion.number}：{motion.decision_label}。{motion.text}"
        yield from votes_line(motion.votes.all(), members)
        yield from (count_line(row) for row in motion.counts)
        if motion.result:
            yield f"表决结果：{motion.get_result_display()}"
    yield f"结果：{item.result or '尚未登记'}"
    if item.decision is not None:
        if item.decision.required_changes:
            yield f"修改要求：{item.decision.required_changes}"
        if item.decision.reasons:
            yield f"理由：{item.decision.reasons}"


def _who_did_not_count(row: dict[str, Any], members: dict[int, str]) -> Iterator[str]:
    recused = [members[one] for one in row["recused_members"]]
    undeclared = [members[one] for one in row["undeclared"]]
    yield f"全体委员 {row['members']} 人；到会 {row['present']} 人，其中回避 {row['recused']} 人。"
    if recused:
        yield f"回避：{'、'.join(recused)}"
    if undeclared:
        yield f"尚未声明利益冲突情况，未计入：{'、'.join(undeclared)}"


def _tail(meeting: CommitteeMeeting) -> Iterator[str]:
    if meeting.closed_at is not None:
        yield f"会议于 {timezone.localtime(meeting.closed_at):%Y-%m-%d %H:%M} 结束。"
