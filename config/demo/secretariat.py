"""The regional committee of the demo city at work: applications, meetings and votes, each by the real actions on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from config.demo.city import City
from config.demo.clock import Calendar
from config.demo.oversight import Overseer, Place
from ethics.actions import (
    acceptance,
    agenda,
    applications,
    attendance,
    committees,
    conflicts,
    investigators,
    letters,
    materials,
    meetings,
    members,
    minutes,
    motions,
)
from ethics.completeness import wanted_materials
from ethics.models import AgendaItem, Application, Committee, CommitteeMeeting, CommitteeMember, Motion

REGIONAL = Place(
    "广元市区域科技伦理审查中心",
    "public_body",
    "510800",
    ("life_science", "medicine", "ai"),
    "sensitive",
    set_up=700,
    regimes=("ST2023", "SC", "HS2023", "AI2026"),
    names=("顾清和", "文景行", "陶听澜"),
)
# The seats with an account, in the order of the seats: chair, vice-chair, two members.
SEATED = ("ethics_chair", "ethics_member", "ethics_member2")
PAPER = "本材料为演示内容，不含真实信息。"


class Secretariat:
    """The secretary, the applicant and the committee that works here."""

    def __init__(self, city: City, calendar: Calendar) -> None:
        self.by, self.applicant, self.calendar = city["ethics_sec"], city["applicant"], calendar
        overseer = Overseer(city, calendar)
        self.unit, committee = overseer.unit(REGIONAL)
        if committee is None:
            raise ValueError("the regional committee has seats")
        self.committee: Committee = committee
        with calendar.days_ago(400):
            committees.let_run_here(committee=committee, runs_here=True, has_video_rules=True, by=self.by)
            for account, member in zip(SEATED, self.members, strict=False):
                members.link_account(member=member, user=city[account], by=self.by)

    @property
    def members(self) -> list[CommitteeMember]:
        return list(self.committee.members.select_related("person", "user", "committee").order_by("pk"))

    # Applications

    def draft(self, days: int, title: str, **values: Any) -> Application:
        """A draft with everything the rule sets ask for, begun so many days ago."""
        with self.calendar.days_ago(days) as day:
            application = applications.begin(title=title, by=self.applicant)
            given: dict[str, Any] = {
                "unit_name": self.unit.organization.name,
                "committee": self.committee,
                "project_no": f"演示〔2026〕{application.pk:03d}",
                "leader_name": "辛望舒",
                "scope_classes": ["human"],
                "start_on": day + dt.timedelta(days=150),
                "end_on": day + dt.timedelta(days=800),
            } | values
            applications.edit(application=application, by=self.applicant, **given)
            self._people(application)
            self._papers(application)
        return application

    def hand_in(self, days: int, title: str, **values: Any) -> Application:
        """Submitted so many days ago."""
        application = self.draft(days, title, **values)
        with self.calendar.days_ago(days):
            applications.submit(application=application, by=self.applicant)
        return application

    def accept(
        self, days: int, title: str, procedure: str = "general", *, waits: int = 2, **values: Any
    ) -> Application:
        """Accepted so many days ago, `waits` days after it was handed in."""
        application = self.hand_in(days + waits, title, **values)
        self.take(application, days, procedure)
        return application

    def take(self, application: Application, days: int, procedure: str) -> None:
        with self.calendar.days_ago(days):
            acceptance.accept(
                application=application,
                unit=self.unit,
                committee=self.committee,
                procedure=procedure,
                departs_reason="首次开展的研究，由会议讨论更为稳妥。",
                by=self.by,
            )
        with self.calendar.days_ago(max(days - 1, 0)):
            for letter in application.letters.filter(delivered_on=None):
                letters.confirm_receipt(letter=letter, by=self.applicant)

    def _people(self, application: Application) -> None:
        for name, duty, trained in (("辛望舒", "项目负责人", True), ("巫清和", "数据处理", False)):
            investigators.add(
                application=application,
                name=name,
                organization_name=self.unit.organization.name,
                duty=duty,
                has_training=trained,
                by=self.applicant,
            )

    def _papers(self, application: Application) -> None:
        for wanted in wanted_materials(application, timezone.localdate()):
            if not wanted.is_optional:
                name = f"{wanted.label[:24].replace('/', '、')}.txt"
                file = (name, f"{wanted.label}\n{PAPER}".encode())
                materials.add(application=application, key=wanted.key, file=file, by=self.applicant)

    # Meetings

    def plan(self, days: int, *, made: int = 7, is_emergency: bool = False, is_video: bool = False) -> CommitteeMeeting:
        """A meeting held so many days ago (negative: to come), arranged `made` days before."""
        with self.calendar.days_ago(max(days, 0) + made):
            return meetings.plan(
                committee=self.committee,
                held_on=self.calendar.today - dt.timedelta(days=days),
                begins="09:30",
                place="市科技局三楼会议室",
                chair=self.members[0],
                is_emergency=is_emergency,
                is_video=is_video,
                by=self.by,
            )

    def open(
        self, meeting: CommitteeMeeting, days: int, matters: Sequence[Application], *, absent: int = 0
    ) -> list[AgendaItem]:
        """The meeting under way with these applications on the agenda; everybody present has declared no conflict."""
        present = self.members[: len(self.members) - absent]
        with self.calendar.days_ago(days):
            items = [
                agenda.add(meeting=meeting, kind="review", application=one, lead_reviewer=self.members[2], by=self.by)
                for one in matters
            ]
            attendance.record(meeting=meeting, present=present, by=self.by)
            for application in matters:
                self.declare(application, present)
            meetings.begin(meeting=meeting, by=self.by)
        return items

    def declare(self, application: Application, present: Sequence[CommitteeMember]) -> None:
        for member in present:
            by = member.user or self.by
            text = "没有合作关系，也没有经济利益。"
            conflicts.declare(application=application, member=member, answer="none", text=text, by=by)

    def vote(self, item: AgendaItem, days: int, decision: str, choices: str, text: str = "") -> Motion:
        """A motion, voted on by those present in their order (y, n, a) and closed."""
        words = {"y": "yes", "n": "no", "a": "abstain"}
        with self.calendar.days_ago(days):
            motion = motions.put(item=item, decision=decision, text=text, by=self.by)
            places = item.meeting.attendances.select_related("meeting", "member__person", "member__user")
            for place, letter in zip(places.exclude(member=None).order_by("pk"), choices, strict=False):
                member = place.member
                by = member.user or self.by if member is not None else self.by
                dissent = "建议进一步说明数据保存期限。" if letter == "n" else ""
                motions.cast(motion=motion, attendance=place, choice=words[letter], dissent=dissent, by=by)
            return motions.close(motion=motion, by=self.by)

    def conclude(self, item: AgendaItem, days: int, **said: Any) -> None:
        with self.calendar.days_ago(days):
            agenda.note(item=item, discussion="委员审阅材料后讨论了风险、受益和知情同意。", by=self.by)
            agenda.conclude(item=item, by=self.by, **said)
            agenda.reconcile(item=item, by=self.by)

    def close(self, meeting: CommitteeMeeting, days: int) -> None:
        """The meeting ends; the minutes are drawn up and approved by the chair."""
        with self.calendar.days_ago(days):
            meeting.refresh_from_db()
            meetings.close(meeting=meeting, by=self.by)
            minutes.generate(meeting=meeting, by=self.by)
            chair = self.members[0].user
            if chair is not None:
                minutes.approve(meeting=meeting, by=chair)
