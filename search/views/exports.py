"""Search results as a file, for those who may take them out; each taking is recorded before the file is sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.enums import AccessKind
from casework.events import record_access
from casework.refusals import MoveRefused
from ethics.exports import XLSX
from search.access import audience_of, check_can_export, keyed_hash
from search.backends.base import SearchUnavailable
from search.exports import hits_to_export, results_xlsx
from search.forms import SearchForm


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The present question as an Excel file. One that cannot be asked is explained on the search page."""
    check_can_export(request.user)
    audience, now = audience_of(request.user), timezone.localtime()
    form = SearchForm(audience, request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('search:search')}?q=&{request.GET.urlencode()}")
    try:
        hits = hits_to_export(form.asked, user=request.user, audience=audience, on=now.date())
    except SearchUnavailable as problem:
        raise MoveRefused(_("检索用时过长，没有导出。请增加一个更少见的词，或选定类别、年份。")) from problem
    content = results_xlsx(form.asked, hits, user=request.user, now=now)
    data = {"query": keyed_hash(form.asked.query), "rows": len(hits)}
    record_access(kind=AccessKind.EXPORT, by=request.user, what=f"search:{audience.name.lower()}", data=data)
    response = HttpResponse(content, content_type=XLSX)
    name = content_disposition_header(True, _("检索结果-%(day)s.xlsx") % {"day": now.date()})
    response.headers["Content-Disposition"] = name or "attachment"
    return response
