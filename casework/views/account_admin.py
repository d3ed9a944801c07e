"""Accounts as the system and security administrators keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import check_right
from casework.actions import accounts
from casework.forms.accounts import AccountForm, ClearanceForm, MembershipForm, ReasonForm
from casework.idempotency import once
from casework.models import OneTimeCode
from casework.paging import page
from casework.presenters.accounts import account_events
from casework.views.forms import attempt

# What is done to an account for a reason that goes on record: the right, the action, the sentence once it is done.
WITH_REASON: dict[str, tuple[Permission, Callable[..., Any], Any]] = {
    "close": (Permission.KEEP_ACCOUNTS, accounts.close_account, gettext_lazy("账号已停用。")),
    "reopen": (Permission.KEEP_ACCOUNTS, accounts.reopen_account, gettext_lazy("账号已恢复。")),
    "clearance": (Permission.KEEP_ACCESS, accounts.set_clearance, gettext_lazy("知悉级别已调整。")),
    "device": (
        Permission.KEEP_ACCESS,
        accounts.remove_device,
        gettext_lazy("已解除第二重验证，下次登录时重新绑定。"),
    ),
}


def _require_keeper(user: User) -> None:
    # 404 as for any page a person has no business with
    if not (may(user, Permission.KEEP_ACCOUNTS) or may(user, Permission.KEEP_ACCESS)):
        raise Http404


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
    check_right(request.user, Permission.KEEP_ACCOUNTS)
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
    return _detail_page(request, get_object_or_404(User, pk=pk))


def _detail_page(request: HttpRequest, user: User, **forms: Form) -> HttpResponse:
    """The account with all its forms; `forms` are those that were sent and refused, shown with what was typed."""
    held = Membership.objects.filter(user=user).select_related("department").order_by("-pk")
    memberships = [(row, forms.get(f"end_{row.pk}") or _reason_form(f"end_{row.pk}")) for row in held]
    context = {
        "person": user,
        "memberships": memberships,
        "today": timezone.localdate(),
        "has_device": OneTimeCode.objects.filter(user=user, confirmed=True).exists(),
        "keeps_accounts": may(request.user, Permission.KEEP_ACCOUNTS) and user != request.user,
        "keeps_access": may(request.user, Permission.KEEP_ACCESS) and user != request.user,
        "is_self": user == request.user,
        "membership_form": MembershipForm(initial={"valid_from": timezone.localdate()}),
        "events": account_events(user),
        **{f"{what}_form": _reason_form(what) for what in WITH_REASON},
        "clearance_form": ClearanceForm(initial={"clearance": user.clearance}),
        "problems": next(iter(forms.values()), None),
    }
    context.update({f"{what}_form": form for what, form in forms.items()})
    return render(request, "accounts/account_detail.html", context, status=422 if forms else 200)


def _reason_form(what: str, data: QueryDict | None = None) -> ReasonForm:
    """Several of these stand on one page, so each has ids of its own."""
    return ReasonForm(data, auto_id=f"{what}_%s")


@require_POST
@once
def membership_give(request: HttpRequest, pk: int) -> HttpResponse:
    _require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    check_right(request.user, Permission.KEEP_ACCESS)
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
    check_right(request.user, Permission.KEEP_ACCESS)
    what = f"end_{membership.pk}"
    form = _reason_form(what, request.POST)
    if not form.is_valid():
        return _detail_page(request, membership.user, **{what: form})
    accounts.end_membership(membership=membership, by=request.user, **form.cleaned_data)
    messages.success(request, _("任职已结束，权限立即收回。"))
    return redirect("accounts:account-detail", pk=pk)


@require_POST
@once
def account_change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Close, reopen, reset the password, set the clearance, remove the authenticator."""
    _require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    if what == "password":
        password = accounts.reset_password(user=user, by=request.user)
        messages.success(request, _("新的首次密码是 %(password)s，只显示这一次。") % {"password": password})
        return redirect("accounts:account-detail", pk=pk)
    if what not in WITH_REASON:
        raise Http404
    right, act, said = WITH_REASON[what]
    check_right(request.user, right)
    form = ClearanceForm(request.POST) if what == "clearance" else _reason_form(what, request.POST)
    if not form.is_valid():
        return _detail_page(request, user, **{what: form})
    act(user=user, by=request.user, **form.cleaned_data)
    messages.success(request, str(said))
    return redirect("accounts:account-detail", pk=pk)
