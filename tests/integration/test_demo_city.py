"""The demo city: one command, every status of every workflow, every chain whole. Slow, so everything is asked of one city."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from casework.workflow import WORKFLOWS
from config.demo.city import PASSWORD, PEOPLE
from ethics.models import (
    Activity,
    AnnualReport,
    Application,
    Committee,
    CommitteeMeeting,
    FollowUp,
    PublicEntry,
    Registration,
    ReviewUnit,
    SpotCheck,
)
from integrity.models import Case, CreditRecord, Decision, IdentityUnlock, Lead, Measure
from notices.models import Notice
from sharing.models import SharePackage

pytestmark = pytest.mark.django_db

MODELS = {
    "lead": Lead,
    "case": Case,
    "decision": Decision,
    "measure": Measure,
    "credit_record": CreditRecord,
    "identity_unlock": IdentityUnlock,
    "notice": Notice,
    "share": SharePackage,
    "activity": Activity,
    "ethics_application": Application,
    "ethics_meeting": CommitteeMeeting,
    "public_entry": PublicEntry,
}
# A share is opened in the moment it is drafted; nobody ever finds one as a draft.
PASSING = {"share": {"draft"}}


@override_settings(DEBUG=True)
def test_one_command_builds_a_city_in_which_every_status_is_present():
    said = io.StringIO()

    call_command("load_demo", stdout=said)

    assert Lead.objects.count() + Case.objects.count() >= 40
    assert set(MODELS) == set(WORKFLOWS)
    for name, model in MODELS.items():
        present = set(model.objects.values_list("status", flat=True))
        assert set(WORKFLOWS[name].statuses.values) - present == PASSING.get(name, set()), name
    today = timezone.localdate()
    assert ReviewUnit.objects.count() >= 12
    assert len(set(ReviewUnit.objects.values_list("region_code", flat=True))) >= 7
    assert Committee.objects.broken_on(today).exists()
    for duty in (Registration, AnnualReport, FollowUp, SpotCheck):
        assert duty.objects.overdue(today).exists() or (duty is AnnualReport and today.timetuple().tm_yday < 92), duty
    for account, *_rest in PEOPLE:
        assert User.objects.get(username=account).check_password(PASSWORD)
        assert account in said.getvalue()
    call_command("verify_chain", stdout=io.StringIO())
    call_command("check_grants", stdout=io.StringIO())

    again = io.StringIO()
    call_command("load_demo", "--if-empty", stdout=again)
    assert Lead.objects.count() + Case.objects.count() >= 40 and PASSWORD in again.getvalue()
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_demo", stdout=io.StringIO())


@override_settings(DEBUG=False)
def test_a_production_machine_never_gets_known_passwords():
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("load_demo", stdout=io.StringIO())

    assert not User.objects.exists()
