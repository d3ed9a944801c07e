"""Letters of ethics review: frozen with number and hash when issued, taken back only by a further letter (E11)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.references import next_reference
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from ethics.access import check_can_keep
from ethics.enums import LetterKind
from ethics.models import (
    Activity,
    Application,
    CommitteeMember,
    EthicsAppeal,
    Review,
    ReviewDecision,
    ReviewLetter,
)
from ethics.plain_days import check_happened, check_order
from ethics.review_access import check_can_run, check_is_applicant

LANGUAGE = "zh-hans"
Paragraphs = Sequence[str] | Callable[[], Sequence[str]]


@transaction.atomic
def issue(
    *,
    kind: LetterKind,
    paragraphs: Paragraphs,
    by: User,
    application: Application | None = None,
    activity: Activity | None = None,
    review: Review | None = None,
    decision: ReviewDecision | None = None,
    appeal: EthicsAppeal | None = None,
    recalls: ReviewLetter | None = None,
    signed_by_member: CommitteeMember | None = None,
    addressee: str = "",
) -> ReviewLetter:
    """One letter about an application or an activity, as text in paragraphs. Part of another action, which checked access.
    `addressee`: to whom, where that is not the unit and the person who filed or leads. Letters are Chinese whatever the
    language of the page: give `paragraphs` as a function where they are translated text.

    A decision letter comes from its decision and from nothing else (E17): the database refuses one without.
    """
    record = application or activity
    if record is None:
        raise ValueError("a letter is about an application or an activity")
    number = next_reference("ethics_letter", year=timezone.localdate().year)
    addressee = addressee or _addressee(application, activity)
    with translation.override(LANGUAGE):
        heading = _("关于“%(title)s”的%(kind)s") % {"title": record.title, "kind": LetterKind(kind).label}
        lines = paragraphs() if callable(paragraphs) else paragraphs
    body = "\n".join(one.strip() for one in lines if one.strip())
    letter = ReviewLetter(
        number=number,
        kind=kind,
        application=application,
        activity=activity,
        review=review,
        decision=decision,
        appeal=appeal,
        recalls=recalls,
        addressee=addressee,
        heading=heading[:200],
        body=body,
        sha256=hashlib.sha256("\n".join((number, addressee, heading, body)).encode()).hexdigest(),
        signed_by_member=signed_by_member,
        issued_at=timezone.now(),
        issued_by=by,
    )
    save_record(letter, by=by, reason=str(LetterKind(kind).label))
    record_event(
        dossier=record.dossier,
        type="review_letter_issued",
        by=by,
        subject=letter,
        reference=number,
        data={"letter": letter.pk, "letter_kind": kind, "sha256": letter.sha256},
    )
    return letter


@transaction.atomic
def deliver(*, letter: ReviewLetter, delivered_on: dt.date, how: str, by: User) -> ReviewLetter:
    """It reached the addressee: once, and never before it was issued."""
    if letter.application is not None:
        check_can_run(by, letter.application)
    elif letter.activity is not None:
        check_can_keep(by, letter.activity.unit)
    return _deliver(letter, delivered_on, how, by)


@transaction.atomic
def confirm_receipt(*, letter: ReviewLetter, by: User) -> ReviewLetter:
    """The applicant says that it arrived. Confirmed already: nothing changes."""
    if letter.application is None:
        raise MoveRefused(_("关于活动的文书由登记单位的人员登记送达，不用在这里确认。"))
    check_is_applicant(by, letter.application)
    if letter.delivered_on is not None:
        return letter
    return _deliver(letter, timezone.localdate(), "申请人在系统中确认收到", by)


def _deliver(letter: ReviewLetter, delivered_on: dt.date, how: str, by: User) -> ReviewLetter:
    if letter.delivered_on is not None:
        raise MoveRefused(_("这份文书已经登记送达。"))
    how = required_text(how, limit=60, field="how", field_label=_("送达方式"), multiline=False)
    check_happened(delivered_on, field="delivered_on", label=_("送达日期"))
    check_order(
        timezone.localdate(letter.issued_at),
        delivered_on,
        field="delivered_on",
        first_label=_("签发日期"),
        label=_("送达日期"),
    )
    letter.delivered_on, letter.delivered_how = delivered_on, how
    save_record(letter, by=by, reason="登记送达")
    record_event(
        dossier=letter.dossier,
        type="review_letter_delivered",
        by=by,
        subject=letter,
        reference=letter.number,
        data={"letter": letter.pk, "delivered_on": delivered_on.isoformat()},
    )
    return letter


@transaction.atomic
def recall(*, letter: ReviewLetter, reason: str, by: User) -> ReviewLetter:
    """Take a letter back by a further letter that says why; the first one stays as it was (E11)."""
    if letter.application is not None:
        check_can_run(by, letter.application)
    elif letter.activity is not None:
        check_can_keep(by, letter.activity.unit)
    if letter.kind == LetterKind.RECALL or ReviewLetter.objects.filter(recalls=letter).exists():
        raise MoveRefused(_("这份文书已经收回，或者本身就是收回通知。"))
    reason = required_text(reason, limit=300, field="reason", field_label=_("收回原因"))
    return issue(
        kind=LetterKind.RECALL,
        application=letter.application,
        activity=letter.activity,
        review=letter.review,
        recalls=letter,
        addressee=letter.addressee,
        paragraphs=lambda: [_("现收回%(number)s文书。原因：%(reason)s") % {"number": letter.number, "reason": reason}],
        by=by,
    )


def _addressee(application: Application | None, activity: Activity | None) -> str:
    """To whom: the unit, and the person who filed or leads."""
    if application is not None:
        unit = application.unit.organization.name if application.unit is not None else application.unit_name
        person = application.leader_name or (str(application.applicant) if application.applicant else "")
    elif activity is not None:
        unit, person = activity.unit.organization.name, activity.leader_name
    else:
        raise InputRefused(_("请选择文书的对象。"))
    return "、".join(one for one in (unit, person) if one)[:200]
