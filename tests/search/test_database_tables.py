"""What only the tables of the database promise: they go with their record, in one transaction, by one plan. S numbers: known traps."""

import pytest
from django.db import DatabaseError, connection, transaction

from casework.audience import Audience
from search.backends import fts5
from search.backends.base import Generation, SearchUnavailable
from search.backends.database import time_limit
from search.models import IndexItem
from search.queries import parse

pytestmark = pytest.mark.django_db
INTERNAL = Generation(Audience.INTERNAL, "")


@pytest.mark.sqlite
def test_tidying_leaves_no_term_of_a_removed_row_in_the_files(put, backend):
    order = put("秘密词语")
    put("别的")
    backend.remove(INTERNAL, [order])
    backend.tidy(INTERNAL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM search_internal_data")
        assert not any("秘密".encode() in block for (block,) in cursor.fetchall())


def test_deleting_an_item_deletes_its_row_in_every_index(put, backend):
    orders = [put("科研", audience=audience) for audience in (Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC)]
    IndexItem.objects.filter(order__in=orders).delete()
    for audience in (Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC):
        assert list(backend.stamps(Generation(audience, ""))) == []


@pytest.mark.postgres
def test_truncating_the_items_empties_every_index(put, backend):
    put("科研")
    with connection.cursor() as cursor:
        # The foreign key is checked at the end of the transaction; a table with checks still to come is not truncated.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE search_indexitem")
    assert list(backend.stamps(INTERNAL)) == []


def test_a_row_undone_with_its_record_is_not_found(put, reader, backend):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put("科研")
        raise ZeroDivisionError
    assert backend.search(parse("科研"), reader()).orders == ()


def test_a_question_that_takes_too_long_is_stopped_and_the_transaction_lives_on(put, backend, reader):
    order = put("科研")
    endless = {
        "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n",
        "postgresql": "SELECT pg_sleep(30)",
    }
    with pytest.raises(SearchUnavailable), time_limit(0.2), connection.cursor() as cursor:
        cursor.execute(endless[connection.vendor])
    assert backend.search(parse("科研"), reader()).orders == (order,)


def test_other_faults_are_not_taken_for_slowness(db):
    broken = {"sqlite": "SELECT load_extension('x')", "postgresql": "SELECT 1/0"}
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), time_limit(2), connection.cursor() as cursor:
        cursor.execute(broken[connection.vendor])
    assert not isinstance(caught.value, SearchUnavailable)


@pytest.mark.sqlite
def test_s08_the_plan_reads_the_index_once_newest_first(put, reader):
    put("科研")
    condition, values = fts5._condition(parse("科研").from_order(9), reader(waiting=frozenset({1, 2})))
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN QUERY PLAN SELECT rowid FROM search_internal WHERE {condition} ORDER BY rowid DESC", values
        )
        plan = [row[3] for row in cursor.fetchall()]
    assert sum("search_internal" in step for step in plan) == 1
    assert not any("TEMP B-TREE" in step for step in plan)


@pytest.mark.sqlite
def test_s14_the_index_does_not_depend_on_the_trigram_tokenizer():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'search_internal'")
        assert "trigram" not in cursor.fetchone()[0]
