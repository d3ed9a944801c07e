"""Event: what happened, why, on which basis. AccessEvent: who looked, searched, took out. Both only ever grow.

Rows are refused a change in code here, and by triggers in the database (migration 0002).
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.audience import Audience
from casework.enums import AccessKind
from casework.models.dossiers import Dossier


class AppendOnly(TypeError):
    """An event row may be added, never changed or removed."""


class AppendOnlyQuerySet(models.QuerySet):
    """Reading and adding single rows; nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("events are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnly("events are never deleted")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("events are never changed")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("events are added one by one, each with the hash of the one before")


class Event(models.Model):
    """One link of a dossier's chain. `data` holds ids, hashes and codes only, never text a person wrote."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=50)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    actor_label = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=60, blank=True)
    subject_pk = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=10, default="done")
    reason = models.CharField(max_length=500, blank=True)
    article = models.CharField(max_length=60, blank=True)
    audience = models.PositiveSmallIntegerField(default=Audience.INTERNAL)
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("事件")
        constraints: ClassVar = [models.UniqueConstraint(fields=["dossier", "seq"], name="event_seq_once")]
        indexes: ClassVar = [models.Index(fields=["type", "-id"], name="event_type_newest")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.seq} {self.type}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("events are never deleted")


class AccessEvent(models.Model):
    """Somebody read, searched, exported, downloaded or printed. `what` names the record or the query's hash."""

    kind = models.CharField(max_length=10, choices=AccessKind.choices)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    actor_label = models.CharField(max_length=60)
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="access_events")
    what = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("查阅记录")
        indexes: ClassVar = [
            models.Index(fields=["dossier", "-id"], name="access_event_dossier"),
            models.Index(fields=["user", "-id"], name="access_event_user"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.kind} {self.what}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("events are never deleted")
