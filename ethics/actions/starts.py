"""The day an activity is to begin, put off while its review is under way. One that has begun is a violation (E12)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from casework.workflow import lock
from ethics.actions.applications import OPEN_TO_THE_APPLICANT
from ethics.enums import ENDED, ReviewMode
from ethics.models import Application
from ethics.review_access import check_can_run
from ethics.review_workflow import APPLICATION


@transaction.atomic
def put_off(*, application: Application, start_on: dt.date, reason: str, by: User) -> Application:
    """The activity has not begun and begins on another day than told; `reason` says from whom and how that is known.

    Of a review held elsewhere the day may be put right in either direction: the decision is compared with it anyway.
    """
    check_can_run(by, application)
    is_run = application.mode == ReviewMode.RUN
    if application.status in ENDED or (is_run and application.status in OPEN_TO_THE_APPLICANT):
        raise MoveRefused(_("审查已经结束，或者申请在申请人手中，这里不能改开始日期。"))
    lock(application, APPLICATION)

    reason = required_text(reason, limit=300, field="reason", field_label=_("原因和依据"))
    if is_run and start_on < timezone.localdate():
        raise InputRefused(_("推迟后的开始日期不能早于今天。"), field="start_on", article="ST 47")
    if application.end_on is not None and application.end_on < start_on:
        raise InputRefused(_("计划开始日期不能晚于计划结束日期。"), field="start_on")
    application.start_on = start_on
    if save_record(application, by=by, reason=reason, fields=["start_on"]):
        record_event(
            dossier=application.dossier,
            type="application_edited",
            by=by,
            subject=application,
            reason=reason,
            data={"fields": ["start_on"], "start_on": start_on.isoformat(), "version": application.version},
        )
    return application
