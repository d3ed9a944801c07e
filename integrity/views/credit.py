"""Pages of credit records: the list, one record, and the credit check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.people import may
from accounts.permissions import Permission
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from casework.views.forms import attempt
from integrity import access
from integrity.actions import credit
from integrity.forms.credit import CreditCheckForm, CreditFilterForm
from integrity.models import CreditRecord
from integrity.presenters import credit as shown
from integrity.subjects import visible_subjects


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """The records this person may see, newest first."""
    form = CreditFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    visible = CreditRecord.objects.visible_to(request.user).matching(chosen.get("status", ""), chosen.get("q", ""))
    rows = page(shown.with_places(visible), request)
    context = {
        "form": form,
        "rows": [shown.record_row(record) for record in rows.rows],
        "page": rows,
        "may_check": may(request.user, Permission.CHECK_CREDIT),
        "may_import": may(request.user, Permission.IMPORT_DECISIONS),
    }
    return render(request, "integrity/credit_record_list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One record. Reading it is recorded."""
    record = access.get_credit_record_for(request.user, pk)
    record_access(kind=AccessKind.READ, by=request.user, what=f"credit:{pk}", dossier=record.decision.case.dossier)
    context = {"record": record, **shown.detail_context(record, request.user)}
    return render(request, "integrity/credit_record_detail.html", context)


@require_http_methods(["GET", "POST"])
@once
def check(request: HttpRequest) -> HttpResponse:
    """Ask; the answer has a page and a number of its own. Each question is kept, also the same one asked again."""
    access.check_can_check_credit(request.user)
    subjects = visible_subjects(request.user) if may(request.user, Permission.SEE_CREDIT_RECORDS) else None
    form = CreditCheckForm(request.POST or None, subjects=subjects, initial={"as_of": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done, kept = attempt(form, credit.check_credit, by=request.user, **form.cleaned_data)
        if done:
            return HttpResponseRedirect(kept.get_absolute_url())
    return render(request, "integrity/credit_check.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of a check this person asked, or reads as an auditor."""
    kept = access.get_credit_check_for(request.user, pk)
    context = shown.answer_context(kept, request.user)
    return render(request, "integrity/credit_check_answer.html", context)
