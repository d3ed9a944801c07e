"""A reporter's identity in sealed boxes: only a custodian's own key and passphrase open it, the server cannot.

Private keys are stored protected by argon2id; public keys, sealed boxes and protected keys are plain text columns.
"""

from __future__ import annotations

import base64
import json
import secrets
import unicodedata
from collections.abc import Mapping

from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from casework.refusals import InputRefused

MIN_PASSPHRASE = 10
PADDING = 512
FORMAT = "cy1"


class SealingError(InputRefused):
    """Sealing or opening failed; the sentence tells the custodian what to do."""


def new_custodian_key(
    passphrase: str, *, ops_limit: int = argon2id.OPSLIMIT_MODERATE, mem_limit: int = argon2id.MEMLIMIT_MODERATE
) -> tuple[str, str]:
    """(public key, protected private key). Lower limits are for tests only: about 0.7 s and 256 MB as they stand.

    The passphrase is stored nowhere; without it nothing sealed to this key can be read again.
    """
    private_key = PrivateKey.generate()
    return _text(bytes(private_key.public_key)), _protect(bytes(private_key), passphrase, ops_limit, mem_limit)


def change_passphrase(protected_private: str, old: str, new: str) -> str:
    """The same private key under another passphrase; what was sealed before still opens."""
    private_key = _unprotect(protected_private, old)
    ops_limit, mem_limit = (int(part) for part in protected_private.split("$")[1:3])
    return _protect(private_key, new, ops_limit, mem_limit)


def seal_for(public_keys: Mapping[str, str], identity: Mapping[str, str], *, place: str = "") -> dict[str, str]:
    """One sealed box per custodian id. `place` names the record: a box copied to another record will not open there."""
    if not public_keys:
        raise SealingError(_("还没有身份保管人，暂时不能登记实名信息。请先由管理员指定保管人。"))
    content = json.dumps({"place": place, "identity": dict(identity)}, ensure_ascii=False).encode()
    # Blanks up to a round length, so that the size of a box does not tell a short name from a long one.
    padded = content + b" " * (-len(content) % PADDING)
    return {custodian: _text(SealedBox(_public_key(key)).encrypt(padded)) for custodian, key in public_keys.items()}


def open_with(protected_private: str, passphrase: str, sealed: str, *, place: str = "") -> dict[str, str]:
    """The identity in one box. SealingError for a wrong passphrase, another custodian's box or another record."""
    private_key = PrivateKey(_unprotect(protected_private, passphrase))
    try:
        content = json.loads(SealedBox(private_key).decrypt(_raw(sealed)))
    except (CryptoError, ValueError, TypeError) as error:
        raise SealingError(_("这份身份信息不是封存给您的，或者已经损坏。请换由封存时的保管人打开。")) from error
    if content["place"] != place:
        raise SealingError(_("这份身份信息属于另一条记录，不能在这里打开。请报告系统管理员。"))
    return dict(content["identity"])


def _protect(private_key: bytes, passphrase: str, ops_limit: int, mem_limit: int) -> str:
    """`cy1$<ops>$<memory>$<salt>$<box>`; the limits travel with the key so that they can be raised later."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise SealingError(_("口令至少要有 %(count)s 个字符。") % {"count": MIN_PASSPHRASE})
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    box = SecretBox(_derived(passphrase, salt, ops_limit, mem_limit)).encrypt(private_key)
    return "$".join([FORMAT, str(ops_limit), str(mem_limit), _text(salt), _text(bytes(box))])


def _unprotect(protected_private: str, passphrase: str) -> bytes:
    try:
        version, ops_limit, mem_limit, salt, box = protected_private.split("$")
        if version != FORMAT or int(mem_limit) > argon2id.MEMLIMIT_SENSITIVE:
            raise ValueError(version)
        derived = _derived(passphrase, _raw(salt), int(ops_limit), int(mem_limit))
        sealed_key = _raw(box)
    except (ValueError, TypeError) as error:
        raise SealingError(_("保管人密钥已经损坏。请报告系统管理员。")) from error
    try:
        return SecretBox(derived).decrypt(sealed_key)
    except CryptoError as error:
        raise SealingError(_("口令不正确。请重新输入。"), field="passphrase") from error


def _derived(passphrase: str, salt: bytes, ops_limit: int, mem_limit: int) -> bytes:
    # NFKC: an input method that types full-width letters must not lock a custodian out.
    normal = unicodedata.normalize("NFKC", passphrase).encode()
    try:
        return argon2id.kdf(SecretBox.KEY_SIZE, normal, salt, opslimit=ops_limit, memlimit=mem_limit)
    except CryptoError as error:
        raise ValueError("limits or salt out of range") from error


def _public_key(text: str) -> PublicKey:
    try:
        return PublicKey(_raw(text))
    except (CryptoError, ValueError, TypeError) as error:
        raise SealingError(_("保管人公钥无效。请由保管人重新生成密钥。")) from error


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
