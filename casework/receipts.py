"""Receipts of reports: sixteen digits a reporter keeps, and the slow hash under which the report is found again."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from casework.texts import clean_digits

DIGITS = 16
GROUP = 4
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 1


def new_receipt() -> str:
    """Sixteen random digits, shown once and stored nowhere."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def spaced(receipt: str) -> str:
    """For reading aloud and printing: 1234 5678 9012 3456."""
    return " ".join(receipt[start : start + GROUP] for start in range(0, len(receipt), GROUP))


def normalise_receipt(text: str) -> str | None:
    """The sixteen digits however they were typed (full-width, spaces, hyphens), None if they are not sixteen digits."""
    digits = clean_digits(text)
    return digits if re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) else None


def receipt_lookup(receipt: str, pepper: bytes) -> str:
    """64 hex digits for an indexed column, always the same for one receipt and pepper.

    Slow on purpose (scrypt, about 50 ms and 16 MB). The pepper is secret and stands for the salt: a salt per row would
    make the row impossible to find. Changing it loses every receipt.
    """
    return hashlib.scrypt(
        receipt.encode(), salt=pepper, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, maxmem=64 * 1024 * 1024, dklen=32
    ).hex()


def is_same_lookup(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def fingerprint(content: bytes, at_iso: str) -> str:
    """SHA-256 over filing time and content: printed on the slip, it proves when and what without telling what."""
    return hashlib.sha256(at_iso.encode() + b"\n" + content).hexdigest()
