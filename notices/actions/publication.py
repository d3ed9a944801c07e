"""Put a notice before the public, on a day, in a new version; take it down when withdrawn or past its last day."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions.dossiers import close_dossier
from casework.actors import Actor
from casework.events import record_event
from casework.references import next_reference
from casework.refusals import InputRefused, MoveRefused, Refusal
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import check_move, lock, move
from notices import access
from notices.actions import duties
from notices.actions.notices import check_texts
from notices.enums import NoticeKey, PublicState, WithdrawalReason
from notices.models import Notice, PublicNotice
from notices.redaction import scan
from notices.rules import stored_words
from notices.sources import LANGUAGE, category_labels
from notices.windows import APPEAL_ARTICLE, check_until, decisions_of, earliest_day
from notices.workflow import NOTICE


@transaction.atomic
def publish(*, notice: Notice, exception_reason: str = "", by: User) -> PublicNotice:
    """Publish today. Before the appeal windows have closed only with a reason for the exception, which is recorded."""
    access.check_can_publish_notice(by, notice)

    lock(notice, NOTICE)
    check_move(NOTICE, notice, "publish")
    on = timezone.localdate()
    _check_window(notice, on, _clean_exception(exception_reason))
    return _put_out(notice, on, by)


@transaction.atomic
def schedule(*, notice: Notice, day: dt.date, exception_reason: str = "", by: User) -> Notice:
    """Let `publish_due` put it out on that day; today is allowed and means the next run."""
    access.check_can_publish_notice(by, notice)

    lock(notice, NOTICE)
    check_move(NOTICE, notice, "schedule")
    check_texts(notice)
    if day < timezone.localdate():
        raise InputRefused(_("公布日不能早于今天。"), field="day")
    check_until(notice.until, on=day, message=_("公布日晚于公布截止日，请先修改截止日。"))
    _check_window(notice, day, _clean_exception(exception_reason))
    notice.scheduled_on = day
    move(NOTICE, notice, "schedule", by=by, reason=notice.exception_reason, data={"day": day.isoformat()})
    return notice


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, text: str, by: User) -> Notice:
    """Take the notice down at once, with a public explanation (处罚法 第48条), or give up one that never came out."""
    access.check_can_withdraw_notice(by, notice)

    article = "处罚法48" if notice.published_at else ""
    if reason not in WithdrawalReason.values:
        raise InputRefused(_("请选择撤下原因。"), field="reason")
    text = clean_text(text, field_label=_("撤下说明"), limit=300, field="text")
    if not text:
        raise InputRefused(_("请写明撤下的理由，公布过的通报撤下时会公开说明。"), field="text", article=article)
    if scan(text):
        raise InputRefused(_("撤下说明会公开，不能写证件号码、电话或邮箱。"), field="text", article="条例15")
    notice.withdrawn_at = timezone.now()
    notice.withdrawn_by = by
    notice.withdrawn_by_label = str(by)[:60]
    notice.withdrawal_reason = reason
    notice.withdrawal_text = text
    notice.correcting = False
    move(NOTICE, notice, "withdraw", by=by, reason=text, article=article, data={"reason": reason})
    _finish(notice, text, by)
    return notice


def publish_due(*, by: Actor, on: dt.date) -> tuple[list[PublicNotice], list[tuple[Notice, str]]]:
    """Put out everything scheduled for this day or an earlier one, each in its own transaction.

    Returns what was published, and what was refused with the sentence why: it stays scheduled and is tried again.
    """
    published, refused = [], []
    for notice in list(Notice.objects.due(on).select_related("dossier")):
        try:
            with transaction.atomic():
                check_move(NOTICE, notice, "publish")
                _check_window(notice, on, notice.exception_reason)
                published.append(_put_out(notice, on, by))
        except Refusal as refusal:
            refused.append((notice, refusal.reason))
    return published, refused


def expire_due(*, by: Actor, on: dt.date) -> list[Notice]:
    """Take down everything past its last day; the public has not seen it since that day ended. Safe to run again."""
    expired = []
    for notice in list(Notice.objects.run_out(on).select_related("dossier")):
        with transaction.atomic():
            notice.correcting = False
            move(NOTICE, notice, "expire", by=by, data={"until": str(notice.until)})
            _finish(notice, "", by)
        expired.append(notice)
    return expired


def _check_window(notice: Notice, day: dt.date, exception_reason: str) -> None:
    """221号 第41条: nobody is named while an appeal is still open, unless a reason is recorded."""
    earliest = earliest_day(notice)
    if earliest is not None and day >= earliest:
        notice.exception_reason = ""
        return
    if not exception_reason:
        if earliest is None:
            reason = _("决定尚未全部送达，申诉期没有起算。确需提前公布的，请写明理由。")
        else:
            reason = _("申诉期未满，%(day)s 起可以公布。确需提前公布的，请写明理由。") % {"day": earliest.isoformat()}
        raise InputRefused(reason, field="exception_reason", article=APPEAL_ARTICLE)
    notice.exception_reason = exception_reason


def _clean_exception(text: str) -> str:
    return clean_text(text, field_label=_("提前公布理由"), limit=300, field="exception_reason")


def _put_out(notice: Notice, on: dt.date, by: Actor) -> PublicNotice:
    """Freeze the public words in a row of their own; nothing in it points back to the case (I3)."""
    check_texts(notice)
    check_until(notice.until, on=on, message=_("公布截止日已过，不能公布。请退回起草并修改截止日。"))
    before = PublicNotice.objects.live(notice.number).first() if notice.number else None
    if notice.correcting and before is None:
        raise MoveRefused(_("原通报已不在公布中，不能更正，请撤下后重新起草。"))
    is_correction = before is not None
    notice.number = notice.number or next_reference("notice", year=on.year)
    public = _snapshot(notice, on, by)
    if before is not None:
        # A feed reader knows a notice by its token: the corrected version keeps it.
        public.version, public.published_on, public.token = before.version + 1, before.published_on, before.token
        before.token = uuid.uuid4()
        _clear(before, PublicState.REPLACED, "", by)
    save_record(public, by=by, reason=notice.correction_note or "公布")
    if notice.published_at is None:
        notice.published_at = timezone.now()
        notice.published_by = by if isinstance(by, User) else None
        notice.published_by_label = str(by)[:60]
    notice.correcting = False
    data = {"number": notice.number, "version": public.version, "public_notice": public.pk, "hash": notice.content_hash}
    move(NOTICE, notice, "publish", by=by, reason=notice.exception_reason, data=data)
    if is_correction:
        record_event(
            dossier=notice.dossier,
            type="notice_corrected",
            by=by,
            subject=notice,
            reason=notice.correction_note,
            data={"version": public.version},
        )
        duties.settle(notice=notice, public_notice=public, by=by)
    return public


def _snapshot(notice: Notice, on: dt.date, by: Actor) -> PublicNotice:
    entries: list[list[dict[str, str]]] = []
    categories: list[str] = []
    with translation.override(LANGUAGE):
        for decision in decisions_of(notice):
            shown = notice.fields.filter(decision=decision, included=True).exclude(public_value="")
            entries.append([{"key": field.key, "value": field.public_value} for field in shown])
            printed = {field.key: field.public_value for field in shown}.get(NoticeKey.CATEGORIES, "")
            categories += [label for label in category_labels(decision) if label in printed]
    categories = list(dict.fromkeys(categories))
    words = [entry["value"] for group in entries for entry in group]
    return PublicNotice(
        number=notice.number or "",
        title=notice.title,
        issuer=settings.CHENGYAN_OFFICE_NAME,
        intro=notice.intro,
        entries=[group for group in entries if group],
        category_labels=categories,
        published_on=on,
        until=notice.until,
        changed_at=timezone.now(),
        changed_by_label=str(by)[:60],
        correction_note=notice.correction_note,
        allow_indexing=notice.allow_indexing,
        search_text=stored_words([notice.number or "", notice.title, notice.intro, *words], categories),
    )


def _clear(public: PublicNotice, state: PublicState, note: str, by: Actor) -> None:
    """No words stay in a row that is no longer live; its history keeps them for staff."""
    public.state = state
    public.title = public.intro = public.search_text = ""
    public.entries = []
    public.category_labels = []
    public.correction_note = note
    public.changed_at = timezone.now()
    public.changed_by_label = str(by)[:60]
    save_record(public, by=by, reason=note or str(PublicState(state).label))


def _finish(notice: Notice, note: str, by: Actor) -> None:
    """The end of a notice: its public row is emptied, its duties are done, its dossier is closed."""
    public = PublicNotice.objects.live(notice.number).first() if notice.number else None
    if public is not None:
        _clear(public, PublicState.GONE, note, by)
    duties.settle(notice=notice, public_notice=public, by=by)
    close_dossier(dossier=notice.dossier, by=by)
