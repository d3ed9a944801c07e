"""Which texts the project speaks, and whether each has its English: read from templates and code, without gettext tools."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

# Which argument of a call is the text, and which the context.
CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "ngettext": 0, "ngettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1}
APPS = ("accounts", "casework", "config", "ethics", "integrity", "notices", "sharing", "search")
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")  # ideographs, and the full-width marks between them
STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
TEMPLATE_CALL = re.compile(rf"\b(?P<call>n?p?gettext|_)\((?P<first>{STRING})(?:, ?(?P<second>{STRING}))?")
METADATA = {
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


class Text(NamedTuple):
    """A marked text. `context` tells equal words apart; a `counted` one has a form for one and a form for many."""

    words: str
    context: str = ""
    counted: bool = False


def catalogue_path() -> Path:
    return settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"


def spoken_texts() -> dict[Text, list[str]]:
    """Every marked text → the files it stands in, in order of first appearance."""
    found: dict[Text, list[str]] = {}
    for path, text in [*_code_texts(), *_template_texts()]:
        places = found.setdefault(text, [])
        if path not in places:
            places.append(path)
    return found


def english_of(catalogue: polib.POFile) -> dict[Text, tuple[str, ...]]:
    """The English of every entry: one form, or one for one thing and one for many."""
    return {
        Text(entry.msgid, entry.msgctxt or "", bool(entry.msgid_plural)): tuple(
            entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)
        )
        if entry.msgid_plural
        else (entry.msgstr,)
        for entry in catalogue
    }


def _code_texts() -> Iterator[tuple[str, Text]]:
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node) in CALLS:
                    text = _text_of(_called(node), node.args)
                    if text is not None:
                        yield path.relative_to(settings.BASE_DIR).as_posix(), text


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _text_of(call: str, arguments: list[ast.expr]) -> Text | None:
    values = [argument.value if isinstance(argument, ast.Constant) else None for argument in arguments]
    place = CALLS[call]
    words = values[place] if len(values) > place else None
    if not isinstance(words, str):
        return None
    return Text(words, str(values[0]) if place else "", call.startswith("n"))


def _template_texts() -> Iterator[tuple[str, Text]]:
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        python = templatize(path.read_text(encoding="utf-8"))
        for match in TEMPLATE_CALL.finditer(python):
            first, second = (ast.literal_eval(match[name] or "''") for name in ("first", "second"))
            call = match["call"]
            text = Text(second, first, call.startswith("n")) if "p" in call else Text(first, "", call.startswith("n"))
            yield path.relative_to(settings.BASE_DIR).as_posix(), text


def untranslated() -> list[str]:
    """Chinese texts without English, as 'file: text', and texts of the catalogue that nobody speaks any more."""
    catalogue = english_of(polib.pofile(str(catalogue_path())))
    spoken = spoken_texts()
    missing = [
        f"{places[0]}: {text.words!r}"
        for text, places in spoken.items()
        if HAN.search(text.words) and not all(catalogue.get(text, ("",)))
    ]
    broken = [
        f"placeholders differ: {text.words!r}"
        for text in spoken
        if all(catalogue.get(text, ("",))) and not all(_same_slots(text.words, form) for form in catalogue[text])
    ]
    gone = [f"no longer used: {text.words!r}" for text in catalogue if text.words and text not in spoken]
    return missing + broken + gone


def _same_slots(one: str, other: str) -> bool:
    slots = re.compile(r"%\(\w+\)[sd]|%[sd]")
    return sorted(slots.findall(one)) == sorted(slots.findall(other))


def update_catalogue() -> tuple[int, int]:
    """Add new texts with an empty English, drop those nobody speaks, write .po and .mo. Returns (texts, without English)."""
    path = catalogue_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    old = english_of(polib.pofile(str(path))) if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = METADATA
    empty = 0
    for text in sorted(text for text in spoken_texts() if HAN.search(text.words)):
        english = old.get(text, ("", "") if text.counted else ("",))
        empty += not all(english)
        catalogue.append(_entry(text, english))
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return len(catalogue), empty


def _entry(text: Text, english: tuple[str, ...]) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.words, flags=["python-format"] if "%(" in text.words else [])
    if text.context:
        entry.msgctxt = text.context
    if text.counted:
        entry.msgid_plural, entry.msgstr_plural = text.words, dict(enumerate(english))
    else:
        entry.msgstr = english[0]
    return entry
