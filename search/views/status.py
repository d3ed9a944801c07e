"""How far the search follows, for the system administrator: numbers and names of indexes, nothing of any record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from casework.access import check_right
from search.status import state


@require_safe
def status_page(request: HttpRequest) -> HttpResponse:
    check_right(request.user, Permission.KEEP_SEARCH)
    return render(request, "search/status.html", {"state": state()})
