"""CM10, R27 (ADR 0016): the receipt kept at appointment, and the nightly signal from above about serving members.

The signal says that there is an active record and nothing of what it holds. Only the very same person counts, never a name.
"""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from casework.models import Event, Person
from casework.refusals import AccessDenied, InputRefused
from ethics.actions import integrity_flags, members, units
from ethics.assessment import assess, flagged_members
from ethics.models import CommitteeMember, IntegrityFlag
from integrity.actions import issuing
from integrity.models import CreditRecord, Decision
from tests.factories import department, person
from tests.factories.decisions import decision_at
from tests.factories.ethics import days_ago, member_of
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.unit.ethics.register_desk import Desk

pytestmark = pytest.mark.django_db
NUMBER = "诚信核查〔2026〕00017号"


def night() -> str:
    out = StringIO()
    call_command("flag_sanctioned_members", stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def decision() -> Decision:
    """A decision in force, with an active credit record about its respondent."""
    return decision_at("effective")


@pytest.fixture
def sanctioned(desk: Desk, decision: Decision) -> CommitteeMember:
    """A serving member who is the very person of that record."""
    someone = CreditRecord.objects.get(decision=decision).subject.person
    assert someone is not None
    return member_of(desk.committee, by=desk.by, person=someone)


def test_a_serving_member_under_an_active_record_is_flagged_once_and_cleared_with_the_record(
    desk: Desk, decision: Decision, sanctioned: CommitteeMember
) -> None:
    assert night() == "flags raised 1, cleared 0"
    assert night() == "flags raised 0, cleared 0"
    flag = IntegrityFlag.objects.get()
    assert (flag.member, flag.raised_on, flag.cleared_on) == (sanctioned, timezone.localdate(), None)
    assert Event.objects.filter(type="integrity_flag_raised").count() == 1

    issuing.revoke(decision=decision, reason="新证据表明认定有误。", by=person("bureau"))
    assert night() == "flags raised 0, cleared 1"
    assert night() == "flags raised 0, cleared 0"
    flag.refresh_from_db()
    assert flag.cleared_on == timezone.localdate()
    assert Event.objects.filter(type="integrity_flag_cleared").count() == 1


def test_a_namesake_is_not_flagged(desk: Desk, decision: Decision) -> None:
    record = CreditRecord.objects.get(decision=decision)
    member_of(desk.committee, by=desk.by, name=record.subject.name)
    assert Person.objects.filter(name=record.subject.name).count() == 2
    assert night() == "flags raised 0, cleared 0"


def test_who_no_longer_sits_is_not_flagged(desk: Desk, sanctioned: CommitteeMember) -> None:
    members.leave(member=sanctioned, left_on=days_ago(1), reason="调离", by=desk.by)
    assert night() == "flags raised 0, cleared 0"


def test_the_last_day_in_office_still_counts(desk: Desk, sanctioned: CommitteeMember) -> None:
    """E9."""
    members.leave(member=sanctioned, left_on=timezone.localdate(), reason="调离", by=desk.by)
    assert night() == "flags raised 1, cleared 0"


def test_the_keeper_sees_it_and_nobody_else_does(desk: Desk, sanctioned: CommitteeMember) -> None:
    units.open_to(unit=desk.unit, department=department("wjw", "member"), basis="行业主管", by=desk.by)
    keeper, reader = signed_in(desk.by), signed_in(person(Role.MEMBER, dept="wjw"))
    before = text_of(reader.get(desk.unit.get_absolute_url()))
    sentence = f"{sanctioned.person.name}有生效中的失信行为记录。"
    assert sentence not in text_of(keeper.get(desk.unit.get_absolute_url()))
    night()

    assert sentence in text_of(keeper.get(desk.unit.get_absolute_url()))
    today = text_of(keeper.get("/today/"))
    assert f"委员有生效中的失信行为记录：{sanctioned.person.name}" in today
    county = signed_in(person(Role.COUNTY, dept="lzq"))
    assert sentence in text_of(county.get(desk.unit.get_absolute_url()))
    # Somebody the unit was only opened to reads the same page as before, in the history too (B5).
    assert text_of(reader.get(desk.unit.get_absolute_url())) == before
    assert "失信行为记录" not in text_of(reader.get(reverse("ethics:unit-history", args=[desk.unit.dossier.reference])))
    assert "失信行为记录" not in text_of(signed_in(person(Role.COUNTY, dept="zhq")).get("/today/"))


def test_nothing_of_the_record_reaches_ethics(desk: Desk, decision: Decision, sanctioned: CommitteeMember) -> None:
    night()
    kept = [*IntegrityFlag.objects.values(), *IntegrityFlag.history.values()]
    kept += Event.objects.filter(type__startswith="integrity_flag").values("reason", "data", "article")
    text = json.dumps(kept, ensure_ascii=False, default=str)
    for secret in (decision.reference, decision.case.dossier.reference, decision.case.title, decision.facts):
        assert secret
        assert secret not in text


def test_check_committees_of_the_register_knows_the_flag(
    desk: Desk, sanctioned: CommitteeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    night()
    monkeypatch.setattr("ethics.management.commands.check_committees.read_standard_input", lambda: "")
    out = StringIO()
    call_command("check_committees", "--json", stdout=out)
    found = [one for one in json.loads(out.getvalue())[0]["findings"] if one["article"] == "ST 8"]
    assert [one["code"] for one in found] == ["CM10"]


def test_the_composition_is_flagged_from_the_day_of_the_signal_to_the_day_it_ended(
    desk: Desk, sanctioned: CommitteeMember
) -> None:
    flag = integrity_flags.raise_flag(member=sanctioned, on=days_ago(5))
    assert flag is not None
    integrity_flags.clear(flag=flag, on=days_ago(2))
    days = {ago: flagged_members([desk.committee], days_ago(ago)) for ago in (6, 5, 3, 2)}
    assert days == {6: set(), 5: {sanctioned.pk}, 3: {sanctioned.pk}, 2: set()}
    codes = {one.code for one in assess(desk.committee, days_ago(3), flagged=days[3]).findings}
    assert "CM10" in codes
    # What is stored, and shown to every reader, rests on the composition alone.
    desk.committee.refresh_from_db()
    assert "CM10" not in {one.code for one in assess(desk.committee, days_ago(3)).findings}


def test_one_flag_at_a_time_and_it_does_not_end_before_it_began(sanctioned: CommitteeMember) -> None:
    flag = integrity_flags.raise_flag(member=sanctioned, on=timezone.localdate())
    assert flag is not None
    assert integrity_flags.raise_flag(member=sanctioned, on=timezone.localdate()) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        IntegrityFlag(member=sanctioned, raised_on=days_ago(1), source="x").save()
    ended = integrity_flags.clear(flag=flag, on=days_ago(3))
    assert ended is not None
    assert ended.cleared_on == flag.raised_on
    assert integrity_flags.clear(flag=flag, on=timezone.localdate()) is None


@pytest.mark.parametrize("act", [integrity_flags.raise_flag, integrity_flags.clear])
def test_a_flag_whose_event_fails_is_not_kept(
    sanctioned: CommitteeMember, act: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = None
    if act is integrity_flags.clear:
        flag = integrity_flags.raise_flag(member=sanctioned, on=days_ago(1))
    counts = IntegrityFlag.objects.still_open().count(), IntegrityFlag.history.count()
    monkeypatch.setattr(Event, "save", lambda self, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        if flag is not None:
            integrity_flags.clear(flag=flag, on=timezone.localdate())
        else:
            integrity_flags.raise_flag(member=sanctioned, on=timezone.localdate())
    assert (IntegrityFlag.objects.still_open().count(), IntegrityFlag.history.count()) == counts


def test_the_receipt_of_the_check_is_kept_with_the_term_and_missed_on_the_page(desk: Desk) -> None:
    member = desk.committee.members.get()
    browser, page = signed_in(desk.by), desk.unit.get_absolute_url()
    assert "未见诚信核查回执" in text_of(browser.get(page))
    url = reverse("ethics:member-check", args=[member.pk])
    assert browser.get(url).status_code == 200
    sent = {"clean_check_no": "诚信核查[2026]00017号", "clean_checked_on": days_ago(1).isoformat()}
    assert send(browser, url, **sent).status_code == 302
    send(browser, url, **sent)
    member.refresh_from_db()
    assert (member.clean_check_no, member.clean_checked_on) == (NUMBER, days_ago(1))
    assert Event.objects.filter(type="member_check_noted").count() == 1
    assert CommitteeMember.history.filter(id=member.pk, clean_check_no=NUMBER).count() == 1
    shown = text_of(browser.get(page))
    assert NUMBER in shown
    assert "未见诚信核查回执" not in shown


def test_a_receipt_that_is_none_is_refused(desk: Desk) -> None:
    member = desk.committee.members.get()
    for number, day, field in (
        ("", days_ago(1), "clean_check_no"),
        ("广科诚决〔2026〕0001号", days_ago(1), "clean_check_no"),
        (NUMBER, days_ago(-1), "clean_checked_on"),
    ):
        with pytest.raises(InputRefused) as refusal:
            members.note_check(member=member, clean_check_no=number, clean_checked_on=day, by=desk.by)
        assert refusal.value.field == field
    units.open_to(unit=desk.unit, department=department("wjw", "member"), basis="行业主管", by=desk.by)
    with pytest.raises(AccessDenied):
        members.note_check(
            member=member, clean_check_no=NUMBER, clean_checked_on=days_ago(1), by=person(Role.MEMBER, dept="wjw")
        )
    member.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        member.clean_check_no = NUMBER
        member.save()


def test_the_page_of_a_unit_costs_the_same_with_flags(desk: Desk, sanctioned: CommitteeMember) -> None:
    browser = signed_in(desk.by)
    before = len(queries_of(browser, desk.unit.get_absolute_url()))
    night()
    assert len(queries_of(browser, desk.unit.get_absolute_url())) == before
