"""The calendar of working days: which years are confirmed, entering a holiday notice, what it moved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from casework.access import check_right
from casework.actions.calendar import enter_notice
from casework.forms.calendar import HolidayNoticeForm
from casework.idempotency import once
from casework.presenters.house import calendar_years, entered_notices, moved_deadlines
from casework.views.forms import attempt


@require_http_methods(["GET", "POST"])
@once
def calendar(request: HttpRequest) -> HttpResponse:
    check_right(request.user, Permission.KEEP_CALENDAR)
    on = timezone.localdate()
    form = HolidayNoticeForm(request.POST or None, initial={"year": on.year + 1})
    if request.method == "POST" and form.is_valid():
        done, moved = attempt(form, enter_notice, by=request.user, **form.cleaned_data)
        if done:
            sentence = ngettext(
                "已录入，%(count)s 项期限的日期有变动。", "已录入，%(count)s 项期限的日期有变动。", len(moved)
            )
            messages.success(request, sentence % {"count": len(moved)})
            notice = urlencode({"notice": form.cleaned_data["notice_no"].strip()})
            return HttpResponseRedirect(f"{reverse('casework:calendar')}?{notice}")
    notice_no = request.GET.get("notice", "")[:80]
    context = {
        "form": form,
        "years": calendar_years(on),
        "notices": entered_notices(),
        "notice_no": notice_no,
        "moved": moved_deadlines(request.user, notice_no) if notice_no else [],
    }
    return render(request, "casework/calendar.html", context, status=422 if form.errors else 200)
