"""The public list of approved activities: two people, embargo, nothing confidential, hidden with its approval (R18)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Clearance, Role
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from ethics.actions import (
    activities,
    incidents,
    public_entries,
)
from ethics.life_access import visible_entries
from ethics.models import PublicEntry
from tests.factories import person
from tests.factories.ethics import days_ago
from tests.factories.ethics_life import decided, drafted, reported, unlisted
from tests.factories.reviews import applicant, happened, working_committee
from tests.search.records import set_secrecy
from tests.unit.ethics.register_desk import Desk, desk_of_an_officer, waiting

pytestmark = pytest.mark.django_db


def test_an_entry_is_published_by_a_second_person_only(desk: Desk) -> None:
    """R18."""
    entry = drafted(desk.activity, by=desk.by)
    with pytest.raises(AccessDenied):
        public_entries.publish(entry=entry, by=desk.by)
    publisher = person(Role.PUBLISHER)
    public_entries.publish(entry=entry, by=publisher)
    assert (entry.status, entry.published_by) == ("published", publisher)
    assert PublicEntry.objects.public_on(timezone.localdate()).get() == entry
    assert happened("public_entry_drafted") == happened("public_entry_published") == 1


def test_whoever_wrote_last_does_not_publish(desk: Desk) -> None:
    entry, publisher = drafted(desk.activity, by=desk.by), person(Role.PUBLISHER)
    words = {"title": "康复研究", "unit_name": "某研究所"}
    public_entries.edit(entry=entry, by=publisher, **words)
    public_entries.edit(entry=entry, by=desk.by, **words)  # the same words: nothing was written
    with pytest.raises(AccessDenied):
        public_entries.publish(entry=entry, by=publisher)
    public_entries.publish(entry=entry, by=desk.by)
    with pytest.raises(MoveRefused):
        public_entries.edit(entry=entry, by=publisher, **words)
    assert happened("public_entry_drafted") == 2


def test_the_database_itself_wants_two_people(desk: Desk) -> None:
    entry = drafted(desk.activity, by=desk.by)
    entry.status, entry.published_at, entry.published_by = "published", timezone.now(), desk.by
    with pytest.raises(IntegrityError), transaction.atomic():
        entry._history_user = desk.by
        entry.save(update_fields=["status", "published_at", "published_by"])


def test_the_last_day_of_an_embargo_is_still_closed(desk: Desk) -> None:
    today = timezone.localdate()
    entry = drafted(desk.activity, by=desk.by, embargo_until=today)
    public_entries.publish(entry=entry, by=person(Role.PUBLISHER))
    assert not PublicEntry.objects.public_on(today).exists()
    assert PublicEntry.objects.public_on(today + dt.timedelta(days=1)).get() == entry


def test_what_was_taken_down_is_gone_and_may_be_drafted_anew(desk: Desk) -> None:
    entry, publisher = drafted(desk.activity, by=desk.by), person(Role.PUBLISHER)
    public_entries.publish(entry=entry, by=publisher)
    with pytest.raises(InputRefused):
        public_entries.withdraw(entry=entry, reason="", by=publisher)
    public_entries.withdraw(entry=entry, reason="单位要求。", by=publisher)
    assert not PublicEntry.objects.public_on(timezone.localdate()).exists()
    again = drafted(desk.activity, by=desk.by)
    assert (again.pk, again.status, again.withdrawn_reason) == (entry.pk, "draft", "")
    assert happened("public_entry_withdrawn") == 1


def test_an_entry_is_hidden_once_its_approval_is_gone_and_does_not_come_back_by_itself(desk: Desk) -> None:
    activity = unlisted(desk.unit, by=desk.by)
    public_entries.publish(entry=drafted(activity, by=desk.by), by=person(Role.PUBLISHER))
    incidents.handle(incident=reported(activity, by=desk.by), outcome="new_review", note="方案改变。", by=desk.by)
    assert not PublicEntry.objects.public_on(timezone.localdate()).exists()
    activity.refresh_from_db()
    activities.approve(activity=activity, approved_on=days_ago(0), by=desk.by)
    assert not PublicEntry.objects.public_on(timezone.localdate()).exists()


def test_only_a_running_approved_activity_that_is_not_confidential_is_drafted(desk: Desk) -> None:
    with pytest.raises(MoveRefused):
        drafted(waiting(desk), by=desk.by)
    drafted(desk.activity, by=desk.by)
    with pytest.raises(MoveRefused):
        drafted(desk.activity, by=desk.by)
    committee = working_committee(by=desk.by, unit=desk.unit, name="审查二委")
    application = decided(committee, secretary=desk.by)
    assert application.activity is not None
    set_secrecy(application.dossier, Clearance.SEALED)
    with pytest.raises(InputRefused, match="密级"):
        drafted(application.activity, by=desk.by)


def test_an_entry_whose_dossier_became_confidential_is_hidden_at_once() -> None:
    desk = desk_of_an_officer()
    application = decided(working_committee(by=desk.by, unit=desk.unit, name="审查二委"), secretary=desk.by)
    assert application.activity is not None
    entry = drafted(application.activity, by=desk.by)
    public_entries.publish(entry=entry, by=person(Role.PUBLISHER))
    assert PublicEntry.objects.public_on(timezone.localdate()).exists()
    set_secrecy(application.dossier, Clearance.SEALED)
    assert not PublicEntry.objects.public_on(timezone.localdate()).exists()


def test_nobody_else_drafts_publishes_or_reads_entries(desk: Desk) -> None:
    for stranger in (person(Role.COUNTY, dept="lzq"), person(Role.HEAD), applicant()):
        with pytest.raises(AccessDenied):
            drafted(desk.activity, by=stranger)
        assert not visible_entries(stranger).exists()
    entry = drafted(desk.activity, by=desk.by)
    with pytest.raises(AccessDenied):
        public_entries.publish(entry=entry, by=person(Role.HEAD))
    assert entry.status == "draft"
