"""The applicant's own pages: the list, the form page by page, papers, letters. Nothing of the review inside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.paging import page
from casework.rule_books import read_once
from casework.views.files import file_response
from casework.views.forms import attempt
from ethics import review_access as access
from ethics.actions import applications, investigators, letters, materials
from ethics.application_choices import offered_books
from ethics.duplicates import own_twins
from ethics.forms import applications as forms
from ethics.models import Application
from ethics.presenters import own_application as shown
from ethics.views.pages import bound

PAGE = 25
FORM = ["GET", "HEAD", "POST"]


@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    access.check_may_apply(request.user)
    found = page(access.own_applications(request.user), request, size=PAGE)
    rows = shown.list_rows(found.rows, shown.unconfirmed(found.rows))
    return render(request, "ethics/own_list.html", {"rows": rows, "page": found})


@require_http_methods(FORM)
@once
def begin(request: HttpRequest) -> HttpResponse:
    access.check_may_apply(request.user)
    return _begin(request)


@require_http_methods(FORM)
@once
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """An amendment of an approved activity of one's own; the activity stays approved meanwhile (E6)."""
    activity = access.get_own_activity(request.user, pk)
    return _begin(request, activity=activity)


@require_http_methods(FORM)
@once
def review_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A review anew of an own activity whose approval was taken away (第20条)."""
    activity = access.get_own_activity(request.user, pk)
    return _begin(request, activity=activity)


def _begin(request: HttpRequest, **options: Any) -> HttpResponse:
    activity = options.get("activity")
    form = bound(forms.BeginForm, request, initial={"title": shown.title_of(activity, request.user)})
    if request.method == "POST" and form.is_valid():
        done, application = attempt(form, applications.begin, by=request.user, **options, **form.cleaned_data)
        if done:
            return redirect(shown.own_url(application, "basics"))
    context = {"form": form, "activity": activity, **shown.begin_words(activity)}
    return render(request, "ethics/own_begin.html", context, status=422 if form.errors else 200)


@require_safe
@read_once()
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    application = access.get_own_application(request.user, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=reference, dossier=application.dossier)
    return render(request, "ethics/own_detail.html", shown.own_page(application, request.user, timezone.localdate()))


@require_http_methods(FORM)
@once
@read_once()
def basics(request: HttpRequest, reference: str) -> HttpResponse:
    application = _open(request, reference)
    initial = forms.BasicsForm.initial_of(application)
    form = bound(forms.BasicsForm, request, committees=access.committees_to_choose(), initial=initial)
    if _saved(request, form, application):
        return _on(application, "basics")
    twins = shown.list_rows(own_twins(application, request.user), set())
    return _page(request, application, "basics", form, twins=twins)


@require_http_methods(FORM)
@once
@read_once()
def circumstances(request: HttpRequest, reference: str) -> HttpResponse:
    application = _open(request, reference)
    initial = forms.CircumstancesForm.initial_of(application)
    books = offered_books(application, timezone.localdate())
    form = bound(forms.CircumstancesForm, request, books=books, initial=initial)
    if _saved(request, form, application):
        return _on(application, "circumstances")
    return _page(request, application, "circumstances", form)


@require_http_methods(FORM)
@once
@read_once()
def people(request: HttpRequest, reference: str) -> HttpResponse:
    application = _open(request, reference)
    form = bound(forms.InvestigatorForm, request)
    if request.method == "POST" and form.is_valid():
        added = {"application": application, "by": request.user, **form.cleaned_data}
        done, person = attempt(form, investigators.add, **added)
        if done:
            messages.success(request, _("已登记%(name)s。") % {"name": person})
            return redirect(shown.own_url(application, "people"))
    return _page(request, application, "people", form, people=access.people_of(application))


@require_http_methods(FORM)
@once
@read_once()
def papers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every wanted paper with its own small form; `key` says which one was sent."""
    application = _open(request, reference)
    key = request.POST.get("key", "")
    form = bound(forms.MaterialForm, request)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        done, paper = attempt(form, materials.add, application=application, key=key, file=file, by=request.user)
        if done:
            messages.success(request, _("已上传%(name)s。") % {"name": paper.attachment})
            return redirect(shown.own_url(application, "materials"))
    rows = shown.paper_rows(application, timezone.localdate(), may_write=True)
    return _page(request, application, "materials", form, papers=rows, sent_key=key)


@require_http_methods(FORM)
@once
@read_once()
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that is missing in one list, or the button to hand it in (第10条)."""
    application = _open(request, reference)
    form = bound(forms.SubmitForm, request)
    if request.method == "POST":
        done, _application = attempt(form, applications.submit, application=application, by=request.user)
        if done:
            messages.success(request, _("已提交。受理或者补正的通知会出现在这一页。"))
            return redirect(shown.own_url(application))
    return _page(request, application, "review", form, facts=shown.facts_to_check(application))


@require_http_methods(FORM)
@once
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    application = access.get_own_application(request.user, reference)
    return _small_form(
        request,
        application,
        bound(forms.WithdrawForm, request),
        applications.withdraw,
        {"application": application},
        heading=_("撤回申请"),
        said=_("申请已撤回。"),
        danger=True,
    )


@require_POST
@once
def person_leave(request: HttpRequest, pk: int) -> HttpResponse:
    person = access.get_own_investigator(request.user, pk)
    investigators.leave_out(investigator=person, by=request.user)
    messages.success(request, _("%(name)s已退出。") % {"name": person})
    return redirect(shown.own_url(person.application, "people"))


@require_http_methods(FORM)
@once
def material_replace(request: HttpRequest, pk: int) -> HttpResponse:
    material = access.get_own_material(request.user, pk)
    return _small_form(
        request,
        material.application,
        bound(forms.ReplaceForm, request),
        materials.replace,
        {"material": material},
        heading=_("更换材料"),
        about=material.attachment.display_name,
        said=_("材料已更换，原来的版本仍然保存。"),
        then="materials",
    )


@require_POST
@once
def material_leave(request: HttpRequest, pk: int) -> HttpResponse:
    material = access.get_own_material(request.user, pk)
    materials.leave_out(material=material, by=request.user)
    messages.success(request, _("已撤下%(name)s。") % {"name": material.attachment})
    return redirect(shown.own_url(material.application, "materials"))


@require_safe
def own_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper of one's own application, in any version: the applicant holds no grant on the dossier."""
    return file_response(access.get_own_file(request.user, pk), by=request.user)


@require_POST
@once
def letter_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    letter = access.get_own_letter(request.user, pk)
    letters.confirm_receipt(letter=letter, by=request.user)
    messages.success(request, _("已确认收到%(number)s。") % {"number": letter.number})
    return redirect("ethics:own-detail", letter.dossier.reference)


def _open(request: HttpRequest, reference: str) -> Application:
    """One's own application while it lies with the applicant; a submitted one is only read."""
    application = access.get_own_application(request.user, reference)
    applications.check_open_to_applicant(application)
    return application


def _saved(request: HttpRequest, form: Any, application: Application) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    done, _application = attempt(form, applications.edit, application=application, by=request.user, **form.values())
    return done


def _on(application: Application, page_name: str) -> HttpResponse:
    return redirect(shown.own_url(application, shown.next_page(page_name)))


def _page(request: HttpRequest, application: Application, name: str, form: Any, **more: Any) -> HttpResponse:
    """The page of the form. After a refusal read afresh: what was refused must not colour what the stepper says."""
    if request.method == "POST":
        application = access.get_own_application(request.user, application.dossier.reference)
    context = {**shown.form_context(application, name, timezone.localdate()), "form": form, **more}
    return render(request, f"ethics/own_{name}.html", context, status=422 if form.errors else 200)


def _small_form(
    request: HttpRequest,
    application: Application,
    form: Any,
    action: Any,
    fixed: dict[str, Any],
    *,
    heading: str,
    said: str,
    about: str = "",
    then: str = "detail",
    danger: bool = False,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        done, _record = attempt(form, action, by=request.user, **fixed, **form.cleaned_data)
        if done:
            messages.success(request, said)
            return redirect(shown.own_url(application, then))
    url = shown.own_url(application, then)
    context = {"application": application, "form": form, "heading": heading, "about": about, "danger": danger}
    return render(request, "ethics/own_form.html", {**context, "back": url}, status=422 if form.errors else 200)
