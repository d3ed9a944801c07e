"""The directory of subjects: search, one subject, new people and organisations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.people import may
from accounts.permissions import Permission
from casework.access import check_right, load_visible
from casework.actions import directory as entries
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.models import Subject
from casework.views.forms import attempt
from integrity import access
from integrity.actions.respondents import register_subject
from integrity.forms.cases import OrganizationForm, PersonForm, SubjectSearchForm
from integrity.presenters import case_forms
from integrity.presenters import subjects as rows
from integrity.subjects import visible_subjects, visible_units
from integrity.views.cases import form_page


@require_safe
def subject_list(request: HttpRequest) -> HttpResponse:
    """Search by name or identifier. What was searched is on record as a search."""
    access.check_can_see_directory(request.user)
    form = SubjectSearchForm(request.GET)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    if typed:
        record_access(kind=AccessKind.SEARCH, by=request.user, what="directory", data=rows.search_trace(typed))
    context = {
        "form": form,
        "typed": typed,
        "result": rows.search_rows(request.user, typed),
        "may_edit": may(request.user, Permission.EDIT_DIRECTORY),
    }
    return render(request, "integrity/subject_list.html", context)


@require_safe
def subject_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One subject, and the cases and credit records about it that this person may see."""
    access.check_can_see_directory(request.user)
    subject = load_visible(visible_subjects(request.user), pk=pk)
    record_access(kind=AccessKind.READ, by=request.user, what=f"subject:{subject.pk}")
    return render(request, "integrity/subject_detail.html", rows.subject_page(subject, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("identifier")
@once
def subject_add_person(request: HttpRequest) -> HttpResponse:
    check_right(request.user, Permission.EDIT_DIRECTORY)
    initial = {"name": request.GET.get("name", "")[:100]}
    form = PersonForm(request.POST or None, units=visible_units(request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        done, subject = attempt(form, _add_person, request=request, **form.cleaned_data)
        if done:
            messages.success(request, _("已登记%(name)s。") % {"name": subject})
            return redirect("integrity:subject-detail", pk=subject.pk)
    return form_page(request, "integrity/subject_add_person.html", form, units=case_forms.unit_names(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def subject_add_organization(request: HttpRequest) -> HttpResponse:
    check_right(request.user, Permission.EDIT_DIRECTORY)
    form = OrganizationForm(request.POST or None, initial={"name": request.GET.get("name", "")[:200]})
    if request.method == "POST" and form.is_valid():
        done, subject = attempt(form, entries.add_organization, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已登记%(name)s。") % {"name": subject})
            return redirect("integrity:subject-detail", pk=subject.pk)
    return form_page(request, "integrity/subject_add_organization.html", form)


def _add_person(*, request: HttpRequest, unit: Any, post: str, **typed: Any) -> Subject:
    """The person, an identifier and a post: several actions, one transaction (held by `once`)."""
    subject = register_subject(
        name=typed["name"],
        name_latin=typed["name_latin"],
        birth_year=typed["birth_year"],
        identifier_kind=typed["identifier_type"],
        identifier=typed["identifier"],
        is_another=typed["is_another"],
        by=request.user,
    )
    if unit is not None and subject.person is not None:
        entries.add_affiliation(person=subject.person, organization=unit, post=post, by=request.user)
    return subject
