"""Rebuild, comparison, sweep and their commands: the index is a derived copy that can always be made again."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.enums import Role
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.events import record_event, register_dossier
from casework.saving import save_record
from integrity.enums import DecisionStatus
from search import indexing, registry
from search.backends.base import Access
from search.checking import Problem, compare, compare_and_note
from search.indexing import index_records, rebuild, sweep
from search.models import AccessSweep, IndexItem, ReconcileRun
from search.queries import parse
from search.results import find
from tests.factories import department, person, subject_organization, subject_person
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
    make_share,
    publish,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
TOMORROW = TODAY + dt.timedelta(days=1)


def everything():
    decision = make_decision(make_case(handler=person()), status=DecisionStatus.EFFECTIVE)
    make_lead(received_on=dt.date(2024, 3, 1))
    make_lead(received_on=dt.date(2025, 3, 1))
    make_credit_record(decision)
    make_share(decision, department("wjw"))
    publish(make_notice(decision, drafted_by=person(Role.PUBLISHER)))


def problems():
    return [(found_.problem, found_.kind) for found_ in compare(on=TODAY).drift]


def stray_row(row):
    return type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"order": 999_999, "version": 1})


def rebuild_one(document, record):
    IndexItem.objects.filter(kind=document.kind, record_pk=str(record.pk)).update(content_hash="")
    assert index_records(document, [str(record.pk)], on=TODAY) == 1


def test_after_ordinary_work_index_and_records_agree():
    everything()
    outcome = compare(on=TODAY)
    assert (outcome.checked, outcome.drift) == (8, ())


def test_a_rebuild_of_a_good_index_changes_nothing():
    everything()
    assert rebuild(on=TODAY) == 0


def test_a_rebuild_from_nothing_gives_the_same_rows_in_filing_order():
    everything()
    head = person(Role.HEAD)
    before = {(item.kind, item.record_pk, item.content_hash, item.access_hash) for item in IndexItem.objects.all()}
    IndexItem.objects.all().delete()
    assert [found_.problem for found_ in compare(on=TODAY).drift] == [Problem.MISSING] * 8
    done = []
    assert rebuild(on=TODAY, report=done.append) == 8
    assert done == [8]
    after = {(item.kind, item.record_pk, item.content_hash, item.access_hash) for item in IndexItem.objects.all()}
    assert after == before
    leads = IndexItem.objects.filter(kind="lead").order_by("order")
    assert list(IndexItem.objects.order_by("order")[:2]) == list(leads)
    assert found(head, "举报", year=2024) == (["lead"], 1)
    assert compare(on=TODAY).drift == ()


def test_a_rebuild_that_is_interrupted_goes_on_next_time(monkeypatch):
    everything()
    IndexItem.objects.all().delete()
    monkeypatch.setattr(indexing, "BATCH", 3)

    def interrupt(done):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(on=TODAY, report=interrupt)
    assert len(problems()) == 2
    assert rebuild(on=TODAY) == 2
    assert problems() == []


def test_a_rebuild_drops_items_whose_record_is_gone():
    make_lead()
    IndexItem.objects.filter(kind="lead").update(record_pk="999999")
    assert rebuild(on=TODAY) == 2
    assert IndexItem.objects.filter(kind="lead").count() == 1
    assert problems() == []


def test_records_that_are_gone_and_were_never_filed_are_passed_over():
    assert index_records(registry.DOCUMENTS["lead"], ["999999"], on=TODAY) == 0
    assert not IndexItem.objects.exists()


def test_a_record_that_is_gone_loses_its_row():
    make_lead("举报数据造假")
    IndexItem.objects.filter(kind="lead").update(record_pk="999999")
    assert index_records(registry.DOCUMENTS["lead"], ["999999"], on=TODAY) == 1
    assert not IndexItem.objects.get(kind="lead").is_present
    assert list(registry.BACKEND.stamps(registry.DOCUMENTS["lead"].generation)) == []


def test_the_checker_excuses_rows_that_wait_for_the_sweep():
    reader = person()
    give(make_lead("举报数据造假").dossier, reader, valid_to=TODAY)
    assert compare(on=TOMORROW).drift == ()
    sweep(on=TOMORROW)
    assert compare(on=TOMORROW).drift == ()


def test_a_new_name_in_the_directory_reaches_every_case_that_names_it():
    head = person(Role.HEAD)
    subject = subject_person("周砚清")
    case = make_case("案件", subject=subject)
    unit = make_case("单位案", subject=subject_organization("蜀道农业研究所"), name_then="蜀道农业研究所")
    for named, name in ((subject.person, "周研清"), (unit.respondents.get().subject.organization, "蜀道农科院")):
        with transaction.atomic():
            named.name = name
            save_record(named, by=SYSTEM, reason="更名")
            record_event(dossier=register_dossier("directory"), type="grant_given", by=SYSTEM, subject=named)
        assert found(head, name) == (["case"], 1)
    assert found(head, case.respondents.get().name_then) == (["case"], 1)


def test_a_share_without_any_reader_is_in_no_index(monkeypatch):
    document = replace(registry.DOCUMENTS["lead"], access_filter=lambda lead, on: Access(frozenset()))
    assert document.from_record(make_lead(), TODAY) is None


def test_a_record_without_a_day_is_filed_before_all_others():
    lead = make_lead()
    lead.received_on = None
    assert registry.DOCUMENTS["lead"].filing_day(lead) == dt.date.min


def test_the_working_tables_name_themselves():
    make_lead()
    sweep(on=TODAY)
    compare_and_note(on=TODAY)
    item = IndexItem.objects.get(kind="lead")
    assert str(item) == f"lead {item.record_pk}"
    assert str(AccessSweep.objects.get()) == "2026-09-17"
    assert str(ReconcileRun.objects.get()) == "2026-09-17: 1, 0"


def test_the_checker_names_each_kind_of_difference():
    lead = make_lead("举报数据造假")
    item = IndexItem.objects.get(kind="lead")
    document = registry.DOCUMENTS["lead"]
    registry.BACKEND.remove(document.generation, [item.order])
    assert problems() == [(Problem.MISSING, "lead")]
    rebuild_one(document, lead)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrity_lead SET summary = '别的' WHERE id = %s", [lead.pk])
    assert problems() == [(Problem.STALE, "lead")]
    rebuild(on=TODAY)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_dossier SET secrecy = 3 WHERE id = %s", [lead.dossier_id])
    assert problems() == [(Problem.FORBIDDEN, "lead")]
    rebuild(on=TODAY)
    assert problems() == []

    stray = document.from_record(make_lead("另一件"), TODAY)
    registry.BACKEND.write(document.generation, [stray_row(stray)])
    assert problems() == [(Problem.EXTRA, "internal")]
    assert rebuild(on=TODAY) == 1
    assert problems() == []


def test_a_row_that_is_partial_is_told_but_is_no_fault():
    lead = make_lead()
    change_lead(lead, refusal_reason="诚信" * 8000)
    outcome = compare(on=TODAY)
    assert [found_.problem for found_ in outcome.drift] == [Problem.PARTIAL]
    assert outcome.faults == ()
    page = find(parse("诚信"), user=person(Role.HEAD), audience=Audience.INTERNAL, on=TODAY)
    assert [hit.is_partial for hit in page.hits] == [True]


def test_rows_of_another_shape_are_stale(monkeypatch):
    make_lead()
    IndexItem.objects.update(schema="00000000")
    assert problems() == [(Problem.STALE, "lead")]
    assert rebuild(on=TODAY) == 1
    assert problems() == []


def test_the_commands_compare_repair_and_note(capsys):
    lead = make_lead()
    call_command("check_indexes")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrity_lead SET summary = '别的' WHERE id = %s", [lead.pk])
    with pytest.raises(Exception, match="1 records, differences: 1 stale. Run rebuild_index."):
        call_command("check_indexes")
    call_command("rebuild_index", verbosity=2)
    call_command("check_indexes")
    call_command("sweep_grants")
    told = capsys.readouterr().out
    assert "stale: lead" in told
    assert "1 rows changed" in told
    assert "1 records\n" in told
    runs = list(ReconcileRun.objects.order_by("pk").values_list("checked", "drift"))
    assert runs == [(1, []), (1, [["stale", "lead", str(lead.pk)]]), (1, [])]
    assert AccessSweep.objects.get().day == TODAY
