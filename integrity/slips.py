"""The receipt on its way to the one page that shows it: sealed, bound to this browser, for ten minutes.

The sealed value travels as `?slip=` of the redirect a form view gives to `once`, so that a form sent twice leads to the
same slip; `into_cookie` takes it out of the address before the browser sees it. No session row of ours holds it.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import qrcode
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from casework.cipher import CipherError, default_cipher
from casework.filetypes import describe_warning
from casework.models import Attachment
from integrity.models import Lead

CONTEXT = "integrity.slip:browser:receipt"
COOKIE = "receipt_slip"
LIFETIME = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Slip:
    """What is printed. `receipt` is the sixteen digits; `qr` a picture of the return address, without the digits."""

    receipt: str
    lead_id: int
    submitted_at: dt.datetime
    mode: str
    file_names: tuple[str, ...]
    file_warnings: tuple[str, ...]
    fingerprint: str
    return_url: str
    qr: str


def leading_to(url_name: str, *args: str, lead: Lead, receipt: str) -> HttpResponseRedirect:
    """A redirect to the page that shows this receipt, with the sealed value in the address: only for `into_cookie`."""
    content = json.dumps({"receipt": receipt, "lead": lead.pk, "at": timezone.now().isoformat()})
    slip = default_cipher().seal(content, CONTEXT)
    return HttpResponseRedirect(f"{reverse(url_name, args=args)}?{urlencode({'slip': slip})}")


def into_cookie(response: HttpResponse, *, path: str) -> HttpResponse:
    """Move a sealed slip from the address of a redirect into a cookie for `path`; other responses pass unchanged."""
    if not isinstance(response, HttpResponseRedirect):
        return response
    parts = urlsplit(response.url)
    slip = parse_qs(parts.query).get("slip")
    if not slip:
        return response
    redirect = HttpResponseRedirect(parts.path)
    redirect.set_cookie(
        COOKIE,
        slip[0],
        max_age=int(LIFETIME.total_seconds()),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return redirect


def of_browser(request: HttpRequest, now: dt.datetime) -> Slip | None:
    """The slip this browser may still see, or None when there is none or its ten minutes are over."""
    try:
        content = json.loads(default_cipher().open(request.COOKIES.get(COOKIE, ""), CONTEXT))
    except CipherError:
        return None
    if now - dt.datetime.fromisoformat(content["at"]) > LIFETIME:
        return None
    return _slip(Lead.objects.select_related("dossier").get(pk=content["lead"]), content["receipt"])


def forget(response: HttpResponse, *, path: str) -> HttpResponse:
    """The receipt was copied: this browser shows it no more."""
    response.delete_cookie(COOKIE, path=path, samesite="Strict")
    return response


def _slip(lead: Lead, receipt: str) -> Slip:
    files = list(Attachment.objects.filter(dossier=lead.dossier).order_by("pk"))
    return_url = settings.CHENGYAN_SITE_URL.rstrip("/") + reverse("notices:report-return")
    warned = [f"{file.display_name}：{describe_warning(code)}" for file in files for code in file.warnings]
    return Slip(
        receipt=receipt,
        lead_id=lead.pk,
        submitted_at=lead.submitted_at,
        mode=str(lead.get_mode_display()),
        file_names=tuple(file.display_name for file in files),
        file_warnings=tuple(warned),
        fingerprint=lead.fingerprint,
        return_url=return_url,
        qr=_picture(return_url),
    )


def _picture(text: str) -> str:
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
