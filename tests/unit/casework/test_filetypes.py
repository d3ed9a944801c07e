"""Hostile and honest uploads: what is kept, what is refused, and the sentence for each (features 9; B28)."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

from casework import archives, filetypes, pdf_checks
from casework.filetypes import FileRefused, describe_warning, inspect_upload, safe_display_name
from casework.refusals import InputRefused

LIMIT = 5 * 2**20
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}


def inspect(name: str, data: bytes):
    return inspect_upload(name, data, max_bytes=LIMIT)


def refusal(name: str, data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        inspect(name, data)
    assert isinstance(refused.value, InputRefused)
    assert refused.value.field == "file"
    return refused.value


def picture(image_format: str, size=(4, 4), **options) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size).save(drawn, image_format, **options)
    return drawn.getvalue()


def zipped(parts: dict, compression=zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(kind: str = "docx", *, main: str | None = None, **parts) -> bytes:
    types = f'<Types xmlns="{TYPES}"><Override PartName="/main.xml" ContentType="{main or MAIN[kind]}"/></Types>'
    return zipped({"[Content_Types].xml": types, "main.xml": "<d/>"} | parts.pop("extra", {}))


def core(author: str = "") -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{author}</dc:creator></cp:coreProperties>'
    )


def relation(kind: str, mode: str = ' TargetMode="External"') -> str:
    return f'<Relationships><Relationship Type="{RELATIONS}/{kind}" Target="http://a.example/x"{mode}/></Relationships>'


def pdf(change=None, **options) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.metadata = None
    if change:
        change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


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


# --- Office files ---


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (office(extra={"word/vbaProject.bin": b"x"}), "macro"),
        (office(extra={"word/VBAdata.xml": "<x/>"}), "macro"),
        (office(extra={"word/activeX/activeX1.bin": b"x"}), "macro"),
        (office(extra={"xl/macrosheets/sheet1.xml": "<x/>"}), "macro"),
        (office(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macro"),
        (office(extra={"word/embeddings/o.bin": b"a" + "_VBA_PROJECT".encode("utf-16-le")}), "macro"),
        (
            office(extra={"word/document.xml": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'}),
            "xml_entities",
        ),
        (
            office(extra={"word/document.xml": '<!DOCTYPE d [<!ENTITY a "aa">]><d>&a;</d>'.encode("utf-16")}),
            "xml_entities",
        ),
        (office(extra={"word/document.xml": "<d>"}), "damaged"),
        (office(extra={"word/document.xml": '<?xml version="1.0" encoding="no-such"?><d/>'}), "damaged"),
        (office(extra={"word/document.xml": "<d>DDEAUTO c:\\windows</d>"}), "active_content"),
        (office(extra={"xl/externalLinks/e.xml": '<x><ddeLink ddeService="cmd"/></x>'}), "active_content"),
        (office(extra={"word/_rels/settings.xml.rels": relation("attachedTemplate")}), "external_content"),
        (office(extra={"word/_rels/document.xml.rels": relation("oleObject")}), "external_content"),
        (office(extra={"../evil.xml": "<x/>"}), "name"),
        (filetypes.OLE_MAGIC + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (office()[:-30], "damaged"),
    ],
)
def test_office_files_that_act_or_reach_out_are_refused(data, code):
    assert refusal("a.docx", data).reason_code == code


@pytest.mark.parametrize(
    ("parts", "warnings"),
    [
        ({"docProps/core.xml": core("何以宁")}, ("author_metadata",)),
        ({"docProps/core.xml": core("  ")}, ()),
        ({"docProps/app.xml": "<Properties><Company>某校</Company></Properties>"}, ("author_metadata",)),
        ({"word/comments.xml": "<c/>"}, ("revisions",)),
        ({"word/document.xml": '<w:d xmlns:w="w"><w:ins w:author="x"/></w:d>'}, ("revisions",)),
        ({"word/document.xml": "<d/>"}, ()),
        ({"word/embeddings/oleObject1.bin": b"equation"}, ("embedded_object",)),
        ({"word/_rels/document.xml.rels": relation("hyperlink")}, ()),
        ({"word/_rels/document.xml.rels": relation("oleObject", "")}, ()),
        ({"docProps/core.xml": core("甲"), "docProps/app.xml": "<P><Manager>乙</Manager></P>"}, ("author_metadata",)),
    ],
)
def test_an_officer_is_told_what_an_office_file_reveals(parts, warnings):
    assert inspect("a.docx", office(extra=parts)).warnings == warnings


# --- archives ---


def crafted(**changes) -> bytes:
    """An archive whose directory says something else than usual about its only file."""
    made = io.BytesIO()
    entry = zipfile.ZipInfo(changes.pop("name", "a.txt"))
    for field, value in changes.items():
        setattr(entry, field, value)
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(entry, b"abc")
    return made.getvalue()


def patched(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    at = data.rindex(signature) + offset
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"a.txt": b"a" * (3 * 2**20)}), "bomb"),
        (zipped({f"{n}.txt": "x" for n in range(archives.MAX_ENTRIES + 1)}, zipfile.ZIP_STORED), "bomb"),
        (patched(crafted(), b"PK\x01\x02", 24, struct.pack("<I", archives.MAX_UNPACKED + 1)), "bomb"),
        (zipped({"b.zip": zipped({"a.txt": "x"})}), "nested_archive"),
        (zipped({"a.exe": b"MZ"}), "kind"),
        (zipped({"图/a.png": b"MZ" + b"0" * 50}), "disguised"),
        (zipped({"b.docm": b"x"}), "macro"),
        (zipped({"b.docx": office(extra={"word/vbaProject.bin": b"x"})}), "macro"),
        (crafted(name="../a.txt"), "name"),
        (crafted(name="/a.txt"), "name"),
        (crafted(name="b/../../a.txt"), "name"),
        (crafted(name="c:/a.txt"), "name"),
        (crafted(name="b\\a.txt"), "name"),
        (crafted(name="/".join("b" * 9) + ".txt"), "name"),
        (crafted(name="a\u202etxt.txt"), "name"),
        (patched(patched(crafted(), b"PK\x01\x02", 28, b"\x00\x00"), b"PK\x01\x02", 32, b"\x05\x00"), "name"),
        (crafted(external_attr=0o120777 << 16), "name"),
        (patched(crafted(), b"PK\x01\x02", 8, b"\x01\x00"), "encrypted"),
        (patched(crafted(), b"PK\x01\x02", 16, b"\x00\x00\x00\x00"), "damaged"),
        (patched(crafted(), b"PK\x01\x02", 10, b"\x63\x00"), "damaged"),
        (crafted()[:40], "damaged"),
        (b"PK\x05\x06" + b"\x00" * 18, "empty"),
        (zipped({"b/": b""}), "empty"),
        (zipped({"__MACOSX/a.txt": b"x", ".DS_Store": b"x"}), "empty"),
    ],
)
def test_hostile_archives_are_refused(data, code):
    assert refusal("a.zip", data).reason_code == code


def test_the_refusal_names_the_file_inside_the_archive():
    assert "压缩包里的“c/b.exe”：" in refusal("a.zip", zipped({"c/b.exe": b"MZ"})).reason


def test_two_files_of_one_name_in_an_archive_are_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "1")
        archive.writestr("b.txt", "2")
    twice = made.getvalue().replace(b"b.txt", b"a.txt")
    assert refusal("a.zip", twice).reason_code == "name"


def test_names_written_by_chinese_windows_are_understood():
    # The second byte of 乗 in GBK is a backslash, which would look like a folder.
    made = zipped({"XXXX.txt": "x"}).replace(b"XXXX", "乗图".encode("gbk"))
    assert inspect("a.zip", made).warnings == ()
    odd = zipped({"XX.txt": "x"}).replace(b"XX", b"\xff\xff")
    assert inspect("a.zip", odd).extension == "zip"


def test_an_archive_collects_the_warnings_of_its_files_and_skips_empty_ones():
    data = zipped({"a.docx": office(extra={"word/comments.xml": "<c/>"}), "empty.txt": b"", "b.txt": "x"})
    assert inspect("a.zip", data).warnings == ("revisions",)


# --- pictures ---


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


# --- PDF ---


def with_script(writer):
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def with_launch(writer):
    action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def with_escaped_name(data: bytes) -> bytes:
    return data.replace(b"/JavaScript", b"/J#61vaScript")


def with_bare_script_key(writer):
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/JS"): TextStringObject("1")})


def hidden_in_object_stream() -> bytes:
    """An object stream hides its words from a search through the bytes."""
    inner = b"1 0 << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"
    inner = inner.replace(b"1 0 << ", b"1 0 ", 1).replace(b"1 0 ", b"1 0 << ", 1)
    stream = zlib.compress(inner)
    body = b"%PDF-1.5\n"
    offsets = {}
    objects = {
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
        4: b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(stream), stream),
    }
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    offsets[5] = len(body)
    rows = [(0, 0, 65535), (2, 4, 0), *((1, offsets[n], 0) for n in (2, 3, 4, 5))]
    table = b"".join(struct.pack(">BHH", *row) for row in rows)
    body += b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 2 2] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        len(table),
        table,
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % offsets[5]


@pytest.mark.parametrize(
    "data",
    [
        pdf(with_script),
        pdf(with_launch),
        pdf(with_bare_script_key),
        with_escaped_name(pdf(with_script)),
        hidden_in_object_stream(),
    ],
)
def test_a_pdf_that_acts_on_opening_is_refused(data):
    assert refusal("a.pdf", data).reason_code == "active_content"


def test_the_hidden_script_is_not_found_by_its_bytes():
    assert b"JavaScript" not in hidden_in_object_stream()
    assert b"Catalog" not in hidden_in_object_stream()


def test_a_pdf_with_a_password_is_refused_and_one_locked_against_printing_is_kept():
    assert refusal("a.pdf", pdf(lambda w: w.encrypt("secret"))).reason_code == "encrypted"
    assert inspect("a.pdf", pdf(lambda w: w.encrypt("", "owner"))).warnings == ()


@pytest.mark.parametrize(
    ("change", "warnings"),
    [
        (lambda w: w.add_metadata({"/Author": "何以宁"}), ("author_metadata",)),
        (lambda w: w.add_metadata({"/Title": "报告", "/Author": " "}), ()),
        (lambda w: w.add_attachment("a.txt", b"x"), ("embedded_files",)),
        (lambda w: w.add_outline_item(title="第一章", page_number=0), ()),
    ],
)
def test_an_officer_is_told_what_a_pdf_reveals(change, warnings):
    assert inspect("a.pdf", pdf(change)).warnings == warnings


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF", pdf()[: len(pdf()) // 3], b"%PDF-1.7\n" + b"x" * 500]
)
def test_a_damaged_pdf_is_refused(data):
    assert refusal("a.pdf", data).reason_code == "damaged"


def test_a_pdf_without_pages_is_refused():
    def no_pages(writer):
        writer.remove_page(0)

    assert refusal("a.pdf", pdf(no_pages)).reason_code == "damaged"


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch):
    monkeypatch.setattr(pdf_checks, "MAX_OBJECTS", 2)
    assert refusal("a.pdf", pdf()).reason_code == "bomb"


def test_odd_values_inside_a_pdf_do_no_harm():
    def odd(writer):
        strange = {NameObject("/S"): NumberObject(1), NameObject("/Type"): NumberObject(2)}
        writer._root_object[NameObject("/Odd")] = DictionaryObject(strange)

    assert inspect("a.pdf", pdf(odd)).warnings == ()


# --- sentences and names ---


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
