"""PDF files: nothing in them may act on opening, and they must open without a password."""

from __future__ import annotations

import io
import logging
import re

from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from casework.file_refusals import FileRefused

MAX_OBJECTS = 100_000
# A name may be spelled with #xx escapes, /J#61vaScript; both spellings are looked for in the raw bytes too, because
# readers repair broken files and may find objects that the table of contents does not list.
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
RAW_ACTIONS = re.compile(rb"/(JavaScript|Launch)\b")
ACTION_KEYS = frozenset({"/JS", "/JavaScript"})
ACTION_KINDS = frozenset({"/JavaScript", "/Launch", "/RichMediaExecute", "/ImportData"})
AUTHOR_KEYS = ("/Author", "/Company", "/SourceModified")
# The reader reports every oddity of a scanned file; none of them helps the person who uploads.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def check_pdf(data: bytes) -> tuple[str, ...]:
    """Warnings of a PDF file. Raises FileRefused for scripts, programs to launch, passwords and damage."""
    if RAW_ACTIONS.search(ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise _active()
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        is_locked = reader.is_encrypted and not reader.decrypt("")
        if not is_locked:
            return _warnings_of(reader)
    except FileRefused:
        raise
    except Exception as error:
        # A parser of hostile bytes may raise anything, assertions included; none may become an error page.
        raise _damaged() from error
    raise FileRefused("encrypted", _("文件设有打开密码，无法查看。请去掉密码后上传。"))


def _warnings_of(reader: PdfReader) -> tuple[str, ...]:
    if len(reader.pages) == 0:
        raise _damaged()
    found = []
    for number in _object_numbers(reader):
        found.extend(_check_value(reader.get_object(IndirectObject(number, 0, reader))))
    metadata = reader.metadata or {}
    if any(str(metadata.get(key) or "").strip() for key in AUTHOR_KEYS):
        found.append("author_metadata")
    return tuple(dict.fromkeys(found))


def _object_numbers(reader: PdfReader) -> list[int]:
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    if len(numbers) > MAX_OBJECTS:
        raise FileRefused("bomb", _("PDF 的结构过于复杂，无法检查。请重新导出后上传。"))
    return sorted(numbers)


def _check_value(value: object) -> list[str]:
    """Warnings of one object and what it holds directly; what it refers to has a number of its own."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, DictionaryObject):
            keys = set(current)
            if keys & ACTION_KEYS or _plain(current.raw_get("/S") if "/S" in keys else None) in ACTION_KINDS:
                raise _active()
            if "/EmbeddedFile" in (_plain(current.raw_get("/Type")) if "/Type" in keys else ""):
                found.append("embedded_files")
            waiting.extend(current.raw_get(key) for key in keys)
        elif isinstance(current, ArrayObject):
            waiting.extend(list.__iter__(current))
    return found


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _active() -> FileRefused:
    return FileRefused("active_content", _("PDF 里有脚本或会启动程序的命令。请打印成新的 PDF 后上传。"))


def _damaged() -> FileRefused:
    return FileRefused("damaged", _("PDF 已经损坏，无法打开。请重新导出后上传。"))
