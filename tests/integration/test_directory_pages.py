"""The directory of subjects on the screen: search, one subject, entering, and what is not shown to whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework.actions import grants
from casework.enums import AccessKind, ExclusionSource
from casework.models import AccessEvent, Affiliation, Person, Subject, SubjectIdentifier
from tests.factories import organization, person, subject_organization, subject_person
from tests.factories.cases import case_at, case_opened, respondent_of
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db
LIST = "integrity:subject-list"


@pytest.fixture
def officer():
    return person("officer", name="李明")


@pytest.mark.parametrize("role", ["reviewer", "member", "sysadmin"])
def test_the_directory_is_closed_to_those_who_have_no_business_with_it(role):
    subject, client = subject_person(), signed_in(person(role))
    for url in (
        reverse(LIST),
        reverse("integrity:subject-detail", args=[subject.pk]),
        reverse("integrity:subject-add-person"),
        reverse("integrity:subject-add-organization"),
    ):
        assert client.get(url).status_code == 403


def test_the_directory_asks_for_a_sign_in(client):
    assert client.get(reverse(LIST))["Location"].startswith("/accounts/login/")


def test_two_of_one_name_are_shown_with_a_warning_and_what_tells_them_apart(officer):
    first, second = subject_person("周砚清"), subject_person("周砚清")
    Affiliation.objects.model(person=first.person, organization=organization("剑门医学院")).save()
    client = signed_in(officer)
    said = text_of(client.get(reverse(LIST), {"q": "周砚清"}))
    assert "有 2 个同名主体。姓名不能说明是同一个人" in said
    assert "剑门医学院" in said and "没有登记标识" in said
    alone = text_of(client.get(reverse("integrity:subject-detail", args=[second.pk])))
    assert "另有 1 个同名主体" in alone


def test_a_search_leaves_a_trace_without_the_words(officer):
    client = signed_in(officer)
    client.get(reverse(LIST), {"q": "周砚清"})
    client.get(reverse(LIST))
    trace = AccessEvent.objects.get(user=officer, kind=AccessKind.SEARCH)
    assert trace.data["length"] == 3 and "周砚清" not in str(trace.data)


def test_a_number_finds_its_owner_and_only_its_end_is_shown(officer):
    client = signed_in(officer)
    typed = {"name": "唐若川", "identifier_type": "orcid", "identifier": "0000-0002-1825-0097"}
    made = send(client, reverse("integrity:subject-add-person"), **typed)
    subject = Subject.objects.get()
    assert made["Location"] == reverse("integrity:subject-detail", args=[subject.pk])
    said = text_of(client.get(reverse(LIST), {"q": "https://orcid.org/0000-0002-1825-0097"}))
    assert "唐若川" in said and "ORCID ****0097" in said
    assert "0000-0002-1825-0097" not in text_of(client.get(made["Location"]))


def test_nothing_found_says_what_to_try(officer):
    assert "没有找到。" in text_of(signed_in(officer).get(reverse(LIST), {"q": "无此人"}))
    assert "反转" not in text_of(signed_in(officer).get(reverse(LIST), {"q": "反转\u202e文字"}))


def test_a_person_is_entered_with_post_and_number(officer):
    organization("剑门医学院")
    client = signed_in(officer)
    url = reverse("integrity:subject-add-person")
    typed = {"name": "唐若川", "birth_year": "1985", "unit": "剑门医学院", "post": "教授"}
    faulty = send(client, url, **{**typed, "unit": "没有的单位"})
    assert faulty.status_code == 422 and "请先登记" in text_of(faulty)
    missing = send(client, url, **typed, identifier="123")
    assert missing.status_code == 422 and "请选择标识类型" in text_of(missing)
    broken = send(client, url, **typed, identifier_type="id_card", identifier="510802199003071230")
    assert broken.status_code == 422 and "校验位不对" in text_of(broken)
    assert not Person.objects.exists()
    assert send(client, url, **typed).status_code == 302
    assert Affiliation.objects.get().post == "教授"
    again = send(client, url, **typed)
    assert again.status_code == 422 and "同名主体" in text_of(again)
    assert send(client, url, **typed, is_another="on").status_code == 302
    assert Person.objects.count() == 2


def test_the_name_searched_for_is_carried_into_the_form(officer):
    client = signed_in(officer)
    for name in ("subject-add-person", "subject-add-organization"):
        page = client.get(reverse(f"integrity:{name}"), {"name": "唐若川"})
        assert 'value="唐若川"' in page.content.decode()


def test_an_organisation_is_entered_once_per_code(officer):
    client, url = signed_in(officer), reverse("integrity:subject-add-organization")
    refused = send(client, url, name="嘉陵检测公司", kind="company", uscc="91510800MA62AAAA11")
    assert refused.status_code == 422 and "校验位不对" in text_of(refused)
    assert send(client, url, name="嘉陵检测公司", kind="company").status_code == 302
    page = text_of(client.get(reverse("integrity:subject-detail", args=[Subject.objects.get().pk])))
    assert "企业" in page and "没有您可以查看的案件" in page


def test_a_subject_lists_the_cases_this_reader_may_see(officer):
    subject = subject_person("周砚清")
    mine, other = case_opened(officer), case_opened()
    for case in (mine, other):
        respondent_of(case, subject)
    said = text_of(signed_in(officer).get(reverse("integrity:subject-detail", args=[subject.pk])))
    assert str(mine) in said and str(other) not in said
    everything = text_of(signed_in(person("legal")).get(reverse("integrity:subject-detail", args=[subject.pk])))
    assert str(mine) in everything and str(other) in everything


def test_who_is_only_known_from_a_hidden_case_leaves_no_trace(officer):
    subject = subject_person("周砚清")
    hidden = case_opened()
    respondent_of(hidden, subject)
    client = signed_in(officer)
    before = client.get(reverse(LIST), {"q": "无此人"}).status_code
    grants.exclude(
        dossier=hidden.dossier, user=officer, source=ExclusionSource.NAMED, reason="被点名", by=person("secadmin")
    )
    assert client.get(reverse("integrity:subject-detail", args=[subject.pk])).status_code == 404
    said = text_of(client.get(reverse(LIST), {"q": "周砚清"}))
    assert before == 200 and "没有找到。" in said
    mine = case_opened(officer)
    respondent_of(mine, subject)
    assert client.get(reverse("integrity:subject-detail", args=[subject.pk])).status_code == 200


def test_a_case_above_the_clearance_hides_its_people(officer):
    subject = subject_organization("蜀道农业研究所")
    case = case_opened()
    respondent_of(case, subject, role="unit")
    case.dossier.secrecy = 3
    case.dossier.save()
    assert signed_in(officer).get(reverse("integrity:subject-detail", args=[subject.pk])).status_code == 404


def test_the_pages_need_few_queries(officer):
    for _n in range(4):
        subject = subject_person("周砚清")
        respondent_of(case_opened(officer), subject)
    client = signed_in(officer)
    for url in (reverse(LIST) + "?q=周砚清", reverse("integrity:subject-detail", args=[subject.pk])):
        asked = [sql for sql in queries_of(client, url) if "django_session" not in sql]
        assert len(asked) <= 14, "\n".join(sql[:160] for sql in asked)
    assert SubjectIdentifier.objects.count() == 0 and case_at("opened", officer=officer)
