"""The search pages. Staff search the internal index, partners the shared one; which page follows from the role."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.access import check_right
from casework.audience import Audience
from casework.enums import AccessKind
from casework.events import record_access
from search import cursors, registry
from search.backends.base import SearchUnavailable, Totals
from search.forms import SearchForm
from search.queries import TOTAL_CAP, Query
from search.results import Found, Hit, find, find_exact


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    check_right(request.user, Permission.SEARCH_STAFF)
    return partner_search(request) if reads_as_partner(request.user) else staff_search(request)


def staff_search(request: HttpRequest) -> HttpResponse:
    """Everything this officer may see, from the internal index."""
    return render(request, "search/staff_search.html", _answer(request, Audience.INTERNAL))


def partner_search(request: HttpRequest) -> HttpResponse:
    """What was shared with this member's department, from the shared index."""
    return render(request, "search/partner_search.html", _answer(request, Audience.PARTNER))


def reads_as_partner(user: User) -> bool:
    """A person whose only role is member of the joint meeting reads what was shared, nothing else."""
    return standing(user).roles == {Role.MEMBER}


def _answer(request: HttpRequest, audience: Audience) -> dict[str, Any]:
    context: dict[str, Any] = {"form": SearchForm(audience), "is_asked": "q" in request.GET, "is_first": True}
    if not context["is_asked"]:
        return context
    form = context["form"] = SearchForm(audience, request.GET)
    if not form.is_valid():
        return context
    query = form.query
    try:
        query = query.from_order(_place(request, query, audience))
    except cursors.CursorRefused:
        context["notice"] = _("翻页链接已失效，已从第一页重新检索。")
    context["is_first"] = query.after is None
    try:
        context |= _page(request.user, request.GET.get("q", ""), query, audience)
    except SearchUnavailable:
        context["notice"] = _("检索用时过长，已停止。请增加一个更少见的词，或选定类别、年份。")
    return context


def _place(request: HttpRequest, query: Query, audience: Audience) -> int | None:
    cursor = request.GET.get("after")
    return cursors.read(cursor, query, user_pk=request.user.pk, audience=audience) if cursor else None


def _page(user: User, text: str, query: Query, audience: Audience) -> dict[str, Any]:
    on = timezone.localdate()
    found = find(query, user=user, audience=audience, on=on)
    exact = find_exact(text, user=user, audience=audience, on=on) if query.after is None else ()
    shown = len(found.hits) + len(exact)
    record_access(
        kind=AccessKind.SEARCH,
        by=user,
        what=f"search:{audience.name.lower()}",
        data={"query": _keyed_hash(query), "shown": shown, "is_first_page": query.after is None},
    )
    known = {hit.card.url for hit in exact}
    hits = [hit for hit in found.hits if hit.card.url not in known]
    return {
        "answered": True,
        "exact": exact,
        "years": _by_year(hits),
        "total": _total(found.totals),
        "kinds": _kinds(found.totals, query, audience),
        "next_cursor": _next_cursor(found, query, user, audience),
        "is_empty": not shown,
    }


def _keyed_hash(query: Query) -> str:
    """Hash for the access log: the same query gives the same hash, and nobody reads a name out of it by trying."""
    return salted_hmac("search.query", query.fingerprint).hexdigest()[:32]


def _by_year(hits: list[Hit]) -> list[tuple[int, list[Hit]]]:
    return [(year, list(group)) for year, group in groupby(hits, key=lambda hit: hit.day.year)]


def _total(totals: Totals | None) -> str:
    if totals is None:
        return _("结果正在更新，暂不显示总数。")
    if totals.is_capped:
        return _("共 %(cap)s 条以上") % {"cap": f"{TOTAL_CAP:,}"}
    return _("共 %(count)s 条") % {"count": totals.count}


def _kinds(totals: Totals | None, query: Query, audience: Audience) -> list[Mapping[str, Any]]:
    """Counts per kind, only of kinds this person has hits in, and only while nothing narrows the kind."""
    if totals is None or query.kind:
        return []
    labels = {document.kind: document.label for document in registry.documents_of(audience)}
    return [
        {"kind": kind, "label": labels[kind], "count": totals.by_kind[kind]}
        for kind in labels
        if kind in totals.by_kind
    ]


def _next_cursor(found: Found, query: Query, user: User, audience: Audience) -> str:
    if found.last_order is None:
        return ""
    return cursors.make(query, user_pk=user.pk, audience=audience, last_order=found.last_order)
