"""Office files and archives: what acts, reaches out, unpacks without end or tells who wrote it."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from casework import archives, filetypes
from tests.unit.casework.uploads import inspect, office, refusal, zipped

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def core(author: str = "") -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{author}</dc:creator></cp:coreProperties>'
    )


def relation(kind: str, mode: str = ' TargetMode="External"') -> str:
    return f'<Relationships><Relationship Type="{RELATIONS}/{kind}" Target="http://a.example/x"{mode}/></Relationships>'


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
