"""The contract of a search engine, kept by a real Elasticsearch: the very cases of test_database_backend, asked of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest
from django.test import override_settings

from casework.audience import Audience
from search.backends import client, elasticsearch
from search.backends.base import INDEXES, Generation, Health, IndexRow, RawPage, Reader, Stamp, Totals, WriteReport
from search.backends.mappings import SERVING, mapping
from search.backends.names import read_alias, write_alias
from search.models import IndexItem
from search.queries import TOTAL_CAP, Query, parse
from search.syncing import ENGINE
from tests.search.records import TODAY
from tests.search.test_database_backend import (  # noqa: F401 - the cases are shared
    test_a_phrase_never_runs_from_title_into_body,
    test_a_reader_of_the_public_index_has_no_account,
    test_a_removed_row_is_gone_and_so_are_its_terms,
    test_a_row_written_again_replaces_itself,
    test_a_word_of_another_script_stands_for_a_han_phrase,
    test_audiences_are_separate_indexes,
    test_every_word_must_be_found,
    test_kind_and_year_narrow_the_hits,
    test_newest_first_one_more_than_the_page_and_the_next_page_from_there,
    test_q9_s33_five_hundred_random_pieces_give_the_same_rows_as_reading_every_text,
    test_s01_s02_s04_s05_s33_what_is_found,
    test_s05_a_single_character_is_found_first_in_the_middle_and_last,
    test_s06_who_finds_a_row,
    test_s07_filters_are_no_text,
    test_s09_hidden_rows_change_neither_order_nor_totals,
    test_s10_s11_texts_beyond_the_limits_are_saved_all_the_same,
    test_s10_within_the_limits_the_end_of_a_long_text_is_found,
    test_s25_waiting_rows_are_neither_found_nor_counted,
    test_s28_a_reader_without_principals_gets_nothing_and_no_question_is_asked,
    test_s28_a_role_nobody_heard_of_finds_nothing,
    test_stamps_come_in_order,
    test_totals_by_kind_are_under_the_same_filter,
    test_totals_by_year_are_under_the_same_filter,
    test_without_words_the_filters_list_what_the_reader_may_see,
    test_words_may_stand_in_title_and_body,
    test_words_of_one_meaning_find_each_other_under_the_same_filter,
    test_year_month_and_day_narrow_the_hits_with_words_and_without,
)

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


_FIRST = itertools.count(10_000, 10_000)


class Written:
    """The engine as a backend of the contract: what is written can be found at once, and is taken away afterwards."""

    name = ENGINE.name

    def __init__(self) -> None:
        self._orders: dict[Audience, set[int]] = {audience: set() for audience in INDEXES}

    def write(self, target: Generation, rows: Sequence[IndexRow]) -> WriteReport:
        self._orders[target.audience].update(row.order for row in rows)
        report = ENGINE.write(_index(target.audience), rows)
        ENGINE.refresh(_index(target.audience))
        return report

    def remove(self, target: Generation, orders: Sequence[int]) -> WriteReport:
        report = ENGINE.remove(_index(target.audience), orders)
        ENGINE.refresh(_index(target.audience))
        return report

    def tidy(self, target: Generation) -> None:
        ENGINE.tidy(target)

    def search(self, query: Query, reader: Reader) -> RawPage:
        return ENGINE.search(query, reader)

    def totals(self, query: Query, reader: Reader) -> Totals:
        return ENGINE.totals(query, reader)

    def stamps(self, target: Generation) -> Iterator[Stamp]:
        return ENGINE.stamps(_index(target.audience))

    def health(self) -> Health:
        return ENGINE.health()

    def empty(self) -> None:
        for audience, orders in self._orders.items():
            if orders:
                self.remove(_index(audience), sorted(orders))


def _index(audience: Audience) -> Generation:
    return Generation(audience, "", f"{read_alias(audience)}-contract")


@pytest.fixture(scope="module")
def _indexes(engine_url: str, engine_prefix: str) -> Iterator[None]:
    """One index per audience for the whole module: making one takes longer than asking it."""
    with override_settings(SEARCH_ENGINE_URL=engine_url, SEARCH_ENGINE_PREFIX=f"{engine_prefix}-contract"):
        for audience in INDEXES:
            name = _index(audience).name
            client.for_writing(audience).indices.create(
                index=name,
                mappings=mapping(),
                settings=SERVING,
                aliases={read_alias(audience): {}, write_alias(name): {}},
            )
        yield


@pytest.fixture
def backend(db: None, _indexes: None) -> Iterator[Written]:
    # Undone with its test, a number would be given again, and the engine remembers for a minute that it was deleted.
    first = next(_FIRST)
    IndexItem.objects.create(order=first, audience=Audience.INTERNAL, kind="case", record_pk="x", access_on=TODAY)
    IndexItem.objects.filter(order=first).delete()
    held = Written()
    yield held
    held.empty()


def test_s16_totals_stop_counting_at_the_cap(put, reader, backend, monkeypatch):
    monkeypatch.setattr(elasticsearch, "TOTAL_CAP", 2)
    for _number in range(3):
        put("科研")
    totals = backend.totals(parse("科研"), reader())
    assert (totals.count, totals.is_capped, dict(totals.by_kind), dict(totals.by_year)) == (2, True, {}, {})
    assert TOTAL_CAP == 1000


def test_an_older_version_is_stale_and_changes_nothing(put, reader, backend):
    order = put("科研诚信")
    document = {"text": ["数据"], "acl": ["u17"], "deny": [], "deleted": False, "order": order, "version": 0}
    report = ENGINE.send(_index(Audience.INTERNAL), [(order, 0, document)])
    assert report.stale == (order,)
    assert backend.search(parse("科研"), reader()).orders == (order,)


def test_the_engine_says_what_it_is(backend):
    health = backend.health()
    assert health.is_available
    assert health.product.startswith("Elasticsearch 8.")
