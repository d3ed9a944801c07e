"""Who may keep a colleague out of a matter, what must be stated, and that a failing event undoes all of it."""

from __future__ import annotations

import pytest
from django.http import Http404

from accounts.enums import Role
from casework.actions import grants
from casework.models import Exclusion
from casework.refusals import AccessDenied, InputRefused
from integrity.actions import exclusions
from tests.factories import person
from tests.factories.cases import case_opened
from tests.factories.dossiers import exclude
from tests.factories.leads import lead_at

pytestmark = pytest.mark.django_db
WHY = {"source": "ordered", "reason": "师生。"}


@pytest.mark.parametrize("role", [Role.INTAKE, Role.HEAD])
def test_whoever_is_kept_out_of_a_lead_keeps_nobody_else_out_of_it(role):
    lead, kept_out = lead_at(), person(role)
    exclude(kept_out, lead.dossier)
    with pytest.raises(Http404):
        exclusions.exclude_from_lead(lead=lead, user=person(Role.AUDITOR), by=kept_out, **WHY)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
def test_whoever_is_kept_out_of_a_case_keeps_nobody_else_out_of_it(role):
    kept_out = person(role)
    case = case_opened(kept_out) if role == Role.OFFICER else case_opened()
    exclude(kept_out, case.dossier)
    with pytest.raises(Http404):
        exclusions.exclude_from_case(case=case, user=person(Role.AUDITOR), by=kept_out, **WHY)


def test_reading_a_matter_is_not_enough():
    case, lead = case_opened(), lead_at()
    for role in (Role.LEGAL, Role.BUREAU, Role.AUDITOR):
        with pytest.raises(AccessDenied):
            exclusions.exclude_from_case(case=case, user=person(Role.HEAD), by=person(role), **WHY)
    with pytest.raises(AccessDenied):
        exclusions.exclude_from_lead(lead=lead, user=person(Role.HEAD), by=person(Role.AUDITOR), **WHY)


@pytest.mark.parametrize(
    ("stated", "field"),
    [({"source": "computed"}, "source"), ({"source": ""}, "source"), ({"reason": " "}, "reason")],
)
def test_source_and_reason_are_stated_by_a_person(stated, field):
    with pytest.raises(InputRefused) as refused:
        exclusions.exclude_from_lead(lead=lead_at(), user=person(Role.HEAD), by=person(Role.INTAKE), **WHY | stated)
    assert refused.value.field == field and not Exclusion.objects.exists()


def test_a_failing_event_leaves_nobody_half_excluded(monkeypatch):
    officer = person(Role.OFFICER)
    lead = lead_at("accepted", handler=officer)
    case = case_opened(officer, leads=[lead])
    record, recorded = grants.record_event, []

    def fails_the_second_time(**values):
        recorded.append(values["type"])
        if len(recorded) == 2:
            raise RuntimeError("the trail is full")
        return record(**values)

    monkeypatch.setattr(grants, "record_event", fails_the_second_time)
    with pytest.raises(RuntimeError):
        exclusions.exclude_from_case(case=case, user=person(Role.LEGAL), by=officer, **WHY)

    assert recorded == ["exclusion_made", "exclusion_made"]
    assert not Exclusion.objects.exists() and not case.dossier.events.filter(type="exclusion_made").exists()
