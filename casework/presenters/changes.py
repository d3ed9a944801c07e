"""Files of a dossier and changes of its records, as rows for the components."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from casework.enums import AttachmentKind
from casework.models import Attachment
from casework.records import Record

LONGEST_VALUE = 300


def file_rows(attachments: Iterable[Attachment], url_of: Callable[[Attachment], str]) -> list[dict[str, Any]]:
    """Rows of _components/attachment_list.html; `url_of(attachment)` gives the address of the download or ""."""
    return [
        {
            "name": row.display_name,
            "url": url_of(row),
            "size": row.size,
            "added_at": row.uploaded_at,
            "by": row.uploaded_by_label,
            "state_label": AttachmentKind(row.kind).label,
            "state_kind": "",
            "warnings": row.warnings,
            "sha256": row.sha256,
        }
        for row in attachments
    ]


def history_rows(
    records: Iterable[Record], *, words: Mapping[str, Mapping[Any, str]] | None = None
) -> list[dict[str, Any]]:
    """Rows of _components/history_diff.html for all changes of these records, newest first.

    `words`: field → value → what to show, for values that are codes without choices of their own (lists of them too).

    One query per model, and one for each model a changed foreign key points to.
    """
    by_model: dict[type[Any], list[Record]] = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record)
    changes: list[dict[str, Any]] = []
    for model, group in by_model.items():
        names = {record.pk: str(record) for record in group}
        versions = model.history.filter(id__in=list(names)).select_related("history_user").order_by("id", "history_id")
        changes += _changes(model, versions, names, words or {})
    _name_targets(changes)
    changes.sort(key=lambda row: (row["when"], row["order"]), reverse=True)
    return changes


def _changes(
    model: type[Any], versions: Iterable[Any], names: Mapping[Any, str], words: Mapping[str, Mapping[Any, str]]
) -> list[dict[str, Any]]:
    kept = {field.name for field in model.history.model._meta.fields}
    fields = [field for field in model._meta.concrete_fields if field.name in kept and not field.primary_key]
    rows: list[dict[str, Any]] = []
    previous: Any = None
    for version in versions:
        base = {
            "when": version.history_date,
            "who": str(version.history_user or _("系统")),
            "reason": version.history_change_reason or "",
            "order": version.history_id,
            "target": None,
        }
        about = f"{model._meta.verbose_name} {names[version.id]}"
        if previous is None or previous.id != version.id:
            rows.append({**base, "field": about, "before": "", "after": _("新建")})
        else:
            rows += [{**base, **change} for change in _differences(fields, previous, version, about, words)]
        previous = version
    return rows


def _differences(
    fields: Iterable[Any], before: Any, after: Any, about: str, words: Mapping[str, Mapping[Any, str]]
) -> Iterable[dict[str, Any]]:
    for column in fields:
        old, new = getattr(before, column.attname), getattr(after, column.attname)
        if old == new:
            continue
        name = _("%(about)s · %(field)s") % {"about": about, "field": column.verbose_name}
        if column.is_relation:
            yield {"field": name, "before": old, "after": new, "target": column.related_model}
        else:
            said = {**dict(column.flatchoices), **words.get(column.name, {})}
            yield {"field": name, "before": _shown(said, old), "after": _shown(said, new)}


def _shown(said: Mapping[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return Truncator(_("、").join(_shown(said, one) for one in value)).chars(LONGEST_VALUE)
    if isinstance(value, dict):
        parts = (
            _("%(key)s：%(value)s") % {"key": said.get(key, key), "value": _shown(said, one)}
            for key, one in value.items()
        )
        return Truncator("；".join(parts)).chars(LONGEST_VALUE)
    return Truncator(str(said.get(value, value))).chars(LONGEST_VALUE)


def _name_targets(changes: Collection[dict[str, Any]]) -> None:
    """Put names where changed foreign keys left numbers, one query per model."""
    wanted: dict[type[Any], set[Any]] = defaultdict(set)
    for row in changes:
        if row["target"] is not None:
            wanted[row["target"]] |= {row["before"], row["after"]} - {None}
    names = {target: target._default_manager.in_bulk(list(ids)) for target, ids in wanted.items()}
    for row in changes:
        if row["target"] is not None:
            row["before"] = str(names[row["target"]].get(row["before"], ""))
            row["after"] = str(names[row["target"]].get(row["after"], ""))
