"""Whoever is kept out of a matter meets it nowhere: not on Today, not as a link, not as a name offered (B5, I1, I19)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from casework.access import is_visible
from casework.models import Exclusion
from casework.today import rows_for
from integrity.actions import duplicates, exclusions
from integrity.models import Case, Decision
from integrity.querysets import PUBLISHABLE
from notices.models import Notice
from tests.factories import person
from tests.factories.cases import STAGES, case_at, case_opened, respondent_of
from tests.factories.decisions import ROAD, decision_at
from tests.factories.dossiers import exclude
from tests.factories.leads import lead_at, report
from tests.factories.notices import notice_at
from tests.factories.people import subject_organization
from tests.factories.shares import share_at
from tests.factories.visits import send, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", STAGES)
def test_b05_a_case_leaves_the_today_page_of_its_handler_who_is_kept_out(status: str) -> None:
    officer = person(Role.OFFICER)
    case = case_at(status, officer=officer)
    assert rows_for(officer, timezone.localdate())

    exclude(officer, case.dossier)

    assert rows_for(officer, timezone.localdate()) == []


@pytest.mark.parametrize("status", ROAD)
def test_b05_a_decision_leaves_the_today_page_of_its_drafter_who_is_kept_out(status: str) -> None:
    officer = person(Role.OFFICER)
    decision = decision_at(status, officer=officer)
    assert rows_for(officer, timezone.localdate())

    exclude(officer, decision.dossier)

    assert rows_for(officer, timezone.localdate()) == []


def accepted_and_opened() -> tuple[User, Case]:
    officer, intake = person(Role.OFFICER), person(Role.INTAKE)
    lead = lead_at("accepted", handler=officer, by=intake)
    return intake, case_opened(officer, leads=[lead])


def test_a_lead_does_not_name_the_case_to_somebody_who_may_not_see_it() -> None:
    intake, case = accepted_and_opened()
    lead = case.lead_links.get().lead

    read_by_intake = text_of(signed_in(intake).get(lead.get_absolute_url()))
    assert str(case) not in read_by_intake
    assert str(case) in text_of(signed_in(person(Role.HEAD)).get(lead.get_absolute_url()))


def test_b05_a_lead_does_not_name_its_duplicate_to_somebody_kept_out_of_that() -> None:
    original, copy = report()[0], report()[0]
    intake, reader = person(Role.INTAKE), person(Role.INTAKE)
    duplicates.mark(lead=copy, original=original, reason="写的是同一位同事", by=intake)

    for hidden, shown in ((original, copy), (copy, original)):
        exclusion = exclude(reader, hidden.dossier)
        said = text_of(signed_in(reader).get(shown.get_absolute_url()))
        assert str(hidden) not in said
        assert str(hidden) in text_of(signed_in(intake).get(shown.get_absolute_url()))
        Exclusion.objects.filter(pk=exclusion.pk)._raw_delete("default")


def test_b05_a_unit_known_only_from_a_hidden_case_is_not_offered_and_reads_like_an_unknown_one() -> None:
    officer = person(Role.OFFICER)
    hidden = case_opened()
    subject = subject_organization("蜀道农业研究所")
    respondent_of(hidden, subject, role="unit")
    exclude(officer, hidden.dossier)
    client = signed_in(officer)

    for page in (reverse("integrity:case-open"), reverse("integrity:subject-add-person")):
        assert "蜀道农业研究所" not in client.get(page).content.decode()
    for page, name in ((reverse("integrity:case-open"), "title"), (reverse("integrity:subject-add-person"), "name")):
        known = send(client, page, unit="蜀道农业研究所", **{name: "测试"})
        assert "主体名录中没有这个单位" in text_of(known)
    assert "蜀道农业研究所" in signed_in(person(Role.OFFICER)).get(reverse("integrity:case-open")).content.decode()


def test_a_colleague_found_to_be_involved_later_meets_the_matter_nowhere_else() -> None:
    """221号 第45条: the lead names somebody after a case was opened, a notice drafted and the result shared."""
    head, auditor = person(Role.HEAD), person(Role.AUDITOR)
    intake, case = accepted_and_opened()
    lead = case.lead_links.get().lead

    for involved in (head, auditor):
        assert is_visible(involved, case.dossier)
        exclusions.exclude_from_lead(lead=lead, user=involved, source="named", reason="近亲属。", by=intake)
        assert not is_visible(involved, case.dossier)


def notice_of(decision: Decision) -> Notice:
    return notice_at(decisions=[decision])


@pytest.mark.parametrize("follow", [notice_of, lambda decision: share_at(decision=decision)])
def test_an_exclusion_from_a_case_reaches_what_was_drawn_from_it_before(follow: Callable) -> None:
    auditor = person(Role.AUDITOR)
    drawn = follow(decision_at("effective"))
    audit = signed_in(auditor)
    trail = reverse("casework:audit-events")
    assert drawn.dossier.reference in text_of(audit.get(trail))
    decision = Decision.objects.filter(status__in=PUBLISHABLE).get()

    exclude(auditor, decision.dossier)

    assert not is_visible(auditor, drawn.dossier)
    assert drawn.dossier.reference not in text_of(audit.get(trail))
