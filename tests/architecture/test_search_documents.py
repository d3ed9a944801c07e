"""Convention 6: what may be found by whom is declared field by field; nothing is found by default."""

import importlib
import inspect

import pytest

from casework.audience import Audience
from casework.enums import DossierKind
from search.backends.base import INDEXES
from search.documents.base import Document
from search.registry import DOCUMENTS
from tests.architecture.code import name_of, python_files

EVERY = [pytest.param(document, id=kind) for kind, document in sorted(DOCUMENTS.items())]


@pytest.mark.parametrize("document", EVERY)
def test_every_field_declares_its_audience_and_stays_below_that_of_its_index(document):
    document.check()
    assert document.fields
    assert all(isinstance(field.audience, Audience) for field in document.fields)
    assert [field.name for field in document.fields if field.audience > document.audience] == []


@pytest.mark.parametrize("document", EVERY)
def test_every_index_has_an_access_filter_and_reads_hits_again_through_the_same_door_as_lists(document):
    assert len(inspect.signature(document.access_filter).parameters) == 2
    assert len(inspect.signature(document.visible).parameters) == 2
    assert document.access_filter is not None and document.audience in INDEXES


def test_public_documents_hold_public_fields_of_public_rows_only():
    public = [document for document in DOCUMENTS.values() if document.audience == Audience.PUBLIC]
    assert [document.model._meta.label for document in public] == ["notices.PublicNotice"]
    assert {field.audience for document in public for field in document.fields} == {Audience.PUBLIC}


def test_every_document_is_registered():
    modules = [path for path in python_files(within="documents/*.py") if "search" in path.parts]
    names = [name_of(path).removesuffix(".py").replace("/", ".") for path in modules if path.stem != "__init__"]
    declared = [getattr(importlib.import_module(name), "DOCUMENT", None) for name in names]
    kinds = {document.kind for document in declared if isinstance(document, Document)}
    assert kinds == set(DOCUMENTS)


def test_every_kind_of_dossier_can_be_found():
    covered = {kind for document in DOCUMENTS.values() for kind in document.dossier_kinds}
    assert {kind for kind in DossierKind if kind != DossierKind.REGISTER} == covered
