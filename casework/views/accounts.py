"""Sign-in, second factor, password, own account."""

from __future__ import annotations

import base64
import io
import uuid

import django_otp
import qrcode
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from qrcode.image.svg import SvgPathImage

from accounts.models import Membership
from accounts.people import standing
from casework.actions import accounts
from casework.forms.accounts import CodeForm, PasswordForm, SignInForm
from casework.idempotency import once
from casework.models import OneTimeCode
from casework.presenters.accounts import reset_events
from casework.templatetags.casework import in_language
from casework.views.forms import attempt

SECOND_FACTOR_DUE = "second_factor_due"
SHOWN_DEVICE = "shown_device"
DEMO_DEVICE = "演示"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; the second factor has a page of its own. django-axes counts the failures."""
    form = SignInForm(request, data=request.POST or None)
    destination = _destination(request)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        login(request, user)
        request.session[SECOND_FACTOR_DUE] = django_otp.user_has_device(user)
        return redirect(destination)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "registration/login.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("notices:portal")


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code; a person without an authenticator is led to set one up first."""
    device = OneTimeCode.objects.filter(user=request.user, confirmed=True).first()
    if device is None:
        return redirect("accounts:second-factor-setup")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"].strip()):
            django_otp.login(request, device)
            return redirect(_destination(request))
        form.add_error("code", _("动态口令不正确或已经用过，请等下一个再试。"))
    reason = _("密码已通过。请打开手机上的验证器，输入它显示的六位数字。")
    is_demo = settings.DEBUG and device.name == DEMO_DEVICE
    context = {"form": form, "reason": reason, "demo_code": device.code_now() if is_demo else ""}
    return render(request, "accounts/otp_code.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@once
def second_factor_setup(request: HttpRequest) -> HttpResponse:
    """Show the key as a QR code and take the first right code. Who has an authenticator already must have used it first."""
    confirmed = OneTimeCode.objects.filter(user=request.user, confirmed=True).exists()
    if confirmed and not request.user.is_verified():
        return redirect("accounts:second-factor")
    device = _shown_device(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, _result = attempt(
            form, accounts.confirm_device, device=device, code=form.cleaned_data["code"], by=request.user
        )
        if done:
            del request.session[SHOWN_DEVICE]
            django_otp.login(request, device)
            request.session[SECOND_FACTOR_DUE] = True
            messages.success(request, _("第二重验证已启用。"))
            return redirect("today")
    context = {
        "form": form,
        "secret": device.secret,
        "qr_data_uri": _qr(device.config_url(issuer=settings.OTP_TOTP_ISSUER)),
    }
    return render(request, "accounts/otp_setup.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@once
def password_change(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not request.user.check_password(form.cleaned_data["old_password"]):
            form.add_error("old_password", _("现在的密码不正确。"))
        else:
            new = form.cleaned_data["new_password"]
            done, _user = attempt(form, accounts.change_own_password, password=new, by=request.user)
            if done:
                update_session_auth_hash(request, request.user)
                messages.success(request, _("密码已修改。"))
                return redirect("accounts:account")
    context = {"form": form, "must_change": request.user.must_change_password}
    return render(request, "accounts/password_change.html", context, status=422 if form.errors else 200)


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The person's own roles and second factor."""
    user = request.user
    held = Membership.objects.filter(user=user).valid_on(timezone.localdate()).select_related("department")
    facts = [(in_language(row.department), row.get_role_display()) for row in held]
    context = {
        "facts": facts,
        "has_device": OneTimeCode.objects.filter(user=user, confirmed=True).exists(),
        "device_required": standing(user).needs_second_factor,
        "setup_url": reverse("accounts:second-factor-setup"),
        "password_url": reverse("accounts:password-change"),
        "resets": reset_events(user),
    }
    return render(request, "accounts/account.html", context)


@require_POST
@once
def reset_seen(request: HttpRequest) -> HttpResponse:
    """The notice about a reset password is closed by the person it is about."""
    accounts.acknowledge_reset(by=request.user)
    messages.success(request, _("已记录。历次重设可在账户页查看。"))
    return redirect("accounts:account")


def _shown_device(request: HttpRequest) -> OneTimeCode:
    """The authenticator this session is setting up. Its key waits in the session as cipher text until it is confirmed."""
    device = OneTimeCode.fresh(request.user)
    held = request.session.get(SHOWN_DEVICE)
    if held is None:
        request.session[SHOWN_DEVICE] = {"token": str(device.token), "key_cipher": device.key_cipher}
    else:
        device.token, device.key_cipher = uuid.UUID(held["token"]), held["key_cipher"]
    return device


def _destination(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("today")


def _qr(text: str) -> str:
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
