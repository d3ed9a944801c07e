"""Which entities can be searched, in which index. A document that declares too little stops the start."""

import hashlib

from django.core.exceptions import ImproperlyConfigured

from casework.audience import Audience
from search.backends.database import DatabaseBackend
from search.documents import (
    application,
    case,
    committee,
    credit,
    decision,
    lead,
    notice,
    public_notice,
    review_unit,
    share,
)
from search.documents.base import Document

DOCUMENTS: dict[str, Document] = {}
BACKEND = DatabaseBackend()


def register(document: Document) -> None:
    """Add an entity. Raises ImproperlyConfigured when it declares too little or its kind is taken."""
    document.check()
    if document.kind in DOCUMENTS:
        raise ImproperlyConfigured(f"search document {document.kind!r} is registered twice")
    DOCUMENTS[document.kind] = document


def documents_of(audience: Audience) -> list[Document]:
    """The entities of one index, in the order of the filter."""
    return [document for document in DOCUMENTS.values() if document.audience == audience]


def documents_about(dossier_kind: str) -> list[Document]:
    """The entities whose rows follow a dossier of this kind."""
    return [document for document in DOCUMENTS.values() if dossier_kind in document.dossier_kinds]


def schema_of(audience: Audience) -> str:
    """Hash over all schemas of one index: cursors of another shape are refused."""
    shape = sorted(document.schema for document in documents_of(audience))
    return hashlib.sha256(",".join(shape).encode()).hexdigest()[:8]


for _module in (lead, case, decision, credit, notice, review_unit, committee, application, share, public_notice):
    register(_module.DOCUMENT)
