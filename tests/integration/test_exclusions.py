"""Keeping a colleague out of a lead or a case, and letting them in again: one page per step, a ladder for each."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Clearance, Role
from accounts.models import User
from casework.access import is_visible
from casework.actions import grants
from casework.models import AccessEvent, Dossier, Event, Exclusion
from integrity.actions import cases, exclusions
from integrity.models import Case, Lead
from tests.factories import person
from tests.factories.cases import case_opened
from tests.factories.dossiers import dossier, exclude, lift
from tests.factories.leads import lead_at
from tests.factories.visits import send, signed_in, text_of

pytestmark = pytest.mark.django_db
WHY = {"source": "ordered", "reason": "与被调查人同一课题组。"}
LIST = reverse("casework:exclusion-list")


def matter() -> tuple[User, Lead, Case]:
    """An officer, the lead they were given, and the case they opened from it."""
    officer = person(Role.OFFICER)
    lead = lead_at("accepted", handler=officer)
    return officer, lead, case_opened(officer, leads=[lead])


def address(kind: str, one: Lead | Case) -> str:
    return reverse(f"integrity:{kind}-exclude", args=[one.dossier.reference])


def made(dossier: Dossier) -> list[Event]:
    return list(dossier.events.filter(type="exclusion_made"))


@pytest.mark.parametrize("kind", ["lead", "case"])
def test_the_ladder_of_excluding(kind: str) -> None:
    officer, lead, case = matter()
    one = {"lead": lead, "case": case}[kind]
    involved, kept_out, auditor = person(Role.LEGAL), person(Role.HEAD), person(Role.AUDITOR)
    exclude(kept_out, one.dossier)
    page = address(kind, one)
    values = {"user": involved.pk, **WHY}

    assert send(Client(), page, **values).status_code == 302
    for nobody in (person(Role.OFFICER), kept_out):
        unknown = page.replace(one.dossier.reference, "没有这个编号")
        hidden, missing = (send(signed_in(nobody), url, **values) for url in (page, unknown))
        assert hidden.status_code == missing.status_code == 404
        assert text_of(hidden) == text_of(missing)
    assert "没有这项权限" in text_of(send(signed_in(auditor), page, **values))
    assert len(made(one.dossier)) == 1

    client = signed_in(officer)
    assert "第45条" in text_of(client.get(page))
    first = send(client, page, key="a" * 32, **values)
    again = send(client, page, key="a" * 32, **values)

    assert first.status_code == again.status_code == 302 and first.url == again.url
    event = made(one.dossier)[-1]
    assert (event.actor, event.reason, event.data["source"]) == (officer, WHY["reason"], "ordered")
    assert event.data["user"] == involved.pk and len(made(one.dossier)) == 2
    assert not is_visible(involved, one.dossier)
    send(client, page, **values)
    assert len(made(one.dossier)) == 2, "excluding somebody twice changes nothing"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
def test_handler_and_head_find_the_step_on_the_page_that_says_who_can_see(role: str) -> None:
    officer, lead, case = matter()
    reader = signed_in(officer if role == Role.OFFICER else person(role))

    for kind, one in (("lead", lead), ("case", case)):
        who = reader.get(reverse(f"integrity:{kind}-who", args=[one.dossier.reference])).content.decode()
        assert f'href="{address(kind, one)}"' in who


def test_whoever_may_only_read_sees_a_grey_button_that_says_why() -> None:
    _officer, lead, case = matter()
    reader = signed_in(person(Role.AUDITOR))

    for kind, one in (("lead", lead), ("case", case)):
        page = reader.get(reverse(f"integrity:{kind}-who", args=[one.dossier.reference]))
        assert "没有这项权限" in text_of(page) and address(kind, one) not in page.content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"user": "", **WHY}, "请从列表中选择"),
        ({"source": "", "reason": "近亲属。"}, "请选择排除的缘由"),
        ({"source": "computed", "reason": "近亲属。"}, "不在可选范围内"),
        ({"source": "ordered", "reason": " "}, "理由"),
    ],
)
def test_what_is_missing_is_said_and_nobody_is_excluded(values: dict[str, str], sentence: str) -> None:
    officer, _lead, case = matter()

    refused = send(signed_in(officer), address("case", case), **{"user": person(Role.LEGAL).pk, **values})

    assert refused.status_code == 422 and sentence in text_of(refused)
    assert not Exclusion.objects.exists()


def test_namesakes_are_told_apart_by_their_accounts() -> None:
    officer, _lead, case = matter()
    person(Role.LEGAL, name="白鹭洲", username="bailu1")
    person(Role.LEGAL, name="白鹭洲", username="bailu2")

    page = text_of(signed_in(officer).get(address("case", case)))

    assert "白鹭洲（bailu1）" in page and "白鹭洲（bailu2）" in page


def test_somebody_who_declares_themselves_involved_is_led_away_and_a_lost_handler_is_told_of() -> None:
    officer, _lead, case = matter()
    head = person(Role.HEAD)

    left = send(signed_in(head), address("case", case), user=head.pk, source="declared", reason="师生。")
    assert left.url == reverse("integrity:case-list")
    other = signed_in(person(Role.HEAD))
    send(other, address("case", case), user=officer.pk, source="ordered", reason="师生。")

    assert "请科室负责人改派" in text_of(other.get(case.get_absolute_url()))


def test_who_is_kept_out_of_a_case_is_kept_out_of_its_leads_and_of_those_that_come_later() -> None:
    """221号 第45条: recusal is from the matter, not from one of its folders."""
    officer, lead, case = matter()
    intake = person(Role.INTAKE)
    exclusions.exclude_from_case(case=case, user=intake, by=officer, **WHY)
    assert not is_visible(intake, lead.dossier)

    late = lead_at("accepted", handler=officer)
    named = person(Role.INTAKE)
    exclusions.exclude_from_lead(lead=late, user=named, by=officer, **WHY)
    cases.attach_lead(case=case, lead=late, reason="同一事项", by=officer)

    assert not is_visible(intake, late.dossier)
    assert not is_visible(named, lead.dossier)
    lift(Exclusion.objects.get(dossier=late.dossier, user=named))
    assert is_visible(named, lead.dossier) and not is_visible(intake, late.dossier)


def test_the_ladder_of_lifting() -> None:
    _officer, _lead, case = matter()
    auditor = person(Role.AUDITOR)
    exclusion = exclude(auditor, case.dossier)
    propose, confirm = (reverse(f"casework:exclusion-{step}", args=[exclusion.pk]) for step in ("propose-lift", "lift"))
    first, second = signed_in(person(Role.SECADMIN, name="青石")), signed_in(person(Role.SECADMIN))

    assert Client().get(propose).status_code == 302
    for client in (signed_in(person(Role.HEAD)), signed_in(auditor)):
        assert send(client, propose, reason="查明").status_code == 403
        assert client.get(LIST).status_code == 403
    assert send(second, confirm).status_code == 409 or "须先由一人提出" in text_of(send(second, confirm))
    assert "请写明解除排除的理由" in text_of(send(first, propose, reason=" "))

    keys = {"key": "b" * 32}
    assert send(first, propose, reason="查明并无关联", **keys).url == send(first, propose, reason="再来", **keys).url
    assert case.dossier.events.filter(type="exclusion_lift_proposed").count() == 1
    waiting = text_of(first.get(LIST))
    assert "青石 提出解除：查明并无关联" in waiting and "解除排除须由另一人确认" in waiting
    assert send(first, confirm).status_code == 403
    assert not is_visible(auditor, case.dossier)

    assert "查明并无关联" in text_of(second.get(confirm))
    keys = {"key": "c" * 32}
    assert send(second, confirm, **keys).url == send(second, confirm, **keys).url == LIST
    assert is_visible(auditor, case.dossier)
    assert case.dossier.events.filter(type="exclusion_lifted").count() == 1
    assert second.get(confirm).status_code == 404


def test_a_security_administrator_never_learns_of_their_own_exclusion_nor_of_what_is_kept_from_them() -> None:
    """I1: neither a list, nor an address, nor a sentence tells somebody that a matter about them exists."""
    keeper = person(Role.SECADMIN, clearance=Clearance.INTERNAL)
    client = signed_in(keeper)
    one, secret = dossier(), dossier(secrecy=Clearance.SENSITIVE)
    own = exclude(keeper, one)
    beside, above = exclude(person(Role.LEGAL), one), exclude(person(Role.LEGAL), secret)
    shown = exclude(person(Role.LEGAL, name="白鹭洲"), dossier())

    page = text_of(client.get(LIST))

    assert "白鹭洲" in page and one.reference not in page and secret.reference not in page
    for hidden in (own, beside, above):
        for step in ("propose-lift", "lift"):
            url = reverse(f"casework:exclusion-{step}", args=[hidden.pk])
            missing = reverse(f"casework:exclusion-{step}", args=[shown.pk + 1000])
            assert text_of(send(client, url, reason="查明")) == text_of(send(client, missing, reason="查明"))
    assert AccessEvent.objects.filter(what="exclusions", user=keeper).count() == 1


def test_the_list_says_what_follows_another_and_offers_no_step_there() -> None:
    officer, lead, case = matter()
    exclusion = exclusions.exclude_from_lead(lead=lead, user=person(Role.LEGAL), by=officer, **WHY)
    carried = Exclusion.objects.get(carried_from=exclusion)
    client = signed_in(person(Role.SECADMIN))

    page = client.get(LIST)

    assert f"随 {lead.dossier.reference} 而来" in text_of(page) and officer.name in text_of(page)
    alone = reverse("casework:exclusion-propose-lift", args=[carried.pk])
    assert alone not in page.content.decode()
    assert "请解除最初的那一项" in text_of(send(client, alone, reason="查明"))
    grants.propose_lift(exclusion=exclusion, reason="查明", by=person(Role.SECADMIN))
    assert "1 项排除" in text_of(client.get(reverse("casework:exclusion-lift", args=[exclusion.pk])))
    assert case.dossier.events.filter(type="exclusion_made").count() == 1
