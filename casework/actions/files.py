"""Keep a file: inspected by content, sealed by hash, described by a row. Names are shown, never used as paths."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.audience import Audience
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.filetypes import FileRefused, inspect_upload, safe_display_name
from casework.models import Attachment, Dossier
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.storage import default_store

logger = logging.getLogger(__name__)


@transaction.atomic
def attach(
    *,
    dossier: Dossier,
    name: str,
    content: bytes,
    kind: AttachmentKind,
    by: Actor,
    audience: Audience = Audience.INTERNAL,
    supersedes: Attachment | None = None,
) -> Attachment:
    """Inspect, seal and register one upload. The same bytes twice in one dossier return the row that is there.

    Raises InputRefused (field "files") with the name of the file and the sentence of the check that refused it; also
    when the disk takes nothing, so that whoever uploaded keeps what else was typed.
    """
    try:
        facts = inspect_upload(name, content, max_bytes=settings.CHENGYAN_MAX_UPLOAD_MB * 1024 * 1024)
    except FileRefused as refusal:
        raise _refused(name, refusal.reason) from refusal
    known = Attachment.objects.filter(dossier=dossier, sha256=facts.sha256, kind=kind).first()
    if known is not None and supersedes is None:
        return known

    try:
        default_store().put(content)
    except OSError as error:
        logger.exception("a file cannot be sealed")
        raise _refused(name, _("服务器现在不能保存文件，请稍后再提交，并告知系统管理员。")) from error
    attachment = Attachment(
        dossier=dossier,
        kind=kind,
        display_name=safe_display_name(name),
        sha256=facts.sha256,
        size=facts.size,
        media_type=facts.media_type,
        warnings=[str(warning) for warning in facts.warnings],
        audience=audience,
        version=supersedes.version + 1 if supersedes else 1,
        supersedes=supersedes,
        uploaded_at=timezone.now(),
        uploaded_by=by if isinstance(by, User) else None,
        uploaded_by_label=str(by),
    )
    save_record(attachment, by=by, reason="上传")
    record_event(
        dossier=dossier,
        type="attachment_added",
        by=by,
        subject=attachment,
        data={"sha256": facts.sha256, "size": facts.size, "version": attachment.version},
    )
    return attachment


def _refused(name: str, sentence: str) -> InputRefused:
    """Of ten files a person must know which one is meant."""
    return InputRefused(
        _("“%(name)s”：%(sentence)s") % {"name": safe_display_name(name), "sentence": sentence}, field="files"
    )
