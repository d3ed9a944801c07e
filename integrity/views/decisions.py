"""Pages of decisions: draft, edit, live check, the decision itself, and each step on its road."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.refusals import MoveRefused
from casework.views.forms import attempt
from casework.workflow import check_move
from integrity import access
from integrity.actions import decisions, issuing
from integrity.drafting import Assessment, DecisionContent, assess_content, assess_decision, book_in_force, content_of
from integrity.enums import DecisionOrigin, DecisionStatus
from integrity.forms.decisions import DatesForm, DecisionForm, ProvinceForm, RevokeForm, ServeForm, VerdictForm
from integrity.models import Decision, Respondent
from integrity.presenters import decision_page
from integrity.presenters.decisions import REVIEW_STATUSES
from integrity.proposals import proposed_content
from integrity.workflow import DECISION


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision, what the rules say to it, who agreed, what comes next."""
    decision = access.get_decision_for(request.user, pk)
    context, found = _read(request, decision)
    if context["text"]["sees_case"]:
        clocks = decision_page.clocks_of(decision)
        context["terms"] = decision_page.term_rows(clocks, timezone.localdate())
        context["steps"] = decision_page.page_steps(decision, request.user, found, clocks)
    return render(request, "integrity/decision_detail.html", context)


@require_http_methods(["GET", "POST"])
@once
def draft(request: HttpRequest, reference: str, respondent_pk: int) -> HttpResponse:
    respondent = access.get_respondent_for(request.user, reference, respondent_pk)
    access.check_can_draft_decision(request.user, respondent.case)
    content = proposed_content(respondent, on=timezone.localdate())

    def save(typed: DecisionContent, seen: str) -> Decision:
        return decisions.draft(respondent=respondent, content=typed, by=request.user)

    return _drafting(request, respondent, content, save, cancel_url=respondent.case.get_absolute_url())


@require_http_methods(["GET", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    decision = access.get_decision_for(request.user, pk)
    access.check_can_draft_decision(request.user, decision.case)

    def save(typed: DecisionContent, seen: str) -> Decision:
        return decisions.edit(decision=decision, content=typed, seen_hash=seen, by=request.user)

    return _drafting(request, decision.respondent, content_of(decision), save, decision=decision)


@require_http_methods(["GET", "POST"])
@once
def supersede(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the decision that is to replace this one, beginning with its text."""
    old = access.get_decision_for(request.user, pk)
    access.check_can_draft_decision(request.user, old.case)
    check_move(DECISION, old, "supersede")

    def save(typed: DecisionContent, seen: str) -> Decision:
        return decisions.draft(respondent=old.respondent, content=typed, by=request.user, supersedes=old)

    return _drafting(request, old.respondent, content_of(old), save, old=old)


@require_POST
def check(request: HttpRequest, respondent_pk: int) -> HttpResponse:
    """What the rules say to the form as it stands, as a piece of a page. Nothing is saved."""
    respondent = access.get_draftable_respondent(request.user, respondent_pk)
    form = _form(request, respondent, DecisionContent())
    context = _findings(form, respondent) if form.is_valid() else None
    return render(request, "integrity/_decision_findings.html", {"check": context})


@require_POST
@once
def send(request: HttpRequest, pk: int) -> HttpResponse:
    decision = access.get_decision_for(request.user, pk)
    decisions.send(decision=decision, by=request.user)
    messages.success(request, _("已提交科室审核。"))
    return HttpResponseRedirect(decision.get_absolute_url())


@require_http_methods(["GET", "POST"])
@once
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the decision and give the verdict of the step it waits for."""
    decision = access.get_decision_for(request.user, pk)
    step = REVIEW_STATUSES.get(DecisionStatus(decision.status))
    if step is None:
        raise MoveRefused(_("现在是“%(status)s”，不在审批环节。") % {"status": decision.get_status_display()})
    access.check_can_review_decision(request.user, decision, step)
    initial = {"seen_hash": decision.content_hash, "step": step}
    form = VerdictForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done, _decision = attempt(form, decisions.review, decision=decision, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("意见已登记。"))
            return HttpResponseRedirect(decision.get_absolute_url())
    context = {**_read(request, decision)[0], "form": form, "step": step}
    return render(request, "integrity/decision_review.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@once
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing can be changed after this step, so the page shows once more what is about to be signed."""
    decision = access.get_decision_for(request.user, pk)
    access.check_can_draft_decision(request.user, decision.case)
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        happened, _result = attempt(form, issuing.issue, decision=decision, by=request.user)
        if happened:
            messages.success(request, _("已签发，文号 %(ref)s。") % {"ref": decision.reference})
            return HttpResponseRedirect(decision.get_absolute_url())
    context = {
        "decision": decision,
        "form": form,
        "heading": _("签发处理决定"),
        "submit": _("签发"),
        "intro": _("签发后编定文号，形成失信行为记录，措施从起始日执行。内容不能再改，只能由新决定取代，或者撤销。"),
        "text": decision_page.text_context(decision, request.user),
    }
    return render(request, "integrity/decision_act.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@once
def serve(request: HttpRequest, pk: int) -> HttpResponse:
    form = ServeForm(request.POST or None, initial={"served_on": timezone.localdate()})
    return _act(request, pk, form, issuing.serve, heading=_("登记送达"), done=_("已登记送达，决定生效。"))


@require_http_methods(["GET", "POST"])
@once
def province(request: HttpRequest, pk: int) -> HttpResponse:
    form = ProvinceForm(request.POST or None, initial={"sent_on": timezone.localdate()})
    heading = _("登记已报省级科技行政部门")
    return _act(request, pk, form, issuing.report_to_province, heading=heading, done=_("已登记报送。"))


@require_http_methods(["GET", "POST"])
@once
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    decision = access.get_decision_for(request.user, pk)
    access.check_can_revoke_decision(request.user, decision)
    form = RevokeForm(request.POST or None)
    done = _("决定已撤销，措施和失信行为记录同时失效。")
    return _act(request, pk, form, issuing.revoke, heading=_("撤销决定"), done=done, danger=True)


def _act(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    heading: str,
    done: str,
    danger: bool = False,
) -> HttpResponse:
    """A step with a short form of its own: show it, call the action with what was typed, go back to the decision."""
    decision = access.get_decision_for(request.user, pk)
    if not danger:
        access.check_can_draft_decision(request.user, decision.case)
    if request.method == "POST" and form.is_valid():
        happened, _result = attempt(form, action, decision=decision, by=request.user, **form.cleaned_data)
        if happened:
            messages.success(request, done)
            return HttpResponseRedirect(decision.get_absolute_url())
    context = {"decision": decision, "form": form, "heading": heading, "danger": danger}
    return render(request, "integrity/decision_act.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, respondent: Respondent, content: DecisionContent, seen_hash: str = "") -> DecisionForm:
    """The form made of the rule set that the dates typed, or stored, call for."""
    data = request.POST if request.method == "POST" else None
    days = DatesForm(data).days() if data is not None else (content.conduct_on, content.decided_on)
    book = book_in_force(respondent.case.regime, conduct_on=days[0], decided_on=days[1])
    return DecisionForm(data, book=book, content=content, seen_hash=seen_hash)


def _findings(form: DecisionForm, respondent: Respondent) -> dict[str, Any]:
    found = assess_content(respondent, form.content(), on=timezone.localdate())
    return decision_page.check_context(found)


def _drafting(
    request: HttpRequest,
    respondent: Respondent,
    content: DecisionContent,
    save: Callable[[DecisionContent, str], Decision],
    *,
    decision: Decision | None = None,
    old: Decision | None = None,
    cancel_url: str = "",
) -> HttpResponse:
    """The draft form: shown, checked by the button "核对规则" without saving, or saved."""
    form = _form(request, respondent, content, decision.content_hash if decision else "")
    found = assess_content(respondent, content, on=timezone.localdate())
    is_saving = request.method == "POST" and "check" not in request.POST
    if request.method == "POST" and form.is_valid():
        typed = form.content()
        found = assess_content(respondent, typed, on=timezone.localdate())
        typed = form.with_reasons(typed, found)
        if is_saving:
            done, saved = attempt(form, save, typed=typed, seen=form.cleaned_data["seen_hash"])
            if done:
                messages.success(request, _("已保存草稿。"))
                return HttpResponseRedirect(saved.get_absolute_url())
    elif request.method == "GET":
        form.ask_reasons(found)
    shown = decision or old
    context = {
        "respondent": respondent,
        "case": respondent.case,
        "decision": decision,
        "old": old,
        "form": form,
        "check": decision_page.check_context(found),
        "check_url": reverse("integrity:decision-check", args=[respondent.pk]),
        "cancel_url": shown.get_absolute_url() if shown else cancel_url,
        "voids": decision is not None and decision.status != DecisionStatus.DRAFT,
    }
    status = 422 if is_saving and request.method == "POST" else 200
    return render(request, "integrity/decision_draft.html", context, status=status)


def _read(request: HttpRequest, decision: Decision) -> tuple[dict[str, Any], Assessment]:
    """The decision as this person may read it, with what the rules say to it. The reading goes on record."""
    record_access(kind=AccessKind.READ, by=request.user, what=f"decision:{decision.pk}", dossier=decision.case.dossier)
    found = assess_decision(decision, on=timezone.localdate())
    text = decision_page.text_context(decision, request.user)
    context = {"decision": decision, "respondent": decision.respondent, "text": text}
    if text["sees_case"]:
        imported = decision.origin == DecisionOrigin.IMPORTED
        context |= {
            "check": decision_page.check_context(found, imported=imported),
            "approvals": decision_page.approval_rows(decision, request.user),
            "reasons": decision_page.reason_rows(decision, found),
        }
    return context, found
