"""PDF files: what acts on opening is refused, what the file tells is told."""

from __future__ import annotations

import struct
import zlib

import pytest
from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

from casework import pdf_checks
from tests.unit.casework.uploads import inspect, pdf, refusal


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
