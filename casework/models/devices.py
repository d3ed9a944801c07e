"""OneTimeCode: the second factor of a person. The shared key is cipher text; a copied database gives no codes."""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from typing import ClassVar
from urllib.parse import quote, urlencode

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from casework.cipher import context_of, default_cipher

STEP = 30
DIGITS = 6
TOLERANCE = 1


class OneTimeCode(ThrottlingMixin, Device):
    """Six digits every thirty seconds (RFC 6238). A used code is refused; wrong ones double the waiting time."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key_cipher = models.TextField()
    last_t = models.BigIntegerField(default=-1)

    class Meta(Device.Meta):
        verbose_name = verbose_name_plural = _("动态口令")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(confirmed=True), name="one_time_code_one_confirmed"
            )
        ]

    @classmethod
    def fresh(cls, user: models.Model, *, name: str = "") -> OneTimeCode:
        """An unsaved, unconfirmed device with a new key of 20 random bytes."""
        device = cls(user=user, name=name or "验证器", confirmed=False)
        device.key_cipher = default_cipher().seal(secrets.token_hex(20), device.context)
        return device

    @property
    def context(self) -> str:
        return context_of("casework.onetimecode", self.token, "key")

    @property
    def key(self) -> bytes:
        return bytes.fromhex(default_cipher().open(self.key_cipher, self.context))

    @property
    def secret(self) -> str:
        """The key as authenticator apps take it by hand."""
        return base64.b32encode(self.key).decode()

    def code_now(self) -> str:
        """The code of this moment. For tests and the demo city only."""
        return f"{self._totp().token():0{DIGITS}d}"

    def config_url(self, *, issuer: str) -> str:
        """What the QR code holds."""
        label = quote(f"{issuer}:{self.user.get_username()}")
        parameters = {"secret": self.secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
        return f"otpauth://totp/{label}?{urlencode(parameters)}"

    def verify_token(self, token: str) -> bool:
        """True once for a right code. The row is held meanwhile: guesses sent at once wait for each other and are counted."""
        with transaction.atomic():
            held = OneTimeCode.objects.select_for_update().filter(pk=self.pk).first()
            right = held is not None and held._verify(token)
        if held is not None:
            self.last_t = held.last_t
            self.throttling_failure_count = held.throttling_failure_count
            self.throttling_failure_timestamp = held.throttling_failure_timestamp
        return right

    def _verify(self, token: str) -> bool:
        """Judge and count, on a row that nobody else holds."""
        allowed, _why = self.verify_is_allowed()
        if not allowed:
            return False
        totp = self._totp()
        if token.isascii() and token.isdecimal() and totp.verify(int(token), TOLERANCE, self.last_t + 1):
            self.last_t = totp.t()
            self.throttle_reset()
            return True
        self.throttle_increment()
        return False

    def get_throttle_factor(self) -> float:
        return 1

    def _totp(self) -> TOTP:
        totp = TOTP(self.key, STEP, 0, DIGITS, 0)
        totp.time = time.time()
        return totp
