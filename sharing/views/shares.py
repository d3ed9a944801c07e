"""Shares: list, give, read, acknowledge, opinion, recall."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.people import may, standing
from accounts.permissions import Permission
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from casework.refusals import MoveRefused
from casework.views.forms import attempt
from integrity.access import get_decision_for
from sharing.access import (
    check_can_answer,
    check_can_recall,
    check_can_share,
    get_share_for,
    recipient_of,
    sees_answers,
)
from sharing.actions import shares
from sharing.forms import OpinionForm, RecallForm, ShareForm
from sharing.models import SharePackage
from sharing.presenters import (
    days_left,
    next_steps,
    opinions_of,
    purpose_line,
    recipient_rows,
    share_rows,
    shared_facts,
    watermark,
)
from sharing.workflow import why_not_shareable


@require_safe
def share_list(request: HttpRequest) -> HttpResponse:
    """What this person shared, or what was shared with their department."""
    visible = SharePackage.objects.visible_to(request.user).select_related("dossier", "decision__respondent")
    found = page(visible.prefetch_related("recipients__department"), request)
    receives = may(request.user, Permission.RECEIVE_SHARES)
    mine = standing(request.user).departments if receives else ()
    context = {
        "page": found,
        "rows": share_rows(found.rows, timezone.localdate(), mine),
        "receives": receives,
    }
    return render(request, "sharing/share_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def share_give(request: HttpRequest, decision_pk: int) -> HttpResponse:
    decision = get_decision_for(request.user, decision_pk)
    check_can_share(request.user, decision.case)
    blocker = why_not_shareable(decision)
    if blocker is not None:
        raise MoveRefused(blocker.reason)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, package = attempt(form, shares.share, decision=decision, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已共享，接收部门可以看到。"))
            return redirect(package)
    status = 422 if form.errors else 200
    return render(request, "sharing/share_give.html", {"form": form, "decision": decision}, status=status)


@require_safe
def share_detail(request: HttpRequest, reference: str) -> HttpResponse:
    share = get_share_for(request.user, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=str(share), dossier=share.dossier, purpose=share.basis)
    recipient = recipient_of(request.user, share)
    is_house = sees_answers(request.user, share)
    context = {
        "share": share,
        "facts": shared_facts(share),
        "purpose": purpose_line(share),
        "days_left": days_left(share, timezone.localdate()),
        "recipient": recipient,
        "opinions": opinions_of(recipient),
        "form": OpinionForm(),
        "is_house": is_house,
        "rows": recipient_rows(share) if is_house else [],
        "moves": next_steps(request.user, share),
        "watermark": watermark(request.user, timezone.localtime()),
    }
    return render(request, "sharing/share_detail.html", context)


@require_POST
@once
def share_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    share = get_share_for(request.user, reference)
    shares.acknowledge(share=share, by=request.user)
    messages.success(request, _("已签收。"))
    return redirect(share)


@require_http_methods(["GET", "POST"])
@once
def share_opinion(request: HttpRequest, reference: str) -> HttpResponse:
    share = get_share_for(request.user, reference)
    check_can_answer(request.user, share)
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _opinion = attempt(form, shares.write_opinion, share=share, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("书面意见已提交。"))
            return redirect(share)
    status = 422 if form.errors else 200
    return render(request, "sharing/share_opinion.html", {"form": form, "share": share}, status=status)


@require_http_methods(["GET", "POST"])
@once
def share_recall(request: HttpRequest, reference: str) -> HttpResponse:
    share = get_share_for(request.user, reference)
    check_can_recall(request.user, share)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _share = attempt(form, shares.recall, share=share, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("共享已收回，接收部门立即看不到。"))
            return redirect("sharing:share-list")
    status = 422 if form.errors else 200
    return render(request, "sharing/share_recall.html", {"form": form, "share": share}, status=status)
