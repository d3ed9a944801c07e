"""Upload of committees with members: a dry run with every fault by row, then the import."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.idempotency import once
from casework.views.forms import attempt
from ethics.access import check_may_enter
from ethics.actions import imports
from ethics.exports import XLSX
from ethics.forms.register import ImportForm
from ethics.import_files import read_file, template_xlsx


@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: HttpRequest) -> HttpResponse:
    """Check a file without writing anything; with the tick, import it. One fault and nothing is imported."""
    check_may_enter(request.user)
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        done, read = attempt(form, read_file, name=file.name, content=file.read())
        if done:
            lines, errors = read
            dry_run = not form.cleaned_data["confirm"]
            report = imports.import_committees(lines=lines, errors=errors, by=request.user, dry_run=dry_run)
            if not report.errors and not dry_run:
                count = report.made
                said = ngettext("已导入 %(n)s 名委员。", "已导入 %(n)s 名委员。", count) % {"n": count}
                messages.success(request, said)
                return redirect("ethics:ledger")
    status = 422 if form.errors or (report and report.errors) else 200
    return render(request, "ethics/committee_import.html", {"form": form, "report": report}, status=status)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty Excel template."""
    check_may_enter(request.user)
    response = HttpResponse(template_xlsx(), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, "委员会和委员.xlsx")
    return response
