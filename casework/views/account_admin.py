"""Accounts as the system and security administrators keep them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, User
from accounts.people import may
from accounts.permissions import Permission
from casework.actions import accounts
from casework.forms.accounts import AccountForm, ClearanceForm, MembershipForm, ReasonForm
from casework.idempotency import once
from casework.models import OneTimeCode
from casework.paging import page
from casework.texts import clean_text
from casework.views.forms import attempt


def _require_keeper(user: User) -> None:
    # 404 as for any page a person has no business with
    if not (may(user, Permission.KEEP_ACCOUNTS) or may(user, Permission.KEEP_ACCESS)):
        raise Http404


def _reason(request: HttpRequest) -> str:
    """The reason typed beside a button, "" when there is none."""
    return clean_text(request.POST.get("reason", ""), field_label=_("理由"), limit=200, multiline=False)


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    _require_keeper(request.user)
    people = User.objects.prefetch_related("memberships__department")
    # No name is longer, and a database refuses to look for a book.
    words = request.GET.get("q", "").replace("\0", "").strip()[:60]
    if words:
        people = people.filter(name__icontains=words) | people.filter(username__icontains=words)
    context = {"page": page(people, request), "q": words, "today": timezone.localdate()}
    context["may_open"] = may(request.user, Permission.KEEP_ACCOUNTS)
    return render(request, "accounts/account_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def account_open(request: HttpRequest) -> HttpResponse:
    _require_keeper(request.user)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, result = attempt(form, accounts.open_account, by=request.user, **form.cleaned_data)
        if done:
            user, password = result
            messages.success(request, _("账号已开设，首次密码是 %(password)s，只显示这一次。") % {"password": password})
            return redirect("accounts:account-detail", pk=user.pk)
    return render(request, "accounts/account_open.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    _require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    context = {
        "person": user,
        "memberships": Membership.objects.filter(user=user).select_related("department").order_by("-pk"),
        "today": timezone.localdate(),
        "has_device": OneTimeCode.objects.filter(user=user, confirmed=True).exists(),
        "keeps_accounts": may(request.user, Permission.KEEP_ACCOUNTS) and user != request.user,
        "keeps_access": may(request.user, Permission.KEEP_ACCESS) and user != request.user,
        "reason_form": ReasonForm(),
        "clearance_form": ClearanceForm(initial={"clearance": user.clearance}),
        "membership_form": MembershipForm(initial={"valid_from": timezone.localdate()}),
        "history": user.history.select_related("history_user").order_by("-history_id")[:20],
    }
    return render(request, "accounts/account_detail.html", context)


@require_POST
@once
def membership_give(request: HttpRequest, pk: int) -> HttpResponse:
    _require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    form = MembershipForm(request.POST)
    if form.is_valid():
        done, _membership = attempt(form, accounts.give_membership, user=user, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已授予任职。"))
            return redirect("accounts:account-detail", pk=pk)
    return render(request, "accounts/membership_give.html", {"form": form, "person": user}, status=422)


@require_POST
@once
def membership_end(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    _require_keeper(request.user)
    membership = get_object_or_404(Membership, pk=membership_pk, user_id=pk)
    reason = _reason(request) or _("岗位调整")
    accounts.end_membership(membership=membership, reason=reason, by=request.user)
    messages.success(request, _("任职已结束，权限立即收回。"))
    return redirect("accounts:account-detail", pk=pk)


@require_POST
@once
def account_change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Close, reopen, reset the password, set the clearance, remove the authenticator."""
    _require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    reason = _reason(request) or _("管理员办理")
    if what == "close":
        accounts.close_account(user=user, reason=reason, by=request.user)
        messages.success(request, _("账号已停用。"))
    elif what == "reopen":
        accounts.reopen_account(user=user, reason=reason, by=request.user)
        messages.success(request, _("账号已恢复。"))
    elif what == "password":
        password = accounts.reset_password(user=user, by=request.user)
        messages.success(request, _("新的首次密码是 %(password)s，只显示这一次。") % {"password": password})
    elif what == "device":
        accounts.remove_device(user=user, reason=reason, by=request.user)
        messages.success(request, _("已解除第二重验证，下次登录时重新绑定。"))
    elif what == "clearance":
        form = ClearanceForm(request.POST)
        if form.is_valid():
            accounts.set_clearance(user=user, by=request.user, **form.cleaned_data)
            messages.success(request, _("知悉级别已调整。"))
        else:
            messages.error(request, _("请选择知悉级别并写明理由。"))
    else:
        raise Http404
    return redirect("accounts:account-detail", pk=pk)
