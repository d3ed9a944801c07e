"""Shares in any status, reached by walking the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import time_machine
from django.utils import timezone

from accounts.enums import DepartmentKind
from accounts.models import Department
from integrity.models import Decision
from sharing.actions import shares
from sharing.enums import FieldProfile, SharePurpose, ShareStatus
from sharing.models import SharePackage
from tests.factories.decisions import decision_at
from tests.factories.people import department

BASIS = "科研诚信建设联席会议制度第五条"


def receiver(code: str = "jyj") -> Department:
    """A department of the joint meeting."""
    return department(code, DepartmentKind.MEMBER)


def share_at(
    status: ShareStatus | str = ShareStatus.SHARED,
    *,
    decision: Decision | None = None,
    departments: Sequence[str] = ("jyj",),
    days: int = 30,
    **changes: Any,
) -> SharePackage:
    """A share given by the handler of the case, for `days` days from today; an expired one has today as its last day.

    A draft is never left behind by the actions, so there is none.
    """
    decision = decision or decision_at("effective")
    officer = decision.case.dossier.handler
    today = timezone.localdate()
    values: dict[str, Any] = {
        "decision": decision,
        "departments": [receiver(code) for code in departments],
        "profile": FieldProfile.SUMMARY,
        "purpose": SharePurpose.CREDIT_REVIEW,
        "basis": BASIS,
        "expires_on": today + dt.timedelta(days=0 if status == ShareStatus.EXPIRED else days),
        "by": officer,
    } | changes
    package = shares.share(**values)
    if status == ShareStatus.EXPIRED:
        with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
            shares.expire(share=package)
    if status == ShareStatus.RECALLED:
        shares.recall(share=package, reason="共享范围有误", by=officer)
    return fresh(package)


def fresh(package: SharePackage) -> SharePackage:
    """The share as the database holds it, with what pages need."""
    related = ("dossier", "decision__case__dossier__handler", "decision__respondent", "decision__rule_set", "shared_by")
    return SharePackage.objects.select_related(*related).get(pk=package.pk)
