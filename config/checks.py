"""Checks before production: keys, second factors, search. Each has an id and a hint."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def field_keys_are_set(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each field key and the blind key must be base64 of 32 bytes."""
    problems: list[CheckMessage] = []
    keys = {**settings.CHENGYAN_FIELD_KEYS, "blind": settings.CHENGYAN_BLIND_KEY}
    if not settings.CHENGYAN_FIELD_KEYS:
        hint = "CHENGYAN_FIELD_KEYS=k1=<base64 of 32 random bytes>"
        problems.append(Error("No key for encrypted fields is set.", hint=hint, id="chengyan.E001"))
    for name, value in keys.items():
        try:
            length = len(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            length = 0
        if length != 32:
            hint = "python -c 'import base64,secrets;print(base64.b64encode(secrets.token_bytes(32)).decode())'"
            problems.append(Error(f"Key {name} is not base64 of 32 bytes.", hint=hint, id="chengyan.E002"))
    return problems


ENGINES = ("database", "elasticsearch")


@register(Tags.compatibility)
def search_engine_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A typing error must not quietly mean the database."""
    if settings.SEARCH_ENGINE in ENGINES:
        return []
    hint = f"SEARCH_ENGINE={' or '.join(ENGINES)}"
    return [Error(f"No search engine is called {settings.SEARCH_ENGINE!r}.", hint=hint, id="chengyan.E003")]
