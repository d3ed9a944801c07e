"""The link to the next page: signed, ten minutes, good for one person and one query only (S27).

It carries the order number of the last row that was shown, never a value of a row that was not.
"""

from django.core import signing

from casework.audience import Audience
from search import registry
from search.queries import Query

MAX_AGE_SECONDS = 600
_SALT = "search.cursor"


class CursorRefused(Exception):
    """Too old, of another person, of another query, or not made by us."""


def make(query: Query, *, user_pk: int, audience: Audience, last_order: int) -> str:
    """The cursor of the page that follows the row with this order number."""
    return signing.dumps([*_binding(query, user_pk, audience), last_order], salt=_SALT)


def read(cursor: str, query: Query, *, user_pk: int, audience: Audience) -> int:
    """The order number inside. Raises CursorRefused."""
    try:
        *binding, last_order = signing.loads(cursor, salt=_SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature as problem:
        raise CursorRefused from problem
    if binding != _binding(query, user_pk, audience):
        raise CursorRefused
    return int(last_order)


def _binding(query: Query, user_pk: int, audience: Audience) -> list:
    return [user_pk, query.fingerprint, int(audience), registry.schema_of(audience), registry.BACKEND.name]
