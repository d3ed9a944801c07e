"""The minutes as text, made from attendance, declarations, counts and votes; and the parts of them a reader may see (E24).

One part per item, each under its own heading line, so that a reader who may not see an item gets the text without it.
Always in Chinese: it is a document of the committee.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ethics.enums import AttendanceRole, ItemKind, Regime, VoteChoice
from ethics.models import AgendaItem, Attendance, CommitteeMeeting, CommitteeMember, Motion, Vote
from ethics.tallies import current_votes

END = "【会议结束】"
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
            parts.append("\n".join([f"{heading(item.position)}{title_of(item)}", *_item(item, attendances, members)]))
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


def votes_line(motion: Motion, votes: Iterable[Vote], members: dict[int, str]) -> Iterator[str]:
    """Who voted how, what the dissenting said, and each correction."""
    votes = list(votes)
    standing = current_votes(votes)
    for choice in VoteChoice:
        names = [members[one.member_id] for one in standing.values() if one.choice == choice]
        if names:
            yield _("%(choice)s（%(n)s）：%(names)s") % {
                "choice": choice.label,
                "n": len(names),
                "names": "、".join(names),
            }
    for one in standing.values():
        if one.dissent:
            yield _("%(name)s的不同意见：%(text)s") % {"name": members[one.member_id], "text": one.dissent}
    for one in votes:
        if one.supersedes_id is not None:
            before = next(vote for vote in votes if vote.pk == one.supersedes_id)
            yield _("%(name)s更正表决：由“%(before)s”改为“%(after)s”，原因：%(reason)s") % {
                "name": members[one.member_id],
                "before": before.get_choice_display(),
                "after": one.get_choice_display(),
                "reason": one.correction_reason,
            }


def count_line(row: dict[str, Any]) -> str:
    """The frozen count under one rule, as one sentence."""
    regime = str(Regime(row["regime"]).label) if row["regime"] in Regime.values else ""
    lead = f"按{regime}（{row['article']}）：" if regime else f"（{row['article']}）"
    return f"{lead}{row['zh']}"


def _head(meeting: CommitteeMeeting, attendances: list[Attendance]) -> Iterator[str]:
    yield _("%(committee)s会议记录") % {"committee": meeting.committee.name}
    yield _("会议编号：%(number)s") % {"number": meeting.number}
    yield _("时间：%(day)s %(time)s；地点：%(place)s") % {
        "day": meeting.held_on,
        "time": meeting.begins,
        "place": meeting.place,
    }
    form = _("视频会议") if meeting.is_video else _("现场会议")
    yield _("形式：%(form)s") % {"form": _("应急审查，%(form)s") % {"form": form} if meeting.is_emergency else form}
    yield _("主持人：%(name)s（%(office)s）") % {
        "name": meeting.chair.person.name,
        "office": meeting.chair.get_office_display(),
    }
    for role in AttendanceRole:
        there = [_named(one) for one in attendances if one.role == role]
        if there:
            yield f"{role.label}（{len(there)}）：{'、'.join(there)}"


def _named(attendance: Attendance) -> str:
    notes = []
    if attendance.is_remote:
        notes.append(_("视频"))
    if attendance.fields:
        notes.append(attendance.fields)
    if attendance.has_interest:
        notes.append(_("有直接利益关系，不提供咨询"))
    return f"{attendance}（{'；'.join(notes)}）" if notes else str(attendance)


def _item(item: AgendaItem, attendances: list[Attendance], members: dict[int, str]) -> Iterator[str]:
    if item.lead_reviewer is not None:
        yield _("主审委员：%(name)s") % {"name": item.lead_reviewer.person.name}
    gone = [str(one) for one in attendances if one.left_before == item.position]
    if gone:
        yield _("本项议题前离会：%(names)s") % {"names": "、".join(gone)}
    motions = list(item.motions.prefetch_related("votes").order_by("number"))
    counted = next((one.counts[0] for one in reversed(motions) if one.counts), None)
    if counted is not None:
        yield from _who_did_not_count(counted, members)
    if item.discussion:
        yield _("讨论摘要：%(text)s") % {"text": item.discussion}
    for motion in motions:
        yield _("动议 %(n)s：%(decision)s。%(text)s") % {
            "n": motion.number,
            "decision": motion.decision_label,
            "text": motion.text,
        }
        yield from votes_line(motion, motion.votes.all(), members)
        yield from (count_line(row) for row in motion.counts)
        if motion.result:
            yield _("表决结果：%(result)s") % {"result": motion.get_result_display()}
    yield _("结果：%(result)s") % {"result": item.result or _("尚未登记")}
    if item.decision is not None:
        if item.decision.required_changes:
            yield _("修改要求：%(text)s") % {"text": item.decision.required_changes}
        if item.decision.reasons:
            yield _("理由：%(text)s") % {"text": item.decision.reasons}


def _who_did_not_count(row: dict[str, Any], members: dict[int, str]) -> Iterator[str]:
    recused = [members[one] for one in row["recused_members"]]
    undeclared = [members[one] for one in row["undeclared"]]
    yield _("全体委员 %(members)s 人；到会 %(present)s 人，其中回避 %(recused)s 人。") % row
    if recused:
        yield _("回避：%(names)s") % {"names": "、".join(recused)}
    if undeclared:
        yield _("尚未声明利益冲突情况，未计入：%(names)s") % {"names": "、".join(undeclared)}


def _tail(meeting: CommitteeMeeting) -> Iterator[str]:
    if meeting.closed_at is not None:
        yield _("会议于 %(at)s 结束。") % {"at": timezone.localtime(meeting.closed_at).strftime("%Y-%m-%d %H:%M")}
