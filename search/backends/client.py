"""How the engine is reached: one client per audience and purpose, short waits, and every fault as one exception."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from casework.audience import Audience
from search.backends.base import SearchUnavailable
from search.backends.deadline import DeadlineNode


class MissingIndex(SearchUnavailable):
    """The engine answers, and has no index of this name."""


def for_reading(audience: Audience) -> Elasticsearch:
    """Two seconds and no second try: the page falls back to the database (a retry would multiply a hang)."""
    return _client(settings.SEARCH_ENGINE_URL, _key(audience), settings.SEARCH_ENGINE_SECONDS)


def for_writing(audience: Audience) -> Elasticsearch:
    """Only workers and commands write; they can wait, and have their own way to try again."""
    return _client(settings.SEARCH_ENGINE_URL, _key(audience), settings.SEARCH_ENGINE_WRITE_SECONDS)


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn whatever can go wrong between here and the engine into SearchUnavailable, by kind, never with content."""
    try:
        yield
    except ApiError as problem:
        if problem.status_code == 404:
            raise MissingIndex("404") from problem
        raise SearchUnavailable(f"status {problem.status_code}") from problem
    except (TransportError, UnsupportedProductError) as problem:
        raise SearchUnavailable(type(problem).__name__) from problem
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError) as problem:
        # JSON that is no answer of an engine.
        raise SearchUnavailable("unreadable answer") from problem


def _key(audience: Audience) -> str:
    return settings.SEARCH_ENGINE_KEYS.get(audience.name.lower(), "")


@lru_cache(maxsize=16)
def _client(url: str, key: str, seconds: float) -> Elasticsearch:
    return Elasticsearch(
        url,
        api_key=key or None,
        request_timeout=seconds,
        max_retries=0,
        retry_on_timeout=False,
        http_compress=False,
        node_class=DeadlineNode,
    )
