"""Committees and their members: enter, edit, dissolve, leave, sign, train."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casework.idempotency import once
from ethics.access import check_can_keep, get_committee_for, get_member_for, get_unit_for
from ethics.actions import committees, members
from ethics.forms.register import (
    CheckNoteForm,
    CommitteeEditForm,
    CommitteeForm,
    DissolveForm,
    LeaveForm,
    MemberForm,
    SignForm,
    TrainForm,
)
from ethics.presenters.people import people_of
from ethics.views.pages import bound, form_page


@require_http_methods(["GET", "HEAD", "POST"])
@once
def enter(request: HttpRequest, reference: str) -> HttpResponse:
    unit = get_unit_for(request.user, reference)
    check_can_keep(request.user, unit)
    form = bound(CommitteeForm, request)
    return form_page(
        request,
        form,
        committees.enter,
        unit=unit,
        fixed={"unit": unit},
        heading=_("登记委员会"),
        said=_("委员会已登记，平台登记的期限已开始计算。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    committee = get_committee_for(request.user, pk)
    check_can_keep(request.user, committee.unit)
    form = bound(
        CommitteeEditForm,
        request,
        initial={
            "name": committee.name,
            "regimes": committee.regimes,
            "is_service_centre": committee.is_service_centre,
        },
    )
    return form_page(
        request,
        form,
        committees.edit,
        unit=committee.unit,
        fixed={"committee": committee},
        heading=_("修改委员会登记"),
        about=committee.name,
        submit=_("保存"),
        said=_("已保存。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    committee = get_committee_for(request.user, pk)
    check_can_keep(request.user, committee.unit)
    form = bound(DissolveForm, request)
    return form_page(
        request,
        form,
        committees.dissolve,
        unit=committee.unit,
        fixed={"committee": committee},
        heading=_("登记委员会撤销"),
        about=committee.name,
        danger=True,
        said=_("已登记撤销。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("identifier")
@once
def member_enter(request: HttpRequest, pk: int) -> HttpResponse:
    committee = get_committee_for(request.user, pk)
    check_can_keep(request.user, committee.unit)
    form = bound(MemberForm, request, people=people_of(committee.unit))
    return form_page(
        request,
        form,
        members.enter,
        unit=committee.unit,
        fixed={"committee": committee},
        heading=_("登记委员"),
        about=committee.name,
        said=_("委员已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def member_leave(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_member_for(request.user, pk)
    check_can_keep(request.user, member.committee.unit)
    form = bound(LeaveForm, request)
    return form_page(
        request,
        form,
        members.leave,
        unit=member.committee.unit,
        fixed={"member": member},
        heading=_("登记委员离任"),
        about=str(member),
        said=_("已登记离任。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def member_sign(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_member_for(request.user, pk)
    check_can_keep(request.user, member.committee.unit)
    form = bound(SignForm, request)
    return form_page(
        request,
        form,
        members.sign,
        unit=member.committee.unit,
        fixed={"member": member},
        heading=_("登记签署文书"),
        about=str(member),
        said=_("已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def member_train(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_member_for(request.user, pk)
    check_can_keep(request.user, member.committee.unit)
    form = bound(TrainForm, request)
    return form_page(
        request,
        form,
        members.train,
        unit=member.committee.unit,
        fixed={"member": member},
        heading=_("登记培训"),
        about=str(member),
        said=_("已登记。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def member_check(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_member_for(request.user, pk)
    check_can_keep(request.user, member.committee.unit)
    initial = {"clean_check_no": member.clean_check_no, "clean_checked_on": member.clean_checked_on}
    form = bound(CheckNoteForm, request, initial=initial)
    return form_page(
        request,
        form,
        members.note_check,
        unit=member.committee.unit,
        fixed={"member": member},
        heading=_("登记诚信核查回执"),
        about=str(member),
        said=_("已登记。"),
    )
