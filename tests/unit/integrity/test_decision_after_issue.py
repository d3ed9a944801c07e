"""After issue: revoked, superseded, begun and ended by time."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from casework.actors import SYSTEM
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import decisions, expiry, issuing, measures
from integrity.decision_terms import deadline_of
from integrity.drafting import MeasureEntry
from integrity.enums import CreditStatus, DecisionStatus, MeasureStatus
from integrity.models import CreditRecord, Decision
from tests.factories.decisions import content, decision_at, fresh
from tests.factories.people import person

pytestmark = pytest.mark.django_db
DB = MeasureEntry("serious_db_entry")


def broken(*args, **kwargs):
    raise RuntimeError("the trail cannot be written")


def test_a_revocation_takes_record_measures_and_terms_back():
    decision = decision_at("revoked")
    assert decision.revocation_reason == "新证据表明认定有误。"
    assert set(decision.measures.values_list("status", flat=True)) == {MeasureStatus.RECALLED}
    assert decision.credit_records.get().status == CreditStatus.REVOKED
    assert deadline_of(decision, "appeal").status == deadline_of(decision, "report_province").status == "void"
    types = set(Event.objects.filter(dossier=decision.case.dossier).values_list("type", flat=True))
    assert {"decision_revoked", "measure_recalled", "credit_record_revoked"} <= types


def test_a_revocation_needs_a_head_of_the_bureau_and_a_reason():
    decision = decision_at("issued")
    with pytest.raises(AccessDenied):
        issuing.revoke(decision=decision, reason="错", by=decision.case.dossier.handler)
    with pytest.raises(InputRefused, match="撤销理由"):
        issuing.revoke(decision=decision, reason=" ", by=person("bureau"))
    with pytest.raises(MoveRefused):
        issuing.revoke(decision=decision_at("draft"), reason="错", by=person("bureau"))
    drafter = person("bureau")
    decision.drafted_by = drafter
    with pytest.raises(AccessDenied, match="起草人和承办人不能撤销"):
        issuing.revoke(decision=decision, reason="错", by=drafter)


def test_a_revocation_without_its_event_changes_nothing(monkeypatch):
    decision = decision_at("issued")
    monkeypatch.setattr(measures, "recall", broken)
    with pytest.raises(RuntimeError):
        issuing.revoke(decision=decision, reason="错", by=person("bureau"))
    stored = fresh(decision)
    assert stored.status == DecisionStatus.ISSUED and stored.credit_records.get().status == CreditStatus.ACTIVE


def test_a_superseded_decision_gives_way_only_when_the_new_one_is_issued():
    old = decision_at("effective")
    new = decision_at("approved", respondent=old.respondent, supersedes=old)
    assert fresh(old).status == DecisionStatus.EFFECTIVE
    issuing.issue(decision=new, by=new.case.dossier.handler)
    assert fresh(old).status == DecisionStatus.SUPERSEDED
    assert old.credit_records.get().status == CreditStatus.REVOKED
    live = CreditRecord.objects.filter(subject=old.respondent.subject, status__in=["pending", "active"])
    assert [record.decision_id for record in live] == [new.pk]


def test_a_decision_has_at_most_one_successor():
    old = decision_at("effective")
    decision_at("draft", respondent=old.respondent, supersedes=old)
    with pytest.raises(MoveRefused, match="已经有一份取代它的决定"):
        decision_at("draft", respondent=old.respondent, supersedes=old)


def test_a_successor_is_about_the_same_respondent_and_of_an_issued_decision():
    old, other = decision_at("effective"), decision_at("issued")
    with pytest.raises(MoveRefused, match="同一被处理人"):
        decision_at("draft", respondent=other.respondent, supersedes=old)
    drafted = decision_at("draft")
    with pytest.raises(MoveRefused):
        decision_at("draft", respondent=drafted.respondent, supersedes=drafted)


def test_a_successor_of_a_decision_revoked_meanwhile_is_not_issued():
    old = decision_at("effective")
    new = decision_at("approved", respondent=old.respondent, supersedes=old)
    issuing.revoke(decision=fresh(old), reason="先行撤销", by=person("bureau"))
    with pytest.raises(MoveRefused):
        issuing.issue(decision=fresh(new), by=new.case.dossier.handler)


def test_nothing_is_edited_after_issue():
    decision = decision_at("issued")
    with pytest.raises(MoveRefused, match="不能修改"):
        decisions.edit(
            decision=decision,
            content=content(facts="改"),
            seen_hash=decision.content_hash,
            by=decision.case.dossier.handler,
        )


def statuses(decision: Decision) -> tuple[set[str], str]:
    return set(decision.measures.values_list("status", flat=True)), decision.credit_records.get().status


def test_time_begins_and_ends_measures_and_records_and_catches_up():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        later = (
            MeasureEntry("ban_projects", months=12, start=dt.date(2027, 1, 1)),
            MeasureEntry("serious_db_entry", months=12, start=dt.date(2027, 1, 1)),
        )
        decision = decision_at("issued", what=content(measures=later))
        assert statuses(decision) == ({"planned"}, "pending")
        assert expiry.settle_all(on=dt.date(2026, 12, 31), by=SYSTEM).records == 0
        expiry.settle_all(on=dt.date(2027, 1, 1), by=SYSTEM)
        assert statuses(decision) == ({"in_force"}, "active")
        expiry.settle_all(on=dt.date(2027, 12, 31), by=SYSTEM)
        assert statuses(decision) == ({"in_force"}, "active")
        moved = expiry.settle_all(on=dt.date(2028, 1, 1), by=SYSTEM)
        assert (moved.measures, moved.records) == (2, 1)
        assert statuses(decision) == ({"ended"}, "expired")
        again = expiry.settle_all(on=dt.date(2028, 1, 1), by=SYSTEM)
        assert (again.measures, again.records, again.terms) == (0, 0, 0)


def test_a_job_that_slept_for_years_goes_through_both_steps():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        start = dt.date(2027, 1, 1)
        decision = decision_at(
            "issued",
            what=content(
                measures=(
                    MeasureEntry("ban_projects", months=12, start=start),
                    MeasureEntry("serious_db_entry", months=12, start=start),
                )
            ),
        )
    expiry.settle_all(on=dt.date(2031, 1, 1), by=SYSTEM)
    types = list(Event.objects.filter(dossier=decision.case.dossier).values_list("type", flat=True))
    assert types.count("credit_record_activated") == types.count("credit_record_expired") == 1
    assert types.count("measure_in_force") == types.count("measure_ended") == 2


@time_machine.travel("2026-11-25 09:00+08:00", tick=False)
@pytest.mark.parametrize("day", ["2026-11-26", "20261125", "2026-13-01"])
def test_nothing_is_ended_before_its_day(day):
    with pytest.raises(CommandError, match=day):
        call_command("expire_records", "--on", day, stdout=StringIO())


def test_an_appeal_term_that_has_run_out_is_closed_on_its_last_day():
    with time_machine.travel("2025-09-29 09:00+08:00", tick=False):
        decision = decision_at("effective")
    out = StringIO()
    call_command("expire_records", "--on", "2025-10-27", stdout=out)
    assert deadline_of(decision, "appeal").status == "running"
    call_command("expire_records", "--on", "2025-10-28", stdout=out)
    closed = deadline_of(decision, "appeal")
    assert (closed.status, closed.ended_on) == ("met", dt.date(2025, 10, 27))
    assert Event.objects.filter(dossier=decision.case.dossier, type="clock_met").latest("seq").data["late"] is False
    assert expiry.close_appeals(on=dt.date(2025, 10, 28), by=SYSTEM) == 0
    assert "appeal terms: 1" in out.getvalue()


def test_the_nightly_run_leaves_a_row_somebody_else_just_moved_and_settles_the_rest(monkeypatch):
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        decision = decision_at("issued", what=content(measures=(MeasureEntry("ban_projects", months=12), DB)))

    def overtaken(**kwargs):
        raise MoveRefused("刚被他人处理")

    with monkeypatch.context() as patch:
        patch.setattr(measures, "settle", overtaken)
        moved = expiry.settle_all(on=dt.date(2028, 1, 1), by=SYSTEM)
    assert (moved.measures, moved.records) == (0, 1)
    assert expiry.settle_all(on=dt.date(2028, 1, 1), by=SYSTEM).measures == 2
    assert statuses(decision) == ({"ended"}, "expired")
