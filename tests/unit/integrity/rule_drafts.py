"""A decision that keeps to every rule, for the tests of the rules."""

from datetime import date

from integrity.rules import (
    DecisionDraft,
    MeasurePlan,
)
from tests.unit.integrity.test_rulesets import BOOKS

R221 = BOOKS["r221_2022"]

CONDUCT, DECIDED, START = date(2024, 9, 30), date(2026, 11, 20), date(2026, 12, 1)

BAN = MeasurePlan("ban_projects", months=24, start=START)
ENTRY = MeasurePlan("serious_db_entry")
NOTICE = MeasurePlan("public_notice")
SOUND = DecisionDraft(
    conduct_date=CONDUCT,
    decision_date=DECIDED,
    categories=("fabrication_falsification",),
    tier="heavier",
    measures=(BAN, ENTRY, NOTICE),
)


def plan(kind: str, **changes: object) -> MeasurePlan:
    return MeasurePlan(kind, start=START, **changes)


def coded(findings) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.level, finding.field) for finding in findings]
