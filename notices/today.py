"""What notices put on the Today page: duties after a change, drafts, opinions to give, notices ready to go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from notices.enums import NoticeStatus
from notices.models import Notice, NoticeDuty, NoticeReview
from notices.presenters import duty_label, notices_to_draft

DUTY_ARTICLE = "处罚法48"


@register_today
def duties(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For publishers: a decision under a notice changed, three working days to act."""
    if Permission.PUBLISH_NOTICES not in standing(user, on).permissions:
        return
    visible = Notice.objects.visible_to(user, on)
    waiting = NoticeDuty.objects.filter(done_at=None, notice__in=visible).select_related("notice__dossier")
    for duty in waiting.order_by("pk"):
        yield TodayRow(
            title=_("须撤下或更正：%(title)s") % {"title": duty.notice.title},
            url=duty.notice.get_absolute_url(),
            reference=str(duty.notice),
            note=duty_label(duty),
            action_label=_("撤下通报"),
            action_url=reverse("notices:notice-withdraw", args=[duty.notice.dossier.reference]),
            due_on=duty.due_on,
            article=DUTY_ARTICLE,
        )


@register_today
def work(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For publishers: drafts to finish, notices that were approved; those under review wait for others."""
    if Permission.DRAFT_NOTICES not in standing(user, on).permissions:
        return
    steps = {
        NoticeStatus.DRAFT: (_("继续起草"), "notices:notice-edit"),
        NoticeStatus.APPROVED: (_("公布"), "notices:notice-publish"),
    }
    statuses = [*steps, NoticeStatus.REVIEW]
    for notice in (
        Notice.objects.visible_to(user, on).filter(status__in=statuses).select_related("dossier").order_by("pk")
    ):
        label, name = steps.get(NoticeStatus(notice.status), (_("查看"), "notices:notice-detail"))
        yield TodayRow(
            title=notice.title,
            url=notice.get_absolute_url(),
            reference=str(notice),
            note=str(notice.get_status_display()),
            action_label=label,
            action_url=reverse(name, args=[notice.dossier.reference]),
            group="mine" if notice.status in steps else "waiting",
            waiting_for="" if notice.status in steps else _("两位审核人"),
        )


@register_today
def decisions_without_notice(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For publishers: one row that says how many decisions could be published and are not."""
    if Permission.DRAFT_NOTICES not in standing(user, on).permissions:
        return
    count = notices_to_draft(user, on).count()
    if count:
        yield TodayRow(
            title=_("有 %(count)s 份处理决定尚未通报") % {"count": count},
            url=reverse("notices:notice-draft"),
            reference="",
            note=_("只列认定成立、已签发的决定"),
            action_label=_("起草通报"),
            action_url=reverse("notices:notice-draft"),
        )


@register_today
def opinions(user: User, on: dt.date) -> Iterator[TodayRow]:
    """For reviewers: notices that wait for this person's opinion."""
    if Permission.REVIEW_NOTICES not in standing(user, on).permissions:
        return
    waiting = Notice.objects.visible_to(user, on).filter(status=NoticeStatus.REVIEW).select_related("dossier")
    waiting = waiting.exclude(drafted_by=user).exclude(secrecy_checked_by=user).order_by("pk")
    given = set(NoticeReview.objects.filter(given_by=user, notice__in=waiting).values_list("notice_id", "round"))
    for notice in waiting:
        if (notice.pk, notice.review_round) in given:
            continue
        yield TodayRow(
            title=notice.title,
            url=notice.get_absolute_url(),
            reference=str(notice),
            note=_("双人审核，另一位的意见在两份齐备前不可见"),
            action_label=_("审核"),
            action_url=reverse("notices:notice-review", args=[notice.dossier.reference]),
            since=timezone.localdate(notice.secrecy_checked_at) if notice.secrecy_checked_at else None,
        )
