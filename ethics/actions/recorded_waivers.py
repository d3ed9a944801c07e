"""A waiver of review that a committee confirmed elsewhere, recorded here (涉及人的办法 第32条): never for what is listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.workflow import check_move
from ethics.actions import acceptance, recorded, waivers
from ethics.enums import Procedure, Regime
from ethics.models import Application, Review
from ethics.plain_days import EARLIEST, check_happened
from ethics.review_access import check_can_run
from ethics.review_books import regimes_of
from ethics.review_workflow import APPLICATION


@transaction.atomic
def waive(
    *,
    application: Application,
    waived_on: dt.date,
    conditions: Sequence[str],
    cases: Sequence[str],
    involved: Sequence[str],
    reason: str,
    by: User,
    file: tuple[str, bytes] | None = None,
) -> Review:
    """Accepted and waived the same day, with what the unit stated: the rules are asked again, nothing is believed unseen.

    The committee that confirmed it wrote its own letter; here stands only the record.
    """
    check_can_run(by, application)
    recorded.check_recorded(application)
    check_move(APPLICATION, application, "accept")

    check_may_be_told(application)
    if waived_on < EARLIEST:
        raise InputRefused(_("“%(field)s”太早，请核对年份。") % {"field": _("确认免除的日期")}, field="waived_on")
    check_happened(waived_on, field="waived_on", label=_("确认免除的日期"))
    application.waiver = {
        "claimed": True,
        "conditions": sorted(conditions),
        "cases": sorted(cases),
        "involved": sorted(involved),
    }
    save_record(application, by=by, reason="登记外部确认的免除审查", fields=["waiver"])
    assert application.unit is not None and application.committee is not None
    review = acceptance.accept(
        application=application,
        unit=application.unit,
        committee=application.committee,
        procedure=Procedure.WAIVER,
        accepted_at=timezone.make_aware(dt.datetime.combine(waived_on, dt.time.min)),
        by=by,
    )
    recorded.keep_document(application, file, by)
    return waivers.settle(application=application, review=review, reason=reason, on=waived_on, by=by)


def check_may_be_told(application: Application) -> None:
    """MoveRefused where no answer about the conditions could make it a waiver."""
    if application.is_listed:
        raise MoveRefused(_("清单活动不能免除伦理审查。"), article="ST 25")
    if Regime.HS2023 not in regimes_of(application):
        raise MoveRefused(_("免除审查只适用于涉及人的研究，这项申请没有选择这项规则。"), article="HS 32")
