"""Rows are made by the hundred: what one of them asks of the database is asked once for all, the access included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from casework.access import acl_of, deny_of
from casework.actions import grants
from casework.actors import SYSTEM
from casework.models import Dossier
from search import registry
from search.models import IndexItem
from search.syncing import entries_of
from tests.factories import person
from tests.factories.dossiers import exclude
from tests.search.records import TODAY, make_lead

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
