"""Who may share a decision, read a share, acknowledge it, give an opinion, recall it. When is in workflow.py."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may, standing
from accounts.permissions import Permission
from casework.access import Reader, check_handles, check_right, handles, load_visible, permitted
from casework.refusals import AccessDenied
from integrity.models import Case
from sharing.models import SharePackage, ShareRecipient


def get_share_for(user: Reader, reference: str) -> SharePackage:
    """The share of this number, or Http404 when it is missing, over, recalled or not this person's to see."""
    shares = SharePackage.objects.visible_to(user)
    related = ("dossier", "decision__case__dossier", "decision__respondent", "decision__rule_set", "shared_by")
    return load_visible(shares.select_related(*related), dossier__reference=reference)


def check_can_share(user: Reader, case: Case) -> None:
    """Only the person who handles the case may let its result out of the house."""
    check_right(user, Permission.SHARE_CASES)
    check_handles(user, case.dossier)


def check_can_recall(user: User, share: SharePackage) -> None:
    """Whoever gave it, or handles the case by now: officers change, a share must not be left without anybody."""
    check_right(user, Permission.SHARE_CASES)
    if not handles(user, share.dossier) and not handles(user, share.decision.case.dossier):
        raise AccessDenied(_("只有提出共享的人或者本案承办人可以收回。"))


def sees_answers(user: User, share: SharePackage) -> bool:
    """Who read, acknowledged and wrote what: for those who manage the share, and for heads and auditors."""
    if may(user, Permission.SEE_ALL_CASES):
        return True
    return permitted(check_can_recall, user, share) is None


def recipient_of(user: User, share: SharePackage) -> ShareRecipient | None:
    """The recipient row of this person's department, if the package went to it and the person may receive shares."""
    if not may(user, Permission.RECEIVE_SHARES):
        return None
    departments = standing(user).departments
    return share.recipients.select_related("department").filter(department__in=departments).order_by("pk").first()


def check_can_answer(user: User, share: SharePackage) -> ShareRecipient:
    """The recipient row to acknowledge or give an opinion for; raises for everybody it was not shared with."""
    recipient = recipient_of(user, share)
    if recipient is None:
        raise AccessDenied(_("这份材料不是共享给您所在部门的。"))
    return recipient
