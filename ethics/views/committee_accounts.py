"""How a committee works in this system, and which account a member works with. Ethics supervision only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.idempotency import once
from ethics.access import get_committee_for, get_member_for
from ethics.actions import committees, members
from ethics.forms.register import AccountForm, RunForm
from ethics.presenters.people import member_accounts
from ethics.review_access import check_can_run_committee
from ethics.views.pages import bound, form_page


@require_http_methods(["GET", "HEAD", "POST"])
@once
def run(request: HttpRequest, pk: int) -> HttpResponse:
    committee = get_committee_for(request.user, pk)
    check_can_run_committee(request.user, committee)
    initial = {"runs_here": committee.runs_here, "has_video_rules": committee.has_video_rules}
    form = bound(RunForm, request, initial=initial)
    return form_page(
        request,
        form,
        committees.let_run_here,
        unit=committee.unit,
        fixed={"committee": committee},
        heading=_("开展审查的方式"),
        about=committee.name,
        submit=_("保存"),
        said=_("已保存。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def account(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_member_for(request.user, pk)
    check_can_run_committee(request.user, member.committee)
    form = bound(AccountForm, request, accounts=member_accounts(), initial={"user": member.user_id})
    return form_page(
        request,
        form,
        members.link_account,
        unit=member.committee.unit,
        fixed={"member": member},
        heading=_("关联账号"),
        about=str(member),
        submit=_("保存"),
        said=_("已保存。"),
    )
