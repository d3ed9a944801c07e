"""Move table of public notices. When, never who."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.workflow import Blocker, Move, Workflow, register_workflow
from integrity.enums import DecisionStatus
from notices.enums import NoticeStatus, ReviewVerdict
from notices.models import Notice
from notices.redaction import scan
from notices.rules import REVIEWERS_NEEDED

S = NoticeStatus
IN_FORCE = frozenset({DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE})


def _has_content(notice: Notice) -> Blocker | None:
    if not any(field.included and field.public_value for field in notice.content_fields()):
        return Blocker(_("通报里还没有任何公开内容。"))
    return None


def _secrecy_checked(notice: Notice) -> Blocker | None:
    if notice.secrecy_checked_at is None:
        return Blocker(_("请先完成保密审查。"), "保密法35")
    return None


def _decisions_in_force(notice: Notice) -> Blocker | None:
    if any(field.decision.status not in IN_FORCE for field in notice.content_fields()):
        return Blocker(_("所依据的决定已不再有效，不能公布。"), "处罚法48")
    return None


def _nothing_forbidden(notice: Notice) -> Blocker | None:
    """B18: no public text, whoever wrote it, may hold an identity number or a way to reach somebody."""
    texts = [notice.title, notice.intro, notice.correction_note]
    texts += [field.public_value for field in notice.content_fields() if field.included]
    if any(scan(text) for text in texts):
        return Blocker(_("公开文字里有证件号码、电话、邮箱或其他号码，请先遮蔽或删去。"), "条例15")
    return None


def _reviews_bound(notice: Notice) -> Blocker | None:
    """I5: an approval counts while the content is the one it was given for."""
    bound = [
        one
        for one in notice.reviews.all()
        if one.round == notice.review_round and one.bound_hash == notice.content_hash
    ]
    if sum(one.verdict == ReviewVerdict.APPROVE for one in bound) < REVIEWERS_NEEDED:
        return Blocker(_("两位审核人的意见不是针对现在的内容，须重新审核。"))
    return None


def _was_published(notice: Notice) -> Blocker | None:
    if notice.published_at is None:
        return Blocker(_("这份通报还没有公布过。"))
    return None


NOTICE = register_workflow(
    Workflow(
        name="notice",
        title="通报",
        statuses=NoticeStatus,
        initial=S.DRAFT,
        owners={
            "publisher": {S.DRAFT, S.APPROVED, S.SCHEDULED, S.PUBLISHED},
            "reviewer": {S.REVIEW},
            "nobody": {S.WITHDRAWN, S.EXPIRED},
        },
        moves=(
            Move(
                "send_to_review",
                (S.DRAFT,),
                S.REVIEW,
                "notice_sent_to_review",
                gettext_lazy("提交双人审核"),
                (_has_content, _decisions_in_force, _nothing_forbidden, _secrecy_checked),
            ),
            Move("approve", (S.REVIEW,), S.APPROVED, "notice_approved", gettext_lazy("审核通过"), (_reviews_bound,)),
            Move("return_to_draft", (S.REVIEW,), S.DRAFT, "notice_returned", gettext_lazy("退回修改")),
            Move(
                "void_reviews",
                (S.REVIEW, S.APPROVED, S.SCHEDULED),
                S.DRAFT,
                "notice_voided",
                gettext_lazy("内容改动，退回起草"),
            ),
            Move(
                "schedule",
                (S.APPROVED,),
                S.SCHEDULED,
                "notice_scheduled",
                gettext_lazy("排期公布"),
                (_decisions_in_force, _reviews_bound),
            ),
            Move(
                "publish",
                (S.APPROVED, S.SCHEDULED),
                S.PUBLISHED,
                "notice_published",
                gettext_lazy("公布"),
                (_decisions_in_force, _nothing_forbidden, _reviews_bound),
            ),
            Move("begin_correction", (S.PUBLISHED,), S.DRAFT, "notice_correction_begun", gettext_lazy("更正")),
            Move(
                "withdraw",
                (S.DRAFT, S.REVIEW, S.APPROVED, S.SCHEDULED, S.PUBLISHED),
                S.WITHDRAWN,
                "notice_withdrawn",
                gettext_lazy("撤下"),
            ),
            Move(
                "expire",
                (S.DRAFT, S.REVIEW, S.APPROVED, S.SCHEDULED, S.PUBLISHED),
                S.EXPIRED,
                "notice_expired",
                gettext_lazy("期满撤下"),
                (_was_published,),
            ),
        ),
    )
)
