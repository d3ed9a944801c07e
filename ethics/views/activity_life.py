"""One approved activity: its page, incidents, suspension and resumption, delivery of its letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import know_handling, permitted
from casework.enums import AccessKind
from casework.events import record_access
from casework.idempotency import once
from casework.presenters.viewers import all_grants
from ethics.access import check_can_keep, get_activity_for
from ethics.actions import activity_life, incidents, letters
from ethics.enums import ActivityStatus, IncidentKind
from ethics.forms.activity_life import (
    DeliverForm,
    HandleIncidentForm,
    IncidentForm,
    OwnIncidentForm,
    ResumeForm,
    SuspendForm,
)
from ethics.life_access import (
    get_activity_letter_for,
    get_activity_page_for,
    get_incident_for,
)
from ethics.models import Activity
from ethics.presenters import activity as shown
from ethics.presenters.marks import ACTIVITY_PILLS
from ethics.review_access import check_is_applicant, get_own_application
from ethics.stored_rules import adverse_event_clause
from ethics.views.pages import bound, taken


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one activity after its approval. Reading it is recorded."""
    activity = get_activity_page_for(request.user, pk)
    unit, today = activity.unit, timezone.localdate()
    record_access(kind=AccessKind.READ, by=request.user, what=f"activity:{pk}", dossier=unit.dossier)
    know_handling(request.user, unit.dossier, all_grants(unit.dossier))
    keeps = permitted(check_can_keep, request.user, unit) is None
    follow_ups = list(activity.follow_ups.filter(voided_on=None))
    planned = next((one for one in follow_ups if one.done_on is None), None)
    reported = shown.incident_rows(activity, request.user, keeps=keeps)
    entry = getattr(activity, "public_entry", None)
    silent: bool = activity.is_silent  # type: ignore[attr-defined]
    context = {
        "activity": activity,
        "unit": unit,
        "status_kind": ACTIVITY_PILLS[ActivityStatus(activity.status)],
        "facts": shown.activity_facts(activity, silent=silent),
        "follow_ups": shown.follow_up_rows(follow_ups, today, keeps=keeps, silent=silent),
        "incidents": reported,
        "applications": shown.application_rows(activity, request.user),
        "letters": shown.letter_rows(activity, request.user, keeps=keeps),
        "entry": shown.entry_card(entry, request.user, today),
        "keeps": keeps,
        "steps": shown.steps(activity, request.user, planned, entry, reported) if keeps else [],
    }
    return render(request, "ethics/activity_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def incident_enter(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    form = bound(IncidentForm, request, initial={"reported_on": timezone.localdate()})
    return activity_form(
        request,
        form,
        incidents.report,
        activity=activity,
        fixed={"activity": activity},
        heading=_("登记不良事件、偏离或者变更"),
        submit=_("登记"),
        said=_("已登记，请尽快处理。"),
        clause=adverse_event_clause(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def own_incident_enter(request: HttpRequest, reference: str) -> HttpResponse:
    """The applicant behind the activity reports from the own pages, and sees there what was reported before."""
    application = get_own_application(request.user, reference)
    check_is_applicant(request.user, application)
    form = bound(OwnIncidentForm, request)
    said = _("已收到您的报告，委员会秘书会尽快处理。")
    done = taken(request, form, incidents.report_own, said=said, back=request.path, application=application)
    if done is not None:
        return done
    context = {
        "form": form,
        "application": application,
        "reported": shown.own_incidents(application, request.user),
        "clause": adverse_event_clause(),
    }
    return render(request, "ethics/incident_own.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def incident_handle(request: HttpRequest, pk: int) -> HttpResponse:
    incident = get_incident_for(request.user, pk)
    activity = incident.activity
    check_can_keep(request.user, activity.unit)
    form = bound(HandleIncidentForm, request)
    still = _("活动仍在暂停中；可以恢复的，请另行登记恢复。") if activity.status == ActivityStatus.SUSPENDED else ""
    return activity_form(
        request,
        form,
        incidents.handle,
        activity=activity,
        fixed={"incident": incident},
        heading=_("处理情况报告"),
        submit=_("登记处理意见"),
        said=" ".join((_("已登记处理意见。"), still)).strip(),
        incident=incident,
        clause=adverse_event_clause() if incident.kind == IncidentKind.ADVERSE_EVENT else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    return activity_form(
        request,
        bound(SuspendForm, request),
        activity_life.suspend,
        activity=activity,
        fixed={"activity": activity},
        heading=_("暂停活动"),
        danger=True,
        said=_("活动已暂停，暂停活动通知书已签发，请送达。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    activity = get_activity_for(request.user, pk)
    check_can_keep(request.user, activity.unit)
    return activity_form(
        request,
        bound(ResumeForm, request),
        activity_life.resume,
        activity=activity,
        fixed={"activity": activity},
        heading=_("恢复活动"),
        said=_("活动已恢复，恢复活动通知书已签发，请送达。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def letter_deliver(request: HttpRequest, pk: int) -> HttpResponse:
    letter = get_activity_letter_for(request.user, pk)
    assert letter.activity is not None
    check_can_keep(request.user, letter.activity.unit)
    return activity_form(
        request,
        bound(DeliverForm, request, initial={"delivered_on": timezone.localdate()}),
        letters.deliver,
        activity=letter.activity,
        fixed={"letter": letter},
        heading=_("登记送达"),
        about=str(letter),
        said=_("已登记送达。"),
    )


def activity_form(
    request: HttpRequest,
    form: forms.Form,
    action: Callable[..., Any],
    *,
    activity: Activity,
    heading: str,
    said: str,
    fixed: dict[str, Any],
    about: str = "",
    submit: str = "",
    danger: bool = False,
    **context: Any,
) -> HttpResponse:
    """The form page of an activity: one call, then back to the activity, or the form again with what was refused."""
    done = taken(request, form, action, said=said, back=activity, **fixed)
    if done is not None:
        return done
    context |= {
        "form": form,
        "activity": activity,
        "heading": heading,
        "about": about,
        "submit": submit or heading,
        "danger": danger,
    }
    return render(request, "ethics/activity_form.html", context, status=422 if form.errors else 200)
