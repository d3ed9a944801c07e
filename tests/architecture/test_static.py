"""Pages and styles as they lie in the tree: no inline script or style, nothing from outside, nothing newer than 2020."""

import re

import pytest

from tests.architecture.code import ROOT, name_of

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js", ".svg", ".html"})
STYLES = [path for path in STATIC if path.suffix == ".css"]
SCRIPTS = [path for path in STATIC if path.suffix == ".js"]

# What Chromium 86 (and the domestic browsers built on it) does not know, and the release that does.
NEWER_CSS = {
    r":is\(": 88,
    r":where\(": 88,
    r":has\(": 105,
    r":not\([^()]*,": 88,
    r"::file-selector-button": 89,
    r":modal\b": 105,
    r":user-(in)?valid\b": 119,
    r":autofill\b": 110,
    r"(?<![\w-])aspect-ratio\s*:": 88,
    r"(?<![\w-])inset(-\w+)*\s*:": 87,
    r"(?<![\w-])(margin|padding|border)-(inline|block)\s*:": 87,
    r"(?<![\w-])border-(inline|block)-(color|style|width)\s*:": 87,
    r"(?<![\w-])accent-color\s*:": 93,
    r"(?<![\w-])scrollbar-(gutter|color|width)\s*:": 94,
    r"(?<![\w-])text-wrap(-\w+)?\s*:": 114,
    r"(?<![\w-])text-underline-offset\s*:": 87,
    r"(?<![\w-])text-decoration-thickness\s*:": 89,
    r"(?<![\w-])(translate|rotate|scale)\s*:": 104,
    r"(?<![\w-])print-color-adjust\s*:": 136,
    r"(?<![\w-])hyphenate-\w+\s*:": 106,
    r"(?<![\w-])field-sizing\s*:": 123,
    r"(?<![\w-])mask(-\w+)?\s*:": 120,
    r"overflow(-[xy])?\s*:\s*clip": 90,
    r"\bsubgrid\b": 117,
    r"@layer\b": 99,
    r"@container\b": 105,
    r"@scope\b": 118,
    r"@starting-style\b": 117,
    r"@counter-style\b": 91,
    r"@(media|container)[^{]*\(\s*(width|height)\s*[<>]": 104,
    r"prefers-(contrast|reduced-transparency)": 96,
    r"\b(color-mix|oklch|oklab|lab|lch|hwb|light-dark|color)\(": 111,
    r"\b\d+(\.\d+)?[sdl]v(h|w|min|max|i|b)\b": 108,
    r"\b\d+(\.\d+)?(cq\w+|lh|rlh|cap|ic)\b": 105,
    r"\b(round|mod|rem|sin|cos|tan|pow|sqrt|abs|sign)\(": 111,
    r"(^|[;{}])\s*&": 112,
}
NEWER_JS = {
    r"\.at\(": 92,
    r"\bstructuredClone\(": 98,
    r"\bObject\.(hasOwn|groupBy)\(": 93,
    r"\brandomUUID\(": 92,
    r"\.(toSorted|toReversed|findLast|with)\(": 97,
    r"\.replaceChildren\(": 86.1,
    r"\bAbortSignal\.(timeout|any)\b": 103,
    r"\bstatic\s*\{": 94,
}
NEWER_HTML = {
    r"<search\b": 118,
    r"\s(popover|popovertarget)\b": 114,
    r"\sinert(\s|>|=)": 102,
    r"<selectedcontent\b": 135,
}
# Where an old browser simply leaves the rule out and nothing is lost: "file: pattern" → reason.
HARMLESS = {
    r"static/chengyan.css: (?<![\w-])text-underline-offset\s*:": "a link is underlined a little closer",
    r"static/chengyan.css: (?<![\w-])text-decoration-thickness\s*:": "a link under the pointer is underlined thinner",
}


def _without_comments(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if path.suffix == ".html":
        text = re.sub(r"\{#.*?#\}", "", text)
        return re.sub(r"\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)
    return text


@pytest.mark.parametrize(
    ("paths", "newer"), [(STYLES, NEWER_CSS), (SCRIPTS, NEWER_JS), (TEMPLATES, NEWER_HTML)], ids=["css", "js", "html"]
)
def test_nothing_needs_a_browser_newer_than_chromium_86(paths, newer):
    assert paths
    found = {
        f"{name_of(path)}: {pattern}": f"needs Chromium {release}"
        for path in paths
        for pattern, release in newer.items()
        if re.search(pattern, _without_comments(path), re.MULTILINE)
    }
    assert {place: why for place, why in found.items() if place not in HARMLESS} == {}
    mine = tuple(f"{name_of(path)}: " for path in paths)
    assert [place for place in HARMLESS if place.startswith(mine) and place not in found] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_has_no_inline_script_style_or_handler(path):
    text = _without_comments(path)
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"<[^>]*\sstyle\s*=", text) == []
    assert re.findall(r"<[^>]*\son[a-z]+\s*=", text) == []
    assert re.findall(r"(?i)javascript:", text) == []


OUTSIDE = re.compile(r"""(?:https?:)?//[A-Za-z0-9.-]+\.[a-z]{2,}""")
NAMESPACES = ("http://www.w3.org/", "//www.w3.org/")


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=name_of)
def test_nothing_comes_from_outside(path):
    addresses = [one for one in OUTSIDE.findall(_without_comments(path)) if "www.w3.org" not in one]
    assert addresses == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_asks_nothing_and_decides_no_access(path):
    text = _without_comments(path)
    assert re.findall(r"\bobjects\.|\.filter\b(?!\|)|\.has_perm|perms\.|is_superuser|is_staff|user\.groups", text) == []
    assert re.findall(r"\|\s*safe\b|\{%\s*autoescape\s+off", text) == []


# Forms whose second sending changes nothing, by their file or what stands in them.
WITHOUT_KEY = {
    "set_language": "sets a cookie",
    "logout_url": "signs out again",
    "notices:report-leave": "forgets the receipt again",
    "templates/registration/login.html": "signs in again",
}
KEY_PARTS = ("_components/idempotency.html", "idempotency_key")
CSRF_PARTS = ("csrf_token", "csrf_input", "_components/idempotency.html")
FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)


def _posting_forms(path):
    found = FORM.finditer(_without_comments(path))
    return [
        f"{name_of(path)}: {one[0]}"
        for one in found
        if re.search(r"""method\s*=\s*["']?post""", one["head"], re.IGNORECASE)
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_form_that_posts_is_protected_and_has_one_effect(path):
    for form in _posting_forms(path):
        assert any(part in form for part in CSRF_PARTS), f"no csrf_token: {form[:150]}"
        needs_key = not any(word in form for word in WITHOUT_KEY)
        assert not needs_key or any(part in form for part in KEY_PARTS), f"no idempotency key: {form[:150]}"


def test_every_exception_still_posts():
    forms = [form for path in TEMPLATES for form in _posting_forms(path)]
    assert [word for word in WITHOUT_KEY if not any(word in form for form in forms)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_cell_of_a_table_stands_under_a_heading(path):
    """As many cells in a row as headings above it; a row whose cells come from a loop is as long as the loop."""
    for table in re.findall(r"<table\b.*?</table>", _without_comments(path), re.DOTALL):
        head, _end, body = table.partition("</thead>")
        row = body.partition("</tr>")[0]
        if "{% for cell" not in row:
            assert len(re.findall(r"<t[hd]\b", row)) == len(re.findall(r"<t[hd]\b", head)), table[:200]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_cell_of_a_table_that_stacks_on_a_telephone_carries_its_heading(path):
    """The first cell names the row; a cell under a hidden heading (its action) speaks for itself."""
    for table in re.findall(r'<table class="stacks">.*?</table>', _without_comments(path), re.DOTALL):
        head, _end, body = table.partition("</thead>")
        headings = re.findall(r"<th\b[^>]*>(.*?)</th>", head, re.DOTALL)
        cells = re.findall(r"<td\b[^>]*>", body.partition("</tr>")[0])
        for heading, cell in list(zip(headings, cells, strict=True))[1:]:
            assert "visually-hidden" in heading or heading.replace('"', "'") in cell, cell


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_page_speaks_through_the_catalogue(path):
    """Chinese stands inside {% translate %}, {% blocktranslate %} or _(…), never bare."""
    text = _without_comments(path)
    text = re.sub(r"\{%-?\s*blocktrans(late)?\b.*?endblocktrans(late)?\s*-?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    bare = re.findall(r"[\u4e00-\u9fff]+", text)
    assert [word for word in bare if word not in BARE] == []


# The seal of the house, the names of languages in themselves.
BARE = {"诚", "简体中文", "中文", "诚研"}
