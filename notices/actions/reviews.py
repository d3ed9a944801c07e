"""Two reviewers give their opinion, each without knowing the other's."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.events import record_event
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text
from casework.workflow import lock, move
from notices import access
from notices.enums import NoticeStatus, ReviewVerdict
from notices.models import Notice, NoticeReview
from notices.rules import REVIEWERS_NEEDED
from notices.workflow import NOTICE


@transaction.atomic
def give(*, notice: Notice, verdict: str, comment: str, seen_hash: str, by: User) -> NoticeReview:
    """One opinion, bound to the content that was read. With the second one the notice moves on, or back to drafting.

    The event tells that somebody reviewed, not what they said. Returning needs a comment.
    """
    lock(notice, NOTICE)
    notice.refresh_from_db()
    access.check_can_review_notice(by, notice)

    if notice.status != NoticeStatus.REVIEW:
        raise MoveRefused(_("这份通报现在不在审核中。"))
    if seen_hash != notice.content_hash:
        raise MoveRefused(_("这份通报在您打开之后被修改过，请重新阅读后再提交意见。"))
    if verdict not in ReviewVerdict.values:
        raise InputRefused(_("请选择同意公开或退回修改。"), field="verdict")
    comment = clean_text(comment, field_label=_("审核意见"), limit=2_000, field="comment")
    if verdict == ReviewVerdict.RETURN and not comment:
        raise InputRefused(_("退回须写明位置和理由。"), field="comment")

    review = NoticeReview(
        notice=notice,
        verdict=verdict,
        comment=comment,
        bound_hash=notice.content_hash,
        round=notice.review_round,
        given_at=timezone.now(),
        given_by=by,
    )
    save_record(review, by=by, reason="提交审核意见")
    record_event(
        dossier=notice.dossier, type="notice_reviewed", by=by, subject=review, data={"round": notice.review_round}
    )
    _conclude(notice, by)
    return review


def _conclude(notice: Notice, by: User) -> None:
    verdicts = list(notice.reviews.filter(round=notice.review_round).values_list("verdict", flat=True))
    if len(verdicts) < REVIEWERS_NEEDED:
        return
    step = "approve" if set(verdicts) == {ReviewVerdict.APPROVE} else "return_to_draft"
    move(NOTICE, notice, step, by=by, data={"round": notice.review_round})
