"""What stands between a draft and its issue: completeness, the rules in force, who has to agree. Raises, writes nothing."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from casework.refusals import InputRefused
from casework.rulebook import RuleBook
from integrity.drafting import Assessment, assess_decision, say, statement_was_given
from integrity.enums import ApprovalStep, Outcome
from integrity.models import Decision
from integrity.rule_books import book_of
from integrity.rules import is_severe


def needs_second(decision: Decision) -> bool:
    """Whether the decision is held for a second head of the bureau: a serious or grave finding."""
    return decision.outcome == Outcome.ESTABLISHED and is_severe(book_of(decision.rule_set), decision.tier)


def steps_needed(decision: Decision) -> list[ApprovalStep]:
    """The steps whose approval the decision needs, in order."""
    first = [ApprovalStep.SECTION, ApprovalStep.LEGAL, ApprovalStep.BUREAU]
    return [*first, ApprovalStep.SECOND] if needs_second(decision) else first


def check_against_rules(decision: Decision, *, on: dt.date) -> Assessment:
    """Raise InputRefused for the first error, or for the first warning without a reason. Returns the assessment.

    Also refuses when another rule set than the stored one is in force for these dates: the text must be gone over.
    """
    # The answer to the notice may have been recorded since this row was loaded.
    decision.respondent.refresh_from_db()
    found = assess_decision(decision, on=on)
    for error in found.errors:
        raise InputRefused(say(error), field=error.field.split(".")[0], article=error.article)
    if found.book.code != decision.rule_set.code or found.book.version != decision.rule_set.version:
        changed = _("适用的规则已变为“%(rule_set)s”，请重新核对后保存。") % {"rule_set": say_book(found.book)}
        raise InputRefused(changed, field="decided_on")
    for code in found.without_reason(decision.warning_reasons):
        sentence = next(say(warning) for warning in found.warnings if warning.code == code)
        raise InputRefused(_("请说明理由：%(sentence)s") % {"sentence": sentence}, field=f"reason_{code}")
    return found


def say_book(book: RuleBook) -> str:
    """Name and document number of a rule set."""
    return f"{book.zh}（{book.document_no}）" if book.document_no else book.zh


def check_complete(decision: Decision) -> None:
    """What the decision document must hold whatever the outcome (221号 第30条)."""
    if not decision.facts:
        raise InputRefused(_("请写明认定的事实与证据。"), field="facts", article="221-30")
    if not decision.basis:
        raise InputRefused(_("请写明处理依据。"), field="basis", article="221-30")
    if statement_was_given(decision.respondent) and not decision.statement_reply:
        raise InputRefused(_("被调查人已陈述申辩，请写明对陈述申辩的回应。"), field="statement_reply", article="221-29")
