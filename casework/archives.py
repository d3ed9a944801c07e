"""Zip archives and Office files: limits against bombs, names that are no paths, and nothing that acts on opening.

Every entry is counted before it is unpacked, and unpacked only into memory.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import ElementTree, sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from casework.file_refusals import FileRefused
from casework.texts import BIDI_CONTROLS, CONTROLS

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 200
RATIO_MATTERS_FROM = 2**20
MAX_FOLDERS = 8
# Housekeeping that operating systems add to archives.
NOISE = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$")
OFFICE_MAIN_PARTS: Mapping[str, str] = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
MACRO_PARTS = re.compile(r"vba(project|data)|activex.*\.bin$|macrosheets/", re.IGNORECASE)
EMBEDDED_PARTS = re.compile(r"/(embeddings|media)/.*\.(bin|docm|xlsm|pptm|doc|xls|ppt|docx|xlsx|pptx)$", re.IGNORECASE)
REVISION_PARTS = re.compile(r"(^|/)(comments|commentauthors|people|persons)[^/]*(\.xml$|/)", re.IGNORECASE)
DANGEROUS_LINKS = re.compile(r"/(attachedTemplate|oleObject|frame|externalLinkPath|subDocument|control)$")
COMMANDS = re.compile(rb"\bDDE(AUTO)?\b|<(\w+:)?ddeLink\b")
VBA_MARK = "_VBA_PROJECT".encode("utf-16-le")
AUTHOR_FIELDS = frozenset({"creator", "lastModifiedBy", "Company", "Manager"})


def check_member_name(name: str, *, is_path: bool) -> None:
    """Refuses names that could lead elsewhere or look like another name. `is_path` allows folders below the archive."""
    parts = name.split("/")
    hidden = CONTROLS.search(name) or BIDI_CONTROLS.search(name) or "\n" in name or "\t" in name
    if hidden or not name.strip(" ."):
        raise FileRefused("name", _("文件名里有隐藏字符。请改名后上传。"))
    leads_out = ".." in parts or name.startswith("/") or "\\" in name or ":" in name
    if leads_out or (len(parts) > 1 and not is_path) or len(parts) > MAX_FOLDERS:
        raise FileRefused("name", _("文件名里不能有路径、盘符或冒号。请改名后上传。"))


def check_zip(data: bytes, check_member: Callable[[str, bytes], tuple[str, ...]]) -> tuple[str, ...]:
    """Warnings of all files in an archive; each is handed to `check_member` with its last name and content."""
    archive, entries = _open(data)
    warnings: dict[str, None] = {}
    members = [(name, entry) for name, entry in entries.items() if not name.endswith("/") and not NOISE.search(name)]
    if not members:
        raise FileRefused("empty", _("压缩包里没有文件。"))
    for name, entry in members:
        content = _read(archive, entry)
        if not content:
            continue
        try:
            warnings |= dict.fromkeys(check_member(posixpath.basename(name), content))
        except FileRefused as refused:
            sentence = _("压缩包里的“%(name)s”：%(reason)s") % {"name": name, "reason": refused.reason}
            raise FileRefused(refused.reason_code, sentence) from refused
    return tuple(warnings)


def check_office(extension: str, data: bytes) -> tuple[str, ...]:
    """Warnings of a .docx, .xlsx or .pptx without macros, commands, outside parts or entity declarations."""
    archive, entries = _open(data)
    if any(MACRO_PARTS.search(name) for name in entries):
        raise _macro()
    content_types = entries.get("[Content_Types].xml")
    if content_types is None:
        raise _not_office(extension)
    declared = _read(archive, content_types)
    if b"macroEnabled" in declared:
        raise _macro()
    if OFFICE_MAIN_PARTS[extension].encode() not in declared:
        raise _not_office(extension)
    warnings: dict[str, None] = {}
    for name, entry in entries.items():
        warnings |= dict.fromkeys(_check_part(name, _read(archive, entry)))
    return tuple(warnings)


def _open(data: bytes) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """The archive and its entries by readable name, after the checks that need no unpacking."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _damaged() from error
    listed = archive.infolist()
    if len(listed) > MAX_ENTRIES:
        raise FileRefused("bomb", _("压缩包里的文件太多，最多 %(limit)s 个。") % {"limit": MAX_ENTRIES})
    if sum(entry.file_size for entry in listed) > MAX_UNPACKED:
        limit = {"limit": MAX_UNPACKED // 2**20}
        raise FileRefused("bomb", _("文件解开后超过 %(limit)s MB。请分开上传。") % limit)
    for entry in listed:
        swollen = entry.file_size > RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if swollen:
            raise FileRefused("bomb", _("文件的压缩比异常，可能用于攻击。请重新打包后上传。"))
        if entry.flag_bits & 0x1:
            raise FileRefused("encrypted", _("文件设有打开密码，无法查看。请去掉密码后上传。"))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise FileRefused("name", _("压缩包里有指向别处的链接。请只放入文件本身。"))
    entries = {_readable_name(entry): entry for entry in listed}
    if len(entries) != len(listed):
        raise FileRefused("name", _("压缩包里有重名的文件。请改名后重新打包。"))
    for name in entries:
        check_member_name(name.rstrip("/"), is_path=True)
    return archive, entries


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """Archives made by Chinese Windows hold GBK names without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.orig_filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """At most the declared size comes out; a content that differs from its declaration is damaged."""
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise _damaged() from error


def _check_part(name: str, content: bytes) -> list[str]:
    """Warnings of one part of an Office file."""
    if VBA_MARK in content:
        raise _macro()
    lower = name.lower()
    if lower.endswith((".xml", ".rels", ".vml")):
        _check_xml(content)
        if COMMANDS.search(content):
            raise FileRefused("active_content", _("文件里有会自动执行的命令。请另存为 PDF 后上传。"))
    if lower.endswith(".rels"):
        _check_links(content)
    if lower.startswith("docprops/") and lower.endswith(".xml") and _names_an_author(content):
        return ["author_metadata"]
    if REVISION_PARTS.search(name) or (lower == "word/document.xml" and re.search(rb"<w:(ins|del) ", content)):
        return ["revisions"]
    return ["embedded_object"] if EMBEDDED_PARTS.search(name) else []


def _check_xml(content: bytes) -> None:
    try:
        sax.parseString(content, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileRefused("xml_entities", _("文件里有引用外部内容的声明，可能用于攻击。请重新保存后上传。")) from error
    except (SAXException, ValueError, LookupError) as error:
        raise _damaged() from error


def _check_links(content: bytes) -> None:
    """Relations that fetch something from outside when the file is opened; ordinary hyperlinks are fine."""
    for relation in ElementTree.fromstring(content).iter():
        outside = relation.get("TargetMode", "").lower() == "external"
        if outside and DANGEROUS_LINKS.search(relation.get("Type", "")):
            raise FileRefused("external_content", _("文件打开时会从外部读取内容。请另存为 PDF 后上传。"))


def _names_an_author(content: bytes) -> bool:
    root = ElementTree.fromstring(content)
    return any(part.tag.rpartition("}")[2] in AUTHOR_FIELDS and (part.text or "").strip() for part in root.iter())


def _macro() -> FileRefused:
    return FileRefused("macro", _("文件里有宏，不能上传。请另存为不带宏的 .docx、.xlsx、.pptx 或 PDF。"))


def _not_office(extension: str) -> FileRefused:
    sentence = _("文件内容与扩展名 .%(extension)s 不一致。请用原来的软件重新保存后上传。") % {"extension": extension}
    return FileRefused("disguised", sentence)


def _damaged() -> FileRefused:
    return FileRefused("damaged", _("文件已经损坏，无法打开。请用原来的软件重新保存后上传。"))
