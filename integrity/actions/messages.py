"""Messages between the office and the reporter behind a receipt, and what a reporter adds later.

Texts are stored as cipher text; events carry the token of the message, never its words.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import files as file_actions
from casework.actors import REPORTER, Actor
from casework.cipher import default_cipher
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.models import Attachment, Dossier
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import check_move, move
from integrity import access
from integrity.enums import LeadStatus, MessageAuthor
from integrity.models import Lead, Message
from integrity.workflow import LEAD, check_can_be_answered

LONGEST_MESSAGE = 10_000


@transaction.atomic
def write(*, lead: Lead, body: str, by: User) -> Message:
    """A message of the office to the reporter. Refused where no receipt was given out: nobody could read it."""
    access.check_can_write_to_reporter(by, lead)
    check_can_be_answered(lead)

    return _write(lead, _clean_body(body), author=MessageAuthor.OFFICE, by=by)


@transaction.atomic
def ask_more(*, lead: Lead, body: str, by: User) -> Message:
    """Ask the reporter for more; the lead waits for them. The clock of article 16 keeps running."""
    access.check_can_assess_lead(by, lead)
    check_move(LEAD, lead, "ask_more")
    text = _clean_body(body)

    message = _write(lead, text, author=MessageAuthor.OFFICE, by=by, asks=True)
    move(LEAD, lead, "ask_more", by=by, data={"message": str(message.token)})
    return message


@transaction.atomic
def reply(*, lead: Lead, body: str, files: Iterable[tuple[str, bytes]] = (), by: Actor = REPORTER) -> Message:
    """What the reporter writes on return, with files. When the office had asked, the lead comes back to it."""
    text = _clean_body(body)

    message = _write(lead, text, author=MessageAuthor.REPORTER, by=by)
    keep_files(lead.dossier, files, by=by)
    _bring_back(lead, by)
    return message


@transaction.atomic
def add_files(*, lead: Lead, files: Iterable[tuple[str, bytes]], by: Actor = REPORTER) -> list[Attachment]:
    """Further material of the reporter without a word."""
    kept = keep_files(lead.dossier, files, by=by)
    if not kept:
        raise InputRefused(_("请选择要提交的文件。"), field="files")

    _bring_back(lead, by)
    return kept


@transaction.atomic
def file_papers(*, lead: Lead, files: Iterable[tuple[str, bytes]], kind: str, by: User) -> list[Attachment]:
    """Material the office adds itself. The reporter does not see it, and the lead stays where it is."""
    access.check_can_add_to_lead(by, lead)

    if kind not in AttachmentKind.values or kind == AttachmentKind.REPORT:
        raise InputRefused(_("请选择材料的类别。"), field="kind")
    kept = keep_files(lead.dossier, files, by=by, kind=AttachmentKind(kind))
    if not kept:
        raise InputRefused(_("请选择要提交的文件。"), field="files")
    return kept


@transaction.atomic
def record_return(*, lead: Lead, by: Actor = REPORTER) -> None:
    """The reporter came back with the receipt. Counts how many do; says nothing about who or from where."""
    record_event(dossier=lead.dossier, type="reporter_returned", by=by, subject=lead)


def keep_files(
    dossier: Dossier, files: Iterable[tuple[str, bytes]], *, by: Actor, kind: AttachmentKind = AttachmentKind.REPORT
) -> list[Attachment]:
    """Attach (name, content) pairs, read one after another, at most CHENGYAN_MAX_FILES_PER_REPORT at a time."""
    kept = []
    for number, (name, content) in enumerate(files, 1):
        if number > settings.CHENGYAN_MAX_FILES_PER_REPORT:
            limit = settings.CHENGYAN_MAX_FILES_PER_REPORT
            raise InputRefused(_("一次最多上传 %(limit)s 个文件。") % {"limit": limit}, field="files")
        kept.append(file_actions.attach(dossier=dossier, name=name, content=content, kind=kind, by=by))
    return kept


def _clean_body(body: str) -> str:
    text = clean_text(body, field_label=_("消息"), limit=LONGEST_MESSAGE, field="body")
    if not text:
        raise InputRefused(_("请填写要告诉对方的内容。"), field="body")
    return text


def _write(lead: Lead, text: str, *, author: str, by: Actor, asks: bool = False) -> Message:
    message = Message(
        lead=lead,
        author=author,
        token=uuid.uuid4(),
        written_at=timezone.now(),
        written_by=by if isinstance(by, User) else None,
        written_by_label=str(by)[:60],
        asks=asks,
    )
    message.body_cipher = default_cipher().seal(text, message.body_context)
    save_record(message, by=by, reason="消息")
    record_event(
        dossier=lead.dossier,
        type="message_written",
        by=by,
        subject=message,
        data={"message": str(message.token), "author": author},
    )
    return message


def _bring_back(lead: Lead, by: Actor) -> None:
    if lead.status == LeadStatus.NEED_MORE:
        move(LEAD, lead, "supplement", by=by)
