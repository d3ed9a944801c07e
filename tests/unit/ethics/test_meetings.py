"""A meeting from the plan to its minutes: quorum per item, votes that only grow, an outcome that was carried (E1-E10, E13, E24)."""

from __future__ import annotations

import pytest

from ethics.actions import agenda, meetings, minutes
from ethics.models import Application
from tests.factories.ethics import ethics_officer
from tests.factories.meetings import at_the_table, voted
from tests.factories.reviews import working_committee

pytestmark = pytest.mark.django_db


def test_from_the_agenda_to_approval():
    secretary = ethics_officer()
    committee = working_committee(by=secretary)
    item = at_the_table(committee, secretary=secretary)
    motion = voted(item, "yyyyynn", secretary=secretary)
    assert (motion.result, motion.counts[0]["base"], motion.counts[0]["needed"]) == ("carried", 7, 5)
    agenda.conclude(item=item, by=secretary, reasons="风险可控。")
    assert item.decision is not None and item.decision.counted == motion.counts
    agenda.reconcile(item=item, by=secretary)
    meetings.close(meeting=item.meeting, by=secretary)
    assert "动议 1：批准" in item.meeting.minutes
    minutes.approve(meeting=item.meeting, by=item.meeting.chair.user)
    assert Application.objects.get().status == "approved"
