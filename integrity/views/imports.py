"""Upload of past decisions: a dry run with every fault by row, then the import."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from casework.idempotency import once
from casework.views.forms import attempt
from integrity import access
from integrity.actions import imports
from integrity.forms.credit import ImportForm
from integrity.import_files import read_file, template_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@once
def upload(request: HttpRequest) -> HttpResponse:
    """Check a file without writing anything; with the tick, import it. One fault and nothing is imported."""
    access.check_can_import_decisions(request.user)
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        done, read = attempt(form, read_file, name=file.name, content=file.read())
        if done:
            lines, errors = read
            dry_run = not form.cleaned_data["confirm"]
            report = imports.import_decisions(lines=lines, errors=errors, by=request.user, dry_run=dry_run)
            if not report.errors and not dry_run:
                count = len(report.made)
                messages.success(request, ngettext("已导入 %(n)s 条。", "已导入 %(n)s 条。", count) % {"n": count})
                return HttpResponseRedirect(reverse("integrity:decision-import"))
    status = 422 if form.errors or (report and report.errors) else 200
    return render(request, "integrity/decision_import.html", {"form": form, "report": report}, status=status)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty Excel template."""
    access.check_can_import_decisions(request.user)
    response = HttpResponse(template_xlsx(), content_type=XLSX)
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%8E%86%E5%8F%B2%E5%86%B3%E5%AE%9A.xlsx"
    return response
