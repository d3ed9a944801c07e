"""The closed house: every page that is not on the public list asks for a sign-in; refusals become pages once."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.converters import IntConverter, UUIDConverter

from accounts.enums import Role
from accounts.models import User
from casework.actions import accounts
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from config.logs import ScrubFilter, scrub
from config.middleware import NoStoreMiddleware, RefusalMiddleware
from config.public_urls import PUBLIC_URL_NAMES
from tests.factories import department, person
from tests.factories.leads import lead_at
from tests.factories.visits import send, signed_in, text_of


def addresses(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """One address for each pattern, converters filled with something of their kind."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + filled(pattern))
        elif isinstance(pattern, URLPattern):
            yield "/" + prefix + filled(pattern)


def filled(pattern: Any) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        sample = "1" if isinstance(converter, IntConverter) else "x"
        if isinstance(converter, UUIDConverter):
            sample = "00000000-0000-4000-8000-000000000000"
        for kind in ("int", "str", "slug", "uuid", "path"):
            route = route.replace(f"<{kind}:{name}>", sample)
        route = route.replace(f"<{name}>", sample)
    return route


ADDRESSES = [address for address in addresses(get_resolver().url_patterns) if "<" not in address and "^" not in address]


def test_the_walk_finds_the_pages() -> None:
    assert len(ADDRESSES) > 60
    assert "/today/" in ADDRESSES


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_that_is_not_public_asks_for_a_sign_in(address: str) -> None:
    name = resolve(address).view_name
    if name in PUBLIC_URL_NAMES:
        assert not Client().get(address).headers.get("Location", "").startswith("/accounts/login/")
        return
    for method in ("get", "post"):
        response = getattr(Client(), method)(address)
        if address.startswith("/api/"):
            assert (response.status_code, response.json()) == (401, {"detail": "login required"})
        else:
            assert response.status_code == 302
            assert response["Location"].startswith("/accounts/login/?next=")


def test_every_public_name_is_a_page() -> None:
    known = {resolve(address).view_name for address in ADDRESSES}
    assert known >= PUBLIC_URL_NAMES


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_the_same_404_for_all() -> None:
    stranger, known = Client().get("/nowhere/"), signed_in(person(Role.HEAD)).get("/nowhere/")
    assert stranger.status_code == known.status_code == 404
    assert stranger.content == known.content


@pytest.mark.django_db
def test_on_a_development_machine_missing_hidden_and_unknown_look_as_in_production(settings: Any) -> None:
    lead, officer = lead_at(), person(Role.OFFICER)
    hidden = reverse("integrity:lead-detail", args=[lead.dossier.reference])
    addresses = (hidden, reverse("integrity:lead-detail", args=["线索〔2026〕9999号"]), "/nowhere/")
    (expected,) = {signed_in(officer).get(address).content for address in addresses}

    settings.DEBUG = True
    for address in addresses:
        answer = signed_in(officer).get(address)
        assert (answer.status_code, answer.content) == (404, expected)
    assert Client().get("/cases").status_code == 301


@pytest.mark.django_db
def test_somebody_without_a_role_is_told_whom_to_ask() -> None:
    user = person(Role.OFFICER)
    client = signed_in(user)
    accounts.end_membership(membership=user.memberships.get(), reason="转岗", by=person(Role.SECADMIN))

    for url in ("/today/", "/sharing/", "/calendar/"):
        answer = client.get(url)
        assert (answer.status_code, "请联系安全管理员" in text_of(answer)) == (403, True)
    assert client.get("/accounts/me/").status_code == 200
    api = client.get("/api/v1/schema/")
    assert (api.status_code, "安全管理员" in api.json()["detail"]) == (403, True)


@pytest.mark.django_db
def test_a_superuser_without_a_role_opens_no_page_of_the_house() -> None:
    client = Client()
    client.force_login(
        User.objects.create_superuser("root", "x", name="根"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/today/").status_code == 403
    assert client.get("/cases/").status_code == 403


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (AccessDenied("您不是承办人。", article="第9条"), 403),
        (MoveRefused("还缺送达日期。", article="第9条"), 409),
        (InputRefused("请写明理由。", article="第9条"), 422),
    ],
)
@pytest.mark.django_db
def test_a_refusal_becomes_a_page_with_sentence_article_and_a_way_back(refusal: Exception, status: int) -> None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/accounts/people/1/close/")
    request.user = person(Role.OFFICER)

    page = middleware.process_exception(request, refusal)

    assert page is not None
    assert page.status_code == status
    text = page.content.decode()
    assert str(refusal) in text
    assert "第9条" in text
    assert 'href="/accounts/people/1/"' in text


def test_a_refusal_of_the_api_is_json_and_other_errors_are_not_touched() -> None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/api/v1/cases/")

    answer = middleware.process_exception(request, MoveRefused("不是时候。", article="第9条"))

    assert answer is not None
    assert answer.status_code == 409
    assert b"detail" in answer.content
    assert middleware.process_exception(request, RuntimeError("ours")) is None


def test_the_way_back_from_an_unknown_place_is_the_front_page() -> None:
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/nowhere/at/all/")

    answer = middleware.process_exception(request, MoveRefused("不是时候。"))

    assert answer is not None
    assert 'href="/"' in answer.content.decode()


@pytest.mark.django_db
def test_an_expired_form_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"username": "a", "password": "b"})
    assert (answer.status_code, "页面已过期" in text_of(answer)) == (403, True)


@pytest.mark.django_db
def test_the_language_is_the_readers_choice_and_chinese_without_one() -> None:
    client = Client(headers={"accept-language": "en-US"})
    page = client.get("/accounts/login/")
    assert page["Content-Language"] == "zh-hans"
    assert 'lang="zh-Hans"' in page.content.decode()

    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    page = client.get("/accounts/login/")
    assert page["Content-Language"] == "en"
    assert '<html lang="en">' in page.content.decode()

    client.cookies["django_language"] = "xx"
    assert client.get("/accounts/login/")["Content-Language"] == "zh-hans"


@pytest.mark.django_db
def test_pages_of_staff_and_reporters_leave_no_copy_in_caches() -> None:
    for url in ("/accounts/login/", "/report/", "/healthz"):
        assert "no-store" in Client().get(url)["Cache-Control"]
    assert signed_in(person(Role.OFFICER)).get("/today/")["Cache-Control"] == "no-store"
    static = NoStoreMiddleware(lambda _request: HttpResponse())(RequestFactory().get("/static/chengyan.css"))
    assert "Cache-Control" not in static


@pytest.mark.django_db
def test_the_rail_shows_what_the_roles_open_and_where_one_is() -> None:
    officer = person(Role.OFFICER, name="李明")
    client = signed_in(officer)
    page = client.get("/sharing/").content.decode()
    assert '<a href="/sharing/" aria-current="page">共享</a>' in page
    assert "/accounts/people/" not in page
    assert "李明 · 办案人员" in page

    keeper = signed_in(person(Role.SECADMIN)).get("/accounts/people/").content.decode()
    assert 'href="/accounts/people/"' in keeper
    assert "<hr>" in keeper
    assert "/sharing/" not in keeper


@pytest.mark.django_db
def test_the_topbar_names_all_roles_and_departments_of_the_person() -> None:
    user = person(Role.OFFICER, dept="kjj")
    accounts.give_membership(user=user, department=department("jyj"), role=Role.LEGAL, by=person(Role.SECADMIN))

    page = signed_in(user).get("/today/").content.decode()

    assert "办案人员、法制审核" in page
    assert "kjj、jyj" in page


@pytest.mark.django_db
def test_health_says_ok_and_nothing_else() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    robots = Client().get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert "Disallow: /accounts/" in robots.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_key_is_refused_with_a_sentence() -> None:
    client = signed_in(person(Role.SYSADMIN))
    answer = client.post("/accounts/people/open/", {"username": "a", "name": "甲"})
    assert (answer.status_code, "页面已经过期" in text_of(answer)) == (422, True)
    assert send(client, "/accounts/people/open/", username="a", name="甲").status_code == 302


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /x 11010519491231002X", "GET /x [id]"),
        ("receipt 4821 0937 5560 1284 opened", "receipt [receipt] opened"),
        ("call 13800006789", "call [phone]"),
        ("mail wang.yue@example.org now", "mail [mail] now"),
        ("nothing personal 2026-11-23", "nothing personal 2026-11-23"),
    ],
)
def test_log_lines_lose_what_identifies_a_person(line: str, kept: str) -> None:
    assert scrub(line) == kept


def test_what_an_exception_says_below_a_log_line_loses_it_too() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "error at %s", ("/x",), None)
    try:
        raise ValueError("Key (phone)=(13800006789) exists, ask wang.yue@example.org")
    except ValueError:
        record.exc_info = sys.exc_info()

    assert ScrubFilter().filter(record)

    line = logging.Formatter().format(record)
    assert "Key (phone)=([phone]) exists, ask [mail]" in line and "Traceback" in line
    assert "13800006789" not in line


def test_names_of_pages_can_be_turned_into_addresses() -> None:
    for name in PUBLIC_URL_NAMES:
        try:
            assert reverse(name).startswith("/")
        except NoReverseMatch:
            assert reverse(name, args=["x"]).startswith("/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ethics/applications/%00/", "/cases/2026%00/", "/n/%00/", "/api/v1/cases/%00/"])
def test_an_address_with_a_nul_leads_nowhere(address: str, django_assert_num_queries: Any) -> None:
    """PostgreSQL answers such a look-up with an error: nothing may ask for it."""
    with django_assert_num_queries(0):
        assert Client().get(address).status_code == 404
