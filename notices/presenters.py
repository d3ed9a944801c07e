"""What staff see of a notice in work: texts side by side, masks with their reasons, opinions, next steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.events import EVENT_TYPES
from casework.presenters import TimelineRow, timeline
from casework.refusals import AccessDenied
from casework.workflow import Blocker, blocker
from integrity.enums import Outcome
from integrity.models import Decision
from notices import access, rules
from notices.actions.fields import ALWAYS_MASKED, live_spans
from notices.enums import MaskReason, NoticeKey, NoticeStatus, ReviewVerdict, WithdrawalReason
from notices.models import MaskedSpan, Notice, NoticeDuty, NoticeField, NoticeReview
from notices.public_rows import public_group
from notices.redaction import BLOCK, compare, scan
from notices.sources import is_stale, sources_for
from notices.windows import APPEAL_ARTICLE, earliest_day_for
from notices.workflow import IN_FORCE, NOTICE

HINTS = {
    "work_title": gettext_lazy("可能：论文或项目名称可检索到作者"),
    "unit_role": gettext_lazy("可能：单位与身份合在一起可以认出本人"),
    "name": gettext_lazy("可能：姓名已公开，可以查到所在部门"),
    "": gettext_lazy("否"),
}


def load_for_page(notice: Notice, *, with_masks: bool) -> Notice:
    """Read what a page of this notice shows, in a fixed number of queries; `with_masks` for the two columns."""
    fields = NoticeField.objects.select_related(
        "decision__case__dossier", "decision__respondent__subject", "decision__rule_set"
    )
    reviews = NoticeReview.objects.select_related("given_by").order_by("round", "pk")
    prefetch_related_objects([notice], Prefetch("fields", fields), Prefetch("reviews", reviews))
    if with_masks:
        prefetch_related_objects([notice], "fields__spans")
    return notice


def decisions_on(notice: Notice) -> list[Decision]:
    """The decisions of a loaded notice, in the order they are printed."""
    return list({field.decision_id: field.decision for field in notice.fields.all()}.values())


def notices_to_draft(user: User, on: dt.date) -> QuerySet[Decision]:
    """Decisions this person may draft a notice from: established, in force, and in no other notice in work."""
    taken = NoticeField.objects.filter(notice__in=Notice.objects.in_work()).values("decision")
    free = Decision.objects.visible_to(user, on).filter(outcome=Outcome.ESTABLISHED, status__in=IN_FORCE)
    return free.exclude(pk__in=taken).select_related("case__dossier", "respondent").order_by("-pk")


# ---- texts side by side


def comparison(notice: Notice, included: Collection[int] | None = None) -> list[dict[str, Any]]:
    """One group per decision: each field with its source, its public text, and whether it is printed.

    `included`: what the person ticked on a form that is shown again, instead of what is stored.
    """
    prefetch_related_objects(decisions_on(notice), "measures")
    texts = sources_for(decisions_on(notice))
    groups: dict[int, dict[str, Any]] = {}
    for index, field in enumerate(notice.fields.all()):
        decision = field.decision
        group = groups.setdefault(
            decision.pk, {"name": decision.respondent.name_then, "decision": str(decision), "rows": []}
        )
        stale = is_stale(field, texts)
        source = texts[field.decision_id].get(field.key, "")
        left, right = compare(source, [] if stale else live_spans(field.spans.all()))
        checked = field.included if included is None else field.pk in included
        group["rows"].append(
            {
                "pk": field.pk,
                "index": index,
                "label": NoticeKey(field.key).label,
                "left": left,
                "right": [(field.public_value, "")] if stale else right,
                "included": checked,
                "is_stale": stale,
                "source": source,
            }
        )
    return list(groups.values())


def mask_rows(
    notice: Notice, groups: Iterable[dict[str, Any]], kept: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """The table under the comparison: every mask with its way, its reason, and whether somebody could still be known."""
    sources = {row["pk"]: row["source"] for group in groups for row in group["rows"]}
    shown = {field.key for field in notice.fields.all() if field.included}
    has_title = any(rules.work_titles(text) for text in sources.values())
    rows = []
    for field in notice.fields.all():
        for span in field.spans.all():
            hint = rules.still_recognisable(
                span.reason, profile=notice.name_profile, included=shown, has_work_title=has_title
            )
            rows.append(_mask_row(field, span, sources[field.pk], hint, kept))
    return rows


def _mask_row(
    field: NoticeField, span: MaskedSpan, source: str, hint: str, kept: Collection[int] | None
) -> dict[str, Any]:
    words = source[span.start : span.end]
    return {
        "pk": span.pk,
        "field": NoticeKey(field.key).label,
        "words": BLOCK if scan(words) else words,
        "style": span.replacement or span.get_style_display(),
        "reason": span.get_reason_display(),
        "is_suggested": span.is_suggested,
        "is_locked": span.reason in ALWAYS_MASKED or span.reason == MaskReason.NAME_PROFILE,
        "kept": not span.dropped if kept is None else span.pk in kept,
        "hint": HINTS[hint],
        "hint_kind": "soon" if hint else "done",
    }


def public_groups(notice: Notice) -> list[dict[str, Any]]:
    """What the public will read, one group per decision."""
    printed: dict[int, list[tuple[str, str]]] = {}
    for field in notice.fields.all():
        if field.included and field.public_value:
            printed.setdefault(field.decision_id, []).append((field.key, field.public_value))
    return [public_group(rows) for rows in printed.values()]


# ---- opinions


def review_rows(notice: Notice, user: User) -> list[dict[str, Any]]:
    """Opinions of all rounds. What somebody said stays hidden from everybody else until both are in."""
    reviews = list(notice.reviews.all())
    counts = {one.round: sum(other.round == one.round for other in reviews) for one in reviews}
    rows = []
    for review in reversed(reviews):
        is_complete = counts[review.round] >= rules.REVIEWERS_NEEDED
        is_open = is_complete or review.given_by_id == user.pk
        is_past = not is_complete and (review.round != notice.review_round or notice.status != NoticeStatus.REVIEW)
        rows.append(
            {
                "who": str(review.given_by),
                "at": review.given_at,
                "round": review.round,
                "verdict": review.get_verdict_display() if is_open else _("已提交，暂不可见"),
                "kind": _verdict_kind(review) if is_open else "sealed",
                "comment": review.comment if is_open else "",
                "note": _("内容在另一份意见提交前改动，本意见不再有效。") if is_past else "",
            }
        )
    return rows


def _verdict_kind(review: NoticeReview) -> str:
    return "done" if review.verdict == ReviewVerdict.APPROVE else "late"


# ---- facts, duties, steps


def facts(notice: Notice, earliest: dt.date | None) -> list[tuple[str, Any]]:
    """What the margin tells about a notice."""
    secrecy = notice.secrecy_checked_by or _("尚未进行")
    rows = [
        (_("起草人"), notice.drafted_by),
        (_("姓名公开规格"), notice.get_name_profile_display()),
        (_("保密审查"), secrecy),
        (_("最早公布日"), earliest or _("决定尚未全部送达")),
        (_("拟公布日"), notice.scheduled_on),
        (_("公布至"), notice.until or _("未设截止日")),
        (_("搜索引擎"), _("允许收录") if notice.allow_indexing else _("不允许收录")),
    ]
    if notice.exception_reason:
        rows.append((_("提前公布理由"), notice.exception_reason))
    if notice.correction_note:
        rows.append((_("更正说明"), notice.correction_note))
    if notice.withdrawal_reason:
        rows.append((_("撤下原因"), WithdrawalReason(notice.withdrawal_reason).label))
        rows.append((_("撤下说明"), notice.withdrawal_text))
    return rows


def duty_label(duty: NoticeDuty) -> str:
    """Why there is a duty, in the words of the event that made it."""
    known = EVENT_TYPES.get(duty.because)
    return str(known.label) if known else duty.because


def duty_rows(notice: Notice) -> list[dict[str, Any]]:
    """Open duties of a notice."""
    waiting = NoticeDuty.objects.filter(notice=notice, done_at=None).order_by("pk")
    return [{"label": duty_label(duty), "due_on": duty.due_on} for duty in waiting]


def list_rows(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """Rows of the list of notices in work."""
    return [
        {
            "reference": str(notice),
            "title": notice.title,
            "url": notice.get_absolute_url(),
            "status": notice.status,
            "status_label": notice.get_status_display(),
            "until": notice.until,
            "drafted_by": str(notice.drafted_by),
            "correcting": notice.correcting,
        }
        for notice in notices
    ]


def earliest_for(notice: Notice) -> dt.date | None:
    """When the appeal windows of a loaded notice have closed."""
    return earliest_day_for(decisions_on(notice))


def story(notice: Notice) -> list[TimelineRow]:
    """The timeline of a notice."""
    return timeline([notice.dossier], own=notice.dossier)


def next_steps(notice: Notice, user: User, *, on: dt.date, earliest: dt.date | None) -> list[dict[str, Any]]:
    """The steps this person's rights reach, possible or not; an impossible one carries the sentence that refuses it."""
    drafts, publishes = may(user, Permission.DRAFT_NOTICES), may(user, Permission.PUBLISH_NOTICES)
    reviews = may(user, Permission.REVIEW_NOTICES)
    status = NoticeStatus(notice.status)
    rows = []
    if status in {NoticeStatus.WITHDRAWN, NoticeStatus.EXPIRED}:
        return rows
    if drafts and status == NoticeStatus.DRAFT:
        rows += _drafting(notice, user)
    elif drafts and notice.is_editable:
        label = _("修改（已有审核意见随之失效）")
        rows.append({**_step(notice, "edit", label, access.check_can_edit_notice, user, None), "danger": True})
    if reviews and status in {NoticeStatus.DRAFT, NoticeStatus.REVIEW}:
        waiting = None if status == NoticeStatus.REVIEW else Blocker(_("这份通报现在不在审核中。"))
        rows.append(_step(notice, "review", _("提交审核意见"), access.check_can_review_notice, user, waiting))
    if publishes and status != NoticeStatus.PUBLISHED:
        check = access.check_can_publish_notice
        refusal = blocker(NOTICE, notice, "publish")
        article = APPEAL_ARTICLE if earliest is None or on < earliest else ""
        rows.append(_step(notice, "publish", _("公布"), check, user, refusal, article))
        if status == NoticeStatus.APPROVED:
            rows.append(_step(notice, "schedule", _("排期公布"), check, user, refusal))
    if drafts and status == NoticeStatus.PUBLISHED:
        rows.append(_step(notice, "correct", _("更正"), access.check_can_edit_notice, user, None))
    if publishes:
        label = _("撤下") if notice.published_at else _("作废")
        article = "处罚法48" if notice.published_at else ""
        step = _step(notice, "withdraw", label, access.check_can_withdraw_notice, user, None, article)
        rows.append({**step, "danger": True})
    return rows


def _drafting(notice: Notice, user: User) -> list[dict[str, Any]]:
    """The steps of a draft. The one to take next stands first: the secrecy check, and once that is done, sending it on."""
    is_checked = notice.secrecy_checked_at is not None
    label = _("重新保密审查") if is_checked else _("保密审查")
    secrecy = _step(notice, "secrecy", label, access.check_can_edit_notice, user, None, "保密法35")
    sending = _sending(notice, user)
    editing = _step(notice, "edit", _("修改内容与遮蔽"), access.check_can_edit_notice, user, None)
    return [sending, editing, secrecy] if is_checked else [secrecy, sending, editing]


def _sending(notice: Notice, user: User) -> dict[str, Any]:
    refusal = blocker(NOTICE, notice, "send_to_review")
    row = _step(notice, "send", _("提交双人审核"), access.check_can_edit_notice, user, refusal)
    return {**row, "method": "post"}


def _step(
    notice: Notice,
    name: str,
    label: str,
    check: Callable[..., None],
    user: User,
    refusal: Blocker | None,
    article: str = "",
) -> dict[str, Any]:
    against: AccessDenied | Blocker | None = permitted(check, user, notice) or refusal
    return {
        "label": label,
        "url": reverse(f"notices:notice-{name}", args=[notice.dossier.reference]),
        "method": "get",
        "enabled": against is None,
        "reason": against.reason if against else "",
        "article": against.article if against else article,
    }
