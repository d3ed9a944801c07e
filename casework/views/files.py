"""Download of a stored file. Every download is on record before the first byte leaves."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import get_attachment_for
from casework.actors import Actor
from casework.enums import AccessKind
from casework.events import record_access
from casework.models import Attachment
from casework.refusals import MoveRefused
from casework.storage import StoreError, default_store


@require_safe
def attachment_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The original, for whoever may see its dossier."""
    return file_response(get_attachment_for(request.user, pk), by=request.user)


def file_response(attachment: Attachment, *, by: Actor) -> HttpResponse:
    """The original, checked against its hash. Always as a download, never shown inside our pages.

    The caller has found out that this person may have the file.
    """
    try:
        content = default_store().get(attachment.sha256)
    except StoreError as error:
        raise MoveRefused(_("这份文件在存储中缺失或被改动，不能下载。请立即告知系统管理员。")) from error
    record_access(
        kind=AccessKind.DOWNLOAD,
        by=by,
        what=f"attachment:{attachment.pk}",
        dossier=attachment.dossier,
        data={"sha256": attachment.sha256},
    )
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment.display_name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response
