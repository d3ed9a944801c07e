"""What the tests of the pages of decisions share."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from casework.today import rows_for
from integrity.models import Decision

TYPED = {
    "outcome": "established",
    "conduct_on": "2024-05-06",
    "decided_on": "2026-11-01",
    "categories": ["fabrication_falsification"],
    "tier": "heavier",
    "factors": ["admits_and_pledges"],
    "facts": "图 3 与原始记录不符。",
    "basis": "《科研失信行为调查处理规则》第三十一条。",
    "statement_reply": "不予采纳。",
    "m-ban_projects-chosen": "on",
    "m-ban_projects-months": "24",
    "m-serious_db_entry-chosen": "on",
}


def url(name: str, decision: Decision) -> str:
    return reverse(f"integrity:{name}", args=[decision.pk])


def draft_url(respondent) -> str:
    return reverse("integrity:decision-draft", args=[respondent.case.dossier.reference, respondent.pk])


def today(user) -> list[tuple[str, str]]:
    return [(row.note, row.group) for row in rows_for(user, timezone.localdate())]
