"""Rows of the permission table: searching, suggestions, results as a file, saved searches, the public side.

The saved search of these rows belongs to the intake officer; nobody else's exists for anybody.
"""

from __future__ import annotations

from tests.architecture.permission_words import (
    CASE,
    REFUSED,
    SEARCHERS,
    Page,
    page,
    public,
    rule,
    without,
)

OTHERS = without(SEARCHERS, "intake")


def _own(name: str, **kwargs: str) -> Page:
    both = rule(REFUSED, ok="intake", hidden=OTHERS)
    return Page(f"search:saved-{name}", {"GET": both, "POST": both}, kwargs)


def _own_button(name: str, **kwargs: str) -> Page:
    return Page(f"search:saved-{name}", {"POST": rule(REFUSED, ok="intake", hidden=OTHERS)}, kwargs)


PAGES = [
    page("search:search", SEARCHERS, otherwise=REFUSED),
    page("search:suggest", SEARCHERS, otherwise=REFUSED),
    Page(
        "search:similar",
        {"GET": rule(REFUSED, ok=CASE, hidden=without(SEARCHERS, CASE))},
        {"kind": "word:case", "pk": "case_pk"},
    ),
    # Without a question the way leads back to the search page, which asks for one.
    Page("search:export", {"GET": rule(REFUSED, moved="head ethics")}),
    page("search:status", "sysadmin", otherwise=REFUSED),
    page("search:saved-list", SEARCHERS, otherwise=REFUSED),
    Page("search:saved-add", {"GET": rule(REFUSED, moved=SEARCHERS), "POST": rule(REFUSED, ok=SEARCHERS)}),
    _own("rename", pk="saved_search"),
    _own_button("alert", pk="saved_search"),
    _own_button("open", pk="saved_search"),
    _own_button("remove", pk="saved_search"),
    public("search_public:notices"),
]
