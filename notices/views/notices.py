"""Pages of notices in work."""

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
from casework.views.forms import attempt
from notices import access, presenters
from notices.actions import notices, publication, reviews
from notices.enums import NameProfile, NoticeStatus
from notices.forms.notices import (
    CorrectForm,
    NoticeDraftForm,
    NoticeEditForm,
    PublishForm,
    ReviewForm,
    ScheduleForm,
    SecrecyForm,
    WithdrawForm,
)
from notices.models import Notice

MOST_DECISIONS = 200


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    access.check_can_see_notices(request.user)
    status = request.GET.get("status", "")
    visible = Notice.objects.visible_to(request.user).with_status(status)
    found = page(visible.select_related("dossier", "drafted_by"), request)
    context = {
        "rows": presenters.list_rows(found.rows),
        "page": found,
        "status": status,
        "statuses": NoticeStatus.choices,
        "may_draft": access.may_draft(request.user),
    }
    return render(request, "notices/notice_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def notice_draft(request: HttpRequest) -> HttpResponse:
    access.check_can_draft_notice(request.user)
    on = timezone.localdate()
    choice = list(presenters.notices_to_draft(request.user, on)[:MOST_DECISIONS])
    initial = {
        "decisions": request.GET.getlist("decision"),
        "name_profile": NameProfile.FULL,
        "title": _("关于科研失信行为处理结果的通报"),
        "intro": _("经调查认定，并依照有关规定作出处理，现将处理结果通报如下。"),
    }
    form = NoticeDraftForm(request.POST or None, decisions=choice, initial=initial)
    if request.method == "POST" and form.is_valid():
        value = form.cleaned_data
        done, notice = attempt(
            form,
            notices.draft,
            decisions=form.chosen(),
            title=value["title"],
            intro=value["intro"],
            name_profile=value["name_profile"],
            by=request.user,
        )
        if done:
            messages.success(request, _("通报已起草。请核对公开内容和遮蔽处。"))
            return redirect("notices:notice-edit", notice.dossier.reference)
    return _form_page(request, "notices/notice_draft.html", form, {"has_choice": bool(choice)})


@require_safe
def notice_detail(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference)
    on = timezone.localdate()
    earliest = presenters.earliest_for(notice)
    context = {
        "notice": notice,
        "groups": presenters.public_groups(notice),
        "facts": presenters.facts(notice, earliest),
        "reviews": presenters.review_rows(notice, request.user),
        "duties": presenters.duty_rows(notice),
        "steps": presenters.next_steps(notice, request.user, on=on, earliest=earliest),
        "timeline": presenters.story(notice),
    }
    return render(request, "notices/notice_detail.html", context)


@require_http_methods(["GET", "POST"])
@once
def notice_edit(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference, with_masks=True)
    access.check_can_edit_notice(request.user, notice)
    form = NoticeEditForm(request.POST or None, notice=notice)
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        done, _saved = attempt(
            form,
            notices.edit,
            notice=fresh,
            content=form.content(),
            seen_hash=form.cleaned_data["seen_hash"],
            by=request.user,
        )
        if done:
            messages.success(request, _("已保存。"))
            stays = form.cleaned_data["mask_words"] or "stay" in request.POST
            return redirect("notices:notice-edit" if stays else "notices:notice-detail", reference)
    groups = presenters.comparison(notice, form.ticked("included"))
    extra = {"notice": notice, "groups": groups, "masks": presenters.mask_rows(notice, groups, form.ticked("kept"))}
    return _form_page(request, "notices/notice_edit.html", form, extra)


@require_http_methods(["GET", "POST"])
@once
def notice_secrecy(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference)
    access.check_can_edit_notice(request.user, notice)
    form = SecrecyForm(request.POST or None, initial={"seen_hash": notice.content_hash})
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        value = {name: form.cleaned_data[name] for name in ("note", "seen_hash")}
        if attempt(form, notices.check_secrecy, notice=fresh, by=request.user, **value)[0]:
            messages.success(request, _("保密审查已记录。"))
            return redirect(notice)
    extra = {"notice": notice, "groups": presenters.public_groups(notice)}
    return _form_page(request, "notices/notice_secrecy.html", form, extra)


@require_POST
@once
def notice_send(request: HttpRequest, reference: str) -> HttpResponse:
    notice = access.get_notice_for(request.user, reference)
    notices.send_to_review(notice=notice, by=request.user)
    messages.success(request, _("已提交双人审核。"))
    return redirect(notice)


@require_http_methods(["GET", "POST"])
@once
def notice_review(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference, with_masks=True)
    access.check_can_review_notice(request.user, notice)
    form = ReviewForm(request.POST or None, initial={"seen_hash": notice.content_hash})
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        if attempt(form, reviews.give, notice=fresh, by=request.user, **form.cleaned_data)[0]:
            messages.success(request, _("意见已提交。两份意见齐备后一并公开给承办人。"))
            return redirect(notice)
    groups = presenters.comparison(notice)
    extra = {
        "notice": notice,
        "groups": groups,
        "masks": presenters.mask_rows(notice, groups),
        "is_open": notice.status == NoticeStatus.REVIEW,
    }
    return _form_page(request, "notices/notice_review.html", form, extra)


@require_http_methods(["GET", "POST"])
@once
def notice_publish(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference)
    access.check_can_publish_notice(request.user, notice)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        done, public = attempt(form, publication.publish, notice=fresh, by=request.user, **form.cleaned_data)
        if done:
            messages.success(request, _("已公布，文号 %(number)s。") % {"number": public.number})
            return redirect(notice)
    return _form_page(request, "notices/notice_publish.html", form, _outgoing(notice))


@require_http_methods(["GET", "POST"])
@once
def notice_schedule(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference)
    access.check_can_publish_notice(request.user, notice)
    extra = _outgoing(notice)
    form = ScheduleForm(request.POST or None, initial={"day": extra["earliest"]})
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        if attempt(form, publication.schedule, notice=fresh, by=request.user, **form.cleaned_data)[0]:
            messages.success(request, _("已排期，到期自动公布。"))
            return redirect(notice)
    return _form_page(request, "notices/notice_schedule.html", form, extra)


@require_http_methods(["GET", "POST"])
@once
def notice_correct(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference)
    access.check_can_edit_notice(request.user, notice)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        if attempt(form, notices.begin_correction, notice=fresh, by=request.user, **form.cleaned_data)[0]:
            messages.success(request, _("已开始更正。更正公布之前，公众看到的仍是原通报。"))
            return redirect("notices:notice-edit", reference)
    return _form_page(request, "notices/notice_correct.html", form, {"notice": notice})


@require_http_methods(["GET", "POST"])
@once
def notice_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    notice = _open(request, reference)
    access.check_can_withdraw_notice(request.user, notice)
    was_public = notice.published_at is not None
    form = WithdrawForm(request.POST or None, was_public=was_public)
    if request.method == "POST" and form.is_valid():
        fresh = access.get_notice_for(request.user, reference)
        if attempt(form, publication.withdraw, notice=fresh, by=request.user, **form.cleaned_data)[0]:
            said = _("已撤下。公众页面、检索和订阅里都不再有这份通报。") if was_public else _("已作废。")
            messages.success(request, said)
            return redirect(notice)
    return _form_page(request, "notices/notice_withdraw.html", form, {"notice": notice})


def _open(request: HttpRequest, reference: str, *, with_masks: bool = False) -> Notice:
    """Load a notice with what its page shows. A look at a notice in work is on record before anything is shown."""
    notice = access.get_notice_for(request.user, reference)
    if request.method == "GET":
        record_access(kind=AccessKind.READ, by=request.user, what=str(notice), dossier=notice.dossier)
    return presenters.load_for_page(notice, with_masks=with_masks)


def _outgoing(notice: Notice) -> dict[str, Any]:
    earliest = presenters.earliest_for(notice)
    on = timezone.localdate()
    is_early = earliest is None or on < earliest
    return {"notice": notice, "groups": presenters.public_groups(notice), "earliest": earliest, "is_early": is_early}


def _form_page(request: HttpRequest, template: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    """The page with its form; 422 when what was sent cannot be accepted, with everything typed still there."""
    return render(request, template, {**context, "form": form}, status=422 if form.errors else 200)
