"""What every searchable entity declares, and that declaring too little is refused."""

from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from casework.audience import Audience
from search import registry
from search.documents import case, lead, public_notice
from search.documents.base import Document, SearchField

DOCUMENTS = list(registry.DOCUMENTS.values())


def field(name="text", audience=Audience.INTERNAL):
    return SearchField(name, audience, lambda record: [])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"access_filter": None}, "access_filter is required"),
        ({"audience": None}, "no index"),
        ({"audience": Audience.RESTRICTED}, "no index"),
        ({"fields": ()}, "no field"),
        ({"fields": (field(audience=None),)}, "declares no audience"),
        ({"fields": (field(audience=Audience.RESTRICTED),)}, "above its index"),
        ({"audience": Audience.PARTNER, "fields": (field(),)}, "above its index"),
        ({"audience": Audience.PUBLIC, "fields": (field(audience=Audience.PARTNER),)}, "above its index"),
        ({"kind": "lead:1"}, "letters and digits"),
        ({"kind": ""}, "letters and digits"),
    ],
)
def test_a_document_that_declares_too_little_stops_the_start(changes, message):
    with pytest.raises(ImproperlyConfigured, match=message):
        registry.register(replace(lead.DOCUMENT, **changes))
    assert list(registry.DOCUMENTS.values()) == DOCUMENTS


def test_a_document_without_an_access_filter_cannot_be_written_down():
    declared = {name: getattr(lead.DOCUMENT, name) for name in ("kind", "label", "audience", "model", "fields")}
    with pytest.raises(TypeError, match="access_filter"):
        Document(**declared)


def test_a_kind_is_registered_once():
    with pytest.raises(ImproperlyConfigured, match="twice"):
        registry.register(lead.DOCUMENT)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.kind)
def test_every_field_declares_an_audience_its_index_may_hold(document):
    document.check()
    assert all(field.audience <= document.audience for field in document.fields)


def test_the_public_index_holds_public_fields_of_public_notices_only():
    assert [document.kind for document in registry.documents_of(Audience.PUBLIC)] == ["publicnotice"]
    assert {field.audience for field in public_notice.DOCUMENT.fields} == {Audience.PUBLIC}


def test_the_shared_index_holds_shares_only():
    assert [document.kind for document in registry.documents_of(Audience.PARTNER)] == ["share"]


def test_no_field_reads_cipher_text_receipts_or_the_vault():
    names = {name for document in DOCUMENTS for field in document.fields for name in field.read.__code__.co_names}
    assert not {
        name for name in names if "cipher" in name or "receipt" in name or "vault" in name or "keyed_hash" in name
    }


def test_another_shape_has_another_schema():
    known = {document.schema for document in DOCUMENTS}
    assert len(known) == len(DOCUMENTS)
    assert replace(case.DOCUMENT, fields=case.DOCUMENT.fields[:-1]).schema not in known
    assert replace(case.DOCUMENT, audience=Audience.PUBLIC).schema not in known
