"""Originals of uploaded files, sealed on disk under the SHA-256 of their content; previews without metadata.

Nothing here knows file names: a name given by a person is never part of a path.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import secrets
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from PIL import Image, ImageOps

from casework.cipher import NONCE_BYTES, decoded_keys

MAGIC = b"CYS1"
SHA256_HEX = re.compile(r"[0-9a-f]{64}")
PREVIEW_PIXELS = 1600
PREVIEW_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


class StoreError(Exception):
    """A sealed file is absent, altered or cannot be opened with the keys of this machine."""


class SealedStore:
    """Encrypted files below `root`. `keys` maps key ids to 32 bytes; new files use `current`, old ones keep opening."""

    def __init__(self, root: Path, keys: Mapping[str, bytes], current: str) -> None:
        self.root = Path(root)
        # A key of its own is derived, so that a sealed field can never be passed off as a sealed file.
        self._ciphers = {key_id: AESGCM(_derived(key)) for key_id, key in keys.items()}
        if current not in self._ciphers:
            raise StoreError(f"there is no current key {current!r}")
        self._current = current

    def put(self, data: bytes) -> str:
        """Seal the bytes and return their SHA-256. Written whole or not at all; the same bytes again change nothing."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.holds(sha256) and self._touch(sha256):
            return sha256
        path = self._path(sha256)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, data, sha256.encode())
        key_id = self._current.encode()
        _write_atomically(path, MAGIC + bytes([len(key_id)]) + key_id + nonce + sealed)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The original bytes, checked against their hash. Raises StoreError when absent, altered or without its key."""
        try:
            raw = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"there is no sealed file {sha256}") from error
        except OSError as error:
            raise StoreError(f"the sealed file {sha256} cannot be read") from error
        if raw[: len(MAGIC)] != MAGIC:
            raise StoreError(f"the sealed file {sha256} is damaged")
        start = len(MAGIC) + 1
        body = start + int.from_bytes(raw[len(MAGIC) : start], "big")
        cipher = self._ciphers.get(raw[start:body].decode("ascii", "replace"))
        if cipher is None:
            raise StoreError(f"the key of the sealed file {sha256} is not among the keys of this machine")
        try:
            data = cipher.decrypt(raw[body : body + NONCE_BYTES], raw[body + NONCE_BYTES :], sha256.encode())
        except (InvalidTag, ValueError) as error:
            raise StoreError(f"the sealed file {sha256} was altered") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError(f"the sealed file {sha256} holds other content")
        return data

    def holds(self, sha256: str) -> bool:
        """Whether the file is there and opens unaltered."""
        try:
            self.get(sha256)
        except StoreError:
            return False
        return True

    def put_before(self, moment: dt.datetime) -> set[str]:
        """The SHA-256 of every file last put before this moment."""
        names = (path for path in self.root.glob("??/*") if SHA256_HEX.fullmatch(path.name))
        return {path.name for path in names if path.stat().st_mtime < moment.timestamp()}

    def remove(self, sha256: str, *, put_before: dt.datetime) -> bool:
        """Remove a file that no row names, unless somebody has put the same bytes again meanwhile; whether it is gone."""
        path = self._path(sha256)
        # Taken aside first: whoever puts the same bytes now finds no file and writes a new one.
        aside = path.with_name(f".swept-{sha256}")
        os.replace(path, aside)
        if aside.stat().st_mtime >= put_before.timestamp():
            os.replace(aside, path)
            return False
        aside.unlink()
        return True

    def remove_drafts(self, *, put_before: dt.datetime) -> None:
        """Clear what a dead process left behind: a half-written file, or one taken aside (which goes back to be judged)."""
        for path in self.root.glob("??/.swept-*"):
            os.replace(path, path.with_name(path.name.removeprefix(".swept-")))
        for path in self.root.glob("??/.draft-*"):
            if path.stat().st_mtime < put_before.timestamp():
                path.unlink()

    def _touch(self, sha256: str) -> bool:
        """Say that the file is wanted from now on; False when it was removed this very moment."""
        try:
            os.utime(self._path(sha256))
        except FileNotFoundError:
            return False
        return True

    def _path(self, sha256: str) -> Path:
        if not SHA256_HEX.fullmatch(sha256):
            raise StoreError("a sealed file is named by 64 hex digits")
        return self.root / sha256[:2] / sha256


def default_store() -> SealedStore:
    """The store of this installation: CHENGYAN_SEALED_DIR under CHENGYAN_FIELD_KEYS, the last of them current."""
    keys = decoded_keys(settings.CHENGYAN_FIELD_KEYS)
    return SealedStore(settings.CHENGYAN_SEALED_DIR, keys, list(keys)[-1] if keys else "")


def preview_without_metadata(data: bytes, media_type: str) -> bytes | None:
    """The picture drawn anew in the same format, at most 1600 pixels wide or high; None for what is no picture.

    Only pixels survive: no place, camera, author or text. `data` must have passed `inspect_upload`.
    """
    image_format = PREVIEW_FORMATS.get(media_type)
    if image_format is None:
        return None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=[image_format]) as image:
            turned = ImageOps.exif_transpose(image)
            has_alpha = "A" in turned.getbands() or "transparency" in turned.info
            pixels = turned.convert("RGBA" if has_alpha and image_format != "JPEG" else "RGB")
    except Exception:
        # A decoder of hostile bytes may raise anything; a preview is a convenience, the original stays available.
        return None
    pixels.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    drawn = io.BytesIO()
    clean.save(drawn, image_format)
    return drawn.getvalue()


def _derived(key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"chengyan sealed store").derive(key)


def _write_atomically(path: Path, content: bytes) -> None:
    """After a power cut there is the whole file or none; readable by the owner only."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
