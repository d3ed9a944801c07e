"""Move tables of activities and of what the public list says of them. When, never who. Reviews are in review_workflow.py."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.workflow import Blocker, Move, Workflow, register_workflow
from ethics.enums import ActivityStatus, ExpertOutcome, PublicStatus
from ethics.models import Activity

S = ActivityStatus


def _experts_agreed(activity: Activity) -> Blocker | None:
    if activity.is_listed and activity.expert_outcome not in {ExpertOutcome.AGREE, ExpertOutcome.EXEMPT}:
        return Blocker(_("清单活动须经专家复核同意，或者有豁免记录，才能登记为已批准。"), "ST 30")
    return None


def _experts_disagreed(activity: Activity) -> Blocker | None:
    if activity.expert_outcome != ExpertOutcome.DISAGREE:
        return Blocker(_("专家复核没有给出不同意的意见。"), "ST 30")
    return None


ACTIVITY = register_workflow(
    Workflow(
        name="activity",
        title="科技活动",
        statuses=ActivityStatus,
        initial=S.REVIEWING,
        owners={
            "unit": {S.REVIEWING, S.ACTIVE, S.SUSPENDED},
            "nobody": {S.COMPLETED, S.TERMINATED, S.REFUSED},
        },
        moves=(
            Move(
                "approve",
                (S.REVIEWING,),
                S.ACTIVE,
                "activity_approved",
                gettext_lazy("登记批准"),
                (_experts_agreed,),
            ),
            Move(
                "refuse",
                (S.REVIEWING,),
                S.REFUSED,
                "activity_refused",
                gettext_lazy("登记复核不同意"),
                (_experts_disagreed,),
            ),
            Move("suspend", (S.ACTIVE,), S.SUSPENDED, "activity_suspended", gettext_lazy("暂停")),
            Move("resume", (S.SUSPENDED,), S.ACTIVE, "activity_resumed", gettext_lazy("恢复")),
            Move(
                "review_again",
                (S.ACTIVE, S.SUSPENDED),
                S.REVIEWING,
                "activity_review_reopened",
                gettext_lazy("重新审查"),
            ),
            Move("complete", (S.ACTIVE,), S.COMPLETED, "activity_completed", gettext_lazy("登记完成")),
            Move(
                "terminate",
                (S.REVIEWING, S.ACTIVE, S.SUSPENDED),
                S.TERMINATED,
                "activity_terminated",
                gettext_lazy("登记终止"),
            ),
        ),
    )
)


P = PublicStatus
PUBLIC_ENTRY = register_workflow(
    Workflow(
        name="public_entry",
        title="公开名单条目",
        statuses=PublicStatus,
        initial=P.DRAFT,
        owners={"second_person": {P.DRAFT}, "nobody": {P.PUBLISHED, P.WITHDRAWN}},
        moves=(
            Move("publish", (P.DRAFT,), P.PUBLISHED, "public_entry_published", gettext_lazy("公开")),
            Move("withdraw", (P.PUBLISHED,), P.WITHDRAWN, "public_entry_withdrawn", gettext_lazy("撤下公开")),
            Move("draft_again", (P.WITHDRAWN,), P.DRAFT, "public_entry_drafted", gettext_lazy("重新起草")),
        ),
    )
)
