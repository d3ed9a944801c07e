"""What a new draft begins with: dates and categories taken from the report, never an outcome, a tier or a measure (B16)."""

from __future__ import annotations

import datetime as dt

from integrity.drafting import DecisionContent
from integrity.enums import Finding
from integrity.models import Respondent


def proposed_content(respondent: Respondent, *, on: dt.date) -> DecisionContent:
    """The established allegations' categories and last day of conduct; the decision date is `on`."""
    allegations = list(respondent.allegations.select_related("category").order_by("pk"))
    established = [allegation for allegation in allegations if allegation.finding == Finding.ESTABLISHED]
    days = [
        day for allegation in established or allegations for day in (allegation.conduct_to, allegation.conduct_from)
    ]
    return DecisionContent(
        categories=tuple(dict.fromkeys(allegation.category.key for allegation in established)),
        conduct_on=max((day for day in days if day), default=respondent.case.conduct_to),
        decided_on=on,
    )
