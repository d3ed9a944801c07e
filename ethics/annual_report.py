"""The annual report of a committee, filled in from what the register and the reviews know, as a Word file to be finished by
hand (办法 第45条).

It counts the reviews and meetings its reader may see, and says so: a hidden one must not show by a gap.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import translation
from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn

from accounts.models import User
from ethics.enums import MeetingStatus, Procedure, Regime, ReviewOutcome
from ethics.models import (
    Activity,
    AnnualReport,
    Application,
    CommitteeMeeting,
    CommitteeMember,
    FollowUp,
    ReviewDecision,
    TrainingRecord,
)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "宋体"
TO_FILL = "（请补充）"


@dataclass(frozen=True)
class Facts:
    """What is known of the year. Rows are texts, ready to be written."""

    title: str
    committee: Sequence[tuple[str, str]]
    members: Sequence[Sequence[str]]
    meetings: Sequence[str]
    decisions: Sequence[tuple[str, int]]
    procedures: Sequence[tuple[str, int]]
    activities: Sequence[Sequence[str]]
    follow_ups: Sequence[tuple[str, int]]
    trainings: Sequence[str]
    made_on: dt.date


def facts_of(report: AnnualReport, reader: User, on: dt.date) -> Facts:
    """Everything for the report of this committee and year, in Chinese: it goes to the national platform."""
    with translation.override("zh-hans"):
        committee, year = report.committee, report.year
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        members = _members(report, first, last)
        decided = _decisions(report, reader, first, last)
        return Facts(
            title=f"{committee.unit}{committee.name}{year}年度科技伦理审查工作报告",
            committee=_committee(report, members, last),
            members=[_member(one) for one in members],
            meetings=_meetings(report, reader, first, last),
            decisions=_counted(ReviewOutcome, (one.outcome for one in decided)),
            procedures=_counted(Procedure, (one.review.procedure for one in decided)),
            activities=[_activity(one) for one in _activities(report, last)],
            follow_ups=_follow_ups(report, first, last, on),
            trainings=_trainings(report, first, last),
            made_on=on,
        )


def _members(report: AnnualReport, first: dt.date, last: dt.date) -> list[CommitteeMember]:
    """Whoever sat on a day of the year."""
    sat = Q(left_on=None, ends_on__gte=first) | Q(left_on__gte=first)
    terms = report.committee.members.filter(sat, starts_on__lte=last)  # type: ignore[attr-defined]
    return list(terms.select_related("person").order_by("pk"))


def _committee(report: AnnualReport, members: Iterable[CommitteeMember], last: dt.date) -> list[tuple[str, str]]:
    committee, registration = report.committee, report.committee.registration
    rows = [
        ("单位", str(committee.unit)),
        ("委员会", committee.name),
        ("设立日期", _day(committee.set_up_on)),
        ("适用规则", "、".join(str(Regime(one).label) for one in committee.regimes)),
        ("平台登记", f"{registration.platform_no or TO_FILL}，{_day(registration.registered_on)}"),
        (f"{_day(last)}在任委员", f"{sum(one.sits_on(last) for one in members)} 人"),
    ]
    filing = getattr(committee, "filing", None)
    if filing is not None and filing.voided_on is None:
        rows.append(("机构备案", f"{filing.filing_no or TO_FILL}，{_day(filing.filed_on)}"))
    return rows


def _member(member: CommitteeMember) -> list[str]:
    until = f"{_day(member.last_day)}{'（提前离任）' if member.left_on else ''}"
    return [
        member.person.name,
        member.get_office_display(),
        "是" if member.is_external else "否",
        f"{_day(member.starts_on)} 至 {until}",
    ]


def _meetings(report: AnnualReport, reader: User, first: dt.date, last: dt.date) -> list[str]:
    seen = CommitteeMeeting.objects.visible_to(reader).filter(committee=report.committee, status=MeetingStatus.CLOSED)
    held = seen.filter(held_on__range=(first, last)).order_by("held_on", "pk")
    return [f"{_day(one.held_on)} {one.number}" for one in held]


def _decisions(report: AnnualReport, reader: User, first: dt.date, last: dt.date) -> list[ReviewDecision]:
    """The decision in force of each round, of those taken in the year."""
    seen = Application.objects.visible_to(reader).filter(committee=report.committee)
    rows = ReviewDecision.objects.filter(review__application__in=seen).select_related("review").order_by("pk")
    newest = {row.review_id: row for row in rows}
    return [row for row in newest.values() if first <= row.decided_on <= last]


def _activities(report: AnnualReport, last: dt.date) -> list[Activity]:
    """Listed activities the committee had approved, or was reviewing, by the end of the year."""
    listed = Activity.objects.listed().filter(committee=report.committee)
    known = Q(approved_on=None) | Q(approved_on__lte=last)
    return list(listed.filter(known).select_related("registration").order_by("pk"))


def _activity(activity: Activity) -> list[str]:
    registration = getattr(activity, "registration", None)
    return [
        activity.title,
        activity.list_item,
        activity.leader_name or TO_FILL,
        str(activity.get_status_display()),
        _day(activity.approved_on),
        str(activity.get_expert_outcome_display()) or "—",
        (registration.platform_no if registration else "") or "—",
    ]


def _follow_ups(report: AnnualReport, first: dt.date, last: dt.date, on: dt.date) -> list[tuple[str, int]]:
    rows = list(FollowUp.objects.filter(activity__committee=report.committee, due_on__range=(first, last)))
    planned = [one for one in rows if one.voided_on is None]
    done = [one for one in planned if one.done_on is not None]
    punctual = [one for one in done if one.done_on is not None and one.done_on <= one.due_on]
    return [
        ("本年度到期的跟踪审查", len(planned)),
        ("按期完成", len(punctual)),
        ("逾期完成", len(done) - len(punctual)),
        ("尚未完成", len(planned) - len(done)),
        ("其中已逾期", sum(one.done_on is None and one.due_on < on for one in planned)),
    ]


def _trainings(report: AnnualReport, first: dt.date, last: dt.date) -> list[str]:
    """Each training once, with how many members took part."""
    held = TrainingRecord.objects.filter(member__committee=report.committee, trained_on__range=(first, last))
    taken = Counter(held.order_by("trained_on", "topic").values_list("trained_on", "topic"))
    return [f"{_day(day)} {topic}，{count} 名委员" for (day, topic), count in taken.items()]


def _counted(choices: Any, values: Iterable[str]) -> list[tuple[str, int]]:
    """Every choice with how often it was taken, zero included."""
    found = Counter(values)
    return [(str(label), found[value]) for value, label in choices.choices]


def _day(day: dt.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


def report_docx(facts: Facts) -> bytes:
    """The report as a Word file; what only the committee can say is left to be filled in."""
    paper = Document()
    style = paper.styles["Normal"]
    style.font.name = FONT  # type: ignore[attr-defined]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    paper.core_properties.title = facts.title
    paper.core_properties.author = ""
    paper.add_heading(facts.title, level=0)
    paper.add_paragraph(f"数据截至 {_day(facts.made_on)}。会议和审查按填报人可以查看的范围统计，请核对后报送。")
    paper.add_heading("一、委员会情况", level=1)
    _table(paper, ("项目", "内容"), facts.committee)
    paper.add_heading("二、本年度任职的委员", level=1)
    _table(paper, ("姓名", "职务", "外单位", "任期"), facts.members)
    paper.add_heading("三、审查会议", level=1)
    paper.add_paragraph(f"召开会议 {len(facts.meetings)} 次。")
    _list(paper, facts.meetings)
    paper.add_heading("四、审查决定", level=1)
    _table(paper, ("审查结论", "件数"), facts.decisions)
    _table(paper, ("审查程序", "件数"), facts.procedures)
    paper.add_heading("五、清单活动", level=1)
    heads = ("活动名称", "清单事项", "负责人", "状态", "批准日期", "专家复核", "平台登记编号")
    _table(paper, heads, facts.activities)
    paper.add_heading("六、跟踪审查", level=1)
    _table(paper, ("情况", "次数"), facts.follow_ups)
    paper.add_heading("七、培训", level=1)
    _list(paper, facts.trainings or [f"登记簿中没有本年度的培训。{TO_FILL}"])
    for heading in ("八、制度建设和监督检查", "九、存在的问题和下一年度安排"):
        paper.add_heading(heading, level=1)
        paper.add_paragraph(TO_FILL)
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def _table(paper: Paper, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = paper.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    written = 0
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
        written += 1
    if not written:
        table.add_row().cells[0].text = "无"
    paper.add_paragraph()


def _list(paper: Paper, lines: Iterable[str]) -> None:
    for line in lines:
        paper.add_paragraph(line, style="List Bullet")
