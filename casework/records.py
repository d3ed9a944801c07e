"""Record: the base of every model people edit. Its queryset refuses what would bypass history and events."""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any, NoReturn, Self

from django.db import models


class BulkWriteRefused(TypeError):
    """A write that would leave no history row. Use an action."""


def remembered(value: Any) -> Any:
    """A copy of lists and mappings: they may be changed in place, and the change must show."""
    return copy.deepcopy(value) if isinstance(value, list | dict) else value


class RecordQuerySet(models.QuerySet):
    """Reading only. simple-history does not see update(), bulk_* or delete(), so they are refused (B1)."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise BulkWriteRefused("update() leaves no history: use an action")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise BulkWriteRefused("bulk_create() leaves no history: use an action")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise BulkWriteRefused("bulk_update() leaves no history: use an action")

    def delete(self) -> NoReturn:
        raise BulkWriteRefused("records are closed or superseded, never deleted")


class Record(models.Model):
    """A row people edit, through actions only. Remembers what was loaded, so that a save without change writes nothing."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        record = super().from_db(db, field_names, values, **options)
        record.__dict__["_loaded"] = {name: remembered(record.__dict__[name]) for name in field_names}
        return record

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        # Also called for one deferred field: what else was changed and not saved yet must stay known as changed.
        fields = kwargs.get("fields") or (args[1] if len(args) > 1 else None)
        super().refresh_from_db(*args, **kwargs)
        loaded = self.__dict__.setdefault("_loaded", {})
        for field in self._meta.concrete_fields:
            is_fresh = fields is None or field.name in fields or field.attname in fields
            if is_fresh and field.attname in self.__dict__:
                loaded[field.attname] = remembered(self.__dict__[field.attname])

    def changed_fields(self, fields: Collection[str] | None = None) -> list[str]:
        """Names of the concrete fields that differ from what was loaded; all of them for a new row."""
        loaded = self.__dict__.get("_loaded", {})
        names = []
        for field in self._meta.concrete_fields:
            wanted = fields is None or field.name in fields or field.attname in fields
            if wanted and (field.attname not in loaded or loaded[field.attname] != getattr(self, field.attname)):
                names.append(field.name)
        return names

    def differs_from(self, stored: Self) -> bool:
        """Whether `stored`, the row read anew, holds something else than this one was loaded or last saved with."""
        then, now = self.__dict__.get("_loaded", {}), stored.__dict__["_loaded"]
        return any(then[name] != now[name] for name in then.keys() & now.keys())
