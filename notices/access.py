"""Who may do what with notices in work. One condition per `if`, each with its own sentence. When is in workflow.py."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from casework.access import Reader, check_right, load_visible, permitted
from casework.models import Event
from casework.refusals import AccessDenied
from notices.models import Notice

WRITING = ("notice_drafted", "notice_edited", "notice_correction_begun")


def get_notice_for(user: Reader, reference: str) -> Notice:
    """The notice of this draft number, or Http404 when it is missing or not this person's to see."""
    notices = Notice.objects.visible_to(user).select_related("dossier", "drafted_by", "secrecy_checked_by")
    return load_visible(notices, dossier__reference=reference)  # type: ignore[no-any-return]


def check_can_see_notices(user: Reader) -> None:
    """The list of notices in work: those who draft, review or audit."""
    for right in (Permission.DRAFT_NOTICES, Permission.REVIEW_NOTICES):
        try:
            return check_right(user, right)
        except AccessDenied:
            continue
    check_right(user, Permission.READ_AUDIT)


def check_can_draft_notice(user: Reader) -> None:
    check_right(user, Permission.DRAFT_NOTICES)


def may_draft(user: Reader) -> bool:
    """For the button above the list, which is not shown at all to those who never draft."""
    return permitted(check_can_draft_notice, user) is None


def check_can_edit_notice(user: Reader, notice: Notice) -> None:
    """Change content, check secrecy, send to review, begin a correction."""
    check_right(user, Permission.DRAFT_NOTICES)


def check_can_review_notice(user: User, notice: Notice) -> None:
    """Two different people, neither of whom wrote the text; each once per round."""
    check_right(user, Permission.REVIEW_NOTICES)
    if notice.drafted_by_id == user.pk:
        raise AccessDenied(_("起草人不能审核自己的通报。"))
    if _has_written(user, notice):
        raise AccessDenied(_("您修改过这份通报，不能审核。"))
    if notice.secrecy_checked_by_id == user.pk:
        raise AccessDenied(_("做过保密审查的人不再担任审核人。"))
    if _has_reviewed(user, notice):
        raise AccessDenied(_("您已经提交过这一轮的审核意见，须由另一人审核。"))


def check_can_publish_notice(user: User, notice: Notice) -> None:
    """Publish, schedule. The person who agreed as a reviewer does not publish as well."""
    check_right(user, Permission.PUBLISH_NOTICES)
    if _has_reviewed(user, notice):
        raise AccessDenied(_("审核人不能公布自己审核的通报。"))


def check_can_withdraw_notice(user: Reader, notice: Notice) -> None:
    check_right(user, Permission.PUBLISH_NOTICES)


def _has_reviewed(user: User, notice: Notice) -> bool:
    """Did this person give an opinion in the present round? Uses what a page has loaded."""
    return any(one.round == notice.review_round and one.given_by_id == user.pk for one in notice.reviews.all())


def _has_written(user: User, notice: Notice) -> bool:
    """Did this person draft, change or begin to correct the text? The trail knows, the row names only the first one."""
    own = Event.objects.filter(dossier_id=notice.dossier_id, actor=user, type__in=WRITING)
    return own.filter(subject_label=notice._meta.label, subject_pk=str(notice.pk)).exists()
