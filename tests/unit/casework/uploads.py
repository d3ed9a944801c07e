"""Small files of every kind, honest and crafted, for the tests of uploads."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfWriter

from casework.filetypes import FileRefused, inspect_upload
from casework.refusals import InputRefused

LIMIT = 5 * 2**20
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
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


def zipped(parts: dict, compression=zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(kind: str = "docx", *, main: str | None = None, **parts) -> bytes:
    types = f'<Types xmlns="{TYPES}"><Override PartName="/main.xml" ContentType="{main or MAIN[kind]}"/></Types>'
    return zipped({"[Content_Types].xml": types, "main.xml": "<d/>"} | parts.pop("extra", {}))


def pdf(change=None, **options) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.metadata = None
    if change:
        change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
