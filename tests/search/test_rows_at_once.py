"""Rows are made by the hundred: what one of them asks of the database is asked once for all, the access included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Clearance, Role
from casework.access import acl_of, deny_of
from casework.actions import grants
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.models import Dossier
from search import registry, syncing
from search.backends.base import INDEXES
from search.models import IndexItem
from search.syncing import entries_held, entries_of
from tests.factories import department, person
from tests.factories.dossiers import exclude
from tests.search.records import (
    TODAY,
    make_case,
    make_credit_record,
    make_decision,
    make_lead,
    make_notice,
    make_share,
    publish,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


def test_more_rows_ask_no_more_questions():
    for number in range(12):
        make_lead(f"举报数据造假 {number}")
    orders = list(IndexItem.objects.order_by("order").values_list("order", flat=True))
    counts = []
    for some in (orders[:2], orders):
        with CaptureQueriesContext(connection) as asked:
            entries, faults = entries_of(some)
        assert (len(entries), faults) == (len(some), {})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_access_read_for_many_is_the_access_of_each():
    """A grant that was taken back and an exclusion count as they do one by one."""
    given, refused = person(Role.OFFICER), person(Role.MEMBER, dept="jyj")
    leads = [make_lead("举报一", handler=given), make_lead("举报二")]
    exclude(refused, leads[1].dossier)
    for grant in leads[0].dossier.grants.all():
        grants.revoke(grant=grant, by=SYSTEM, reason="测试")
    document = registry.DOCUMENTS["lead"]

    loaded = document.load([str(lead.pk) for lead in leads])
    assert len(loaded) == 2
    for lead in loaded:
        alone = Dossier.objects.get(pk=lead.dossier_id)
        row = document.from_record(lead, TODAY)
        assert row is not None
        assert (row.access.acl, row.access.deny) == (acl_of(alone, TODAY), deny_of(alone))
    assert f"u{given.pk}" not in document.from_record(loaded[0], TODAY).access.acl
    assert deny_of(leads[1].dossier) == {f"u{refused.pk}"}


def test_every_document_names_the_dossiers_its_access_follows_from():
    for document in registry.DOCUMENTS.values():
        fields = dict.fromkeys(document.dossiers, document.model)
        for path, model in fields.items():
            for part in path.split("__"):
                model = model._meta.get_field(part).related_model
            assert model is Dossier, (document.kind, path)


def _same(entries):
    """Entries by order number; the terms as one text, because PostgreSQL keeps title and body in one."""
    return {
        order: (version, body | {"text": " ".join(part for part in body.get("text", ()) if part)})
        for order, version, body in entries
    }


def test_rows_as_the_database_holds_them_are_rows_as_the_records_give_them():
    """Every kind, with grants, exclusions and each level of secrecy."""
    case = make_case("图片 Figure 3 重复使用，周砚清", handler=person(Role.OFFICER))
    exclude(person(Role.LEGAL), case.dossier)
    decision = make_decision(case, status="effective", facts="经查 a.b-C，原始记录缺失" * 40)
    make_credit_record(decision)
    make_share(decision, department("wjw"), department("jyj"))
    publish(make_notice(decision, drafted_by=person(Role.PUBLISHER)))
    for secrecy in Clearance:
        make_lead("举报", secrecy=secrecy)
    for audience in INDEXES:
        items = IndexItem.objects.filter(audience=audience, is_present=True)
        orders = list(items.values_list("order", flat=True))
        assert orders
        assert _same(entries_held(audience, orders)[0]) == _same(entries_of(orders)[0])


@pytest.mark.parametrize("changed", [{"schema": "other"}, {"version": 99}, {"is_partial": True}, {"access_hash": "x"}])
def test_a_row_that_is_not_whole_or_not_of_today_is_made_from_its_record(changed, monkeypatch):
    make_lead("举报一")
    made = make_lead("举报二")
    order = IndexItem.objects.get(record_pk=str(made.pk)).order
    IndexItem.objects.filter(order=order).update(**changed)
    asked_of_records = []

    def listening(orders):
        asked_of_records.extend(orders)
        return entries_of(orders)

    monkeypatch.setattr(syncing, "entries_of", listening)
    entries, faults = entries_held(Audience.INTERNAL, list(IndexItem.objects.values_list("order", flat=True)))
    assert len(entries) == 2 and asked_of_records == [order] and not faults


FORMER = {"sqlite": ["year = 'y2026'", "acl = ''"], "postgresql": ["content_hash = 'former'", "version = 0"]}


@pytest.mark.parametrize("which", [0, 1])
def test_a_row_of_a_former_shape_is_made_from_its_record(which):
    make_lead("举报一")
    order = IndexItem.objects.get().order
    expected = entries_of([order])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE search_internal SET {FORMER[connection.vendor][which]}")
    assert entries_held(Audience.INTERNAL, [order]) == expected


def test_a_row_the_database_index_lost_is_made_from_its_record():
    lead = make_lead("举报一")
    order = IndexItem.objects.get().order
    registry.BACKEND.remove(registry.DOCUMENTS["lead"].generation, [order])
    ((_order, _version, body),), _faults = entries_held(Audience.INTERNAL, [order])
    assert body["kind"] == "lead" and not body["deleted"] and lead.summary
