"""Rows straight into the index, without records: what every search engine of ours must do with them."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator

import pytest
import time_machine

from casework.audience import Audience
from search import engines
from search.analysis import index_terms
from search.backends.base import Access, Generation, IndexRow, Reader
from search.backends.database import DatabaseBackend
from search.models import IndexItem
from tests.search.hand import EngineHand

_NUMBERS = itertools.count()
TODAY = dt.date(2026, 9, 17)
PutRow = Callable[..., int]


@pytest.fixture(autouse=True)
def _indexed_at_once(request: pytest.FixtureRequest) -> None:
    """Every test here asks the index about what it has just done, but for those of the waiting itself."""
    if request.module.__name__ != "tests.search.test_search_pending":
        request.getfixturevalue("index_follows")


@pytest.fixture
def _clock():
    """Ten in the morning of the day all tests of records happen on."""
    with time_machine.travel(dt.datetime(2026, 9, 17, 2, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def backend() -> DatabaseBackend:
    return DatabaseBackend()


@pytest.fixture
def put(db, backend) -> PutRow:
    """`put(text, *, title, acl, deny, secrecy, kind, day, audience) -> order`: one row, in filing order."""

    def put_one(
        text: str = "",
        *,
        title: str = "",
        acl: str = "u17",
        deny: str = "",
        secrecy: int = 0,
        kind: str = "case",
        day: dt.date = TODAY,
        audience: Audience = Audience.INTERNAL,
    ) -> int:
        item = IndexItem.objects.create(
            audience=audience, kind=kind, record_pk=str(IndexItem.objects.count()), access_on=TODAY, is_present=True
        )
        row = IndexRow(
            kind=kind,
            record_pk=item.record_pk,
            dossier_id=None,
            title=index_terms([title]).terms,
            body=index_terms([text]).terms,
            access=Access(frozenset(acl.split()), frozenset(deny.split()), secrecy),
            day=day,
            is_partial=False,
            content_hash="c",
            access_hash="a",
            order=item.order,
            version=1,
        )
        backend.write(Generation(audience, ""), [row])
        return item.order

    return put_one


@pytest.fixture
def reader() -> Callable[..., Reader]:
    """`reader(*principals, clearance, deny_token, audience, waiting)`: somebody who asks; u17 unless told otherwise."""

    def make(*principals: str, **changes) -> Reader:
        values = {
            "audience": Audience.INTERNAL,
            "principals": frozenset(principals or ("u17",)),
            "clearance": 1,
            "deny_token": "u17",
            "day": TODAY,
        }
        return Reader(**values | changes)

    return make


@pytest.fixture
def engine(db, settings, engine_url: str, engine_prefix: str) -> Iterator[EngineHand]:
    """The engine switched on for this test, under a prefix of its own, without any index yet."""
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.SEARCH_ENGINE_URL = engine_url
    settings.SEARCH_ENGINE_PREFIX = f"{engine_prefix}-{next(_NUMBERS)}"
    engines.BREAKER.succeeded()
    hand = EngineHand()
    yield hand
    engines.BREAKER.succeeded()
    settings.SEARCH_ENGINE_URL = engine_url
    hand.forget()
