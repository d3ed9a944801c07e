"""The reporter's side: the report form, the receipt, and coming back with it. No login, no trace of who it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.actors import REPORTER
from casework.enums import AccessKind, AttachmentKind
from casework.events import record_access
from casework.forms.fields import contents
from casework.idempotency import once
from casework.models import Attachment
from casework.views.forms import attempt
from integrity import slips
from integrity.actions import leads, vault
from integrity.actions import messages as talk
from integrity.enums import ReportMode
from integrity.forms.leads import ReportForm
from integrity.models import Lead
from integrity.presenters import leads as rows
from integrity.receipts import lead_of_receipt
from notices import throttle, visits
from notices.forms.report import AddNameForm, MoreFilesForm, ReceiptForm, ReplyForm


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@visits.as_visitor
def report(request: HttpRequest) -> HttpResponse:
    """File a report. Counted per place and hour, without keeping the place."""
    now, place = timezone.now(), throttle.place_of(request)
    if request.method == "POST" and throttle.is_over("report", place, limit=throttle.REPORTS_PER_HOUR, now=now):
        form = ReportForm(request.POST)
        form.add_error(None, _("一小时内从这里提交的举报过多。请过一小时再提交，内容请先自行保存。"))
        return _report_page(request, form, status=429)
    response = _report(request)
    if isinstance(response, HttpResponseRedirect):
        throttle.count("report", place, now=now)
    return slips.into_cookie(response, path=visits.PATH)


@once
def _report(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done, result = attempt(
            form,
            leads.submit,
            mode=form.cleaned_data["mode"],
            answers=form.answers(),
            identity=form.identity(),
            files=contents(form.cleaned_data["files"]),
        )
        if done:
            lead, receipt = result
            return slips.leading_to("notices:report-receipt", lead=lead, receipt=receipt)
    return _report_page(request, form, status=422 if form.errors else 200)


def _report_page(request: HttpRequest, form: ReportForm, *, status: int) -> HttpResponse:
    return render(request, "notices/report_form.html", {"form": form, "files_lost": bool(request.FILES)}, status=status)


@require_safe
@visits.as_visitor
def report_receipt(request: HttpRequest) -> HttpResponse:
    """The receipt, for ten minutes in the browser that filed the report."""
    slip = slips.of_browser(request, timezone.now())
    if slip is None:
        return render(request, "notices/report_receipt_gone.html", status=404)
    return render(request, "notices/report_receipt.html", {"slip": slip})


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@visits.as_visitor
def report_return(request: HttpRequest) -> HttpResponse:
    """Enter the receipt. Wrong, unknown and malformed get one sentence and the same work; too many wrong ones wait."""
    now, place = timezone.now(), throttle.place_of(request)
    form = ReceiptForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _return_page(request, form, status=422 if form.errors else 200)
    if throttle.is_over("receipt", place, limit=throttle.WRONG_RECEIPTS_PER_HOUR, now=now):
        form.add_error(None, _("一小时内输错的次数过多。请过一小时再试。"))
        return _return_page(request, form, status=429)
    response = _enter(request, form, now)
    if not isinstance(response, HttpResponseRedirect):
        throttle.count("receipt", place, now=now)
    return response


def _enter(request: HttpRequest, form: ReceiptForm, now: dt.datetime) -> HttpResponse:
    lead = lead_of_receipt(form.cleaned_data["receipt"])
    if lead is None:
        form.add_error("receipt", _("没有找到这个回执。请核对 16 位数字后再试。"))
        return _return_page(request, form, status=422)
    return visits.begin(_record_return(request, lead), lead, now)


@once
def _record_return(request: HttpRequest, lead: Lead) -> HttpResponse:
    talk.record_return(lead=lead)
    return redirect("notices:report-case")


def _return_page(request: HttpRequest, form: ReceiptForm, *, status: int) -> HttpResponse:
    return render(request, "notices/report_return.html", {"form": form}, status=status)


@require_safe
@visits.as_visitor
def report_case(request: HttpRequest) -> HttpResponse:
    """Where the report stands, the talk, the files, every opening of the identity."""
    now = timezone.now()
    lead = visits.lead_of(request, now)
    if lead is None:
        return _ask_again(request)
    record_access(kind=AccessKind.READ, by=REPORTER, what=f"lead:{lead.pk}", dossier=lead.dossier)
    return _case_page(request, lead)


@sensitive_variables()
@sensitive_post_parameters()
@require_POST
@visits.as_visitor
@once
def report_message(request: HttpRequest) -> HttpResponse:
    """Answer the office, with files if there are any."""
    now = timezone.now()
    lead = visits.lead_of(request, now)
    if lead is None:
        return _ask_again(request)
    form = ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        files = contents(form.cleaned_data["files"])
        done, _message = attempt(form, talk.reply, lead=lead, body=form.cleaned_data["body"], files=files)
        if done:
            messages.success(request, _("已收到您的补充。"))
            return visits.begin(redirect("notices:report-case"), lead, now)
    return _case_page(request, lead, problems=form, reply_form=form)


@sensitive_variables()
@sensitive_post_parameters()
@require_POST
@visits.as_visitor
@once
def report_files(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    lead = visits.lead_of(request, now)
    if lead is None:
        return _ask_again(request)
    form = MoreFilesForm(request.POST, request.FILES, auto_id="more_%s")
    if form.is_valid():
        done, _kept = attempt(form, talk.add_files, lead=lead, files=contents(form.cleaned_data["files"]))
        if done:
            messages.success(request, _("已收到您的材料。"))
            return visits.begin(redirect("notices:report-case"), lead, now)
    return _case_page(request, lead, problems=form, files_form=form)


@sensitive_variables()
@sensitive_post_parameters()
@require_POST
@visits.as_visitor
@once
def report_name(request: HttpRequest) -> HttpResponse:
    """Leave a name after all: one way, sealed at once."""
    now = timezone.now()
    lead = visits.lead_of(request, now)
    if lead is None:
        return _ask_again(request)
    form = AddNameForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        mode = values.pop("mode")
        done, _lead = attempt(form, vault.add_name, lead=lead, mode=mode, identity=values, by=REPORTER)
        if done:
            messages.success(request, _("您的身份已加密封存。"))
            return visits.begin(redirect("notices:report-case"), lead, now)
    return _case_page(request, lead, problems=form, name_form=form)


@require_POST
@visits.as_visitor
def report_leave(request: HttpRequest) -> HttpResponse:
    """Forget this visit on this computer. Sending it twice is the same, so it needs no key."""
    messages.success(request, _("已离开，这台电脑上不再保留这次查看。"))
    return visits.end(slips.forget(redirect("notices:report-return"), path=visits.PATH))


def _ask_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("请输入回执后查看。离开半小时以上需要重新输入。"))
    return redirect("notices:report-return")


def _case_page(request: HttpRequest, lead: Lead, *, problems: Form | None = None, **forms: Any) -> HttpResponse:
    # What the office added itself is its own paper.
    attachments = Attachment.objects.filter(dossier=lead.dossier, kind=AttachmentKind.REPORT).order_by("pk")
    context = {
        "lead": lead,
        "progress": rows.progress_words(lead),
        "term": rows.acceptance_term(lead),
        "answers": rows.answers_of(lead),
        "talk": rows.message_rows(lead),
        "files": rows.file_rows(attachments, with_links=False),
        "openings": rows.opening_rows(lead),
        "can_add_name": lead.mode == ReportMode.ANONYMOUS,
        "problems": problems,
        "files_lost": bool(request.FILES),
        "reply_form": ReplyForm(),
        "files_form": MoreFilesForm(auto_id="more_%s"),
        "name_form": AddNameForm(),
    }
    response = render(request, "notices/report_case.html", context | forms, status=422 if problems else 200)
    return visits.begin(response, lead, timezone.now())
