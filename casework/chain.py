"""Hash chain of events: each link covers its content and the hash before it, so that a change shows at its number.

A chain alone shows edits, deletions, insertions and swaps. A cut-off tail, an older backup and a chain forged with the
key show only against anchors kept elsewhere (printed in minutes, sent with shares).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

GENESIS = "0" * 64


class ChainRow(NamedTuple):
    """One stored link. `payload` is what its hash covers and should contain its number."""

    seq: int
    prev_hash: str
    hash: str
    payload: Mapping[str, Any]


def event_hash(prev_hash: str, payload: Mapping[str, Any], *, key: bytes | None = None) -> str:
    """SHA-256, or HMAC-SHA-256 with a key, of the hash before and the canonical payload; 64 hex digits."""
    message = prev_hash.encode() + b"\n" + canonical(payload)
    if key is None:
        return hashlib.sha256(message).hexdigest()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def canonical(payload: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks; equal for a payload in memory and the same one read from a database.

    Days become ISO text, times become ISO text in UTC, whole floats integers (a database stores 2.0 as 2).
    Raises TypeError for anything else that JSON cannot hold, ValueError for times without zone and for NaN.
    """
    plain = _plain(payload)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def verify(
    rows: Iterable[ChainRow], *, key: bytes | None = None, anchors: Iterable[tuple[int, str]] = ()
) -> int | None:
    """The first number at which the chain does not hold, None if it holds.

    `rows` in ascending order from 1; `anchors` are (number, hash) noted earlier outside the database.
    """
    expected_hashes = dict(anchors)
    prev_hash, seq = GENESIS, 0
    for row in rows:
        seq += 1
        sound = (
            row.seq == seq
            and row.payload.get("seq", seq) == seq
            and row.prev_hash == prev_hash
            and hmac.compare_digest(row.hash, event_hash(prev_hash, row.payload, key=key))
            and row.hash == expected_hashes.get(seq, row.hash)
        )
        if not sound:
            return seq
        prev_hash = row.hash
    return min((number for number in expected_hashes if number > seq), default=None)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise TypeError("the names of a payload are text")
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError("a time in a chain needs its zone")
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
