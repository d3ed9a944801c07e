"""Records that may be about the same matter as one the reader looks at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.enums import AccessKind
from casework.events import record_access
from search.access import audience_of, check_can_search, keyed_hash
from search.backends.base import SearchUnavailable
from search.similar import compare


@require_safe
def similar_page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    check_can_search(request.user)
    audience = audience_of(request.user)
    context: dict[str, Any] = {}
    try:
        compared = compare(kind, pk, user=request.user, audience=audience, on=timezone.localdate())
    except SearchUnavailable:
        context["notice"] = _("检索用时过长，已停止。请稍后再试。")
    else:
        record_access(
            kind=AccessKind.SEARCH,
            by=request.user,
            what=f"search:{audience.name.lower()}",
            data={"query": keyed_hash(compared.query), "shown": len(compared.found), "like": f"{kind}:{pk}"},
        )
        context["compared"] = compared
    return render(request, "search/similar.html", context)
