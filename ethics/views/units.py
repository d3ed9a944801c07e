"""Units: enter, read, edit, move to another county, open to a department."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Department
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.enums import AccessKind, GrantPermission
from casework.events import record_access
from casework.idempotency import once
from casework.presenters import history_rows, who_can_see
from casework.presenters.timeline import group_links, timeline
from casework.presenters.viewers import all_grants, grant_in_force
from casework.views.forms import attempt
from ethics.access import (
    check_can_keep,
    check_can_open,
    check_can_refer,
    check_may_enter,
    get_unit_for,
)
from ethics.actions import units, violations
from ethics.forms.register import DayForm, OpenForm, ReasonForm, RelocateForm, UnitEditForm, UnitForm
from ethics.life_access import activities_without_words
from ethics.presenters import unit as shown
from ethics.presenters.timeline import event_words, without_words
from ethics.regions import region_choices, region_names
from ethics.views.pages import bound, form_page

RECENT = 15


@require_http_methods(["GET", "HEAD", "POST"])
@once
def enter(request: HttpRequest) -> HttpResponse:
    check_may_enter(request.user)
    form = bound(UnitForm, request, regions=region_choices(request.user))
    if request.method == "POST" and form.is_valid():
        done, unit = attempt(form, units.enter, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已登记%(name)s。") % {"name": unit})
            return redirect(unit)
    return render(request, "ethics/unit_enter.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One unit with everything known about its ethics review. Reading it is recorded."""
    unit = get_unit_for(request.user, reference)
    record_access(kind=AccessKind.READ, by=request.user, what=reference, dossier=unit.dossier)
    today = timezone.localdate()
    form = DayForm(request.GET)
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    keeps = permitted(check_can_keep, request.user, unit) is None
    reviews = shown.reviews_of(unit, request.user)
    found = list(
        unit.violations.select_related("activity", "referred_by", "unit__dossier").order_by("-found_on", "-pk")
    )
    grants = all_grants(unit.dossier)
    group = request.GET.get("events", "")
    silent = activities_without_words(request.user, unit)
    told = without_words(timeline([unit.dossier], group=group, words=event_words(unit)), silent)
    context = {
        "unit": unit,
        "facts": shown.unit_facts(unit, region_names().get(unit.region_code, unit.region_code)),
        "on": on,
        "is_today": on == today,
        "day_form": DayForm(initial={"on": on}) if form.is_valid() else form,
        "committees": shown.committee_rows(
            shown.committees_of(unit),
            on,
            today,
            keeps=keeps,
            supervises=keeps and may(request.user, Permission.RUN_REVIEWS),
        ),
        "activities": shown.activity_rows(unit, reviews, today, keeps=keeps, silent=silent),
        "open_reviews": shown.open_reviews(reviews),
        "checks": shown.check_rows(unit, today, keeps=keeps),
        "violations": shown.violation_rows(
            found,
            violations.lead_numbers(found, request.user),
            refers=permitted(check_can_refer, request.user, unit) is None,
        ),
        "timeline": told[:RECENT],
        "earlier": told[RECENT:],
        "groups": group_links(group),
        "steps": shown.steps(request.user, unit),
        "viewers": who_can_see(unit.dossier, today, grants=grants),
        "opened": [
            grant.department
            for grant in grants
            if grant.department_id and grant.permission == GrantPermission.VIEW and grant_in_force(grant, today)
        ]
        if permitted(check_can_open, request.user, unit) is None
        else [],
        "keeps": may(request.user, Permission.KEEP_ETHICS),
    }
    return render(request, "ethics/unit_detail.html", context)


@require_safe
def history(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    rows = history_rows(shown.history_records(unit, activities_without_words(request.user, unit)))
    return render(request, "ethics/unit_history.html", {"unit": unit, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_keep(request.user, unit)
    initial = {
        "sensitive_fields": unit.sensitive_fields,
        "required_basis": unit.required_basis,
        "note": unit.note,
    }
    form = bound(UnitEditForm, request, initial=initial)
    return form_page(
        request,
        form,
        units.edit,
        unit=unit,
        fixed={"unit": unit},
        heading=_("修改单位登记"),
        submit=_("保存"),
        said=_("已保存。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def relocate(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_open(request.user, unit)
    regions = region_choices(request.user)
    form = bound(RelocateForm, request, regions=regions, initial={"region_code": unit.region_code})
    return form_page(
        request,
        form,
        units.relocate,
        unit=unit,
        fixed={"unit": unit},
        heading=_("改变所属县区"),
        about=_("新的县区从现在起可以办理，原来的县区不再能看到这个单位。"),
        said=_("所属县区已经改变。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_to(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_open(request.user, unit)
    form = bound(OpenForm, request)
    return form_page(
        request,
        form,
        units.open_to,
        unit=unit,
        fixed={"unit": unit},
        heading=_("开放给部门查看"),
        about=_("这个部门的联席会议成员可以查看这个单位的全部登记，不能修改。"),
        said=_("已开放。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def withdraw(request: HttpRequest, reference: str, department_pk: int) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_open(request.user, unit)
    department = get_object_or_404(Department, pk=department_pk)
    form = bound(ReasonForm, request)
    return form_page(
        request,
        form,
        units.withdraw,
        unit=unit,
        fixed={"unit": unit, "department": department},
        heading=_("收回部门的查看权限"),
        about=str(department.short_name),
        danger=True,
        said=_("已收回。"),
    )
