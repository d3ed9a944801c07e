"""Who works on the activity of an application, as the applicant tells it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from ethics.actions.applications import check_open_to_applicant
from ethics.models import Application, Investigator
from ethics.review_access import check_is_applicant


@transaction.atomic
def add(
    *,
    application: Application,
    name: str,
    by: User,
    organization_name: str = "",
    duty: str = "",
    has_training: bool = False,
) -> Investigator:
    """One person more; the same name of the same unit is refused while it stands."""
    check_is_applicant(by, application)
    check_open_to_applicant(application)

    investigator = Investigator(
        application=application,
        name=required_text(name, limit=100, field="name", field_label=_("姓名"), multiline=False),
        organization_name=clean_text(
            organization_name, limit=200, field="organization_name", field_label=_("所在单位"), multiline=False
        ),
        duty=clean_text(duty, limit=200, field="duty", field_label=_("承担的工作"), multiline=False),
        has_training=has_training,
    )
    try:
        with transaction.atomic():
            save_record(investigator, by=by, reason="登记研究人员")
    except IntegrityError as error:
        raise InputRefused(_("这名研究人员已经登记。"), field="name") from error
    record_event(
        dossier=application.dossier,
        type="investigator_added",
        by=by,
        subject=investigator,
        data={"investigator": investigator.pk},
    )
    return investigator


@transaction.atomic
def leave_out(*, investigator: Investigator, by: User) -> Investigator:
    """The person takes no part; the row stays for the versions that named it. Left out already: nothing changes."""
    check_is_applicant(by, investigator.application)
    check_open_to_applicant(investigator.application)

    if investigator.left_out_on is not None:
        return investigator
    investigator.left_out_on = timezone.localdate()
    save_record(investigator, by=by, reason="研究人员退出", fields=["left_out_on"])
    record_event(
        dossier=investigator.dossier,
        type="investigator_left_out",
        by=by,
        subject=investigator,
        data={"investigator": investigator.pk},
    )
    return investigator
