"""Field cipher and blind index: how single values are stored unreadable and still found by exact match.

A sealed value is bound to its place (`model:pk:field`): moved to another row or field it no longer opens.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
BODY = re.compile(r"[A-Za-z0-9_-]+")
CONTEXT = re.compile(r"[^:\s]+:[^:\s]+:[^:\s]+")


class CipherError(Exception):
    """A sealed value that does not open here, or keys that cannot be used. For operators, never shown to readers."""


class FieldCipher:
    """AES-256-GCM over text. `keys` maps key ids to 32 bytes; new values are sealed under `current`."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        for key_id, key in keys.items():
            if not KEY_ID.fullmatch(key_id) or len(key) != KEY_BYTES:
                raise CipherError(f"key {key_id!r} needs an id of 1-16 letters and {KEY_BYTES} bytes")
        if current not in keys:
            raise CipherError(f"there is no current key {current!r}")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current = current

    def seal(self, plaintext: str, context: str) -> str:
        """`<key id>.<base64url>`; two seals of one text differ. `context` is `model:pk:field`, see `context_of`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, plaintext.encode(), _checked(context))
        body = base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")
        return f"{self.current}.{body}"

    def open(self, token: str, context: str) -> str:
        """Raises CipherError for an unknown key, a damaged value, or a value sealed for another place."""
        key_id, _, body = token.partition(".")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise CipherError("the key of this value is not among the keys of this machine")
        if not BODY.fullmatch(body):
            raise CipherError("not a sealed value")
        try:
            raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _checked(context)).decode()
        except (InvalidTag, ValueError) as error:
            raise CipherError("the value was altered or belongs to another place") from error

    def needs_rotation(self, token: str) -> bool:
        return token.partition(".")[0] != self.current

    def rotate(self, token: str, context: str) -> str:
        """The same text under the current key."""
        return self.seal(self.open(token, context), context)


def context_of(model: str, pk: object, field: str) -> str:
    """The place of a value; `pk` must exist before the value is sealed, so use a uuid for new rows."""
    return _checked(f"{model}:{pk}:{field}").decode()


def keyed_hash(key: bytes, kind: str, normalised_value: str) -> str:
    """64 hex digits, equal for equal values of one kind only."""
    return hmac.new(key, kind.encode() + b"\0" + normalised_value.encode(), hashlib.sha256).hexdigest()


def blind_index(kind: str, normalised_value: str) -> str:
    """The column to search instead of a sealed identifier. Normalise first: the hash of " 51…x" finds no "51…X"."""
    return keyed_hash(_blind_key(settings.CHENGYAN_BLIND_KEY), kind, normalised_value)


def default_cipher() -> FieldCipher:
    """The cipher of this installation; the last of CHENGYAN_FIELD_KEYS is the current key, the others still open."""
    return _cipher_of(tuple(settings.CHENGYAN_FIELD_KEYS.items()))


def decoded_keys(encoded: Mapping[str, str]) -> dict[str, bytes]:
    """Keys as the settings hold them, key id to base64 of 32 bytes, in the same order."""
    return {key_id: decoded_key(text, key_id) for key_id, text in encoded.items()}


def decoded_key(encoded: str, name: str) -> bytes:
    """Raises CipherError, naming the key but never showing it, unless the text is base64 of 32 bytes."""
    try:
        key = base64.b64decode(encoded, altchars=b"-_" if set(encoded) & set("-_") else None, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CipherError(f"key {name!r} is not base64") from error
    if len(key) != KEY_BYTES:
        raise CipherError(f"key {name!r} has {len(key)} bytes instead of {KEY_BYTES}")
    return key


@lru_cache(maxsize=8)
def _cipher_of(encoded: tuple[tuple[str, str], ...]) -> FieldCipher:
    keys = decoded_keys(dict(encoded))
    if not keys:
        raise CipherError("CHENGYAN_FIELD_KEYS is empty")
    return FieldCipher(keys, list(keys)[-1])


@lru_cache(maxsize=8)
def _blind_key(encoded: str) -> bytes:
    return decoded_key(encoded, "CHENGYAN_BLIND_KEY")


def _checked(context: str) -> bytes:
    if not CONTEXT.fullmatch(context):
        raise CipherError(f"a context is model:pk:field, not {context!r}")
    return context.encode()
