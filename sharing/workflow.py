"""Move table of shares. When, never who."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.workflow import Blocker, Move, Workflow, register_workflow
from integrity.enums import DecisionStatus
from integrity.models import Decision
from sharing.enums import ShareStatus
from sharing.models import SharePackage

S = ShareStatus


def why_not_shareable(decision: Decision) -> Blocker | None:
    """Only what was signed and still stands leaves the house."""
    if decision.status not in {DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE}:
        return Blocker(_("只能共享已签发且有效的处理决定。"))
    return None


def _decision_in_force(share: SharePackage) -> Blocker | None:
    return why_not_shareable(share.decision)


def _has_recipient(share: SharePackage) -> Blocker | None:
    if not share.recipients.exists():
        return Blocker(_("请至少选择一个接收部门。"))
    return None


SHARE = register_workflow(
    Workflow(
        name="share",
        title="共享",
        statuses=ShareStatus,
        initial=S.DRAFT,
        owners={"officer": {S.DRAFT}, "member": {S.SHARED}, "nobody": {S.EXPIRED, S.RECALLED}},
        moves=(
            Move(
                "share",
                (S.DRAFT,),
                S.SHARED,
                "share_shared",
                gettext_lazy("共享"),
                (_has_recipient, _decision_in_force),
            ),
            Move("recall", (S.SHARED,), S.RECALLED, "share_recalled", gettext_lazy("收回")),
            Move("expire", (S.SHARED,), S.EXPIRED, "share_expired", gettext_lazy("到期")),
        ),
    )
)
