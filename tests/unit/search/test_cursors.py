"""The link to the next page."""

import datetime as dt

import pytest
import time_machine

from casework.audience import Audience
from search import cursors
from search.queries import parse

NOW = dt.datetime(2026, 9, 17, 10, 0, tzinfo=dt.UTC)
QUERY = parse("周砚清", kind="case", year=2026)


def made(**changes):
    return cursors.make(QUERY, **{"user_pk": 17, "audience": Audience.INTERNAL, "last_order": 41} | changes)


@time_machine.travel(NOW, tick=False)
def test_s27_the_person_who_got_it_can_go_on():
    assert cursors.read(made(), QUERY, user_pk=17, audience=Audience.INTERNAL) == 41


@pytest.mark.parametrize(
    ("query", "user_pk", "audience"),
    [
        (QUERY, 18, Audience.INTERNAL),
        (QUERY, 17, Audience.PARTNER),
        (parse("周砚青", kind="case", year=2026), 17, Audience.INTERNAL),
        (parse("周砚清", kind="lead", year=2026), 17, Audience.INTERNAL),
        (parse("周砚清", kind="case", year=2025), 17, Audience.INTERNAL),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_s27_for_anybody_or_anything_else_it_is_refused(query, user_pk, audience):
    with pytest.raises(cursors.CursorRefused):
        cursors.read(made(), query, user_pk=user_pk, audience=audience)


@pytest.mark.parametrize(("seconds", "is_good"), [(599, True), (601, False)])
def test_s27_it_lasts_ten_minutes(seconds, is_good):
    with time_machine.travel(NOW, tick=False):
        cursor = made()
    with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
        if is_good:
            assert cursors.read(cursor, QUERY, user_pk=17, audience=Audience.INTERNAL) == 41
        else:
            with pytest.raises(cursors.CursorRefused):
                cursors.read(cursor, QUERY, user_pk=17, audience=Audience.INTERNAL)


@pytest.mark.parametrize("cursor", ["", "x", "a:b:c", "WzEsMl0:1:x" * 20])
def test_s27_what_we_did_not_make_is_refused(cursor):
    with pytest.raises(cursors.CursorRefused):
        cursors.read(cursor, QUERY, user_pk=17, audience=Audience.INTERNAL)


@time_machine.travel(NOW, tick=False)
def test_a_changed_character_is_refused():
    cursor = made()
    swapped = ("a" if cursor[0] != "a" else "b") + cursor[1:]
    with pytest.raises(cursors.CursorRefused):
        cursors.read(swapped, QUERY, user_pk=17, audience=Audience.INTERNAL)


@time_machine.travel(NOW, tick=False)
def test_the_words_are_not_inside():
    assert "周砚清" not in made()
