"""The identity vault: a custodian's key, requests to open an identity, the short look at it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from casework.access import check_right
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from casework.views.forms import attempt
from integrity import access
from integrity.actions import vault
from integrity.forms.leads import ChangeKeyForm, NewKeyForm, PassphraseForm, ReasonForm, UnlockForm
from integrity.models import CustodianKey, IdentityUnlock
from integrity.presenters import leads as rows


@require_http_methods(["GET", "POST"])
@once
def lead_unlock_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask two custodians to open the identity of this lead's reporter."""
    lead = access.get_lead_for(request.user, reference)
    access.check_can_request_identity(request.user, lead)
    form = UnlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _unlock = attempt(form, vault.request, lead=lead, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("申请已送身份保管人。"))
            return redirect(lead)
    intro = _("须两位身份保管人先后同意，由保管人查阅并转达必要的部分。举报人返回时会看到开封日期和用途。")
    context = {"lead": lead, "form": form, "title": _("申请查阅举报人身份"), "intro": intro, "submit": _("提交申请")}
    return render(request, "integrity/lead_step.html", context, status=422 if form.errors else 200)


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@once
def custodian_key(request: HttpRequest) -> HttpResponse:
    """Make one's key, or put the same key under another passphrase."""
    check_right(request.user, Permission.KEEP_IDENTITIES)
    key = CustodianKey.objects.filter(user=request.user, retired_at=None).first()
    form = ChangeKeyForm(request.POST or None) if key else NewKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["passphrase"]
        if key is None:
            done, _key = attempt(form, vault.make_key, passphrase=new, by=request.user)
        else:
            done, _key = attempt(form, vault.change_passphrase, old=form.cleaned_data["old"], new=new, by=request.user)
        if done:
            messages.success(request, _("口令已更换。") if key else _("保管密钥已生成，请牢记口令。"))
            return redirect("integrity:vault-list")
    return render(request, "integrity/vault_key.html", {"form": form, "key": key}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@once
def custodian_key_retire(request: HttpRequest) -> HttpResponse:
    """Take one's key out of use, for instance when the passphrase is lost. No way back, so the reason is asked for."""
    check_right(request.user, Permission.KEEP_IDENTITIES)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _key = attempt(form, vault.retire_key, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("密钥已停用。新的身份不再封存给它，请生成新的密钥。"))
            return redirect("integrity:custodian-key")
    intro = _("停用后，封存给这把密钥的身份您再也打不开，只能由其他保管人打开。停用不能撤销。")
    return _step_page(request, form, title=_("停用密钥"), intro=intro, submit=_("停用这把密钥"), danger=True)


@require_safe
def vault_list(request: HttpRequest) -> HttpResponse:
    """Requests to open identities, newest first, for custodians."""
    check_right(request.user, Permission.KEEP_IDENTITIES)
    unlocks = IdentityUnlock.objects.visible_to(request.user).select_related(
        "lead__dossier", "requested_by", "approved_by", "second_approved_by"
    )
    shown = page(unlocks, request)
    has_key = CustodianKey.objects.filter(user=request.user, retired_at=None).exists()
    context = {"page": shown, "rows": rows.vault_rows(shown.rows, request.user, timezone.now()), "has_key": has_key}
    return render(request, "integrity/vault_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def vault_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Read once more what is agreed to, and what follows, before agreeing."""
    check_right(request.user, Permission.KEEP_IDENTITIES)
    unlock = access.get_unlock_for(request.user, pk)
    access.check_can_keep_identity(request.user, unlock)
    access.check_can_agree_to_unlock(request.user, unlock)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        unlock = vault.approve(unlock=unlock, by=request.user)
        if unlock.open_until is None:
            messages.success(request, _("已同意，还须另一位保管人同意。"))
        else:
            until = timezone.localtime(unlock.open_until)
            messages.success(request, _("已开封，%(until)s 前可以查阅。") % {"until": f"{until:%H:%M}"})
        return redirect("integrity:vault-list")
    words = rows.consent_words(unlock)
    return _step_page(request, form, unlock=unlock, title=_("同意查阅"), submit=_("同意查阅"), **words)


@require_http_methods(["GET", "POST"])
@once
def vault_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    check_right(request.user, Permission.KEEP_IDENTITIES)
    unlock = access.get_unlock_for(request.user, pk)
    access.check_can_keep_identity(request.user, unlock)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _unlock = attempt(form, vault.refuse, unlock=unlock, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已拒绝。"))
            return redirect("integrity:vault-list")
    return _step_page(request, form, unlock=unlock, title=_("拒绝查阅"), submit=_("拒绝"), danger=True)


def _step_page(request: HttpRequest, form: forms.Form, **words: Any) -> HttpResponse:
    context = {"form": form, **words}
    return render(request, "integrity/vault_step.html", context, status=422 if form.errors else 200)


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def vault_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The identity, on this page only. Not `once`: every look is an act of its own and leaves an event of its own."""
    check_right(request.user, Permission.KEEP_IDENTITIES)
    unlock = access.get_unlock_for(request.user, pk)
    access.check_can_view_identity(request.user, unlock)
    form = PassphraseForm(request.POST or None)
    identity: dict[str, str] | None = None
    if request.method == "POST" and form.is_valid():
        done, identity = attempt(form, vault.view, unlock=unlock, by=request.user, **form.cleaned_data)
        if not done:
            what = f"identity_unlock:{unlock.pk}"
            record_access(kind=AccessKind.REFUSED, by=request.user, what=what, dossier=unlock.lead.dossier)
    context = {"form": form, "unlock": unlock, "facts": rows.identity_facts(identity) if identity else []}
    return render(request, "integrity/vault_view.html", context, status=422 if form.errors else 200)


@require_POST
@once
def vault_close(request: HttpRequest, pk: int) -> HttpResponse:
    check_right(request.user, Permission.KEEP_IDENTITIES)
    vault.close(unlock=access.get_unlock_for(request.user, pk), by=request.user)
    messages.success(request, _("已关闭，不能再查阅。"))
    return redirect("integrity:vault-list")
