"""A letter as a Word file, in the order of an official document. Plain text, no picture."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
TITLE_SIZE, BODY_SIZE = Pt(22), Pt(16)
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def letter_docx(letter: Mapping[str, Any]) -> bytes:
    """The file of one letter; `letter` as presenters.application_letters.letter_text gives it."""
    document = Document()
    _line(document, letter["heading"], align=CENTRE, font=TITLE_FONT, size=TITLE_SIZE)
    _line(document, letter["number"], align=CENTRE)
    _line(document, "")
    _line(document, letter["addressee"])
    for paragraph in letter["paragraphs"]:
        _line(document, paragraph, indent=True)
    _line(document, "")
    for closing in (letter["signer"], letter["seal"], letter["day"]):
        _line(document, closing, align=RIGHT)
    return _bytes_of(document, letter["heading"])


def paper_docx(heading: str, sections: Iterable[tuple[str, Iterable[str]]]) -> bytes:
    """A plain paper: a heading, then sections of lines, each under its own small heading."""
    document = Document()
    _line(document, heading, align=CENTRE, font=TITLE_FONT, size=TITLE_SIZE)
    for name, lines in sections:
        _line(document, name, bold=True)
        for line in lines:
            for piece in line.split("\n"):
                _line(document, piece, indent=True)
    return _bytes_of(document, heading)


def _bytes_of(document: Any, title: str) -> bytes:
    # python-docx leaves its own name and the day of its template in the properties.
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = title[:200]
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _line(
    document: Any,
    text: str,
    *,
    align: Any = LEFT,
    font: str = BODY_FONT,
    size: Any = BODY_SIZE,
    indent: bool = False,
    bold: bool = False,
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(28)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(32)
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = size
    run.font.name = font
    # Word takes the font of Chinese characters from its own attribute.
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
