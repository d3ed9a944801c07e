"""The reporter's identity stands nowhere but on the page that opens it (I10).

Eight reports carry 64 unique words and are taken through the house to a case, a decision, a notice and a share. Then
everything that can be read is read: every page as every visitor, every table, file, session, cookie, header and log line.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter

from casework.models import Attachment
from integrity.actions import duplicates, leads, messages, vault
from integrity.models import Lead
from tests.architecture.permission_table import PAGES
from tests.architecture.permission_words import ANONYMOUS, Outcome, Page
from tests.architecture.world import World
from tests.factories.canaries import Report, forms_of, found_in
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at
from tests.factories.leads import PASSPHRASE, SUMMARY, TICKS, custodian
from tests.factories.notices import notice_at
from tests.factories.shares import share_at
from tests.factories.visits import send, text_of

pytestmark = pytest.mark.django_db

MODES = [
    "real_name",
    "confidential",
    "real_name",
    "anonymous",
    "confidential",
    "real_name",
    "confidential",
    "anonymous",
]
MAIN = 0  # the report that becomes a case
# Where what was reported may be read: the pages of leads, by those who read leads.
LEAD_PAGES = ("integrity:lead-", "casework:attachment-download")
LEAD_READERS = {"intake", "head", "auditor", "officer"}
# Where the name of a reporter's file lies.
FILE_TABLES = {"casework_attachment", "casework_historicalattachment"}


@pytest.fixture
def house(caplog, index_follows):
    """The world of the permission table; everything any logger says is kept."""
    caplog.set_level(logging.DEBUG)
    return World()


def _file(report: Report, mode: str) -> Lead:
    """File it in a browser of its own and note the receipt; an anonymous reporter comes back and leaves the name."""
    browser = Client()
    browser.get("/report/")
    before = set(Lead.objects.values_list("pk", flat=True))
    refused = send(browser, "/report/", **report.form(mode) | {"target": "", "files": [report.picture()]})
    assert refused.status_code == 422
    assert send(browser, "/report/", **report.form(mode)).status_code == 302
    words = text_of(browser.get("/report/receipt/"))
    report.receipt = "".join(one for one in words.split() if one.isdecimal() and len(one) == 4)[:16]
    lead = Lead.objects.exclude(pk__in=before).get()
    _return(report, lead, mode)
    return lead


def _return(report: Report, lead: Lead, mode: str) -> None:
    browser = Client()
    browser.get("/report/return/")
    assert send(browser, "/report/return/", receipt=report.receipt).url == "/report/return/lead/"
    answer = send(browser, "/report/return/message/", body=report.matter["message"])
    assert answer.status_code == 302
    if mode == "anonymous":
        answer = send(browser, "/report/return/name/", mode="real_name", **report.identity)
        assert answer.status_code == 302
    page = browser.get("/report/return/lead/").content
    assert report.matter["message"].encode() in page
    assert found_in(page, _words([report], "identity")) == []


def _words(reports: list[Report], kind: str) -> dict[str, set[bytes]]:
    return {f"{one.number}.{key}": forms_of(word) for one in reports for key, word in getattr(one, kind).items()}


def _receipts(reports: list[Report]) -> dict[str, set[bytes]]:
    shapes = {one.number: (one.receipt, " ".join(one.receipt[n : n + 4] for n in range(0, 16, 4))) for one in reports}
    return {f"{number}.receipt": {one.encode() for one in pair} for number, pair in shapes.items()}


def _drive(house: World, filed: list[Lead]) -> tuple[World, int]:
    """From the lead to everything that follows from it; what the table asks for are now these very things."""
    intake, officer = house.people["intake"], house.people["officer"]
    lead = filed[MAIN]
    for one in filed:
        leads.summarise(lead=one, summary=SUMMARY, by=intake)
    messages.write(lead=lead, body="请补充期刊卷期。", by=intake)
    duplicates.mark(lead=filed[1], original=lead, reason="同一篇论文。", by=intake)
    leads.accept(lead=lead, ticks=TICKS, handler=officer, by=intake)
    case = case_at("deliberation", officer=officer, leads=[lead])
    decision = decision_at("effective", case=case)
    notice = notice_at("published", decisions=[decision], publisher=house.people["publisher"])
    share = share_at("shared", decision=decision)
    unlock = vault.request(lead=lead, purpose="answer", reason="书面答复。", by=intake)
    vault.approve(unlock=unlock, by=house.people["custodian"])
    vault.approve(unlock=unlock, by=custodian())
    house.things |= {
        "lead": filed[2].dossier.reference,
        "given_lead": lead.dossier.reference,
        "lead_file": Attachment.objects.filter(dossier=lead.dossier).first().pk,
        "open_unlock": unlock.pk,
        "case": case.dossier.reference,
        "respondent": case.respondents.get().pk,
        "decision": decision.pk,
        "published": notice.dossier.reference,
        "number": notice.number,
        "share": share.dossier.reference,
    }
    return house, unlock.pk


@pytest.fixture
def story(house):
    reports = [Report(number) for number in range(len(MODES))]
    keys = [custodian(), custodian()]
    assert len(keys) == 2
    filed = [_file(report, mode) for report, mode in zip(reports, MODES, strict=True)]
    house, unlock = _drive(house, filed)
    return house, reports, unlock


def _pages(house: World) -> Iterator[tuple[Page, str, str, bytes]]:
    """(page, visitor, where, bytes) of everything a visitor is given on looking: body, headers, cookies."""
    for page in PAGES:
        for visitor, outcome in page.outcomes("GET").items():
            if outcome not in {Outcome.OK, Outcome.MOVED} and visitor != ANONYMOUS:
                continue
            url = house.url(page)
            client = house.clients[visitor]
            response = client.get(url)
            head = json.dumps([*response.headers.items(), url], ensure_ascii=False) + str(response.cookies)
            yield page, visitor, "body", response.content
            yield page, visitor, "headers", head.encode()


def _tables() -> Iterator[tuple[str, bytes]]:
    """Every row of every table the database knows, also those of the index; read below the ORM."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = cursor.fetchall()
            yield table, b"\n".join(_bytes(value) for row in rows for value in row)
    for session in Session.objects.all():
        yield "sessions, opened", json.dumps(session.get_decoded(), ensure_ascii=False).encode()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _files() -> Iterator[tuple[str, bytes]]:
    for path in sorted(settings.DATA_DIR.rglob("*")):
        if path.is_file() and not path.name.startswith("test.sqlite3"):
            yield str(path), path.read_bytes() + path.name.encode()


def _logs(caplog) -> bytes:
    lines = [caplog.text, *(f"{record.args} {record.exc_text} {record.__dict__}" for record in caplog.records)]
    return "\n".join(lines).encode()


def test_there_are_enough_canaries_and_all_are_told_apart():
    reports = [Report(number) for number in range(len(MODES))]
    words = [word for one in reports for word in [*one.identity.values(), *one.matter.values()]]
    assert len(words) >= 60 and len(set(words)) == len(words)
    assert sum(len(one.identity) for one in reports) + len(reports) >= 24
    assert [a for a in words for b in words if a != b and a in b] == []


@pytest.mark.parametrize("disguise", ["鄢望舒", "%E9%84%A2%E6%9C%9B%E8%88%92", "\\u9122\\u671b\\u8212", "yan wang shu"])
def test_a_canary_is_recognised_in_disguise(disguise):
    words = {"name": forms_of("鄢望舒")}
    assert found_in(f"<p>前{disguise}后</p>".encode(), words) == ["name"]
    assert found_in("<p>前望舒后</p>".encode(), words) == []


def test_the_identity_of_a_reporter_stands_nowhere_but_on_the_page_that_opens_it(story, caplog):
    house, reports, unlock = story
    identity = _words(reports, "identity") | _receipts(reports)
    matter = _words(reports, "matter")

    page = house.clients["custodian"].post(reverse("integrity:vault-view", args=[unlock]), {"passphrase": PASSPHRASE})
    shown = found_in(page.content, identity)
    assert shown == [f"{MAIN}.name", f"{MAIN}.contact", f"{MAIN}.note"], "the positive control"

    leaks, seen_matter = [], set()
    for page, visitor, where, content in _pages(house):
        leaks += [f"{page.id} {where} for {visitor}: {word}" for word in found_in(content, identity)]
        told = found_in(content, matter)
        if visitor in LEAD_READERS and page.name.startswith(LEAD_PAGES):
            seen_matter |= set(told)
        else:
            leaks += [f"{page.id} {where} for {visitor}: {word}" for word in told]
    assert {f"{MAIN}.evidence", f"{MAIN}.message", f"{MAIN}.file_name", f"{MAIN}.artist"} <= seen_matter, (
        "a second control"
    )

    for table, content in _tables():
        leaks += [f"table {table}: {word}" for word in found_in(content, identity)]
        allowed = {word for word in matter if word.endswith("file_name")} if table in FILE_TABLES else set()
        leaks += [f"table {table}: {word}" for word in found_in(content, matter) if word not in allowed]
    for name, content in _files():
        leaks += [f"file {name}: {word}" for word in found_in(content, identity | matter)]
    stored = json.dumps({key: str(value) for key, value in getattr(cache, "_cache", {}).items()}, ensure_ascii=False)
    leaks += [f"cache: {word}" for word in found_in(stored.encode(), identity | matter)]
    leaks += [f"logs: {word}" for word in found_in(_logs(caplog), identity | matter)]
    assert leaks == [], "\n".join(leaks)


def test_no_search_finds_a_report_by_who_filed_it_or_by_what_was_sealed(story):
    house, reports, _unlock = story
    main = reports[MAIN]
    hidden = [house.things["given_lead"], house.things["case"], house.things["number"]]
    asked = [*main.identity.values(), *main.matter.values(), main.receipt, "yanwangshu"]
    found = []
    for visitor in ("intake", "officer", "head", "auditor", "member", "publisher"):
        for word in asked:
            for name in ("search:search", "integrity:subject-list", "notices:public-list"):
                body = house.clients[visitor].get(reverse(name), {"q": word}).content.decode()
                found += [f"{name} for {visitor}: {word} leads to {one}" for one in hidden if one in body]
    assert found == []
    control = house.clients["officer"].get(reverse("search:search"), {"q": "周砚清"}).content.decode()
    assert house.things["case"] in control


@pytest.mark.parametrize("broken", ["integrity.actions.vault.seal_for", "integrity.actions.leads.start_clock"])
def test_a_crash_while_filing_tells_nobody_who_was_filing(house, caplog, monkeypatch, broken):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken on purpose")

    reports: list[str] = []

    def keep(sender: object, request: object, **kwargs: object) -> None:
        error = sys.exc_info()
        reporter = ExceptionReporter(request, *error)
        reports.append(reporter.get_traceback_text() + reporter.get_traceback_html())

    monkeypatch.setattr(broken, fail)
    got_request_exception.connect(keep)
    try:
        browser, one = Client(raise_request_exception=False), Report(1)
        browser.get("/report/")
        answer = send(browser, "/report/", **one.form("real_name"))
    finally:
        got_request_exception.disconnect(keep)
    words = _words([one], "identity") | {"evidence": forms_of(one.matter["evidence"])}
    assert answer.status_code == 500
    assert reports
    assert found_in(answer.content + _logs(caplog), words) == []
    assert found_in("".join(reports).encode(), words) == [], "the error report shows what was typed"
