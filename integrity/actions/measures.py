"""Measures: written while a decision is drafted, fixed by its issue, begun and ended by date, recalled with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from casework.actors import Actor
from casework.enums import ClauseKind
from casework.refusals import InputRefused
from casework.rulebook import RuleBook
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import move
from integrity.drafting import MeasureEntry, entry_of, say
from integrity.enums import MeasureStatus
from integrity.measure_rules import follow_longest_ban
from integrity.models import Decision, Measure
from integrity.periods import is_computable, window_of
from integrity.rule_books import book_of
from integrity.workflow import MEASURE

LONGEST_MONTHS = 1200
LONGEST_DAYS = 30_000
LARGEST_AMOUNT = 10**12


def clean_entries(entries: Iterable[MeasureEntry], book: RuleBook) -> list[MeasureEntry]:
    """The measures with their words cleaned, in the order of the rule set; InputRefused names measure and fault."""
    order = [clause.key for clause in book.of_kind(ClauseKind.MEASURE)]
    cleaned = []
    for entry in entries:
        if entry.kind not in order:
            raise InputRefused(_("规则中没有处理措施“%(kind)s”。") % {"kind": entry.kind}, field="measures")
        cleaned.append(_clean(entry, say(book.clause(ClauseKind.MEASURE, entry.kind))))
    return sorted(cleaned, key=lambda entry: order.index(entry.kind))


@transaction.atomic
def write(*, decision: Decision, entries: Sequence[MeasureEntry], by: Actor) -> bool:
    """Make the drafted measures of a decision equal to the entries; a row taken out is marked, never deleted.

    Called by the actions on decisions, which have checked access and status. Returns whether anything changed.
    """
    free: dict[str, list[Measure]] = {}
    for measure in decision.measures.order_by("pk"):
        free.setdefault(measure.kind, []).append(measure)
    changed = False
    for order, entry in enumerate(entries):
        known = free.get(entry.kind)
        measure = known.pop(0) if known else Measure(decision=decision, kind=entry.kind)
        _fill(measure, entry, order)
        changed = bool(save_record(measure, by=by, reason="起草处理措施")) or changed
    for left in (measure for rows in free.values() for measure in rows):
        left.withdrawn = True
        changed = bool(save_record(left, by=by, reason="删去处理措施", fields=["withdrawn"])) or changed
    return changed


@transaction.atomic
def fix_windows(*, decision: Decision, on: dt.date, by: Actor) -> list[Measure]:
    """On issue: first and last day of every measure (both included), counted from its own start, else from the day of
    issue; those that have begun come into force."""
    measures = list(decision.measures.filter(withdrawn=False).order_by("order", "pk"))
    plans = [entry_of(measure).plan() for measure in measures]
    windows = [window_of(plan, on) for plan in plans]
    ends = follow_longest_ban(book_of(decision.rule_set), plans, [end for _start, end in windows])
    for measure, (start, _end), end in zip(measures, windows, ends, strict=True):
        measure.starts_on, measure.ends_on = start, end
        save_record(measure, by=by, reason="签发，确定起止日", fields=["starts_on", "ends_on"])
        settle(measure=measure, on=on, by=by)
    return measures


@transaction.atomic
def settle(*, measure: Measure, on: dt.date, by: Actor) -> bool:
    """Begin or end the measure as the day demands; catches up over several steps. Returns whether it moved."""
    before = measure.status
    data = _facts(measure)
    if measure.status == MeasureStatus.PLANNED and measure.starts_on and measure.starts_on <= on:
        move(MEASURE, measure, "begin", by=by, data=data)
    if measure.status == MeasureStatus.IN_FORCE and measure.ends_on and measure.ends_on < on:
        move(MEASURE, measure, "end", by=by, data=data)
    return measure.status != before


@transaction.atomic
def recall(*, decision: Decision, reason: str, by: Actor) -> int:
    """Take back what is planned or in force because the decision fell. Returns how many measures."""
    live = decision.measures.filter(withdrawn=False, status__in=[MeasureStatus.PLANNED, MeasureStatus.IN_FORCE])
    measures = list(live.order_by("order", "pk"))
    for measure in measures:
        move(MEASURE, measure, "recall", by=by, reason=reason, data=_facts(measure))
    return len(measures)


def _facts(measure: Measure) -> dict[str, object]:
    """What the timeline tells of a measure: codes and dates only."""
    window = {"starts_on": str(measure.starts_on or ""), "ends_on": str(measure.ends_on or "")}
    return {"respondent": measure.decision.respondent_id, "measure": measure.kind, **window}


def _clean(entry: MeasureEntry, name: str) -> MeasureEntry:
    stated = [entry.months is not None, entry.lifetime, entry.days is not None, entry.count is not None]
    if sum(stated) > 1:
        raise InputRefused(_("“%(name)s”写了几种期限，请只保留一种。") % {"name": name}, field="measures")
    limits = ((entry.months, LONGEST_MONTHS), (entry.days, LONGEST_DAYS), (entry.count, LONGEST_MONTHS))
    for value, most in limits:
        if value is not None and not 1 <= value <= most:
            raise InputRefused(
                _("“%(name)s”的期限应在 1 至 %(most)s 之间。") % {"name": name, "most": most}, field="measures"
            )
    if entry.amount is not None and not 0 <= entry.amount < LARGEST_AMOUNT:
        raise InputRefused(_("“%(name)s”的金额不能为负数，也不能过大。") % {"name": name}, field="measures")
    if not is_computable(entry.plan(), entry.start):
        raise InputRefused(_("“%(name)s”的期限无法算出止日，请核对。") % {"name": name}, field="measures")
    until = _words(entry.until, name, 200)
    return replace(entry, until=until, scope=_words(entry.scope, name, 300), text=_words(entry.text, name, 300))


def _words(text: str, name: str, limit: int) -> str:
    return clean_text(text, field_label=name, limit=limit, multiline=False, field="measures")


def _fill(measure: Measure, entry: MeasureEntry, order: int) -> None:
    measure.order = order
    measure.months = entry.months
    measure.is_lifetime = entry.lifetime
    measure.days = entry.days
    measure.count = entry.count
    measure.until_text = entry.until
    measure.scope = entry.scope
    measure.amount = entry.amount
    measure.text = entry.text
    measure.planned_start = entry.start
    measure.withdrawn = False
