"""The minutes as a Word file: the text the reader may see, nothing that is not on the page."""

from __future__ import annotations

import io

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from ethics.models import CommitteeMeeting

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "仿宋"


def minutes_docx(meeting: CommitteeMeeting, text: str) -> bytes:
    """The first line is the title, the lines that begin with 【 are headings. Unapproved minutes say so at the end."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    properties = document.core_properties
    properties.title, properties.author = meeting.number, meeting.committee.name
    title, _line, rest = text.partition("\n")
    document.add_heading(title, level=0)
    for line in rest.split("\n"):
        if line.startswith("【"):
            document.add_heading(line, level=2)
        elif line.strip():
            document.add_paragraph(line)
    document.add_paragraph(_approval(meeting))
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _approval(meeting: CommitteeMeeting) -> str:
    if meeting.minutes_approved_at is None:
        return _("本记录尚未核准。")
    day = timezone.localdate(meeting.minutes_approved_at)
    return _("主持人 %(name)s 于 %(day)s 核准。") % {"name": meeting.chair, "day": day}
