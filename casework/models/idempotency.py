"""IdempotencyKey: one row per form that was sent, so that a second press of the button finds the first answer (B25)."""

from typing import ClassVar

from django.db import models


class IdempotencyKey(models.Model):
    """`owner` is the account or the visitor's session mark; `location` the page the first sending led to."""

    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=32)
    location = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
