"""The next steps of the secretary on an application that was handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.workflow import blocker
from ethics.enums import ApplicationStatus, ReviewMode
from ethics.models import Application
from ethics.presenters.parts import register_steps
from ethics.review_access import check_can_run
from ethics.review_workflow import APPLICATION

STEPS = (("accept", "application-accept"), ("return_incomplete", "application-return"))


@register_steps
def reception_steps(application: Application, user: User) -> Iterable[dict[str, Any]]:
    """Accept, or tell once what is missing. A review held elsewhere is recorded on pages of its own."""
    if application.mode != ReviewMode.RUN or application.status != ApplicationStatus.SUBMITTED:
        return
    if not may(user, Permission.RUN_REVIEWS):
        return
    denied = permitted(check_can_run, user, application)
    for name, url_name in STEPS:
        against = blocker(APPLICATION, application, name)
        reason = denied.reason if denied else against.reason if against else ""
        yield {
            "label": APPLICATION.step(name).label,
            "url": reverse(f"ethics:{url_name}", args=[application.dossier.reference]),
            "method": "get",
            "enabled": not reason,
            "reason": reason,
            "article": against.article if against else "ST 10",
            "mark": "V",
        }
