"""What a person finds is what a person may see: by role, grant, exclusion, secrecy and day. S numbers: known traps."""

import datetime as dt

import pytest
import time_machine
from django.db import connection, transaction

from accounts.enums import Clearance, Role
from casework.actions import grants
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.enums import ExclusionSource
from casework.models import Dossier, Grant
from integrity.enums import DecisionStatus
from search import registry, results
from search.indexing import sweep, waiting
from search.models import AccessSweep, IndexItem
from search.queries import parse
from search.results import find, find_exact, reader_for
from tests.factories import department, person
from tests.search.records import (
    TODAY,
    change_lead,
    found,
    give,
    make_case,
    make_credit_record,
    make_decision,
    make_lead,
    make_notice,
    set_secrecy,
    set_status,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
TOMORROW = TODAY + dt.timedelta(days=1)


def titles(user, text, on=TODAY):
    page = find(parse(text), user=user, audience=Audience.INTERNAL, on=on)
    return ["".join(part.text for part in hit.title) for hit in page.hits]


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.INTAKE, ["lead"]),
        (Role.OFFICER, ["credit"]),
        (Role.HEAD, ["credit", "decision", "decision", "case", "lead"]),
        (Role.LEGAL, ["credit", "decision", "decision", "case"]),
        (Role.BUREAU, ["credit", "decision", "decision", "case"]),
        (Role.PUBLISHER, ["notice", "decision"]),
        (Role.REVIEWER, ["notice"]),
        (Role.MEMBER, []),
        (Role.COUNTY, []),
        (Role.CUSTODIAN, []),
        (Role.SYSADMIN, []),
        (Role.SECADMIN, []),
        (Role.AUDITOR, ["notice", "credit", "decision", "decision", "case", "lead"]),
    ],
)
def test_each_role_finds_what_its_lists_show(role, kinds):
    make_lead("关于周砚清的举报")
    case = make_case("周砚清造假案", handler=person())
    make_decision(make_case("周砚清旧案"), facts="草稿")
    decision = make_decision(case, status=DecisionStatus.ISSUED)
    make_credit_record(decision)
    make_notice(decision, title="周砚清案通报", drafted_by=person(Role.PUBLISHER))
    reader = person(role)
    hits, total = found(reader, "周砚清")
    expected = [document.visible(reader, TODAY).count() for document in registry.documents_of(Audience.INTERNAL)]
    assert sorted(set(hits)) == sorted(set(kinds))
    assert total == len(hits) == sum(expected)


def test_the_filters_of_index_and_lists_agree_for_every_role_and_every_record():
    officer = person()
    make_lead("举报甲", handler=officer)
    make_lead("举报乙", secrecy=Clearance.SENSITIVE)
    case = make_case("案件甲", handler=officer)
    other = make_case("案件乙", secrecy=Clearance.SENSITIVE)
    for held in (case, other):
        make_credit_record(make_decision(held, status=DecisionStatus.EFFECTIVE))
    make_notice(case.decisions.get(), drafted_by=person(Role.PUBLISHER))
    people = [officer, *(person(role, clearance=level) for role in Role for level in (0, 1, 2, 3))]
    grants.exclude(dossier=case.dossier, user=people[9], source=ExclusionSource.DECLARED, reason="同门", by=SYSTEM)
    checked = 0
    for reader in people:
        for document in registry.documents_of(Audience.INTERNAL):
            seen = set(document.visible(reader, TODAY).values_list("pk", flat=True))
            asked = reader_for(reader, Audience.INTERNAL, TODAY)
            for record in document.records():
                access = document.access_filter(record, TODAY)
                opens = bool(access.acl & asked.principals) and asked.deny_token not in access.deny
                assert (record.pk in seen) == (opens and access.secrecy <= asked.clearance)
                checked += 1
    assert checked > 400


def test_a_person_of_no_role_finds_nothing_and_no_index_is_asked():
    make_lead("举报")
    nobody = person()
    nobody.memberships.all().delete()
    assert found(nobody, "举报") == ([], 0)


def test_a_grant_opens_and_its_end_closes_at_once():
    reader = person()
    lead = make_lead("举报数据造假")
    assert found(reader, "数据") == ([], 0)
    grant = give(lead.dossier, reader)
    assert found(reader, "数据") == (["lead"], 1)
    grants.revoke(grant=grant, reason="换人", by=SYSTEM)
    assert found(reader, "数据") == ([], 0)


def test_s26_an_exclusion_beats_every_right_at_once():
    head = person(Role.HEAD)
    lead = make_lead("举报数据造假")
    assert found(head, "数据") == (["lead"], 1)
    grants.exclude(dossier=lead.dossier, user=head, source=ExclusionSource.DECLARED, reason="亲属", by=SYSTEM)
    assert found(head, "数据") == ([], 0)


def test_a_department_grant_opens_for_its_people_only():
    lead = make_lead("举报数据造假")
    grants.give(dossier=lead.dossier, department=department("wjw"), permission="view", basis="order", by=SYSTEM)
    assert found(person(dept="wjw"), "数据") == (["lead"], 1)
    assert found(person(dept="jyj"), "数据") == ([], 0)


def test_secrecy_above_the_clearance_hides():
    lead = make_lead("举报数据造假")
    head = person(Role.HEAD, clearance=Clearance.INTERNAL)
    assert found(head, "数据") == (["lead"], 1)
    set_secrecy(lead.dossier, Clearance.SENSITIVE)
    assert found(head, "数据") == ([], 0)


def test_sealed_dossiers_are_in_no_index_but_open_by_their_number():
    head = person(Role.HEAD, clearance=Clearance.SEALED)
    lead = make_lead("举报数据造假")
    set_secrecy(lead.dossier, Clearance.SEALED)
    assert found(head, "数据") == ([], 0)
    assert not IndexItem.objects.get(kind="lead").is_present
    assert [
        hit.kind for hit in find_exact(lead.dossier.reference, user=head, audience=Audience.INTERNAL, on=TODAY)
    ] == ["lead"]


def test_unsealed_a_record_comes_back_to_its_old_place():
    head = person(Role.HEAD)
    first, _second = make_lead("举报数据甲"), make_lead("举报数据乙")
    set_secrecy(first.dossier, Clearance.SEALED)
    set_secrecy(first.dossier, Clearance.INTERNAL)
    assert titles(head, "数据") == ["举报数据乙", "举报数据甲"]


def test_a_publisher_finds_a_decision_from_the_moment_it_is_issued():
    publisher = person(Role.PUBLISHER)
    decision = make_decision(make_case())
    assert found(publisher, "周砚清") == ([], 0)
    set_secrecy(decision.case.dossier, Clearance.GENERAL)
    with transaction.atomic():
        decision.reference, decision.issued_at, decision.issued_by_label = (
            "广科诚决〔2026〕0009号",
            dt.datetime.now(dt.UTC),
            "系统",
        )
        set_status(decision, DecisionStatus.ISSUED)
    assert found(publisher, "周砚清") == (["decision"], 1)


def test_a_decision_never_tells_the_number_of_its_case():
    decision = make_decision(make_case(), status=DecisionStatus.ISSUED)
    publisher = person(Role.PUBLISHER)
    assert found(publisher, decision.case.dossier.reference) == ([], 0)


def test_what_a_text_says_is_found_and_what_it_said_before_is_not():
    head = person(Role.HEAD)
    lead = make_lead("举报数据造假")
    change_lead(lead, summary="举报抄袭剽窃")
    assert found(head, "造假") == ([], 0)
    assert found(head, "抄袭") == (["lead"], 1)
    assert IndexItem.objects.get(kind="lead").version == 2


def test_a_change_that_is_undone_leaves_the_index_as_it_was():
    head = person(Role.HEAD)
    lead = make_lead("举报数据造假")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change_lead(lead, summary="举报抄袭剽窃")
        raise ZeroDivisionError
    assert found(head, "造假") == (["lead"], 1)
    assert found(head, "抄袭") == ([], 0)


def test_an_event_without_a_change_writes_no_row():
    lead = make_lead()
    before = IndexItem.objects.get(kind="lead").version
    change_lead(lead)
    assert IndexItem.objects.get(kind="lead").version == before


def test_respondents_allegations_categories_and_measures_are_found():
    head = person(Role.HEAD)
    case = make_case("案件", name_then="买买提·艾力", allegation="委托第三方代写")
    make_decision(case)
    assert found(head, "艾力") == (["decision", "case"], 2)
    assert found(head, "剑门医学院") == (["decision", "case"], 2)
    assert found(head, "第三方代写") == (["case"], 1)
    assert found(head, "伪造研究数据") == (["decision"], 1)
    assert found(head, "取消申报资格 市级科技计划") == (["decision"], 1)


@pytest.mark.parametrize("text", ["周砚清", "举报人", "回执"])
def test_what_a_reporter_wrote_is_in_no_index(text):
    make_lead("无关", answers_cipher="周砚清举报人", receipt_hint="1234", receipt_hash="回执")
    assert found(person(Role.INTAKE), text) == ([], 0)


def test_s24_a_hit_dropped_when_read_again_withholds_the_totals_and_repairs_the_row(caplog):
    head = person(Role.HEAD)
    lead, _other = make_lead("举报数据甲"), make_lead("举报数据乙")
    # What an import or a hand-written statement could do: the record changes and no event tells of it.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_dossier SET secrecy = 3 WHERE id = %s", [lead.dossier_id])
    assert found(head, "数据") == (["lead"], None)
    assert "1 hits dropped" in caplog.text
    assert found(head, "数据") == (["lead"], 1)


def test_s25_a_grant_that_ended_yesterday_neither_shows_nor_counts():
    reader = person()
    lead = make_lead("举报数据造假")
    give(lead.dossier, reader, valid_to=TODAY)
    sweep(on=TODAY)
    assert found(reader, "数据") == (["lead"], 1)
    assert waiting(TODAY) == frozenset()
    assert len(waiting(TOMORROW)) == 1
    assert found(reader, "数据", on=TOMORROW) == ([], 0)
    assert sweep(on=TOMORROW) == 1
    assert waiting(TOMORROW) == frozenset()
    assert found(reader, "数据", on=TOMORROW) == ([], 0)


def test_s25_a_grant_that_begins_tomorrow_opens_after_the_sweep():
    reader, head = person(), person(Role.HEAD)
    lead = make_lead("举报数据造假")
    give(lead.dossier, reader, valid_from=TOMORROW)
    sweep(on=TODAY)
    assert found(reader, "数据") == ([], 0)
    # Waiting is for everybody: the row is not to be trusted, whoever asks.
    assert found(head, "数据", on=TOMORROW) == ([], 0)
    sweep(on=TOMORROW)
    assert found(reader, "数据", on=TOMORROW) == (["lead"], 1)
    assert found(head, "数据", on=TOMORROW) == (["lead"], 1)


def test_s25_without_any_sweep_a_boundary_still_hides():
    reader = person()
    lead = make_lead("举报数据造假")
    give(lead.dossier, reader, valid_to=TODAY)
    assert not AccessSweep.objects.exists()
    assert found(reader, "数据", on=TOMORROW) == ([], 0)


def test_s25_a_row_written_today_does_not_wait():
    reader = person()
    lead = make_lead("举报数据造假")
    give(lead.dossier, reader, valid_to=TODAY)
    with time_machine.travel(dt.datetime(2026, 9, 18, 2, 0, tzinfo=dt.UTC), tick=False):
        change_lead(lead, summary="举报数据抄袭")
        assert waiting(TOMORROW) == frozenset()
        assert found(person(Role.HEAD), "数据", on=TOMORROW) == (["lead"], 1)


def test_s25_days_without_a_sweep_are_caught_up():
    reader = person()
    lead = make_lead("举报数据造假")
    give(lead.dossier, reader, valid_to=TODAY + dt.timedelta(days=2))
    sweep(on=TODAY)
    later = TODAY + dt.timedelta(days=9)
    assert len(waiting(later)) == 1
    assert sweep(on=later) == 1
    assert sweep(on=later) == 0
    assert AccessSweep.objects.count() == 2


def test_a_revoked_grant_keeps_nobody_waiting():
    reader = person()
    lead = make_lead("举报数据造假")
    grant = give(lead.dossier, reader, valid_to=TODAY)
    grants.revoke(grant=Grant.objects.get(pk=grant.pk), reason="换人", by=SYSTEM)
    assert waiting(TOMORROW) == frozenset()


def test_reading_again_stops_after_a_few_rounds(monkeypatch):
    monkeypatch.setattr(results, "MOST_ROUNDS", 1)
    make_lead("数据 最早一件")
    for number in range(21):
        lead = make_lead(f"数据 第{number}件")
        Dossier._base_manager.filter(pk=lead.dossier_id).update(secrecy=Clearance.SEALED)
    head = person(Role.HEAD)
    assert find(parse("数据"), user=head, audience=Audience.INTERNAL, on=TODAY).hits == ()
    # What was dropped has been repaired meanwhile.
    assert found(head, "数据") == (["lead"], None)
    assert found(head, "数据") == (["lead"], 1)


def test_hits_dropped_from_a_whole_page_do_not_hide_the_ones_behind_them():
    head = person(Role.HEAD)
    kept = make_lead("数据 最早一件")
    for number in range(25):
        lead = make_lead(f"数据 第{number}件")
        Dossier._base_manager.filter(pk=lead.dossier_id).update(secrecy=Clearance.SEALED)
    page = find(parse("数据"), user=head, audience=Audience.INTERNAL, on=TODAY)
    assert [hit.card.reference for hit in page.hits] == [kept.dossier.reference]
    assert (page.totals, page.last_order) == (None, None)


def test_exact_numbers_open_whatever_brackets_are_typed():
    head = person(Role.HEAD)
    lead = make_lead(source_document_no="川科信〔2026〕7号")
    reference = lead.dossier.reference
    for typed in (
        reference,
        reference.replace("〔", "[").replace("〕", "]"),
        f" {reference[:2]} {reference[2:]} ",
        "川科信(2026)7号",
    ):
        hits = find_exact(typed, user=head, audience=Audience.INTERNAL, on=TODAY)
        assert [hit.card.reference for hit in hits] == [reference]
    assert find_exact(reference[:-1], user=head, audience=Audience.INTERNAL, on=TODAY) == ()
    assert find_exact(reference, user=person(), audience=Audience.INTERNAL, on=TODAY) == ()
