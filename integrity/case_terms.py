"""Days and periods of a case: which clause sets a term, when a statement is due, what no period may be."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from casework.calendar_rows import current_calendar
from casework.calendars import due_on
from casework.enums import ClauseKind, ClockStatus
from casework.models import Clause, Deadline
from casework.refusals import InputRefused
from integrity.models import Case, Respondent, StatementRequest
from integrity.rule_books import current_rule_set

INVESTIGATE = "investigate"
STATEMENT = "statement"
# The rule sets for other violations say nothing about terms of their own; those of this one are applied by analogy.
FALLBACK_RULE_SET = "r221_2022"
EARLIEST_CONDUCT = dt.date(1949, 10, 1)


def term_clause(case: Case, key: str) -> Clause:
    """The clause that sets a term of this case: of its own rule set, else of 221号."""
    own = Clause.objects.filter(rule_set_id=case.rule_set_id, kind=ClauseKind.DEADLINE, key=key).first()
    if own is not None and "amount" in own.numbers:
        return own
    return Clause.objects.get(rule_set=current_rule_set(FALLBACK_RULE_SET), kind=ClauseKind.DEADLINE, key=key)


def statement_key(respondent: Respondent) -> str:
    """Key of the statement clock of one respondent; a case with several runs one for each."""
    return f"{STATEMENT}:{respondent.pk}"


def statement_due_from(case: Case, served_on: dt.date) -> dt.date:
    """Last day for a statement after a notice served on this day."""
    clause = term_clause(case, STATEMENT)
    amount, unit = clause.numbers["amount"], clause.numbers["unit"]
    due = due_on(current_calendar(), start=served_on, amount=amount, unit=unit).due
    assert due is not None  # only an open pause leaves a term without an end
    return due


def statement_due(request: StatementRequest) -> dt.date:
    """Last day for the statement as counted now: a holiday notice imported since may have moved the clock."""
    running = Deadline.objects.filter(
        dossier=request.respondent.case.dossier,
        key=statement_key(request.respondent),
        status__in=[ClockStatus.RUNNING, ClockStatus.PAUSED],
    ).first()
    if running is None or running.due_on is None:
        return request.due_on
    return max(request.due_on, running.due_on)


def check_period(start: dt.date | None, end: dt.date | None, *, on: dt.date, born: int | None = None) -> None:
    """Refuse a period of conduct that cannot be: end before start, in the future, before 1949, before a birth."""
    for day, field in ((start, "conduct_from"), (end, "conduct_to")):
        if day is None:
            continue
        if day > on:
            raise InputRefused(_("行为日期不能晚于今天。"), field=field)
        if day < EARLIEST_CONDUCT:
            raise InputRefused(_("行为日期早于 1949 年，请核对年份。"), field=field)
        if born is not None and day.year <= born:
            raise InputRefused(_("行为日期早于被调查人的出生年份，请核对。"), field=field)
    if start and end and end < start:
        raise InputRefused(_("行为的结束日早于开始日。"), field="conduct_to")


def check_not_future(day: dt.date, *, on: dt.date, field: str) -> None:
    if day > on:
        raise InputRefused(_("日期不能晚于今天。"), field=field)
