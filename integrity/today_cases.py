"""What waits on the Today page because of cases: the one next action of each case in this officer's hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.enums import ClockEventKind, ClockStatus
from casework.models import ClockEvent, Deadline
from casework.today import TodayRow, register_today
from casework.workflow import blocker
from integrity.case_terms import INVESTIGATE, statement_key
from integrity.enums import CaseStatus
from integrity.models import Case, Respondent
from integrity.workflow import CASE

MOST = 200
MOVED_SHOWN = dt.timedelta(days=7)
OFFICERS_TURN = (CaseStatus.OPENED, CaseStatus.INVESTIGATING, CaseStatus.REPORT_READY, CaseStatus.HEARING_RESPONDENT)


@register_today
def cases_in_hand(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Cases this person handles before deliberation, and decided ones that can be closed. Four queries."""
    if not may(user, Permission.HANDLE_CASES):
        return
    mine = Case.objects.visible_to(user, on).filter(dossier__handler=user, is_imported=False)
    live = Deadline.objects.filter(status__in=[ClockStatus.RUNNING, ClockStatus.PAUSED]).select_related("clause")
    cases = mine.filter(status__in=[*OFFICERS_TURN, CaseStatus.DECIDED]).select_related("dossier")
    people = Respondent.objects.select_related("statement_request").order_by("pk")
    for case in cases.prefetch_related(
        Prefetch("respondents", people),
        Prefetch("dossier__deadlines", live, to_attr="live_clocks"),
        "respondents__decisions",
    ).order_by("pk")[:MOST]:
        # Closing waits for a decision on everybody and its service, which have rows of their own.
        if case.status == CaseStatus.DECIDED and blocker(CASE, case, "close") is not None:
            continue
        clocks = {clock.key: clock for clock in case.dossier.live_clocks}
        yield _row(case, clocks, on)


@register_today
def moved_deadlines(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For the handler: deadlines of their cases that a holiday notice moved within the last days (B12). One query."""
    if not may(user, Permission.HANDLE_CASES):
        return
    mine = Case.objects.visible_to(user, on).filter(dossier__handler=user)
    moved = ClockEvent.objects.filter(
        kind=ClockEventKind.RECOMPUTED, on__gt=on - MOVED_SHOWN, deadline__status=ClockStatus.RUNNING
    ).exclude(due_before=F("due_after"))
    moved = moved.filter(deadline__dossier__case__in=mine)
    for event in moved.select_related("deadline__dossier__case", "deadline__clause").order_by("-pk")[:MOST]:
        case, clause = event.deadline.dossier.case, event.deadline.clause
        yield TodayRow(
            title=_("期限已随放假通知改变：%(title)s") % {"title": case.title},
            url=case.get_absolute_url(),
            reference=event.deadline.dossier.reference,
            note=_("%(label)s由 %(before)s 改为 %(after)s")
            % {"label": clause.text if clause else "", "before": event.due_before, "after": event.due_after},
            action_label=_("查看案件"),
            action_url=case.get_absolute_url(),
            article=clause.article if clause else "",
            mark=clause.mark if clause else "",
        )


def _row(case: Case, clocks: dict[str, Deadline], on: dt.date) -> TodayRow:
    if case.status == CaseStatus.OPENED:
        if case.respondents.all():
            return _line(case, clocks, _("已登记被调查人，等待开始调查"), _("开始调查"), _next_steps(case))
        return _line(case, clocks, _("还没有登记被调查人"), _("增加被调查人"), _url("case-respondent-add", case))
    if case.status == CaseStatus.INVESTIGATING:
        return _line(case, clocks, _("调查中"), _("登记调查报告"), _url("case-report", case))
    if case.status == CaseStatus.DECIDED:
        return _line(case, clocks, _("全部作出决定"), _("结案"), _url("case-close", case))
    return _hearing_row(case, clocks, on)


def _hearing_row(case: Case, clocks: dict[str, Deadline], on: dt.date) -> TodayRow:
    """The first respondent to be told, else the first whose time has run out, else wait for the rest, else go on."""
    waiting: list[tuple[Respondent, dt.date]] = []
    for respondent in case.respondents.all():
        request = getattr(respondent, "statement_request", None)
        if request is None or (case.status == CaseStatus.REPORT_READY and not request.answer_kind):
            note = _("待向 %(name)s 送达处理前告知") % {"name": respondent}
            return _line(case, clocks, note, _("登记告知"), _url("case-prenotice", case, respondent.pk))
        if not request.answer_kind:
            clock = clocks.get(statement_key(respondent))
            waiting.append((respondent, (clock.due_on if clock else None) or request.due_on))
    overdue = [respondent for respondent, due in waiting if due < on]
    if overdue:
        note = _("%(name)s 逾期没有陈述申辩") % {"name": overdue[0]}
        return _line(case, clocks, note, _("记录"), _url("case-statement", case, overdue[0].pk))
    if waiting:
        respondent, due = min(waiting, key=lambda pair: pair[1])
        return _waiting_line(case, clocks, respondent, due)
    return _line(case, clocks, _("陈述申辩情况都已记录"), _("进入审议"), _next_steps(case))


def _waiting_line(case: Case, clocks: dict[str, Deadline], respondent: Respondent, due: dt.date) -> TodayRow:
    clock = clocks.get(statement_key(respondent))
    return TodayRow(
        title=case.title,
        url=case.get_absolute_url(),
        reference=case.dossier.reference,
        note=_("等待 %(name)s 陈述申辩") % {"name": respondent},
        action_label=_("记录陈述申辩"),
        action_url=_url("case-statement", case, respondent.pk),
        group="waiting",
        due_on=due,
        provisional=bool(clock and clock.provisional),
        article="221-29",
        waiting_for=_("被调查人"),
        since=respondent.statement_request.served_on,
    )


def _line(case: Case, clocks: dict[str, Deadline], note: str, label: str, url: str) -> TodayRow:
    clock = clocks.get(INVESTIGATE)
    clause = clock.clause if clock else None
    return TodayRow(
        title=case.title,
        url=case.get_absolute_url(),
        reference=case.dossier.reference,
        note=note,
        action_label=label,
        action_url=url,
        due_on=clock.due_on if clock else None,
        provisional=bool(clock and clock.provisional),
        article=clause.article if clause else "",
        mark=clause.mark if clause else "",
        since=case.accepted_on,
    )


def _next_steps(case: Case) -> str:
    """Where the button of a step without a form stands."""
    return f"{case.get_absolute_url()}#next"


def _url(name: str, case: Case, *args: int) -> str:
    return reverse(f"integrity:{name}", args=[case.dossier.reference, *args])
