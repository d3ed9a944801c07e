"""What a decision check reads: the draft as plain values. Findings, in `casework.findings`, are worded by the rule set.

The rules themselves are in `rules.py` and `measure_rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.findings import Finding, known, make_finding
from integrity.periods import MeasurePlan

__all__ = ["DecisionDraft", "Finding", "known", "make_finding"]


@dataclass(frozen=True)
class DecisionDraft:
    """One decision on one respondent. `conduct_date` is the last day of the conduct; ids are those of the rule set.

    `statement_window_closed` is None where no pre-decision notice applies. `is_imported` marks a decision another body
    made: departures from the scale are then warnings, because nothing is decided here any more.
    """

    conduct_date: date | None
    decision_date: date | None
    respondent_kind: str = "person"
    categories: Sequence[str] = ()
    tier: str = ""
    factors: Sequence[str] = ()
    measures: Sequence[MeasurePlan] = ()
    outcome: str = "established"
    category_text: str = ""
    exempt_ground: str = ""
    exempt_text: str = ""
    has_prior_record: bool = False
    statement_window_closed: bool | None = None
    is_imported: bool = False
