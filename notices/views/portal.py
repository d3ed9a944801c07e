"""The public side: portal, list, one notice, feeds. Reads PublicNotice and nothing else; needs no session."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.paging import page
from notices import feeds, public_rows

PAGE_SIZE = 20


@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """The front page of the house: the newest notices, the way to report, the way back with a receipt."""
    return render(request, "notices/portal.html", {"notices": public_rows.latest(timezone.localdate())})


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    question = public_rows.question_of(request.GET)
    found = page(public_rows.answers(question, on), request, size=PAGE_SIZE)
    context = {"page": found, "question": question, **public_rows.choices(on)}
    return render(request, "notices/public_list.html", context)


@require_safe
def public_detail(request: HttpRequest, number: str) -> HttpResponse:
    """The notice; 410 with the explanation once it was withdrawn or ran out; 404 for a number that never was."""
    found = public_rows.find(number, timezone.localdate())
    if found.notice is None and found.gone is None:
        raise Http404
    if found.notice is None:
        response = render(request, "notices/gone.html", {"gone": found.gone}, status=410)
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
        return response
    context = {"notice": found.notice, "groups": public_rows.entry_groups(found.notice)}
    response = render(request, "notices/public_detail.html", context)
    if not found.notice.allow_indexing:
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@require_safe
def feed_atom(request: HttpRequest) -> HttpResponse:
    document = feeds.atom(feeds.entries(timezone.localdate()), feeds.changed_at())
    return HttpResponse(document, content_type="application/atom+xml; charset=utf-8")


@require_safe
def feed_json(request: HttpRequest) -> HttpResponse:
    document = feeds.json_feed(feeds.entries(timezone.localdate()))
    return JsonResponse(document, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})
