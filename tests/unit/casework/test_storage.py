"""Originals come back unaltered or not at all; previews carry pixels and nothing else (features 9, 28)."""

from __future__ import annotations

import hashlib
import io
import os
import stat

import pytest
from PIL import Image

from casework import storage
from casework.cipher import FieldCipher
from casework.storage import SealedStore, StoreError, default_store, preview_without_metadata

KEYS = {"k1": bytes(range(32)), "k2": bytes(range(32, 64))}
CONTENT = "论文原始数据\n".encode() * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path):
    return SealedStore(tmp_path / "sealed", KEYS, "k2")


def test_what_was_put_comes_back_under_its_hash(store):
    assert store.put(CONTENT) == SHA256
    assert store.get(SHA256) == CONTENT
    assert store.put(b"") == hashlib.sha256(b"").hexdigest()
    assert store.get(hashlib.sha256(b"").hexdigest()) == b""


def test_the_file_on_disk_is_unreadable_private_and_alone(store):
    store.put(CONTENT)
    path = store.root / SHA256[:2] / SHA256

    assert "论文原始数据".encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == [SHA256]


def test_putting_the_same_bytes_again_writes_nothing(store):
    store.put(CONTENT)
    before = (store.root / SHA256[:2] / SHA256).read_bytes()
    store.put(CONTENT)
    assert (store.root / SHA256[:2] / SHA256).read_bytes() == before


@pytest.mark.parametrize("position", [0, 4, 5, 8, 30, -1])
def test_every_altered_byte_is_noticed_and_healed_by_putting_again(store, position):
    store.put(CONTENT)
    path = store.root / SHA256[:2] / SHA256
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(raw)

    with pytest.raises(StoreError, match=SHA256):
        store.get(SHA256)
    assert not store.holds(SHA256)
    store.put(CONTENT)
    assert store.get(SHA256) == CONTENT


@pytest.mark.parametrize("length", [0, 3, 5, 7, 12, 25])
def test_a_cut_off_file_is_noticed(store, length):
    store.put(CONTENT)
    path = store.root / SHA256[:2] / SHA256
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(StoreError):
        store.get(SHA256)


def test_a_file_moved_to_another_hash_does_not_open(store):
    store.put(CONTENT)
    other = store.put(b"other")
    (store.root / SHA256[:2] / SHA256).replace(store.root / other[:2] / other)
    with pytest.raises(StoreError, match="altered"):
        store.get(other)


def test_content_that_differs_from_its_hash_is_refused_even_when_sealed_with_the_key(store, monkeypatch):
    class Liar:
        def __init__(self, _data):
            pass

        def hexdigest(self):
            return SHA256

    with monkeypatch.context() as patched:
        patched.setattr(storage.hashlib, "sha256", Liar)
        store.put(b"forged")
    with pytest.raises(StoreError, match="other content"):
        store.get(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, SHA256 + "\n", "/" + SHA256[1:]])
def test_only_a_hash_is_a_name(store, name):
    with pytest.raises(StoreError, match="64 hex digits"):
        store.get(name)


def test_an_absent_file_is_said_so(store):
    assert not store.holds(SHA256)
    with pytest.raises(StoreError, match="there is no sealed file"):
        store.get(SHA256)


def test_older_keys_keep_opening_and_a_lost_key_is_named_so(tmp_path):
    SealedStore(tmp_path, {"k1": KEYS["k1"]}, "k1").put(CONTENT)
    assert SealedStore(tmp_path, KEYS, "k2").get(SHA256) == CONTENT
    with pytest.raises(StoreError, match="not among the keys"):
        SealedStore(tmp_path, {"k2": KEYS["k2"]}, "k2").get(SHA256)
    with pytest.raises(StoreError, match="no current key"):
        SealedStore(tmp_path, KEYS, "k3")


def test_a_failed_write_leaves_no_draft(store, monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(storage.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        store.put(CONTENT)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_the_store_of_the_installation_uses_its_folder_and_last_key(settings, tmp_path):
    settings.CHENGYAN_SEALED_DIR = tmp_path
    settings.CHENGYAN_FIELD_KEYS = {"k1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
    default_store().put(CONTENT)
    assert SealedStore(tmp_path, {"k1": bytes(range(32))}, "k1").get(SHA256) == CONTENT

    settings.CHENGYAN_FIELD_KEYS = {}
    with pytest.raises(StoreError, match="no current key"):
        default_store()


def test_a_sealed_file_is_not_sealed_with_the_field_key_itself(store):
    store.put(b"x")
    name = hashlib.sha256(b"x").hexdigest()
    raw = (store.root / name[:2] / name).read_bytes()
    cipher = FieldCipher(KEYS, "k2")._ciphers["k2"]
    with pytest.raises(Exception, match="^$"):
        cipher.decrypt(raw[7:19], raw[19:], name.encode())


def picture(image_format: str, mode: str = "RGB", size=(40, 20), **options) -> bytes:
    drawn = io.BytesIO()
    Image.new(mode, size, 1).save(drawn, image_format, **options)
    return drawn.getvalue()


def exif(**extra) -> Image.Exif:
    found = Image.Exif()
    found[0x010F] = "CameraMaker"
    found[0x013B] = "SomeAuthor"
    found.get_ifd(0x8825)[1] = "N"
    for tag, value in extra.items():
        found[int(tag[1:])] = value
    return found


@pytest.mark.parametrize(
    ("media_type", "image_format"), [("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WEBP")]
)
def test_a_preview_keeps_the_format_and_loses_the_metadata(media_type, image_format):
    original = picture(image_format, exif=exif())
    assert b"CameraMaker" in original

    preview = preview_without_metadata(original, media_type)

    assert b"CameraMaker" not in preview
    assert b"SomeAuthor" not in preview
    with Image.open(io.BytesIO(preview)) as image:
        assert image.format == image_format
        assert not image.getexif()


def test_a_preview_is_turned_upright_and_made_small():
    preview = preview_without_metadata(picture("JPEG", size=(4000, 1000), exif=exif(t274=6)), "image/jpeg")
    with Image.open(io.BytesIO(preview)) as image:
        assert image.size == (400, 1600)


@pytest.mark.parametrize(("mode", "kept"), [("RGBA", "RGBA"), ("LA", "RGBA"), ("P", "RGB"), ("L", "RGB"), ("1", "RGB")])
def test_transparency_survives_where_there_is_some(mode, kept):
    with Image.open(io.BytesIO(preview_without_metadata(picture("PNG", mode), "image/png"))) as image:
        assert image.mode == kept


def test_what_is_no_readable_picture_has_no_preview():
    assert preview_without_metadata(b"%PDF-1.7", "application/pdf") is None
    assert preview_without_metadata(picture("PNG"), "image/jpeg") is None
    assert preview_without_metadata(picture("PNG")[:60], "image/png") is None
    assert preview_without_metadata(b"", "image/png") is None


def test_names_play_no_part(store):
    assert os.sep not in SHA256
    assert store._path(SHA256).relative_to(store.root).parts == (SHA256[:2], SHA256)
