"""Stories of the demo city: each walks real actions at its own past days, up to where it stands today."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from casework.actions import directory
from casework.models import Subject
from config.demo.city import City
from config.demo.clock import Calendar
from config.demo.matters import UNITS, Matter
from integrity.actions import cases, decisions, hearings, issuing, leads, respondents
from integrity.drafting import DecisionContent, assess_decision
from integrity.enums import Outcome
from integrity.models import Case, Decision, Lead

TICKS = ("clear_target", "within_art2", "clear_fact", "evidence_or_lead")
# stage of a case → working steps after the one before, in days
PATH = ("accepted", "opened", "investigating", "report_ready", "hearing_respondent", "deliberation")
GAPS = {"accepted": 6, "opened": 1, "investigating": 2, "report_ready": 24, "hearing_respondent": 3, "deliberation": 10}


class Teller:
    """Tells stories about one city; keeps the directory so that nobody is entered twice."""

    def __init__(self, city: City, calendar: Calendar) -> None:
        self.city = city
        self.calendar = calendar
        self.subjects: dict[str, Subject] = {}
        self.units: dict[str, Subject] = {}

    def fill_directory(self) -> None:
        with self.calendar.days_ago(400):
            for name, kind in UNITS.items():
                self.units[name] = directory.add_organization(
                    name=name, kind=kind, region_code="510802", by=self.city["officer"]
                )

    def person(self, name: str) -> Subject:
        if name not in self.subjects:
            self.subjects[name] = directory.add_person(name=name, by=self.city["intake"])
        return self.subjects[name]

    def lead(self, matter: Matter, days_ago: int, *, channel: str = "phone", mode: str = "anonymous") -> Lead:
        """An entered lead with its summary."""
        with self.calendar.days_ago(days_ago) as day:
            lead, _receipt = leads.enter(
                channel=channel,
                answers={"target": matter.person, "unit": matter.unit, "facts": matter.plain},
                summary=matter.summary,
                received_on=day,
                mode=mode,
                source_body="" if channel in {"phone", "letter", "visit", "hotline"} else "上级机关（演示）",
                by=self.city["intake"],
            )
        return lead

    def accepted(self, matter: Matter, days_ago: int, *, channel: str = "letter") -> Lead:
        lead = self.lead(matter, days_ago, channel=channel)
        with self.calendar.days_ago(days_ago - GAPS["accepted"]):
            leads.accept(lead=lead, ticks=TICKS, by=self.city["intake"], handler=self.city["officer"])
        return lead

    def case(self, matter: Matter, stage: str, days_ago: int, *, second: Matter | None = None) -> Case:
        """A case that stands at `stage`, begun `days_ago` days before today; `second` adds another respondent."""
        officer = self.city["officer"]
        lead = self.accepted(matter, days_ago)
        left = days_ago - GAPS["accepted"] - GAPS["opened"]
        with self.calendar.days_ago(left) as day:
            case = cases.open_case(
                title=matter.summary,
                leads=[lead],
                by=officer,
                conduct_from=dt.date(2024, 3, 1),
                conduct_to=dt.date(2025, 6, 30),
            )
            for one in [matter, *([second] if second else [])]:
                self._respondent(case, one)
        for name in PATH[2 : PATH.index(stage) + 1] if stage in PATH else PATH[2:]:
            left -= GAPS[name]
            with self.calendar.days_ago(max(left, 0)) as day:
                self._step(case, name, day, matter)
        return case

    def _respondent(self, case: Case, matter: Matter) -> None:
        officer = self.city["officer"]
        respondent = respondents.add_respondent(
            case=case, subject=self.person(matter.person), role=matter.role, affiliation_then=matter.unit, by=officer
        )
        category = case.rule_set.clauses.get(kind="category", key=matter.category)
        respondents.add_allegation(
            respondent=respondent,
            category=category,
            text=matter.plain,
            conduct_from=dt.date(2024, 3, 1),
            conduct_to=dt.date(2025, 6, 30),
            by=officer,
        )

    def _step(self, case: Case, name: str, day: dt.date, matter: Matter) -> None:
        officer = self.city["officer"]
        if name == "investigating":
            cases.begin_investigation(case=case, by=officer)
        elif name == "report_ready":
            allegations = [row.pk for one in case.respondents.all() for row in one.allegations.all()]
            hearings.record_report(
                case=case,
                text=f"调查组查阅原始记录并谈话核实。{matter.facts}",
                conclusions=dict.fromkeys(allegations, "established"),
                made_on=day,
                proposed_handling="建议依规处理。",
                by=officer,
            )
        elif name == "hearing_respondent":
            for one in case.respondents.all():
                hearings.serve_prenotice(
                    respondent=one,
                    intended=matter.facts + "拟依规给予处理。",
                    served_on=day,
                    method="direct",
                    by=officer,
                )
        elif name == "deliberation":
            for one in case.respondents.all():
                hearings.record_statement(
                    respondent=one, kind="given", text="本人对事实没有异议，请求从轻。", answered_on=day, by=officer
                )
            case.refresh_from_db()
            cases.begin_deliberation(case=case, by=officer)

    def decision(
        self, case: Case, matter: Matter, stage: str, days_ago: int, *, outcome: str = Outcome.ESTABLISHED, n: int = 0
    ) -> Decision:
        """A decision on the n-th respondent that stands at `stage`; drafted `days_ago` days before today."""
        case.refresh_from_db()
        respondent = list(case.respondents.order_by("pk"))[n]
        officer = self.city["officer"]
        with self.calendar.days_ago(days_ago) as day:
            content = self._content(matter, outcome, day)
            draft = decisions.draft(respondent=respondent, content=content, by=officer)
            codes = assess_decision(draft, on=day).warning_codes
            if codes:
                reasons = dict.fromkeys(codes, "已核对，按现行规则处理，适用结果不重于行为时的规定。")
                content = replace(content, warning_reasons=reasons)
                draft = decisions.edit(decision=draft, content=content, seen_hash=draft.content_hash, by=officer)
            if stage == "draft":
                return draft
            decisions.send(decision=draft, by=officer, on=day)
        steps = [
            ("section_review", "section", "head"),
            ("legal_review", "legal", "legal"),
            ("bureau_approval", "bureau", "bureau"),
            ("second_approval", "second", "bureau2"),
        ]
        left = days_ago
        for status, step, account in steps:
            if stage == status or draft.status != status:
                continue
            left = max(left - 1, 0)
            with self.calendar.days_ago(left):
                draft = decisions.review(
                    decision=draft, step=step, verdict="approve", seen_hash=draft.content_hash, by=self.city[account]
                )
            if draft.status == stage:
                return draft
        if draft.status != "approved" or stage == "approved":
            return draft
        left = max(left - 1, 0)
        with self.calendar.days_ago(left):
            draft = issuing.issue(decision=draft, by=officer)
        if stage == "issued":
            return draft
        left = max(left - 2, 0)
        with self.calendar.days_ago(left) as day:
            return issuing.serve(decision=draft, served_on=day, method="direct", by=officer)

    def _content(self, matter: Matter, outcome: str, day: dt.date) -> DecisionContent:
        shared = {
            "outcome": outcome,
            "facts": matter.facts,
            "basis": "《科研失信行为调查处理规则》（国科发监〔2022〕221号）",
            "statement_reply": "已充分听取陈述申辩，所提从轻情节已予考虑。",
            "conduct_on": dt.date(2025, 6, 30),
            "decided_on": day,
        }
        if outcome == Outcome.ESTABLISHED:
            return DecisionContent(
                categories=(matter.category,),
                tier=matter.tier,
                factors=matter.factors,
                measures=matter.measures,
                **shared,
            )
        if outcome == Outcome.EXEMPT:
            shared |= {
                "exempt_ground": "due_diligence",
                "exempt_text": "按规程保存原始记录并及时报告偏差，已尽审慎注意义务。",
            }
        return DecisionContent(**shared)
