"""Convention 5: every address × every visitor. What is not for somebody does not exist for them, byte for byte."""

import re
import secrets
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from casework.access import is_visible
from casework.models import Dossier
from config.public_urls import PUBLIC_URL_NAMES
from ethics.models import Application
from tests.architecture.permission_table import METHODS, PAGES
from tests.architecture.permission_words import ANONYMOUS, HIDDEN, LOGIN, VISITORS, Outcome, Page
from tests.architecture.world import World
from tests.factories import person, subject_person
from tests.factories.cases import case_at
from tests.factories.dossiers import exclude

DEVELOPMENT_ONLY = {"admin"}  # mounted with DEBUG only
# Those who read the directory learn that a name is known there, unless they are kept out of the only case about it.
DIRECTORY_READERS = ("stranger", "county", "intake")
# A custodian knows the number of the lead whose identity is asked for, and nothing else of it.
KNOWN_BY_NUMBER = {"custodian": "lead"}
# A security administrator reads from which dossier somebody is excluded, there and nowhere else.
NUMBERS_SHOWN = {"secadmin": "casework:exclusion"}
LET_IN = {"GET": {200, 409, 410}, "POST": {200, 201, 302, 400, 409, 422}}


def _names(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else "", str(pattern.pattern)
        elif pattern.namespace not in DEVELOPMENT_ONLY:
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


ADDRESSES = list(_names(get_resolver()))


@pytest.fixture
def world(db, index_follows):
    return World()


def test_every_address_has_a_name():
    assert [pattern for name, pattern in ADDRESSES if not name] == []


def test_every_address_is_in_the_table():
    assert sorted({name for name, _pattern in ADDRESSES if name} - {page.name for page in PAGES}) == []


def test_the_table_names_no_address_that_is_gone():
    assert sorted({page.name for page in PAGES} - {name for name, _pattern in ADDRESSES}) == []


def test_public_addresses_are_those_of_the_public_list():
    open_to_all = {page.name for page in PAGES if LOGIN not in {page.outcomes(one)[ANONYMOUS] for one in METHODS}}
    assert open_to_all == PUBLIC_URL_NAMES


def test_every_row_decides_for_every_visitor():
    assert [page.id for page in PAGES for method in METHODS if set(page.outcomes(method)) != set(VISITORS)] == []
    assert len({page.id for page in PAGES}) == len(PAGES)


def _ask(client: Client, method: str, page: Page, url: str):
    """One request whose traces are undone, so that no visitor sees what another has done."""
    with transaction.atomic():
        if method == "GET":
            response = client.get(url)
        elif page.json:
            response = client.post(url, {}, content_type="application/json")
        else:
            response = client.post(url, {"idempotency_key": secrets.token_hex(16)})
        transaction.set_rollback(True)
    return response


class Writes:
    """Tables a request wrote to. Looking may leave an access event and keep the session alive, nothing else (I14)."""

    ALLOWED = frozenset({"casework_accessevent", "django_session"})
    PATTERN = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        if (match := self.PATTERN.match(sql)) and match[1] not in self.ALLOWED:
            self.tables.add(match[1])
        return execute(sql, params, many, context)


def _outcome(response, method: str) -> Outcome | str:
    place = response.headers.get("Location", "")
    if response.status_code == 401 or (response.status_code == 302 and place.startswith(reverse("accounts:login"))):
        return Outcome.LOGIN
    if response.status_code in LET_IN[method]:
        return Outcome.OK
    named = {302: Outcome.MOVED, 403: Outcome.REFUSED, 404: Outcome.HIDDEN, 405: Outcome.CLOSED}
    return named.get(response.status_code, f"status {response.status_code}")


def _fresh(world: World, visitor: str, page: Page) -> Client:
    """Signing out, a new language and visits of reporters leave marks in a browser: those pages get one of their own."""
    client = world.clients[visitor]
    if page.name in {"accounts:logout", "set_language"} or page.name.startswith("notices:report"):
        copy = Client(raise_request_exception=False)
        copy.cookies = client.cookies.copy()
        return copy
    return client


def _hidden_references(world: World) -> dict[str, set[str]]:
    """Visitor → numbers of dossiers they may not see: none of them may stand on any page they get."""
    dossiers = list(Dossier.objects.exclude(kind="register"))
    hidden = {ANONYMOUS: {one.reference for one in dossiers}}
    for visitor, user in world.people.items():
        known = KNOWN_BY_NUMBER.get(visitor)
        # Applicants hold no grant on a dossier: they read their own applications on pages of their own.
        own = set(Application.objects.of_applicant(user).values_list("dossier_id", flat=True))
        unseen = (one for one in dossiers if one.kind != known and one.pk not in own and not is_visible(user, one))
        hidden[visitor] = {one.reference for one in unseen}
    return hidden


def _walk(world: World, page: Page, method: str, hidden: dict[str, set[str]]) -> Iterator[str]:
    """What one row promises and the pages do not keep, one sentence each."""
    url = world.url(page)
    for visitor, wanted in page.outcomes(method).items():
        cell = f"{page.id} {method} {visitor}"
        writes = Writes()
        with connection.execute_wrapper(writes):
            response = _ask(_fresh(world, visitor, page), method, page, url)
        got = _outcome(response, method)
        if got != wanted:
            yield f"{cell}: {got} instead of {wanted}"
        if method == "GET" and writes.tables:
            yield f"{cell}: looking wrote to {sorted(writes.tables)}"
        body = response.content.decode(errors="replace")
        may_name = page.name.startswith(NUMBERS_SHOWN.get(visitor, "-"))
        shown = {reference for reference in hidden[visitor] if reference in body and not may_name}
        if shown and got != Outcome.MOVED:
            yield f"{cell}: shows {sorted(shown)}, which this visitor may not see"


def test_everybody_gets_what_the_table_says_and_looking_changes_nothing(world):
    hidden = _hidden_references(world)
    faults = [fault for page in PAGES for method in METHODS for fault in _walk(world, page, method, hidden)]
    assert faults == [], "\n".join(faults)


# What changes nothing of ours, or nothing that a second sending would change again.
WITHOUT_KEY = {
    "set_language": "a cookie",
    "accounts:login": "signs in again",
    "accounts:logout": "signs out again",
    "accounts:second-factor": "a code is good once",
    "notices:report-leave": "forgets the receipt again",
    "notices:report-return": "a wrong receipt changes nothing; a right one is sent on to what needs the key",
    "integrity:vault-view": "every look at an identity is an act of its own, with an event of its own",
    "integrity:decision-check": "saves nothing",
    "api-credit-check": "every question has a number of its own",
}


def test_every_form_is_refused_without_the_key_that_gives_it_one_effect(world):
    """I15. Who may send the form is told to open the page again; nothing is written."""
    lenient = []
    for page in PAGES:
        senders = [visitor for visitor, outcome in page.rules.get("POST", {}).items() if outcome is Outcome.OK]
        if not senders or page.name in WITHOUT_KEY:
            continue
        writes = Writes()
        with connection.execute_wrapper(writes), transaction.atomic():
            response = _fresh(world, senders[-1], page).post(world.url(page))
            transaction.set_rollback(True)
        if response.status_code != 422 or writes.tables - {"notices_throttlecount"}:
            lenient.append(f"{page.id}: {response.status_code} {sorted(writes.tables)}")
    assert lenient == []
    assert set(WITHOUT_KEY) <= {page.name for page in PAGES}


def _missing(world: World, page: Page) -> str:
    """The same address of something that was never there."""
    return reverse(page.name, kwargs={key: _never(world.things.get(name, name)) for key, name in page.kwargs.items()})


def _never(value):
    return 987_654_321 if isinstance(value, int) else "没有〔1999〕1号"


HIDING = [page for page in PAGES if page.kwargs and HIDDEN in page.rules.get("GET", {}).values()]


def _answer(response):
    return response.status_code, response.content, sorted(response.headers.items())


def test_hidden_and_missing_answer_alike(world):
    """Same status, same bytes, same headers: nobody learns that the record is there (I1, B5)."""
    assert len(HIDING) > 20
    found = []
    for page in HIDING:
        missing = None
        for visitor, outcome in page.outcomes("GET").items():
            if outcome is not HIDDEN:
                continue
            client = _fresh(world, visitor, page)
            missing = missing or _answer(_ask(client, "GET", page, _missing(world, page)))
            if _answer(_ask(client, "GET", page, world.url(page))) != missing:
                found.append(f"{page.id} for {visitor}")
    assert found == []


# The own account; workbooks, which carry their own time.
OTHER = ("accounts:", "integrity:decision-import-template", "ethics:committee-import-template", "ethics:ledger-export")
LISTS = [page for page in PAGES if not page.kwargs and "GET" in page.rules and not page.name.startswith(OTHER)]
CHANGING = re.compile(rb'name="(csrfmiddlewaretoken|idempotency_key)" value="[^"]*"')
NAME = "邵问渠"


def _lists_of(world: World, visitor: str) -> dict[str, bytes]:
    """Every page without a number, and every way to ask for the name, as this visitor gets them."""
    urls = [world.url(page) for page in LISTS]
    urls += [f"{reverse(name)}?q={NAME}" for name in ("search:search", "integrity:subject-list", "notices:public-list")]
    client = world.clients[visitor]
    with transaction.atomic():
        found = {url: CHANGING.sub(b"", client.get(url).content) for url in urls}
        transaction.set_rollback(True)
    return found


def test_a_case_one_may_not_see_changes_no_byte_of_any_list(world):
    """No row, no count, no gap, no suggestion (B5, I19): neither for strangers nor for a head kept out of the matter."""
    watching = ["stranger", "county", "member", "publisher", "intake", "head", "auditor", ANONYMOUS]
    with time_machine.travel(timezone.now(), tick=False):
        before = {visitor: _lists_of(world, visitor) for visitor in watching}
        case = case_at("report_ready", officer=person("officer"), subjects=[subject_person(NAME)], title=f"{NAME}论文")
        assert case.dossier.reference in _lists_of(world, "head")[reverse("integrity:case-list")].decode()
        for visitor in ("head", "auditor"):
            exclude(world.people[visitor], case.dossier)
        after = {visitor: _lists_of(world, visitor) for visitor in watching}
    told = [
        f"{url} for {visitor}"
        for visitor in watching
        for url in before[visitor]
        if before[visitor][url] != after[visitor][url]
    ]
    assert set(told) == {f"/subjects/?q={NAME} for {visitor}" for visitor in DIRECTORY_READERS}
