"""Keep a file: inspected by content, sealed by hash, described by a row. Names are shown, never used as paths."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

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

    Raises InputRefused (field "files") with the sentence of the check that refused the file.
    """
    try:
        facts = inspect_upload(name, content, max_bytes=settings.CHENGYAN_MAX_UPLOAD_MB * 1024 * 1024)
    except FileRefused as refusal:
        raise InputRefused(str(refusal), field="files") from refusal
    known = Attachment.objects.filter(dossier=dossier, sha256=facts.sha256, kind=kind).first()
    if known is not None and supersedes is None:
        return known

    default_store().put(content)
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
