"""The terms that run from a served decision: appeal and report to the province, one clock per decision. No writing."""

from __future__ import annotations

import datetime as dt

from casework.calendar_rows import current_calendar
from casework.calendars import due_on
from casework.enums import ClauseKind
from casework.models import Clause, Deadline
from integrity.models import Decision
from integrity.rule_books import current_rule_set

APPEAL = "appeal"
REPORT_PROVINCE = "report_province"
# The rule sets for other violations state no terms of their own yet; those of 221号 are applied by analogy.
FALLBACK_RULE_SET = "r221_2022"


def clock_key(term: str, decision: Decision) -> str:
    """Key of this decision's clock: a case runs one for each respondent decided on."""
    return f"{term}:{decision.pk}"


def term_clause(decision: Decision, key: str) -> Clause:
    """The clause that sets a term of this decision: of its own rule set, else of 221号."""
    own = Clause.objects.filter(rule_set_id=decision.rule_set_id, kind=ClauseKind.DEADLINE, key=key).first()
    if own is not None and "amount" in own.numbers:
        return own
    return Clause.objects.get(rule_set=current_rule_set(FALLBACK_RULE_SET), kind=ClauseKind.DEADLINE, key=key)


def deadline_of(decision: Decision, term: str) -> Deadline | None:
    """The clock of this decision and term, running or over; None before service."""
    clocks = Deadline.objects.filter(dossier=decision.case.dossier, key=clock_key(term, decision))
    return clocks.select_related("clause").order_by("-pk").first()


def appeal_ends_on(decision: Decision) -> dt.date | None:
    """Last day for an appeal; None while the decision has not been served."""
    deadline = deadline_of(decision, APPEAL)
    if deadline is not None:
        return deadline.due_on
    if decision.served_on is None:
        return None
    clause = term_clause(decision, APPEAL)
    amount, unit = clause.numbers["amount"], clause.numbers["unit"]
    return due_on(current_calendar(), start=decision.served_on, amount=amount, unit=unit).due
