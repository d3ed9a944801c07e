"""Draft a notice, change it, check its secrecy, send it to review, begin a correction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import main_department
from casework.actions import dossiers, grants
from casework.enums import DossierKind
from casework.events import record_event
from casework.models import Dossier, Exclusion
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import check_move, lock, move
from integrity.enums import Outcome
from integrity.models import Decision
from notices import access
from notices.actions import fields
from notices.actions.fields import NewMask
from notices.enums import MaskReason, NameProfile, NoticeStatus
from notices.models import Notice
from notices.redaction import find, scan
from notices.sources import is_stale, parties_of, sources_for
from notices.windows import check_until, decisions_of, last_day
from notices.workflow import IN_FORCE, NOTICE

LONGEST_INTRO = 5_000


@dataclass(frozen=True)
class Content:
    """What a publisher sets on the edit page. `included`: fields that are printed; `kept`: masks that stay."""

    title: str
    intro: str
    name_profile: str
    until: dt.date | None
    allow_indexing: bool
    included: Collection[int]
    kept: Collection[int]
    masks: Sequence[NewMask] = field(default_factory=tuple)


@transaction.atomic
def draft(*, decisions: Sequence[Decision], title: str, intro: str, name_profile: str, by: User) -> Notice:
    """A new notice from one or more decisions, with every allow-listed fact and the proposed masks.

    Only an established finding in force may be published; somebody who was not found at fault never is.
    """
    access.check_can_draft_notice(by)

    decisions = list({decision.pk: decision for decision in decisions}.values())
    if not decisions:
        raise InputRefused(_("请至少选择一份处理决定。"), field="decisions")
    for decision in decisions:
        check_publishable(decision)
    title, intro = _clean_title(title), _clean_intro(intro)
    if name_profile not in NameProfile.values:
        raise InputRefused(_("请选择姓名公开规格。"), field="name_profile")

    dossier = dossiers.open_dossier(
        kind=DossierKind.NOTICE,
        numbering="notice_draft",
        by=by,
        handler=by,
        department=main_department(by),
        secrecy=max(decision.dossier.secrecy for decision in decisions),
    )
    _keep_out(dossier, decisions, by)
    notice = Notice(
        dossier=dossier,
        title=title,
        intro=intro,
        name_profile=name_profile,
        until=last_day(decisions),
        drafted_by=by,
    )
    save_record(notice, by=by, reason="起草通报")
    fields.fill(notice=notice, decisions=decisions, by=by)
    check_typed(notice)
    _bind(notice, by)
    record_event(
        dossier=dossier,
        type="notice_drafted",
        by=by,
        subject=notice,
        data={"decisions": [decision.pk for decision in decisions], "hash": notice.content_hash},
        access_changed=True,
    )
    return notice


@transaction.atomic
def edit(*, notice: Notice, content: Content, seen_hash: str, by: User) -> Notice:
    """Change the content. Anything reviewers said is void afterwards, and the secrecy check has to be made again.

    `seen_hash`: the content hash of the page the person worked on; MoveRefused when somebody changed it since.
    Saving without a change does nothing.
    """
    access.check_can_edit_notice(by, notice)

    lock(notice, NOTICE)
    notice.refresh_from_db()
    if not notice.is_editable:
        raise MoveRefused(_("已公布的通报不能直接修改，请先办理更正。"))
    if seen_hash != notice.content_hash:
        raise MoveRefused(_("这份通报在您打开之后被他人修改过，请刷新后再改。"))
    if content.name_profile not in NameProfile.values:
        raise InputRefused(_("请选择姓名公开规格。"), field="name_profile")
    check_until(content.until, on=timezone.localdate(), message=_("公布截止日已经过去，请填写今天或以后的日期。"))

    notice.title, notice.intro = _clean_title(content.title), _clean_intro(content.intro)
    notice.name_profile, notice.until = content.name_profile, content.until
    notice.allow_indexing = content.allow_indexing
    fields.include(notice=notice, included=content.included, by=by)
    fields.keep(notice=notice, kept=content.kept, by=by)
    for new in content.masks:
        fields.mask(notice=notice, new=new, by=by)
    save_record(notice, by=by, reason="修改通报")
    fields.refresh(notice=notice, by=by)
    check_typed(notice)
    if notice.compute_hash() == seen_hash:
        return notice

    notice.secrecy_checked_at = notice.secrecy_checked_by = notice.scheduled_on = None
    _bind(notice, by)
    record_event(
        dossier=notice.dossier, type="notice_edited", by=by, subject=notice, data={"hash": notice.content_hash}
    )
    if notice.status != NoticeStatus.DRAFT:
        move(NOTICE, notice, "void_reviews", by=by)
    return notice


@transaction.atomic
def check_secrecy(*, notice: Notice, note: str, seen_hash: str = "", by: User) -> Notice:
    """State that nothing here is secret (保密法 第35条; 公开条例 第17条). Bound to the content: an edit voids it.

    `seen_hash`: the content hash of the page that was read; "" when the caller has just read the notice itself.
    """
    access.check_can_edit_notice(by, notice)

    lock(notice, NOTICE)
    if notice.status != NoticeStatus.DRAFT:
        raise MoveRefused(_("保密审查在起草阶段进行。"))
    if seen_hash not in {"", Notice.objects.values_list("content_hash", flat=True).get(pk=notice.pk)}:
        raise MoveRefused(_("这份通报在您打开之后被他人修改过，请重新核对后再确认。"))
    note = clean_text(note, field_label=_("审查说明"), limit=300, field="note")

    notice.secrecy_checked_at = timezone.now()
    notice.secrecy_checked_by = by
    save_record(notice, by=by, reason=note or "保密审查", fields=["secrecy_checked_at", "secrecy_checked_by"])
    record_event(
        dossier=notice.dossier,
        type="notice_secrecy_checked",
        by=by,
        subject=notice,
        reason=note,
        article="保密法35",
        data={"hash": notice.content_hash},
    )
    return notice


@transaction.atomic
def send_to_review(*, notice: Notice, by: User) -> Notice:
    """Hand the text to two reviewers; a new round, in which earlier opinions do not count."""
    access.check_can_edit_notice(by, notice)

    check_move(NOTICE, notice, "send_to_review")
    check_texts(notice)
    notice.review_round += 1
    move(
        NOTICE,
        notice,
        "send_to_review",
        by=by,
        data={"round": notice.review_round, "hash": notice.content_hash},
    )
    return notice


@transaction.atomic
def begin_correction(*, notice: Notice, note: str, by: User) -> Notice:
    """Take a published notice back into work. The public goes on reading the old version until the new one is out.

    `note` is printed with the corrected version.
    """
    access.check_can_edit_notice(by, notice)

    note = clean_text(note, field_label=_("更正说明"), limit=300, field="note")
    if not note:
        raise InputRefused(_("请写明更正了什么，这段文字会公开。"), field="note")
    if scan(note):
        raise InputRefused(_("更正说明会公开，不能写证件号码、电话或邮箱。"), field="note", article="条例15")
    notice.correcting = True
    notice.correction_note = note
    notice.secrecy_checked_at = notice.secrecy_checked_by = None
    move(NOTICE, notice, "begin_correction", by=by, reason=note)
    fields.refresh(notice=notice, by=by)
    _bind(notice, by)
    return notice


def check_publishable(decision: Decision) -> None:
    """Raise InputRefused unless this decision may go before the public at all, and no other notice does it already."""
    if decision.outcome != Outcome.ESTABLISHED:
        raise InputRefused(
            _("%(name)s 的失信行为没有认定成立，不能通报。") % {"name": decision.respondent}, field="decisions"
        )
    if decision.status not in IN_FORCE:
        raise InputRefused(
            _("对 %(name)s 的决定没有签发或已不再有效，不能通报。") % {"name": decision.respondent}, field="decisions"
        )
    other = Notice.objects.in_work().resting_on(decision.pk).select_related("dossier").first()
    if other is not None:
        raise InputRefused(
            _("对 %(name)s 的决定已经用于通报 %(notice)s。") % {"name": decision.respondent, "notice": other},
            field="decisions",
        )


def check_texts(notice: Notice) -> None:
    """What was typed holds nothing it should not, the masks sit where they were put, nothing went past the actions."""
    check_typed(notice)
    if notice.compute_hash() != notice.content_hash:
        raise MoveRefused(_("通报的内容与登记的校验值不一致，不能继续。请打开修改页重新保存一次。"))
    texts = sources_for(decisions_of(notice))
    if any(is_stale(field, texts) for field in notice.fields.all()):
        raise MoveRefused(_("决定原文在起草后有变化，请打开修改页重新保存一次，核对遮蔽位置。"))


def check_typed(notice: Notice) -> None:
    """Title and intro are typed by hand: no numbers, no contacts, and no name the notice keeps back."""
    parties = [
        party
        for decision in decisions_of(notice)
        for party in parties_of(decision, profile=notice.name_profile, published=_respondents(notice))
    ]
    for name, text in (("title", notice.title), ("intro", notice.intro)):
        if scan(text):
            raise InputRefused(_("标题和正文会公开，不能写证件号码、电话或邮箱。"), field=name, article="条例15")
        names = {MaskReason.NAME_PROFILE, MaskReason.THIRD_PARTY}
        if any(span.reason in names for span in find(text, parties=parties)):
            raise InputRefused(_("标题和正文里有不应公开的姓名，请改写。"), field=name)


def _respondents(notice: Notice) -> list[int]:
    return list(notice.fields.order_by().values_list("decision__respondent_id", flat=True).distinct())


def _keep_out(dossier: Dossier, decisions: Sequence[Decision], by: User) -> None:
    """Whoever is excluded from a case is excluded from its notice."""
    cases = [decision.case.dossier_id for decision in decisions]
    for one in Exclusion.objects.filter(dossier__in=cases, lifted_at=None).select_related("user"):
        grants.carry(exclusion=one, dossier=dossier, by=by)


def _clean_title(title: str) -> str:
    title = clean_text(title, field_label=_("标题"), limit=200, multiline=False, field="title")
    if not title:
        raise InputRefused(_("请填写标题。"), field="title")
    return title


def _clean_intro(intro: str) -> str:
    return clean_text(intro, field_label=_("正文"), limit=LONGEST_INTRO, field="intro")


def _bind(notice: Notice, by: User) -> None:
    notice.content_hash = notice.compute_hash()
    save_record(notice, by=by, reason="内容校验值")
