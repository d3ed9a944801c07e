"""What is sent, read before anything else looks at it, so that what cannot be read is answered with a sentence.

Everything of ours is UTF-8. A request that claims another encoding would be read as other words than were typed, or,
with a name like "hex", could not be answered at all.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

from casework.refusals import Refusal

CHUNK = 64 * 1024


class TooLarge(Refusal):
    """More was sent than a form of ours can hold."""

    status = 413


class Unreadable(Refusal):
    """What arrived is no form: cut off on the way, or not made by our page."""

    status = 400


class Utf8Request(WSGIRequest):
    """A request in UTF-8, whatever encoding it claims."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Application(WSGIHandler):
    request_class = Utf8Request


def problem_of(request: HttpRequest) -> Refusal | None:
    """Why what was sent cannot be read, or None. Afterwards `request.POST` and `request.FILES` can be used safely."""
    if request.method != "POST":
        return None
    has_files = request.content_type == "multipart/form-data"
    if _length_of(request) > (_most_bytes() if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        _read_on(request)
        return _too_many_files() if has_files else _too_much_text()
    try:
        request.POST  # noqa: B018 reading is the point
    except RequestDataTooBig:
        return _too_much_text()
    except TooManyFilesSent:
        limit = settings.CHENGYAN_MAX_FILES_PER_REPORT
        return TooLarge(_("文件太多，一次最多上传 %(limit)s 个文件。") % {"limit": limit})
    except TooManyFieldsSent:
        return TooLarge(_("提交的栏目太多，系统没有接收。请刷新页面后重新填写。"))
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return Unreadable(_("收到的内容不完整或者无法识别，没有保存。请检查网络后重新提交。"))
    return None


def _too_many_files() -> TooLarge:
    limit = _most_bytes() // 2**20
    return TooLarge(_("一次提交的材料合计不能超过 %(limit)s MB。请分几次提交。") % {"limit": limit})


def _too_much_text() -> TooLarge:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
    return TooLarge(_("填写的文字合计不能超过 %(limit)s MB。请精简，或者改用附件。") % {"limit": limit})


def _length_of(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _most_bytes() -> int:
    """As many files as a form takes, each of the largest size, and the text beside them."""
    files: int = settings.CHENGYAN_MAX_FILES_PER_REPORT * settings.CHENGYAN_MAX_UPLOAD_MB * 2**20
    return files + int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _read_on(request: HttpRequest) -> None:
    """Take in a part of what is too large: a browser that is still sending would show a broken connection, no page."""
    left = _most_bytes()
    while left > 0 and (chunk := request.read(CHUNK)):
        left -= len(chunk)
