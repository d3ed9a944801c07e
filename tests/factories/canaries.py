"""Canaries: unique words filed with reports, and every form in which one could turn up where it must not."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
from dataclasses import dataclass, field
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypinyin import Style, lazy_pinyin

SURNAMES = "鄢缪乜笪鄯郗璩濮"
GIVEN = ["望舒", "听澜", "拾穗", "问渠", "栖梧", "折桂", "枕流", "漱石"]
ARTIST = 0x013B  # EXIF: who made the picture


@dataclass
class Report:
    """What one reporter typed. `identity` may stand nowhere; `matter` only where leads are read; `receipt` nowhere."""

    number: int
    identity: dict[str, str] = field(init=False)
    matter: dict[str, str] = field(init=False)
    receipt: str = ""

    def __post_init__(self) -> None:
        n = self.number
        self.identity = {
            "name": SURNAMES[n] + GIVEN[n],
            "contact": f"1398712{n}46{n}" if n % 2 else f"kanaria{n}xq@post{n}.invalid",
            "note": f"夜里{n}点后打给隔壁柚子铺第{n}柜",
        }
        self.matter = {
            "evidence": f"原始记录锁在{n}号蓝漆铁皮柜",
            "elsewhere": f"曾寄往第{n}枫桥信箱",
            "file_name": f"银杏叶书签{n}",
            "artist": f"kamera-eigner-{n}",
            "message": f"补充一句{n}只有本人知道的话",
        }

    def picture(self) -> SimpleUploadedFile:
        """A photograph that names its maker, under a name of its own."""
        image, content = Image.new("RGB", (4, 4), (self.number * 20, 90, 90)), io.BytesIO()
        exif = image.getexif()
        exif[ARTIST] = self.matter["artist"]
        image.save(content, "JPEG", exif=exif)
        return SimpleUploadedFile(f"{self.matter['file_name']}.jpg", content.getvalue(), "image/jpeg")

    def form(self, mode: str) -> dict[str, object]:
        """What the browser sends."""
        words = {"target": "周砚清", "unit": "剑门医学院", "facts": "论文图3与图5相同。", "files": [self.picture()]}
        typed = {key: self.matter[key] for key in ("evidence", "elsewhere")}
        return {"mode": mode, **words, **typed, **(self.identity if mode != "anonymous" else {})}


def forms_of(word: str) -> set[bytes]:
    """The word as it stands, and as it would look after the usual disguises."""
    plain = word.encode()
    found = {plain, word.encode("utf-16-le"), plain.hex().encode(), word[::-1].encode()}
    found |= {quote(word, safe="").encode(), quote(word, safe="").lower().encode(), html.escape(word).encode()}
    escaped = json.dumps(word)[1:-1]
    found |= {escaped.encode(), "".join(f"&#{ord(one)};" for one in word).encode()}
    found |= {"".join(f"&#x{ord(one):x};" for one in word).encode()}
    found |= {hashlib.new(name, plain).hexdigest().encode() for name in ("md5", "sha1", "sha256")}
    found |= {base64.b32encode(plain).rstrip(b"=")}
    # Inside a longer text base64 starts at one of three places; the first and last signs then depend on the neighbours.
    for shift in range(3):
        inner = base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found | _sounds(word)


def _sounds(word: str) -> set[bytes]:
    """How a Chinese name is spelled in Latin letters. One syllable or two say nothing by themselves."""
    if not all("\u3400" <= one <= "\u9fff" for one in word):
        return set()
    syllables = lazy_pinyin(word)
    marked = lazy_pinyin(word, style=Style.TONE)
    joined = {sign.join(parts) for sign in ("", " ", "-", "'", "|") for parts in (syllables, marked)}
    turned = "".join(syllables[1:]) + " " + syllables[0]
    return {one.encode() for one in joined | {turned, "".join(syllables).title(), " ".join(syllables).title()}}


def found_in(blob: bytes, words: dict[str, set[bytes]]) -> list[str]:
    """Names of the words that turn up in any form."""
    return [name for name, forms in words.items() if any(one in blob for one in forms)]
