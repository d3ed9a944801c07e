"""Every form × bad input: a sentence at the top that leads to its field, nothing kept, never an error page."""

from __future__ import annotations

import ast
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection, transaction
from django.test import Client

from tests.architecture.code import calls, name_of, python_files
from tests.architecture.permission_table import PAGES
from tests.architecture.permission_words import ANONYMOUS, OK, Page
from tests.architecture.world import World

TYPED = ("text", "search", "number", "date", "password", "email", "tel")
BAD = {
    "nothing": "",
    "NUL": "甲\x00乙",
    "hidden direction": "报告\u202efdp.exe",
    "half a character": "甲\ufffd乙",
    "too long": "字" * 60_001,
    "no such day": "2026-02-30",
    "the first year": "0001-01-01",
    "a huge number": "9" * 40,
    "markup": "<script>alert(1)</script>",
}
PLAIN_FIELDS = {"forms.CharField", "forms.DateField", "forms.EmailField", "forms.RegexField", "forms.SlugField"}
READ_AS_TYPED = {
    "search/forms.py": "the parser of queries says itself what is wrong with a query",
}


def test_no_form_reads_typed_text_with_a_field_of_django():
    """Theirs let hidden characters through and speak another language; ours stand in casework/forms/fields.py."""
    found = []
    for path in python_files(within="**/forms*/**/*.py") + python_files(within="**/forms.py"):
        for line, name, node in calls(path):
            hidden = any(word.arg == "widget" and "HiddenInput" in _source(word.value) for word in node.keywords)
            if name in PLAIN_FIELDS and not hidden and name_of(path) not in READ_AS_TYPED:
                found.append(f"{name_of(path)}:{line} {name}")
    assert found == []


def _source(node: ast.AST) -> str:
    return ast.unparse(node)


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_every_form_answers_bad_input_with_a_sentence_and_keeps_nothing(world: World) -> None:
    faults, seen = [], set()
    for visitor, page, form in forms_of(world):
        url = str(form.get("action") or world.url(page))
        names = frozenset(re.sub(r"\d+", "n", str(field.get("name"))) for field in form.select("[name]"))
        if (page.name, names) in seen:
            continue
        seen.add((page.name, names))
        for kind, words in BAD.items():
            for fault in faults_of(world.clients[visitor], url, form, words):
                faults.append(f"{page.id} as {visitor}, {kind}: {fault}")
    assert len(seen) > 40
    assert faults == []


def forms_of(world: World) -> Iterator[tuple[str, Page, Tag]]:
    """The forms on every page somebody may open, each as the first visitor who is let in sees it."""
    for page in PAGES:
        allowed = [visitor for visitor, outcome in page.outcomes("GET").items() if outcome == OK]
        if not allowed or page.json:
            continue
        visitor = ANONYMOUS if ANONYMOUS in allowed else allowed[0]
        shown = world.clients[visitor].get(world.url(page))
        if shown.status_code == 200 and "html" in shown.headers["Content-Type"]:
            for form in BeautifulSoup(shown.content, "html.parser").find_all("form"):
                if form.get("method", "get").lower() == "post" and typed_names(form):
                    yield visitor, page, form


def typed_names(form: Tag) -> list[str]:
    boxes = [str(field["name"]) for field in form.find_all("input") if field.get("type", "text") in TYPED]
    return boxes + [str(field["name"]) for field in form.find_all("textarea")]


def filled(form: Tag, words: str) -> dict[str, Any]:
    """The form as shown, the first choice taken where one must be, and these words in every place for words."""
    sent: dict[str, Any] = {}
    for field in form.find_all("input"):
        kind, name, value = field.get("type", "text"), str(field.get("name", "")), str(field.get("value", ""))
        if kind == "hidden" or (kind == "radio" and (field.has_attr("checked") or name not in sent)):
            sent[name] = value
        elif kind == "checkbox" and field.has_attr("checked"):
            sent.setdefault(name, []).append(value or "on")
    for field in form.find_all("select"):
        options = [option for option in field.find_all("option") if option.get("value")]
        sent[str(field["name"])] = str(options[0]["value"]) if options else ""
    return sent | dict.fromkeys(typed_names(form), words) | {"idempotency_key": secrets.token_hex(16)}


def faults_of(client: Client, url: str, form: Tag, words: str) -> list[str]:
    before = _rows()
    with transaction.atomic():
        answer = client.post(url, filled(form, words))
        after = _rows() if answer.status_code >= 400 else before
        transaction.set_rollback(True)
    faults = [] if answer.status_code < 500 else [f"status {answer.status_code}"]
    faults += [f"{table} has another number of rows" for table in before if after[table] != before[table]]
    if b"<script>alert(1)" in answer.content:
        faults.append("what was typed stands on the page as markup")
    if answer.status_code == 422:
        faults += _faults_of_summary(answer.content, words)
    return faults


def _faults_of_summary(content: bytes, words: str) -> list[str]:
    """The list of problems comes first, takes the focus, and each entry leads to something that is there."""
    page = BeautifulSoup(content, "html.parser")
    summary = page.select_one(".error-summary[data-focus]")
    if summary is None:
        return ["no list of problems"]
    targets = [str(link["href"]).removeprefix("#") for link in summary.find_all("a")]
    faults = [f"#{target} leads nowhere" for target in targets if page.find(id=target) is None]
    sentences = [item.get_text() for item in summary.find_all("li")]
    faults += [f"not in Chinese: {text}" for text in sentences if not re.search(r"[\u4e00-\u9fff]", text)]
    if (
        words.isprintable()
        and len(words) > 3
        and words[:30] not in page.get_text() + str([field.get("value") for field in page.find_all("input")])
    ):
        faults += ["what was typed is gone"] if _shows_text(page) else []
    return faults


def _shows_text(page: BeautifulSoup) -> bool:
    """Passwords are never shown again, so a form of passwords only has nothing to keep."""
    return bool(page.select("main textarea, main input[type=text]"))


COUNTED = (
    "casework_event",
    "casework_dossier",
    "casework_attachment",
    "casework_grant",
    "casework_subject",
    "accounts_user",
    "accounts_membership",
    "integrity_lead",
    "integrity_case",
    "integrity_decision",
    "integrity_measure",
    "integrity_creditcheck",
    "notices_notice",
    "sharing_sharepackage",
    "ethics_reviewunit",
    "ethics_committee",
    "ethics_committeemember",
    "ethics_activity",
    "ethics_filing",
    "ethics_application",
    "ethics_investigator",
    "ethics_material",
    "ethics_review",
    "ethics_reviewletter",
    "ethics_committeemeeting",
    "ethics_agendaitem",
    "ethics_attendance",
    "ethics_motion",
    "ethics_vote",
    "ethics_conflictdeclaration",
    "ethics_followup",
    "ethics_violation",
)


def _rows() -> dict[str, int]:
    parts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return dict(cursor.fetchall())
