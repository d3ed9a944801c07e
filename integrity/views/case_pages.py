"""What stands behind a case: changes, who can see it and why, its files."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.forms.fields import contents
from casework.idempotency import once
from casework.presenters import file_rows, history_rows, who_could_see
from casework.views.forms import attempt
from integrity import access
from integrity.actions import cases
from integrity.forms.cases import CaseFilesForm, ViewersDayForm
from integrity.models import Case
from integrity.presenters.case_records import access_rows, exclude_step, records_of
from integrity.views.cases import form_page, handles, read_case


@require_safe
def case_history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every change of every field of the case and what hangs on it."""
    case = read_case(request, reference, "history")
    return render(request, "integrity/case_history.html", {"case": case, "rows": history_rows(records_of(case))})


@require_safe
def case_who(request: HttpRequest, reference: str) -> HttpResponse:
    """Who can see the case today, or could on a day named by ?on=, and why; and who has looked."""
    case = read_case(request, reference, "who")
    form = ViewersDayForm(request.GET or None)
    today = timezone.localdate()
    on = (form.cleaned_data.get("on") or today) if form.is_valid() else today
    context = {
        "case": case,
        "form": form,
        "on": on,
        "viewers": who_could_see(case.dossier, on),
        "readings": access_rows(case),
        "exclude": exclude_step(case, request.user),
    }
    return render(request, "integrity/case_who.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def case_files(request: HttpRequest, reference: str) -> HttpResponse:
    """The files of the case; the handler adds evidence."""
    if request.method == "POST":
        case = access.get_case_for(request.user, reference)
        access.check_can_handle_case(request.user, case)
    else:
        case = read_case(request, reference, "files")
    is_mine = handles(request, case)
    form = CaseFilesForm(request.POST or None, request.FILES or None) if is_mine else None
    if form is not None and request.method == "POST" and form.is_valid():
        done, count = attempt(form, _add_files, case=case, filled=form, request=request)
        if done:
            said = ngettext("已增加 %(n)s 份材料。", "已增加 %(n)s 份材料。", count) % {"n": count}
            messages.success(request, said)
            return redirect("integrity:case-files", reference=reference)
    attachments = case.dossier.attachments.order_by("-pk")
    files = file_rows(attachments, lambda row: reverse("casework:attachment-download", args=[row.pk]))
    return form_page(request, "integrity/case_files.html", form, case=case, files=files)


def _add_files(*, case: Case, filled: CaseFilesForm, request: HttpRequest) -> int:
    count = 0
    for name, content in contents(filled.cleaned_data["files"]):
        cases.add_file(case=case, name=name, content=content, kind=filled.cleaned_data["kind"], by=request.user)
        count += 1
    return count
