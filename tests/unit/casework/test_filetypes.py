"""Hostile and honest uploads: what is kept, what is refused, and the sentence for each (features 9; B28)."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from casework import filetypes
from casework.filetypes import FileRefused, describe_warning, safe_display_name
from tests.unit.casework.uploads import LIMIT, MAIN, inspect, office, pdf, refusal, zipped


def picture(image_format: str, size=(4, 4), **options) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size).save(drawn, image_format, **options)
    return drawn.getvalue()


def workbook() -> bytes:
    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


def png_header(width: int, height: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(b"0"))


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


GOOD = [
    ("举报信.pdf", pdf(), "application/pdf", "pdf"),
    ("a.PNG", picture("PNG"), "image/png", "png"),
    ("a.jpeg", picture("JPEG"), "image/jpeg", "jpg"),
    ("a.webp", picture("WEBP"), "image/webp", "webp"),
    ("a.docx", office("docx"), MAIN["docx"].removesuffix(".main+xml"), "docx"),
    ("a.pptx", office("pptx"), MAIN["pptx"].removesuffix(".main+xml"), "pptx"),
    ("表 1.xlsx", workbook(), MAIN["xlsx"].removesuffix(".main+xml"), "xlsx"),
    ("a.txt", "图 3 与图 5 重复\r\n".encode(), "text/plain", "txt"),
    ("a.txt", "\ufeff图 3".encode(), "text/plain", "txt"),
    ("a.txt", "图 3 与图 5 重复".encode("gb18030"), "text/plain", "txt"),
    ("a.csv", b"DOI,Reason\r\n10.1/a,+Duplication\r\n", "text/csv", "csv"),
    ("材料.zip", zipped({"证据/图.png": picture("PNG"), "说明.txt": "见图"}), "application/zip", "zip"),
]


@pytest.mark.parametrize(("name", "data", "media_type", "extension"), GOOD)
def test_honest_files_are_kept_with_their_facts(name, data, media_type, extension):
    facts = inspect(name, data)
    assert (facts.media_type, facts.extension, facts.size) == (media_type, extension, len(data))
    assert facts.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(("name", "data", "media_type", "extension"), GOOD)
def test_no_content_passes_under_the_extension_of_another_kind(name, data, media_type, extension):
    texts = {"txt", "csv"}
    for other in filetypes.MEDIA_TYPES:
        if other != extension and not {other, extension} <= texts and not (other == "zip" and data[:2] == b"PK"):
            assert refusal(f"a.{other}", data).reason_code == "disguised"


def test_an_office_file_called_zip_is_judged_like_an_archive():
    assert refusal("a.zip", office("docx")).reason_code == "kind"


def test_size_and_emptiness_are_told_with_numbers():
    assert refusal("a.txt", b"").reason_code == "empty"
    too_large = refusal("a.txt", b"a" * (LIMIT + 1))
    assert too_large.reason_code == "too_large"
    assert "5.1 MB" in too_large.reason
    assert inspect("a.txt", b"a" * LIMIT).size == LIMIT


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.exe", "kind"),
        ("a.pdf.exe", "kind"),
        ("a", "kind"),
        ("a.html", "kind"),
        ("a.svg", "kind"),
        ("a.docm", "macro"),
        ("a.XLSM", "macro"),
        ("a.doc", "legacy_office"),
        ("a.wps", "legacy_office"),
        ("../a.pdf", "name"),
        ("/etc/a.pdf", "name"),
        ("b/a.pdf", "name"),
        ("..\\a.pdf", "name"),
        ("C:a.pdf", "name"),
        ("a.txt:x.pdf", "name"),
        ("a\x00.pdf", "name"),
        ("a\n.pdf", "name"),
        ("a\u202efdp.exe.pdf", "name"),
        ("", "name"),
        (" . ", "name"),
        ("长" * 200 + ".pdf", "name"),
    ],
)
def test_names_that_mislead_or_lead_elsewhere_are_refused(name, code):
    assert refusal(name, pdf()).reason_code == code


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"MZ\x90\x00" + b"x" * 100),
        ("a.txt", b"MZ\x90\x00" + b"x" * 100),
        ("a.txt", b"\x7fELF"),
        ("a.png", b"<html><script>1</script></html>"),
        ("a.docx", b"Rar!\x1a\x07\x00"),
        ("a.csv", b"\x1f\x8b\x08"),
        ("a.zip", b"7z\xbc\xaf\x27\x1c"),
        ("a.docx", zipped({"a.txt": "x"})),
        ("a.docx", office("xlsx")),
        ("a.pdf", filetypes.OLE_MAGIC + b"x"),
        ("a.docx", filetypes.OLE_MAGIC + b"WordDocument"),
        ("a.pdf", b"\n%PDF-1.4"),
    ],
)
def test_content_that_is_not_what_its_name_says_is_refused(name, data):
    assert refusal(name, data).reason_code == "disguised"


@pytest.mark.parametrize("data", [b"a\x00b", b"\x1b[31m", "中\x07".encode(), b"\xff\xfe\x2d\x4e", b"\x81"])
def test_what_cannot_be_read_as_text_is_refused(data):
    assert refusal("a.txt", data).reason_code == "not_text"


def exif(**ifds) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = 1
    for tag, value in ifds.items():
        if tag == "gps":
            found.get_ifd(0x8825)[1] = value
        else:
            found[int(tag[1:], 16)] = value
    return found


@pytest.mark.parametrize(
    ("tags", "warnings"),
    [
        ({}, ()),
        ({"gps": "N"}, ("gps",)),
        ({"t010F": "Maker"}, ("camera_metadata",)),
        ({"t013B": "何以宁"}, ("author_metadata",)),
        ({"gps": "N", "t0110": "Model"}, ("gps", "camera_metadata")),
    ],
)
@pytest.mark.parametrize(("name", "image_format"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")])
def test_an_officer_is_told_what_a_picture_reveals(name, image_format, tags, warnings):
    assert inspect(name, picture(image_format, exif=exif(**tags))).warnings == warnings


def test_notes_behind_the_pixels_and_in_other_forms_are_found_too():
    with_exif = picture("PNG", exif=exif(gps="N"))
    start = with_exif.index(b"eXIf") - 4
    chunk = with_exif[start : start + 12 + int.from_bytes(with_exif[start : start + 4], "big")]
    end = picture("PNG").index(b"IEND") - 4
    behind = picture("PNG")[:end] + chunk + picture("PNG")[end:]
    assert inspect("a.png", behind).warnings == ("gps",)

    xmp = b"<x:xmpmeta><dc:creator>x</dc:creator><exif:GPSLatitude>32</exif:GPSLatitude></x:xmpmeta>"
    assert inspect("a.jpg", picture("JPEG", xmp=xmp)).warnings == ("gps", "author_metadata")


@pytest.mark.parametrize("size", [(10_000, 6_001), (12_000, 12_000), (60_000, 60_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(size):
    assert refusal("a.png", png_header(*size)).reason_code == "too_many_pixels"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.png", b"\x89PNG\r\n\x1a\n"), ("a.jpg", b"\xff\xd8\xff"), ("a.webp", b"RIFF\x04\x00\x00\x00WEBP")],
)
def test_a_damaged_picture_is_refused(name, data):
    assert refusal(name, data).reason_code == "damaged"


@pytest.mark.parametrize(("name", "data"), [("a.png", picture("PNG")), ("a.pdf", pdf()), ("a.jpg", picture("JPEG"))])
def test_a_file_that_is_an_archive_at_the_same_time_is_refused(name, data):
    assert refusal(name, data + zipped({"evil.js": "1"})).reason_code == "polyglot"


def test_every_warning_has_a_sentence():
    for code in filetypes.WARNING_SENTENCES:
        assert describe_warning(code).endswith("。")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("举报信.pdf", "举报信.pdf"),
        ("C:\\Users\\x\\举报信.pdf", "举报信.pdf"),
        ("../../a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a<b>:"|?*.pdf', "ab.pdf"),
        ("a\x00\n b  c.pdf", "a b c.pdf"),
        ("", "未命名文件"),
        (" .. ", "未命名文件"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("长" * 300, "长" * 120),
        ("a." + "b" * 300, "a." + "b" * 118),
    ],
)
def test_a_display_name_is_plain_and_short(name, shown):
    assert safe_display_name(name) == shown


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_shown(name):
    shown = safe_display_name(name)
    assert 0 < len(shown) <= 120
    assert not set(shown) & set('/\\<>:"|?*\n\t\x00\u202e')


@given(st.binary(max_size=400), st.sampled_from(sorted(filetypes.MEDIA_TYPES)))
def test_random_bytes_are_refused_or_kept_but_never_crash(data, extension):
    magic = {"pdf": b"%PDF-1.7\n", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "webp": b"RIFF0000WEBP"}
    try:
        facts = inspect(f"a.{extension}", magic.get(extension, b"PK\x03\x04") + data)
    except FileRefused as refused:
        assert refused.reason_code
    else:
        assert facts.extension == extension


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_a_damaged_good_file_never_crashes(position, byte):
    for name, data, _media_type, _extension in GOOD[:7]:
        changed = bytearray(data)
        changed[position % len(data)] = byte
        try:
            inspect(name, bytes(changed))
        except FileRefused as refused:
            assert refused.reason
