"""Which texts the project speaks, and whether each has its English: read from templates and code, without gettext tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

CALLS = {"_", "gettext", "gettext_lazy", "pgettext", "ngettext", "ngettext_lazy"}
APPS = ("accounts", "casework", "config", "integrity", "notices", "sharing", "search")
HAN = re.compile(r"[\u3400-\u9fff]")
TEMPLATE_CALL = re.compile(r"(?:gettext|_)\(u?(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\)")


def catalogue_path() -> Path:
    return settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"


def spoken_texts() -> dict[str, list[str]]:
    """Every marked text → the files it stands in, in order of first appearance."""
    found: dict[str, list[str]] = {}
    for path, text in [*_code_texts(), *_template_texts()]:
        places = found.setdefault(text, [])
        if path not in places:
            places.append(path)
    return found


def _code_texts() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node) in CALLS and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield path.relative_to(settings.BASE_DIR).as_posix(), first.value


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _template_texts() -> Iterator[tuple[str, str]]:
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        python = templatize(path.read_text(encoding="utf-8"))
        for match in TEMPLATE_CALL.finditer(python):
            yield path.relative_to(settings.BASE_DIR).as_posix(), ast.literal_eval(match["text"])


def untranslated() -> list[str]:
    """Chinese texts without English, as 'file: text', and texts of the catalogue that nobody speaks any more."""
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue_path()))}
    spoken = spoken_texts()
    missing = [
        f"{places[0]}: {text!r}" for text, places in spoken.items() if HAN.search(text) and not catalogue.get(text)
    ]
    broken = [
        f"placeholders differ: {text!r}"
        for text in spoken
        if catalogue.get(text) and not _same_slots(text, catalogue[text])
    ]
    gone = [f"no longer used: {text!r}" for text in catalogue if text and text not in spoken]
    return missing + broken + gone


def _same_slots(one: str, other: str) -> bool:
    slots = re.compile(r"%\(\w+\)[sd]|%[sd]")
    return sorted(slots.findall(one)) == sorted(slots.findall(other))


def update_catalogue() -> tuple[int, int]:
    """Add new texts with an empty English, drop those nobody speaks, write .po and .mo. Returns (texts, without English)."""
    path = catalogue_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    old = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {"Language": "en", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8"}
    empty = 0
    for text in sorted(text for text in spoken_texts() if HAN.search(text)):
        english = old.get(text, "")
        empty += not english
        flags = ["python-format"] if "%(" in text else []
        catalogue.append(polib.POEntry(msgid=text, msgstr=english, flags=flags))
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return len(catalogue), empty
