"""The search pages. Staff search the internal index, partners the shared one; which page follows from the role."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.audience import Audience
from casework.enums import AccessKind
from casework.events import record_access
from search import cursors, presenters
from search.access import audience_of, check_can_search, keyed_hash
from search.asking import Asked, understand
from search.backends.base import SearchUnavailable
from search.forms import SearchForm
from search.queries import Query, QueryError
from search.results import Found, find, find_exact, find_uncounted

FEWEST_LETTERS = 2
MOST_SUGGESTIONS = 8


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    check_can_search(request.user)
    is_partner = audience_of(request.user) == Audience.PARTNER
    return partner_search(request) if is_partner else staff_search(request)


def staff_search(request: HttpRequest) -> HttpResponse:
    """Everything this officer may see, from the internal index."""
    return render(request, "search/staff_search.html", _answer(request, Audience.INTERNAL))


def partner_search(request: HttpRequest) -> HttpResponse:
    """What was shared with this member's department, from the shared index."""
    return render(request, "search/partner_search.html", _answer(request, Audience.PARTNER))


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Numbers and titles of the newest hits for what stands in the box so far, through the same door as the page."""
    check_can_search(request.user)
    rows: list[dict[str, str]] = []
    text = request.GET.get("q", "").strip()
    if len(text) >= FEWEST_LETTERS:
        try:
            rows = _suggestions(request.user, understand(text))
        except (QueryError, SearchUnavailable):
            rows = []
    return JsonResponse({"suggestions": rows})


def _suggestions(user: User, asked: Asked) -> list[dict[str, str]]:
    audience = audience_of(user)
    query = asked.query.from_order(None, MOST_SUGGESTIONS)
    hits = find_uncounted(query, user=user, audience=audience, on=timezone.localdate()).hits
    _note(user, query, audience, len(hits), is_suggestion=True)
    return [{"value": hit.card.reference or hit.card.title[:40], "label": hit.card.title} for hit in hits]


def _answer(request: HttpRequest, audience: Audience) -> dict[str, Any]:
    context: dict[str, Any] = {"form": SearchForm(audience), "is_asked": "q" in request.GET, "is_first": True}
    if not context["is_asked"]:
        return context
    form = context["form"] = SearchForm(audience, request.GET)
    if not form.is_valid():
        return context
    asked = form.asked
    context |= {
        "chips": presenters.chips(asked),
        "is_dated": asked.typed_period is not None,
        "other_words": presenters.other_words(asked),
    }
    try:
        query = asked.query.from_order(_place(request, asked.query, audience))
    except cursors.CursorRefused:
        query = asked.query
        context["notice"] = _("翻页链接已失效，已从第一页重新检索。")
    context["is_first"] = query.after is None
    try:
        context |= _page(request.user, asked, query, audience)
    except SearchUnavailable:
        context["notice"] = _("检索用时过长，已停止。请增加一个更少见的词，或选定类别、年份。")
    return context


def _place(request: HttpRequest, query: Query, audience: Audience) -> int | None:
    cursor = request.GET.get("after")
    return cursors.read(cursor, query, user_pk=request.user.pk, audience=audience) if cursor else None


def _page(user: User, asked: Asked, query: Query, audience: Audience) -> dict[str, Any]:
    on = timezone.localdate()
    found = find(query, user=user, audience=audience, on=on)
    is_numbered = query.after is None and bool(asked.words)
    exact = find_exact(asked.text, user=user, audience=audience, on=on) if is_numbered else ()
    shown = len(found.hits) + len(exact)
    _note(user, query, audience, shown, is_first_page=query.after is None)
    known = {hit.card.url for hit in exact}
    return {
        "answered": True,
        "is_degraded": found.is_degraded,
        "exact": exact,
        "years": presenters.by_year([hit for hit in found.hits if hit.card.url not in known]),
        "total": presenters.total_sentence(found.totals),
        "facets": presenters.facets(asked, found.totals, audience) if shown else [],
        "next_cursor": _next_cursor(found, query, user, audience),
        "is_empty": not shown,
        "tried": asked.words.split(),
        "ways_out": presenters.ways_out(asked) if not shown else [],
        "question": presenters.address(asked),
        "may_export": may(user, Permission.EXPORT_SEARCH),
    }


def _note(user: User, query: Query, audience: Audience, shown: int, **more: bool) -> None:
    """Written down before anything is shown; if it cannot be, nothing is."""
    record_access(
        kind=AccessKind.SEARCH,
        by=user,
        what=f"search:{audience.name.lower()}",
        data={"query": keyed_hash(query), "shown": shown, **more},
    )


def _next_cursor(found: Found, query: Query, user: User, audience: Audience) -> str:
    if found.last_order is None:
        return ""
    return cursors.make(query, user_pk=user.pk, audience=audience, last_order=found.last_order)
