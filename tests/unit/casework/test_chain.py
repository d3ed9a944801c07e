"""Nine ways to tamper with a chain: which one notices by itself, which only against an anchor (dependencies.md 4)."""

from __future__ import annotations

import datetime as dt
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.chain import GENESIS, ChainRow, canonical, event_hash, verify

KEY = bytes(range(32))


def chain(count: int = 40, *, key: bytes | None = None, salt: str = "") -> list[ChainRow]:
    rows: list[ChainRow] = []
    for seq in range(1, count + 1):
        payload = {"seq": seq, "type": "lead_accepted", "data": {"id": seq, "note": salt}}
        rows.append(linked(rows[-1].hash if rows else GENESIS, seq, payload, key))
    return rows


def linked(prev_hash, seq, payload, key=None) -> ChainRow:
    return ChainRow(seq, prev_hash, event_hash(prev_hash, payload, key=key), payload)


def rechained(rows: list[ChainRow], key: bytes | None = None) -> list[ChainRow]:
    """As a forger would do it: numbers and hashes all made anew."""
    made: list[ChainRow] = []
    for seq, row in enumerate(rows, start=1):
        made.append(linked(made[-1].hash if made else GENESIS, seq, {**row.payload, "seq": seq}, key))
    return made


def edited(rows, at):
    return [*rows[:at], rows[at]._replace(payload={**rows[at].payload, "type": "lead_refused"}), *rows[at + 1 :]]


def deleted(rows, at):
    return [*rows[:at], *rows[at + 1 :]]


def deleted_and_renumbered(rows, at):
    renumbered = [row._replace(seq=row.seq - 1, payload={**row.payload, "seq": row.seq - 1}) for row in rows[at + 1 :]]
    return [*rows[:at], *renumbered]


def renumbered_outside_the_payload(rows, at):
    return [*rows[:at], *(row._replace(seq=row.seq - 1) for row in rows[at + 1 :])]


def swapped(rows, at):
    return [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]


def swapped_contents(rows, at):
    one, other = rows[at], rows[at + 1]
    return [*rows[:at], one._replace(payload=other.payload), other._replace(payload=one.payload), *rows[at + 2 :]]


def inserted(rows, at):
    forged = linked(rows[at].prev_hash, at + 1, {"seq": at + 1, "type": "lead_refused"})
    return [*rows[:at], forged, *(row._replace(seq=row.seq + 1) for row in rows[at:])]


def rechained_without_the_key(rows, at):
    return [*rows[:at], *rechained(edited(rows, at))[at:]]


def relinked_one_row(rows, at):
    payload = {**rows[at].payload, "type": "lead_refused"}
    return [*rows[:at], linked(rows[at].prev_hash, at + 1, payload), *rows[at + 1 :]]


@pytest.mark.parametrize(
    "tamper",
    [
        edited,
        deleted,
        deleted_and_renumbered,
        renumbered_outside_the_payload,
        swapped,
        swapped_contents,
        inserted,
        rechained_without_the_key,
        relinked_one_row,
    ],
)
def test_tampering_shows_at_the_place_where_it_was_done(tamper):
    rows = chain(key=KEY)
    assert verify(rows, key=KEY) is None
    for at in random.Random(7).sample(range(1, len(rows) - 1), 20):
        assert verify(tamper(rows, at), key=KEY) == at + 1


def test_an_edit_also_shows_in_a_chain_without_key():
    rows = chain()
    assert verify(rows) is None
    assert verify(edited(rows, 5)) == 6
    assert verify(relinked_one_row(rows, 5)) == 7


def test_a_cut_tail_an_older_backup_and_a_forgery_with_the_key_show_only_against_an_anchor():
    rows = chain(key=KEY)
    anchors = [(10, rows[9].hash), (40, rows[39].hash)]
    backup = chain(25, key=KEY)
    forged = rechained(edited(rows, 4), key=KEY)

    assert [verify(found, key=KEY) for found in (rows[:-1], backup, forged)] == [None, None, None]
    assert verify(rows, key=KEY, anchors=anchors) is None
    assert verify(rows[:-1], key=KEY, anchors=anchors) == 40
    assert verify(backup, key=KEY, anchors=anchors) == 40
    assert verify(forged, key=KEY, anchors=anchors) == 10


def test_an_empty_chain_holds_unless_it_once_had_links():
    assert verify([]) is None
    assert verify([], anchors=[(3, "a"), (2, "b")]) == 2


def test_a_chain_of_another_dossier_does_not_continue_this_one():
    assert verify([*chain(3), *chain(6, salt="x")[3:]]) == 4


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"b": 1, "a": "周"}, '{"a":"周","b":1}'),
        ({"on": dt.date(2026, 3, 2)}, '{"on":"2026-03-02"}'),
        (
            {"at": dt.datetime(2026, 3, 2, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))},
            '{"at":"2026-03-02T00:00:00+00:00"}',
        ),
        ({"x": (1, 2.0, 2.5, None, True)}, '{"x":[1,2,2.5,null,true]}'),
        ({"x": {"z": [], "y": {}}}, '{"x":{"y":{},"z":[]}}'),
    ],
)
def test_the_canonical_text_is_the_same_everywhere(payload, text):
    assert canonical(payload) == text.encode()


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({1: "a"}, TypeError),
        ({"a": {2: "b"}}, TypeError),
        ({"a": {1, 2}}, TypeError),
        ({"a": b"x"}, TypeError),
        ({"at": dt.datetime(2026, 3, 2)}, ValueError),  # noqa: DTZ001 - the point of the test
        ({"a": float("nan")}, ValueError),
    ],
)
def test_what_would_not_come_back_from_the_database_is_refused(payload, error):
    with pytest.raises(error):
        event_hash(GENESIS, payload)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda held: st.lists(held) | st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs"])), held),
    max_leaves=10,
)


@given(st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs"])), json_values))
def test_a_payload_read_back_has_the_same_hash(payload):
    assert event_hash(GENESIS, json.loads(json.dumps(payload))) == event_hash(GENESIS, payload)


def test_the_key_and_the_hash_before_change_every_hash():
    payload = {"seq": 1}
    hashes = {event_hash(GENESIS, payload), event_hash("1" * 64, payload), event_hash(GENESIS, payload, key=KEY)}
    assert len(hashes) == 3
    assert all(len(found) == 64 for found in hashes)
