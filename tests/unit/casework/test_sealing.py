"""Only a custodian with the passphrase reads a reporter's identity; every failure says what to do (I10)."""

from __future__ import annotations

import base64

import pytest
from nacl.public import PrivateKey, SealedBox
from nacl.pwhash import argon2id

from casework.sealing import SealingError, change_passphrase, new_custodian_key, open_with, seal_for

LOW = {"ops_limit": argon2id.OPSLIMIT_MIN, "mem_limit": argon2id.MEMLIMIT_MIN}
IDENTITY = {"name": "何以宁", "phone": "0839-5550001", "contact": "只在晚上打电话"}
PASSPHRASE = "剑门关外雨初晴，春水满"


@pytest.fixture(scope="module")
def custodian():
    return new_custodian_key(PASSPHRASE, **LOW)


@pytest.fixture(scope="module")
def other_custodian():
    return new_custodian_key("another-passphrase", **LOW)


def test_each_custodian_opens_their_own_box(custodian, other_custodian):
    boxes = seal_for({"7": custodian[0], "9": other_custodian[0]}, IDENTITY, place="lead:1")

    assert open_with(custodian[1], PASSPHRASE, boxes["7"], place="lead:1") == IDENTITY
    assert open_with(other_custodian[1], "another-passphrase", boxes["9"], place="lead:1") == IDENTITY


def test_nothing_readable_and_no_length_is_left_outside(custodian):
    short = seal_for({"7": custodian[0]}, {"name": "何"})["7"]
    long = seal_for({"7": custodian[0]}, IDENTITY)["7"]
    assert len(short) == len(long)
    assert "何以宁".encode() not in base64.b64decode(long)


def test_a_wrong_passphrase_is_said_so(custodian):
    box = seal_for({"7": custodian[0]}, IDENTITY)["7"]
    with pytest.raises(SealingError, match="口令不正确") as refused:
        open_with(custodian[1], "剑门关外雨初晴，春水浅", box)
    assert refused.value.field == "passphrase"


def test_full_width_typing_does_not_lock_a_custodian_out():
    public_key, protected = new_custodian_key("chengyan-2026-key", **LOW)
    box = seal_for({"7": public_key}, IDENTITY)["7"]
    assert open_with(protected, "ｃｈｅｎｇｙａｎ－２０２６－ｋｅｙ", box) == IDENTITY


def test_another_custodians_box_does_not_open(custodian, other_custodian):
    box = seal_for({"9": other_custodian[0]}, IDENTITY)["9"]
    with pytest.raises(SealingError, match="不是封存给您的"):
        open_with(custodian[1], PASSPHRASE, box)


def test_a_box_copied_to_another_record_does_not_open(custodian):
    box = seal_for({"7": custodian[0]}, IDENTITY, place="lead:1")["7"]
    with pytest.raises(SealingError, match="属于另一条记录"):
        open_with(custodian[1], PASSPHRASE, box, place="lead:2")


@pytest.mark.parametrize("sealed", ["", "不是", "AAAA"])
def test_a_damaged_box_is_said_so(custodian, sealed):
    with pytest.raises(SealingError, match="已经损坏"):
        open_with(custodian[1], PASSPHRASE, sealed)


def test_a_box_with_foreign_content_is_said_so(custodian):
    foreign = base64.b64encode(SealedBox(PrivateKey.generate().public_key).encrypt(b"x")).decode()
    with pytest.raises(SealingError, match="已经损坏"):
        open_with(custodian[1], PASSPHRASE, foreign)


def test_without_custodian_nothing_is_sealed():
    with pytest.raises(SealingError, match="还没有身份保管人"):
        seal_for({}, IDENTITY)


@pytest.mark.parametrize("public_key", ["", "AAAA", "公钥"])
def test_an_invalid_public_key_is_refused(public_key):
    with pytest.raises(SealingError, match="公钥无效"):
        seal_for({"7": public_key}, IDENTITY)


@pytest.mark.parametrize("passphrase", ["", "九个字的口令太短了"])
def test_a_short_passphrase_is_refused(passphrase):
    with pytest.raises(SealingError, match="至少要有 10 个字符"):
        new_custodian_key(passphrase, **LOW)


def test_a_changed_passphrase_opens_what_was_sealed_before(custodian):
    box = seal_for({"7": custodian[0]}, IDENTITY)["7"]
    changed = change_passphrase(custodian[1], PASSPHRASE, "新的口令要足够长才行")

    assert open_with(changed, "新的口令要足够长才行", box) == IDENTITY
    with pytest.raises(SealingError, match="口令不正确"):
        open_with(changed, PASSPHRASE, box)
    with pytest.raises(SealingError, match="口令不正确"):
        change_passphrase(changed, PASSPHRASE, "新的口令要足够长才行")


@pytest.mark.parametrize(
    "protected",
    ["", "cy1$1$8192$x", "cy2$1$8192$AAAA$AAAA", "cy1$1$99999999999$AAAA$AAAA", "cy1$1$8192$AAAA$AAAA", "cy1$a$b$c$d"],
)
def test_a_damaged_private_key_is_said_so(protected):
    with pytest.raises(SealingError, match="密钥已经损坏"):
        open_with(protected, PASSPHRASE, "AAAA")
    with pytest.raises(SealingError, match="密钥已经损坏"):
        change_passphrase(protected, PASSPHRASE, "新的口令要足够长才行")


def test_the_usual_limits_are_the_moderate_ones():
    _public_key, protected = new_custodian_key(PASSPHRASE)
    assert protected.split("$")[1:3] == [str(argon2id.OPSLIMIT_MODERATE), str(argon2id.MEMLIMIT_MODERATE)]
