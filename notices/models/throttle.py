"""ThrottleCount: how often something was tried today from one place, without knowing the place."""

from typing import ClassVar

from django.db import models


class ThrottleCount(models.Model):
    """`bucket` is a keyed hash of an address, a purpose and an hour; rows of earlier days are removed (notices.throttle)."""

    bucket = models.CharField(max_length=64, unique=True)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day"], name="throttle_count_day")]

    def __str__(self) -> str:
        return self.bucket[:12]
