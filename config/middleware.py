"""Middleware: language by cookie, login everywhere except the public list, no traces in caches, refusals as pages."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from accounts.models import User
from accounts.people import standing
from casework.refusals import AccessDenied, Refusal
from casework.views.accounts import SECOND_FACTOR_DUE
from config.faults import passing_fault
from config.incoming import problem_of
from config.public_urls import PUBLIC_URL_NAMES

Handler = Callable[[HttpRequest], HttpResponse]
LAST_USED = "last_used"
USED_EVERY = 60


class LanguageMiddleware:
    """Chinese unless the reader chose English. The browser's own wish is not asked: office machines often say English."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class IncomingMiddleware:
    """A form that cannot be read is answered with a sentence before anybody asks for a field of it.

    An address with a NUL names nothing: PostgreSQL would refuse to look for it with an error.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return page_not_found(request, Http404())
        problem = problem_of(request)
        # No way back is offered: following a link would surely lose what was typed.
        return refusal_page(request, problem, back="") if problem else self.get_response(request)


class ClosedSystemMiddleware:
    """Every URL needs a person who is signed in, active, holds a role today and has shown the second factor their role demands."""

    OPEN_TO_HALF_SIGNED_IN = frozenset(
        {
            "accounts:second-factor",
            "accounts:second-factor-setup",
            "accounts:logout",
            "set_language",
        }
    )

    # Where somebody without any role may still go: their own account, and the read-only admin of a development machine.
    OPEN_WITHOUT_ROLE = ("accounts:account", "admin:")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in PUBLIC_URL_NAMES:
            return None
        user = request.user
        if not isinstance(user, User):
            if request.path.startswith("/api/"):
                return JsonResponse({"detail": "login required"}, status=401)
            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
        if name in self.OPEN_TO_HALF_SIGNED_IN:
            return None
        # Whoever has an authenticator shows it before anything else: a stolen password alone must not set a new one.
        is_shown = getattr(user, "is_verified", bool)()
        if request.session.get(SECOND_FACTOR_DUE) and not is_shown:
            return self._ask_for_code(request)
        if name == "accounts:password-change":
            return None
        if user.must_change_password:
            return HttpResponseRedirect(reverse("accounts:password-change"))
        if standing(user).needs_second_factor and not is_shown:
            return self._ask_for_code(request)
        if not standing(user).roles and not name.startswith(self.OPEN_WITHOUT_ROLE):
            refusal = AccessDenied(_("您的账号现在没有任何角色。请联系安全管理员。"))
            return refusal_page(request, refusal, back=reverse("accounts:account"))
        return None

    @staticmethod
    def _ask_for_code(request: HttpRequest) -> HttpResponse:
        wanted = request.get_full_path() if request.method == "GET" else reverse("today")
        return redirect_to_login(wanted, reverse("accounts:second-factor"))


class IdleSessionMiddleware(SessionMiddleware):
    """A session ends SESSION_COOKIE_AGE seconds after it was last used, to the minute.

    Written once a minute, not at every look: reading a page must not wait for a writer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        now = int(time.time())
        if not request.session.is_empty() and now - request.session.get(LAST_USED, 0) >= USED_EVERY:
            request.session[LAST_USED] = now
        return super().process_response(request, response)


class NoStoreMiddleware:
    """Pages of staff and of reporters leave nothing in caches; public notices may be cached for a minute at most."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class NotFoundMiddleware:
    """On a development machine an address that leads nowhere looks as in production: no list of addresses, no path.

    Every 404 page of ours has the same body, so whatever Django made of it is replaced. Production does without.
    """

    def __init__(self, get_response: Handler) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return page_not_found(request, Http404()) if response.status_code == 404 and is_page else response


class RefusalMiddleware:
    """The one place where a refusal becomes HTTP. The page shows its sentence and article and offers the way back.

    A fault that passes by itself is told as a refusal too; other errors are left to the handler of errors.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_page(request, exception, back=_way_back(request))
        fault = passing_fault(exception)
        return refusal_page(request, fault, back="") if fault else None


def refusal_page(request: HttpRequest, refusal: Refusal, *, back: str) -> HttpResponse:
    """The sentence and the article of a refusal, as a page or, below /api/, as JSON. Asks neither person nor database."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": refusal.reason, "article": refusal.article}, status=refusal.status)
    template = "403.html" if refusal.status == 403 else "refused.html"
    context = {"reason": refusal.reason, "article": refusal.article, "back": back, "status": refusal.status}
    return HttpResponse(render_to_string(template, context), status=refusal.status)


def _way_back(request: HttpRequest) -> str:
    """The page one level up that answers to GET: `/cases/X/close/` → `/cases/X/`. "/" when nothing above resolves."""
    path = request.path.rstrip("/")
    while path:
        path = path.rsplit("/", 1)[0]
        try:
            resolve(path + "/")
        except Resolver404:
            continue
        return path + "/"
    return "/"
