"""Saved searches of the person who is signed in: list, keep, rename, remind, look, remove."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.idempotency import once
from casework.refusals import MoveRefused
from casework.views.forms import attempt
from search.access import audience_of, check_can_search, get_saved_for, saved_of
from search.actions import saved
from search.backends.base import SearchUnavailable
from search.forms import RenameForm, SaveForm, SearchForm
from search.presenters import address, question_words, saved_rows
from search.queries import QueryError
from search.saved_questions import question


@require_safe
def saved_list(request: HttpRequest) -> HttpResponse:
    check_can_search(request.user)
    rows = saved_rows(saved_of(request.user))
    return render(request, "search/saved_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@once
def saved_add(request: HttpRequest) -> HttpResponse:
    """Keep the question in the address; one that cannot be asked is explained on the search page."""
    check_can_search(request.user)
    asked_form = SearchForm(audience_of(request.user), request.GET)
    if not asked_form.is_valid():
        return redirect(f"{reverse('search:search')}?q=&{request.GET.urlencode()}")
    asked = asked_form.asked
    form = SaveForm(request.POST or None, initial={"name": question_words(asked)[: saved.NAME_LIMIT]})
    if request.method == "POST" and form.is_valid():
        try:
            done, _search = attempt(
                form, saved.save, asked=asked, on=timezone.localdate(), by=request.user, **form.cleaned_data
            )
        except SearchUnavailable as problem:
            raise MoveRefused(_("检索用时过长，没有保存。请增加一个更少见的词，或选定类别、年份。")) from problem
        if done:
            messages.success(request, _("已保存。"))
            return redirect("search:saved-list")
    context = {"form": form, "words": question_words(asked), "back": reverse("search:search") + address(asked)}
    return render(request, "search/saved_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@once
def saved_rename(request: HttpRequest, pk: int) -> HttpResponse:
    search = get_saved_for(request.user, pk)
    form = RenameForm(request.POST or None, initial={"name": search.name})
    if request.method == "POST" and form.is_valid():
        done, _search = attempt(form, saved.rename, search=search, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已改名。"))
            return redirect("search:saved-list")
    context = {"form": form, "search": search, "back": reverse("search:saved-list")}
    return render(request, "search/saved_rename.html", context, status=422 if form.errors else 200)


@require_POST
@once
def saved_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin or end telling, as the button said."""
    search, has_alert = get_saved_for(request.user, pk), request.POST.get("alert") == "on"
    try:
        saved.set_alert(search=search, has_alert=has_alert, on=timezone.localdate(), by=request.user)
    except SearchUnavailable as problem:
        raise MoveRefused(_("检索暂不可用，提醒没有改动。请稍后再试。")) from problem
    messages.success(request, _("有新结果时会在“今日”里提醒您。") if has_alert else _("不再提醒。"))
    return redirect("search:saved-list")


@require_POST
@once
def saved_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the results; what was new is no news any more."""
    search = saved.open_results(search=get_saved_for(request.user, pk), by=request.user)
    try:
        return redirect(reverse("search:search") + address(question(search)))
    except QueryError as problem:
        raise MoveRefused(_("这条检索已不能使用，请删去后重新保存。")) from problem


@require_POST
@once
def saved_remove(request: HttpRequest, pk: int) -> HttpResponse:
    saved.remove(search=get_saved_for(request.user, pk), by=request.user)
    messages.success(request, _("已删除。"))
    return redirect("search:saved-list")
