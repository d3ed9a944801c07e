"""The nightly comparison: once, at night, and loud when something differs."""

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from search.models import ReconcileRun
from tests.search.records import make_lead

pytestmark = pytest.mark.django_db


def night(hour, minute=0):
    """This hour of 17 September 2026 here."""
    return time_machine.travel(
        dt.datetime(2026, 9, 16, 16, minute, tzinfo=dt.UTC) + dt.timedelta(hours=hour), tick=False
    )


def test_it_runs_once_a_night_and_never_by_day():
    with night(0, 59), night(12):
        call_command("check_at_night")
    assert ReconcileRun.objects.count() == 0
    with night(1):
        call_command("check_at_night")
        call_command("check_at_night")
    with night(4, 59):
        call_command("check_at_night")
    assert ReconcileRun.objects.count() == 1
    with night(24 + 3):
        call_command("check_at_night")
    assert ReconcileRun.objects.count() == 2


def test_what_differs_is_said_aloud():
    with night(2):
        lead = make_lead()
        call_command("rebuild_index")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE integrity_lead SET summary = '别的' WHERE id = %s", [lead.pk])
        with pytest.raises(CommandError, match="1 stale"):
            call_command("check_at_night")


@pytest.mark.elasticsearch
def test_the_engine_is_compared_and_retired_indexes_go(engine):
    with night(2):
        make_lead()
        first, second = engine.build(), engine.build()
    with night(24 + 2, 1):
        call_command("check_at_night")
    assert not engine.exists(first.name)
    assert list(ReconcileRun.objects.order_by("pk").values_list("engine", flat=True)) == ["database", second.name]
