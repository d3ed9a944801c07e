"""Uploads: what a file is by its content, and why it is refused. Closed list of kinds; a name decides nothing.

What lies inside archives and Office files is looked at in `archives.py`, inside PDF files in `pdf_checks.py`.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from casework import archives, pdf_checks
from casework.file_refusals import FileRefused as FileRefused
from casework.texts import BIDI_CONTROLS, CONTROLS

MAX_PIXELS = 60_000_000
MAX_NAME = 200
GPS_TAG = 0x8825
CAMERA_DETAILS = 0x8769
CAMERA_TAGS = frozenset({0x010F, 0x0110, 0x9003, 0xA431})
AUTHOR_TAGS = frozenset({0x013B, 0x9C9D})

MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
}
SAME_EXTENSION = {"jpeg": "jpg", "jpe": "jpg"}
MACRO_EXTENSIONS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam"})
LEGACY_OFFICE = frozenset({"doc", "dot", "xls", "xlt", "ppt", "pps", "wps", "et", "dps"})
IMAGE_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (OLE_MAGIC, "ole"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
WARNING_SENTENCES = {
    "author_metadata": gettext_lazy("文件属性里有作者、修改人或单位信息，可能暴露提供材料的人。"),
    "revisions": gettext_lazy("文件里有批注或修订记录，可能带有姓名和时间。"),
    "gps": gettext_lazy("图片里有拍摄地点。"),
    "camera_metadata": gettext_lazy("图片里有拍摄设备或拍摄时间。"),
    "embedded_object": gettext_lazy("文件里嵌有其他对象，预览中看不到。"),
    "embedded_files": gettext_lazy("PDF 里带有附件，预览中看不到。"),
}


@dataclass(frozen=True)
class FileFacts:
    """What an accepted file is. `size` in bytes; `warnings` are codes, see `describe_warning`."""

    media_type: str
    extension: str
    size: int
    sha256: str
    warnings: tuple[str, ...] = ()


def inspect_upload(name: str, data: bytes, *, max_bytes: int) -> FileFacts:
    """Facts about an upload whose content is one of the allowed kinds and whose name agrees with it.

    Raises FileRefused with a reason code and a sentence. An accepted file is not thereby free of viruses.
    """
    extension = _extension_of(name)
    if not data:
        raise FileRefused("empty", _("文件是空的。请确认文件完整后重新上传。"))
    if len(data) > max_bytes:
        limit = {"size": math.ceil(len(data) / 2**20 * 10) / 10, "limit": max_bytes // 2**20}
        raise FileRefused("too_large", _("文件有 %(size)s MB，超过上限 %(limit)s MB。请压缩或分开上传。") % limit)
    found = _check_content(extension, data, inside_archive=False)
    return FileFacts(MEDIA_TYPES[extension], extension, len(data), hashlib.sha256(data).hexdigest(), found)


def describe_warning(code: str) -> str:
    """The sentence an officer reads beside the file."""
    return str(WARNING_SENTENCES[code])


def safe_display_name(name: str) -> str:
    """A name to show and to offer for download: no folders, no hidden characters, at most 120 characters.

    Never used as a path; two files may have the same one.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = BIDI_CONTROLS.sub("", CONTROLS.sub("", re.sub(r'[<>:"|?*]', "", last)))
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    if dot and len(extension) <= 10:
        kept = f"{stem[: 119 - len(extension)]}.{extension}"
    return kept[:120] or _("未命名文件")


def _extension_of(name: str) -> str:
    """The allowed extension of a decent name, "jpeg" read as "jpg"; refuses all others."""
    archives.check_member_name(name, is_path=False)
    if len(name) > MAX_NAME:
        raise FileRefused("name", _("文件名太长。请把文件名改短到 %(limit)s 个字以内。") % {"limit": MAX_NAME})
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    extension = SAME_EXTENSION.get(extension, extension)
    if extension in MACRO_EXTENSIONS:
        raise FileRefused("macro", _("带宏的 Office 文件不能上传。请另存为不带宏的 .docx、.xlsx、.pptx 或 PDF。"))
    if extension in LEGACY_OFFICE:
        raise FileRefused("legacy_office", _("旧版 Office 文件不能上传。请另存为 .docx、.xlsx、.pptx 或 PDF。"))
    if extension not in MEDIA_TYPES:
        kinds = "、".join(MEDIA_TYPES)
        raise FileRefused("kind", _("不能上传这种文件。可以上传的有：%(kinds)s。") % {"kinds": kinds})
    return extension


def _check_content(extension: str, data: bytes, *, inside_archive: bool) -> tuple[str, ...]:
    """Warnings of a content that is what its extension says."""
    found = _sniff(data)
    if found == "ole":
        _refuse_ole(extension, data)
    expected = "zip" if extension in archives.OFFICE_MAIN_PARTS else extension
    if found != ("text" if extension in ("txt", "csv") else expected):
        raise _disguised(extension)
    if extension == "pdf":
        _refuse_polyglot(data)
        return pdf_checks.check_pdf(data)
    if extension in IMAGE_FORMATS:
        _refuse_polyglot(data)
        return _check_image(extension, data)
    if extension in archives.OFFICE_MAIN_PARTS:
        return archives.check_office(extension, data)
    if extension == "zip":
        if inside_archive:
            raise FileRefused("nested_archive", _("压缩包里不能再有压缩包。请解开后重新打包。"))
        return archives.check_zip(data, _check_member)
    _check_plain_text(data)
    return ()


def _check_member(name: str, data: bytes) -> tuple[str, ...]:
    """A file inside a zip archive obeys the rules of a single upload."""
    return _check_content(_extension_of(name), data, inside_archive=True)


def _sniff(data: bytes) -> str:
    for magic, kind in SIGNATURES:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "text"


def _disguised(extension: str) -> FileRefused:
    return FileRefused(
        "disguised",
        _("文件内容与扩展名 .%(extension)s 不一致。请用原来的软件重新保存后上传。") % {"extension": extension},
    )


def _refuse_ole(extension: str, data: bytes) -> None:
    """An encrypted .docx is an OLE container too, so the sentence differs."""
    if extension in archives.OFFICE_MAIN_PARTS and "EncryptedPackage".encode("utf-16-le") in data:
        raise FileRefused("encrypted", _("文件设有打开密码，无法查看。请去掉密码后上传。"))
    raise _disguised(extension)


def _refuse_polyglot(data: bytes) -> None:
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused("polyglot", _("文件里还藏有一个压缩包。请只保留文档或图片本身。"))


def _check_image(extension: str, data: bytes) -> tuple[str, ...]:
    """Reads the header only: a small file may claim an image that fills the memory."""
    try:
        # What the library warns of, odd camera notes and great size, is judged here.
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=[IMAGE_FORMATS[extension]]) as image,
        ):
            if image.width * image.height <= MAX_PIXELS:
                return _image_warnings(image, data)
    except Image.DecompressionBombError:
        pass
    except Exception as error:
        # A decoder of hostile bytes may raise anything; none may become an error page.
        raise FileRefused("damaged", _("图片已经损坏，无法打开。请重新导出后上传。")) from error
    raise FileRefused("too_many_pixels", _("图片尺寸太大。请把图片缩小后上传。"))


def _image_warnings(image: Image.Image, data: bytes) -> tuple[str, ...]:
    exif = _exif_of(image, data)
    tags = set(exif) | set(exif.get_ifd(CAMERA_DETAILS))
    found = []
    if exif.get_ifd(GPS_TAG) or b"GPSLatitude" in data:
        found.append("gps")
    if tags & CAMERA_TAGS:
        found.append("camera_metadata")
    named = {"author", "copyright", "creator"} & {str(key).lower() for key in image.info}
    if tags & AUTHOR_TAGS or named or b"<dc:creator" in data:
        found.append("author_metadata")
    return tuple(found)


def _exif_of(image: Image.Image, data: bytes) -> Image.Exif:
    """The camera's notes without drawing the picture; a PNG may carry them behind its pixels."""
    raw = image.info.get("exif")
    if raw is None and image.format == "PNG" and (at := data.find(b"eXIf")) >= 4:
        raw = data[at + 4 : at + 4 + int.from_bytes(data[at - 4 : at], "big")]
    exif = Image.Exif()
    if raw:
        exif.load(raw)
    return exif


def _check_plain_text(data: bytes) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROLS.search(text.replace("\r", "").replace("\f", "")):
            break
        return
    raise FileRefused("not_text", _("这不是文本文件，或者编码不是 UTF-8、GB 18030。请另存为 UTF-8 后上传。"))
