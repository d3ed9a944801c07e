"""Leads for staff: list, entry, one page per lead, one address per step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.enums import AccessKind
from casework.events import record_access
from casework.forms.fields import contents
from casework.idempotency import once
from casework.models import Attachment, Deadline
from casework.paging import page
from casework.presenters import clock_cards, timeline, who_can_see
from casework.views.forms import attempt
from integrity import access, slips
from integrity.actions import duplicates, leads
from integrity.actions import messages as talk
from integrity.enums import LeadChannel, LeadStatus
from integrity.forms.cases import CaseFilesForm
from integrity.forms.leads import (
    AcceptForm,
    AssignLeadForm,
    DuplicateForm,
    EnterLeadForm,
    MessageForm,
    ReasonForm,
    RefusalForm,
    SummaryForm,
    TransferForm,
)
from integrity.models import Lead
from integrity.presenters import leads as rows
from integrity.rule_books import book_of, current_rule_set


@require_safe
def lead_list(request: HttpRequest) -> HttpResponse:
    """Newest first; filtered by status and channel."""
    visible = Lead.objects.visible_to(request.user).select_related("dossier")
    status, channel = request.GET.get("status", ""), request.GET.get("channel", "")
    if status in LeadStatus.values:
        visible = visible.filter(status=status)
    if channel in LeadChannel.values:
        visible = visible.filter(channel=channel)
    shown = page(visible, request)
    clocks = Deadline.objects.running().filter(dossier__in=[lead.dossier_id for lead in shown.rows])
    context = {
        "rows": rows.list_rows(shown.rows, clocks, timezone.localdate()),
        "page": shown,
        "statuses": LeadStatus.choices,
        "channels": LeadChannel.choices,
        "status": status,
        "channel": channel,
        "may_enter": may(request.user, Permission.TAKE_IN_LEADS),
    }
    return render(request, "integrity/lead_list.html", context)


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def lead_enter(request: HttpRequest) -> HttpResponse:
    """Write down a clue that came by another way than the public form; a receipt, when wanted, is shown on the next page."""
    return slips.into_cookie(_lead_enter(request), path="/leads/")


@once
def _lead_enter(request: HttpRequest) -> HttpResponse:
    access.check_can_enter_lead(request.user)
    form = EnterLeadForm(request.POST or None, request.FILES or None, initial={"received_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done, result = attempt(
            form,
            leads.enter,
            answers=form.answers(),
            identity=form.identity(),
            files=contents(form.cleaned_data["files"]),
            by=request.user,
            **form.source(),
        )
        if done:
            lead, receipt = result
            messages.success(request, _("已登记 %(reference)s。") % {"reference": lead})
            if receipt:
                return slips.leading_to("integrity:lead-receipt", lead.dossier.reference, lead=lead, receipt=receipt)
            return redirect(lead)
    context = {"form": form, "files_lost": request.method == "POST"}
    return render(request, "integrity/lead_enter.html", context, status=422 if form.errors else 200)


@require_safe
def lead_receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt to hand to the reporter, for ten minutes after the entry and in this browser only."""
    lead = access.get_lead_for(request.user, reference)
    slip = slips.of_browser(request, timezone.now())
    if slip is None or slip.lead_id != lead.pk:
        messages.info(request, _("回执只在登记后短时间内显示，现在不能再看。"))
        return redirect(lead)
    return render(request, "integrity/lead_receipt.html", {"lead": lead, "slip": slip})


@require_safe
def lead_detail(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=f"lead:{lead.pk}", dossier=lead.dossier)
    return _detail_page(request, lead)


def _detail_page(request: HttpRequest, lead: Lead, **more: Any) -> HttpResponse:
    user = request.user
    has_identity = hasattr(lead, "vault")
    events = timeline([lead.dossier], words=rows.event_words(lead), own=lead.dossier)
    deadlines = Deadline.objects.running().filter(dossier=lead.dossier).select_related("clause")
    context = {
        "lead": lead,
        "answers": rows.answers_of(lead),
        "files": rows.file_rows(Attachment.objects.filter(dossier=lead.dossier).order_by("pk"), with_links=True),
        "talk": rows.message_rows(lead),
        "links": rows.link_rows(lead, user) if lead.has_links else [],
        "decision": rows.decision_facts(lead),
        "timeline": events,
        "clocks": clock_cards(deadlines, timezone.localdate()),
        "steps": rows.next_steps(lead, user, has_identity=has_identity),
        "has_identity": has_identity,
        "unlocks": rows.unlock_rows(row.event for row in events),
        "summary_form": SummaryForm(initial={"summary": lead.summary}) if may(user, Permission.ASSESS_LEADS) else None,
        "message_form": _message_form(lead, user),
    }
    return render(request, "integrity/lead_detail.html", context | more)


def _message_form(lead: Lead, user: Any) -> MessageForm | None:
    if not lead.receipt_hint or permitted(access.check_can_write_to_reporter, user, lead) is not None:
        return None
    return MessageForm()


def step_page(request: HttpRequest, lead: Lead, form: forms.Form, **words: Any) -> HttpResponse:
    """The page of one step: what it means, its form, the way back."""
    context = {"lead": lead, "form": form, **words}
    return render(request, "integrity/lead_step.html", context, status=422 if form.errors else 200)


@require_safe
def lead_who(request: HttpRequest, reference: str) -> HttpResponse:
    """Who can see this lead and why."""
    lead = access.get_lead_for(request.user, reference)
    context = {
        "lead": lead,
        "who": who_can_see(lead.dossier, timezone.localdate()),
        "exclude": rows.exclude_step(lead, request.user),
    }
    return render(request, "integrity/lead_who.html", context)


@require_http_methods(["GET", "POST"])
@once
def lead_summarise(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = SummaryForm(request.POST or None, initial={"summary": lead.summary})
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.summarise, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("摘要已保存。"))
            return redirect(lead)
    return step_page(request, lead, form, title=_("事由摘要"), submit=_("保存"))


@require_http_methods(["GET", "POST"])
@once
def lead_ask_more(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _message = attempt(form, talk.ask_more, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已请举报人补充，举报人返回查看时会看到。"))
            return redirect(lead)
    intro = _("写清楚还缺什么。举报人凭回执返回时才能看到，受理期限照常计算。")
    return step_page(request, lead, form, title=_("请举报人补充"), intro=intro, submit=_("发出"), article="221-16")


@require_POST
@once
def lead_message(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_write_to_reporter(request.user, lead)
    form = MessageForm(request.POST)
    if form.is_valid():
        done, _message = attempt(form, talk.write, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("消息已发出，举报人返回查看时会看到。"))
            return redirect(lead)
    return step_page(request, lead, form, title=_("给举报人写消息"), submit=_("发出"))


@require_http_methods(["GET", "POST"])
@once
def lead_add_files(request: HttpRequest, reference: str) -> HttpResponse:
    """Material that reached the office by another way: a letter, a printed record."""
    lead = access.get_lead_for(request.user, reference)
    access.check_can_add_to_lead(request.user, lead)
    form = CaseFilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = {"kind": form.cleaned_data["kind"], "files": contents(form.cleaned_data["files"])}
        done, kept = attempt(form, talk.file_papers, lead=lead, by=request.user, **values)
        if done:
            said = ngettext("已增加 %(n)s 份材料。", "已增加 %(n)s 份材料。", len(kept)) % {"n": len(kept)}
            messages.success(request, said)
            return redirect(lead)
    intro = _("举报人看不到这里增加的材料。文件名和文件属性里不能有举报人的姓名。")
    words = {"title": _("增加材料"), "intro": intro, "submit": _("增加材料")}
    return step_page(request, lead, form, files_lost=bool(request.FILES), **words)


@require_http_methods(["GET", "POST"])
@once
def lead_accept(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = AcceptForm(book_of(current_rule_set(leads.RULES)), request.POST or None, initial={"ticks": lead.ticks})
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.accept, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已受理。"))
            return redirect(lead)
    intro = _("逐项核对举报内容。受理后由承办人立案。")
    return step_page(request, lead, form, title=_("受理"), intro=intro, submit=_("受理"), article="221-14")


@require_http_methods(["GET", "POST"])
@once
def lead_assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand an accepted lead to an officer, who opens the case."""
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = AssignLeadForm(request.POST or None, initial={"handler": lead.dossier.handler_id})
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.assign, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已交给%(name)s办理。") % {"name": lead.dossier.handler})
            return redirect(lead)
    intro = _("由承办人立案。原承办人不再能看到这条线索。")
    return step_page(request, lead, form, title=_("分派承办人"), intro=intro, submit=_("分派"))


@require_http_methods(["GET", "POST"])
@once
def lead_propose_refusal(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = RefusalForm(book_of(current_rule_set(leads.RULES)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.propose_refusal, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已提出，等科室负责人确认。"))
            return redirect(lead)
    intro = _("不予受理由科室负责人确认后生效。")
    return step_page(request, lead, form, title=_("提出不予受理"), intro=intro, submit=_("提出"), article="221-15")


@require_http_methods(["GET", "POST"])
@once
def lead_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_refuse_lead(request.user, lead)
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.refuse, lead=lead, by=request.user)
        if done:
            messages.success(request, _("已确认不予受理。"))
            return redirect(lead)
    facts = rows.decision_facts(lead)
    words = {"title": _("确认不予受理"), "submit": _("确认不予受理"), "article": "221-15", "danger": True}
    return step_page(request, lead, form, facts=facts, **words)


@require_http_methods(["GET", "POST"])
@once
def lead_send_back(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_refuse_lead(request.user, lead)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.send_back, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已退回受理人员重新研究。"))
            return redirect(lead)
    facts = rows.decision_facts(lead)
    return step_page(request, lead, form, facts=facts, title=_("退回重新研究"), submit=_("退回"))


@require_http_methods(["GET", "POST"])
@once
def lead_transfer(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = TransferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, leads.transfer, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已登记转送。"))
            return redirect(lead)
    intro = _("不得转给被举报人或者被举报单位，也不得附上能认出举报人的材料。")
    return step_page(request, lead, form, title=_("转送其他单位"), intro=intro, submit=_("转送"), article="221-16")


@require_http_methods(["GET", "POST"])
@once
def lead_mark_duplicate(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = DuplicateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["original"]
        original = Lead.objects.visible_to(request.user).with_reference(typed)
        if original is None:
            form.add_error("original", _("没有这个编号的线索。"))
        else:
            reason = form.cleaned_data["reason"]
            done, _link = attempt(form, duplicates.mark, lead=lead, original=original, reason=reason, by=request.user)
            if done:
                messages.success(request, _("已标记为重复，可以随时撤销。"))
                return redirect(lead)
    intro = _("只建立关联，材料、消息和权限都不移动，可以随时撤销。")
    return step_page(request, lead, form, title=_("标记为重复"), intro=intro, submit=_("标记"))


@require_http_methods(["GET", "POST"])
@once
def lead_undo_duplicate(request: HttpRequest, reference: str) -> HttpResponse:
    lead = access.get_lead_for(request.user, reference)
    access.check_can_assess_lead(request.user, lead)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _lead = attempt(form, duplicates.undo, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已撤销重复标记，状态和期限恢复原样。"))
            return redirect(lead)
    return step_page(request, lead, form, title=_("撤销重复标记"), submit=_("撤销标记"))
