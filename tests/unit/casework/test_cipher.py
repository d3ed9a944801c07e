"""Sealed values open only with their key and in their place; equal identifiers are found, their text is not stored."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import cipher
from casework.cipher import CipherError, FieldCipher, blind_index, context_of, default_cipher, keyed_hash

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CIPHER = FieldCipher({"k1": OLD, "k2": NEW}, "k2")
PLACE = context_of("casework.subjectidentifier", 17, "value")


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_and_never_stands_in_the_token(text):
    token = CIPHER.seal(text, PLACE)
    assert CIPHER.open(token, PLACE) == text
    assert token.startswith("k2.")
    assert token.isascii()


def test_two_seals_of_one_text_differ():
    assert CIPHER.seal("510812199001011234", PLACE) != CIPHER.seal("510812199001011234", PLACE)


@pytest.mark.parametrize(
    "other",
    [
        context_of("casework.subjectidentifier", 18, "value"),
        context_of("casework.subjectidentifier", 17, "note"),
        context_of("integrity.reporter", 17, "value"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(other):
    token = CIPHER.seal("身份证号", PLACE)
    with pytest.raises(CipherError, match="another place"):
        CIPHER.open(token, other)


def test_every_altered_character_is_noticed():
    token = CIPHER.seal("周", PLACE)
    # The last character of base64 may hold spare bits, so it is left out.
    for position in range(3, len(token) - 1):
        changed = "A" if token[position] != "A" else "B"
        with pytest.raises(CipherError):
            CIPHER.open(token[:position] + changed + token[position + 1 :], PLACE)


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("", "not among the keys"),
        ("k9.AAAA", "not among the keys"),
        ("k2", "not a sealed value"),
        ("k2.", "not a sealed value"),
        ("k2.a b", "not a sealed value"),
        ("k2.AAAAA", "altered"),
        ("k2.AAAA", "altered"),
        ("k2." + "A" * 24, "altered"),
    ],
)
def test_what_is_no_sealed_value_is_refused(token, sentence):
    with pytest.raises(CipherError, match=sentence):
        CIPHER.open(token, PLACE)


def test_the_wrong_key_does_not_open():
    token = FieldCipher({"k2": OLD}, "k2").seal("周", PLACE)
    with pytest.raises(CipherError):
        CIPHER.open(token, PLACE)


def test_rotation_keeps_the_text_and_moves_it_to_the_current_key():
    token = FieldCipher({"k1": OLD}, "k1").seal("周砚清", PLACE)
    assert CIPHER.open(token, PLACE) == "周砚清"
    assert CIPHER.needs_rotation(token)

    rotated = CIPHER.rotate(token, PLACE)

    assert not CIPHER.needs_rotation(rotated)
    assert FieldCipher({"k2": NEW}, "k2").open(rotated, PLACE) == "周砚清"


@pytest.mark.parametrize("place", ["", "a:b", "a:b:c:d", "a::c", "a:b c:d"])
def test_a_context_names_model_row_and_field(place):
    with pytest.raises(CipherError, match="model:pk:field"):
        CIPHER.seal("x", place)


@pytest.mark.parametrize("pk", ["", "a:b"])
def test_a_place_needs_a_key_without_colons(pk):
    with pytest.raises(CipherError):
        context_of("casework.subject", pk, "name")


@pytest.mark.parametrize(
    ("keys", "current"),
    [({"k1": OLD}, "k2"), ({"k1": b"short"}, "k1"), ({"k.1": OLD}, "k.1"), ({"": OLD}, ""), ({}, "k1")],
)
def test_unusable_keys_are_refused_at_once(keys, current):
    with pytest.raises(CipherError):
        FieldCipher(keys, current)


def test_the_last_key_of_the_settings_is_current(settings):
    settings.CHENGYAN_FIELD_KEYS = {"k1": encoded(OLD), "k2": base64.urlsafe_b64encode(b"\xff" * 32).decode()}
    assert default_cipher().current == "k2"
    assert default_cipher() is default_cipher()
    assert default_cipher().open(FieldCipher({"k1": OLD}, "k1").seal("周", PLACE), PLACE) == "周"

    settings.CHENGYAN_FIELD_KEYS = {"k1": encoded(OLD)}
    assert default_cipher().current == "k1"


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [({}, "empty"), ({"k1": "x"}, "not base64"), ({"k1": "密钥"}, "not base64"), ({"k1": "AAAA"}, "3 bytes")],
)
def test_settings_without_usable_keys_are_named_but_not_shown(settings, keys, sentence):
    settings.CHENGYAN_FIELD_KEYS = keys
    with pytest.raises(CipherError, match=sentence):
        default_cipher()


def test_the_blind_index_depends_on_kind_value_and_key(settings):
    settings.CHENGYAN_BLIND_KEY = encoded(NEW)
    found = blind_index("id_card", "51081219900101123X")

    assert found == blind_index("id_card", "51081219900101123X") == keyed_hash(NEW, "id_card", "51081219900101123X")
    assert len(found) == 64
    others = {blind_index("orcid", "51081219900101123X"), blind_index("id_card", "51081219900101123Y")}
    settings.CHENGYAN_BLIND_KEY = encoded(OLD)
    others.add(blind_index("id_card", "51081219900101123X"))
    assert found not in others
    assert len(others) == 3


def test_kind_and_value_cannot_be_shifted_into_each_other():
    assert keyed_hash(OLD, "a", "bc") != keyed_hash(OLD, "ab", "c")


def test_a_missing_blind_key_is_named(settings):
    settings.CHENGYAN_BLIND_KEY = ""
    with pytest.raises(CipherError, match="CHENGYAN_BLIND_KEY"):
        cipher.blind_index("orcid", "0")
