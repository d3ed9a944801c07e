"""The shape of an index of the engine. Core analysis only, so that a stock node and the smallest one hold the same.

The terms are those of search.analysis, as on every other backend: the engine splits at spaces and nothing else, so there
is one segmentation, one folding and one answer (S1, S2, S4, S5). `_source` keeps keys, version and hashes: the engine
holds terms, not readable dossiers. Refused fields stop a write instead of widening the mapping (S17).
"""

import hashlib
import json
from typing import Any

from elasticsearch.dsl import Boolean, Byte, Document, Integer, Keyword, Long, MetaField, Short, Text

from casework.audience import Audience
from search import registry
from search.backends.base import HeldRow, IndexRow

STORED = ["order", "version", "content_hash", "access_hash", "deleted"]
BUILDING = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}
# A named interval also keeps an index that nobody searches from falling asleep.
SERVING = {"auto_expand_replicas": "0-1", "refresh_interval": "1s"}


class EngineRow(Document):
    """One record as the engine holds it; its id is the order number, its version that of the IndexItem."""

    text = Text(analyzer="whitespace", norms=False, index_options="positions")
    acl = Keyword(doc_values=False, norms=False)
    deny = Keyword(doc_values=False, norms=False)
    secrecy = Byte()
    kind = Keyword()
    day = Integer()
    year = Short()
    deleted = Boolean()
    order = Long()
    version = Long(index=False)
    content_hash = Keyword(index=False)
    access_hash = Keyword(index=False)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(includes=STORED)


def mapping() -> dict[str, Any]:
    return EngineRow._doc_type.mapping.to_dict()


def shape_of(audience: Audience) -> str:
    """Hash over fields, audiences, analysis and mapping: an index of another shape answers nobody."""
    shape = [registry.schema_of(audience), mapping()]
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:8]


def body(row: IndexRow) -> dict[str, Any]:
    """What is sent for a row that may be found."""
    day = int(f"{row.day:%Y%m%d}")
    return body_of_held(
        HeldRow(
            row.order,
            row.version,
            (" ".join(row.title), " ".join(row.body)),
            tuple(sorted(row.access.acl)),
            tuple(sorted(row.access.deny)),
            row.access.secrecy,
            row.kind,
            day,
            row.content_hash,
            row.access_hash,
        )
    )


def body_of_held(row: HeldRow) -> dict[str, Any]:
    """The same of a row the database index holds already."""
    return {
        "text": list(row.texts),
        "acl": list(row.acl),
        "deny": list(row.deny),
        "secrecy": row.secrecy,
        "kind": row.kind,
        "day": row.day,
        "year": row.day // 10_000,
        "deleted": False,
        "order": row.order,
        "version": row.version,
        "content_hash": row.content_hash,
        "access_hash": row.access_hash,
    }


def tombstone(order: int, version: int) -> dict[str, Any]:
    """What is left of a row that must not be found: an engine that forgot it would take an older write for new (S18)."""
    return {"deleted": True, "order": order, "version": version, "content_hash": "", "access_hash": ""}
