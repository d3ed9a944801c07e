"""Publishing a rule book: once per version, never changed, by those who keep the rules or by a release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.enums import Role
from casework import rule_books
from casework.actions import rulesets
from casework.actors import SYSTEM
from casework.models import Clause, Event, RuleSet
from casework.refusals import AccessDenied, InputRefused
from integrity import rule_books as decision_books
from tests.factories import person

pytestmark = pytest.mark.django_db

BOOK = """
[rule_set]
code = "house_rules"
version = 1
zh = "内部规则"
en = "House rules"
document_no = "测〔2026〕1号"
in_force_from = 2026-01-01
status = "in_force"
regime = "misconduct"
suggest = false

[[categories]]
key = "late_report"
article = "第3条"
mark = "V"
zh = "迟报"
en = "Late report"
weight = 15
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "house_rules.toml"
    path.write_text(BOOK)
    return path


def test_a_book_becomes_rows_with_its_clauses_and_one_event(book: Path) -> None:
    legal = person(Role.LEGAL)

    rule_set = rulesets.publish(path=book, by=legal)

    assert (rule_set.code, rule_set.version, rule_set.published_by) == ("house_rules", 1, legal)
    clause = Clause.objects.get(rule_set=rule_set)
    assert (clause.key, clause.article, clause.numbers) == ("late_report", "第3条", {"weight": 15})
    event = Event.objects.filter(type="rule_set_published", subject_pk=str(rule_set.pk)).get()
    assert (event.actor, event.reference, event.data["clauses"]) == (legal, "house_rules v1", 1)
    assert rule_set.history.get().history_user == legal


def test_the_same_book_again_changes_nothing(book: Path) -> None:
    first = rulesets.publish(path=book, by=SYSTEM)

    assert rulesets.publish(path=book, by=SYSTEM) == first
    assert RuleSet.objects.filter(code="house_rules").count() == 1
    assert Event.objects.filter(type="rule_set_published", subject_pk=str(first.pk)).count() == 1


def test_a_published_version_is_never_changed_but_superseded(book: Path) -> None:
    first = rulesets.publish(path=book, by=SYSTEM)
    book.write_text(BOOK.replace("weight = 15", "weight = 20"))

    with pytest.raises(InputRefused, match="已经发布，内容不能改动"):
        rulesets.publish(path=book, by=SYSTEM)

    book.write_text(BOOK.replace("weight = 15", "weight = 20").replace("version = 1", "version = 2"))
    second = rulesets.publish(path=book, by=SYSTEM)
    assert second.supersedes == first
    assert Clause.objects.get(rule_set=first).numbers["weight"] == 15


def test_only_keepers_of_the_rules_publish(book: Path) -> None:
    with pytest.raises(AccessDenied):
        rulesets.publish(path=book, by=person(Role.OFFICER))


def test_a_failing_event_undoes_the_book(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(rulesets, "record_event", fails)
    with pytest.raises(RuntimeError):
        rulesets.publish(path=book, by=SYSTEM)

    assert not RuleSet.objects.filter(code="house_rules").exists()


def test_a_book_that_knows_no_outcome_of_a_decision_is_never_chosen_for_one(book: Path) -> None:
    """The rule sets of all apps lie in one table; a decision on misconduct is checked by those of its own kind."""
    rulesets.publish(path=book, by=SYSTEM)

    assert "house_rules" in {one.code for one in rule_books.current_books()}
    assert "house_rules" not in {one.code for one in decision_books.current_books()}
    assert "r221_2022" in {one.code for one in decision_books.current_books()}


def test_a_page_reads_the_stored_rule_sets_once(book: Path, django_assert_num_queries: Any) -> None:
    first = rulesets.publish(path=book, by=SYSTEM)
    known = [one.code for one in rule_books.current_books()]
    with rule_books.read_once(), django_assert_num_queries(1):
        assert [one.code for one in rule_books.current_books()] == known
        assert rule_books.current_rule_set("house_rules") == first
        with pytest.raises(RuleSet.DoesNotExist):
            rule_books.current_rule_set("no_such_rules")

    book.write_text(BOOK.replace("version = 1", "version = 2"))
    second = rulesets.publish(path=book, by=SYSTEM)
    assert rule_books.current_rule_set("house_rules") == second
    assert first in rule_books.stored_sets()
    assert first not in rule_books.newest_sets()
