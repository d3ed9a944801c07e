"""Full-text search of published notices, for everybody: the public index, always on the database, no session, no trace."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.audience import Audience
from search import cursors, presenters
from search.asking import Asked
from search.backends.base import SearchUnavailable
from search.forms import SearchForm
from search.queries import Query
from search.results import find_exact, find_public

NOBODY = 0  # stands for the person in the cursor of a page anybody may turn


@require_safe
def public_search(request: HttpRequest) -> HttpResponse:
    response = render(request, "search/public_search.html", _answer(request))
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _answer(request: HttpRequest) -> dict[str, Any]:
    is_asked = "q" in request.GET
    form = SearchForm(Audience.PUBLIC, request.GET if is_asked else None)
    context: dict[str, Any] = {"form": form, "is_asked": is_asked, "is_first": True}
    if not is_asked or not form.is_valid():
        return context
    asked = form.asked
    context |= {"chips": presenters.chips(asked), "other_words": presenters.other_words(asked)}
    context["is_dated"] = asked.typed_period is not None
    try:
        query = asked.query.from_order(_place(request, asked.query))
    except cursors.CursorRefused:
        query = asked.query
        context["notice"] = _("翻页链接已失效，已从第一页重新检索。")
    context["is_first"] = query.after is None
    try:
        context |= _page(asked, query)
    except SearchUnavailable:
        context["notice"] = _("检索用时过长，已停止。请增加一个更少见的词，或选定年份。")
    return context


def _place(request: HttpRequest, query: Query) -> int | None:
    cursor = request.GET.get("after")
    return cursors.read(cursor, query, user_pk=NOBODY, audience=Audience.PUBLIC) if cursor else None


def _page(asked: Asked, query: Query) -> dict[str, Any]:
    on = timezone.localdate()
    found = find_public(query, on=on)
    is_numbered = query.after is None and bool(asked.words)
    exact = find_exact(asked.text, user=None, audience=Audience.PUBLIC, on=on) if is_numbered else ()
    known = {hit.card.url for hit in exact}
    is_empty = not found.hits and not exact
    more = found.last_order
    return {
        "answered": True,
        "exact": exact,
        "years": presenters.by_year([hit for hit in found.hits if hit.card.url not in known]),
        "total": presenters.public_total(found.totals),
        "facets": [] if is_empty else presenters.public_years(asked, found.totals),
        "next_cursor": cursors.make(query, user_pk=NOBODY, audience=Audience.PUBLIC, last_order=more) if more else "",
        "is_empty": is_empty,
        "tried": asked.words.split(),
        "ways_out": presenters.ways_out(asked) if is_empty else [],
    }
