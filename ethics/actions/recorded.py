"""Reviews held by a unit's committee elsewhere and recorded here: the everyday mode of the bureau.

Nothing is believed unseen: the votes are counted anew by every rule set, the reviewers looked up among the members, and
a decision the numbers do not carry is not recorded (E1, E5). The committee's own letters are its own: none is written here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import files
from casework.actions.dossiers import close_dossier
from casework.enums import AttachmentKind
from casework.names import normal_name
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import required_text
from casework.workflow import check_move, move
from ethics.access import check_can_keep
from ethics.actions import acceptance, applications, renewals, review_decisions
from ethics.completeness import wanted_materials
from ethics.enums import Procedure, ReviewMode, ReviewOutcome
from ethics.models import Activity, Application, Committee, Review, ReviewUnit
from ethics.plain_days import EARLIEST, check_order
from ethics.recorded_counts import count_meeting, count_reviewers
from ethics.review_access import check_can_run, closed_activities
from ethics.review_books import books_of, proposal_for
from ethics.review_workflow import APPLICATION, running_review
from ethics.voting import Tally
from ethics.wording import say

# Papers without which an approval does not stand, whoever held the review (第12、13条).
NEEDED_PAPERS = ("partner_approvals", "written_entrustment", "state_approval")
ENTRUSTED, INTERNATIONAL = "entrusted", "international"


@transaction.atomic
def enter(
    *,
    unit: ReviewUnit,
    committee: Committee,
    title: str,
    leader_name: str,
    scope_classes: Sequence[str],
    by: User,
    regimes: Sequence[str] = (),
    list_item: str = "",
    circumstances: Sequence[str] = (),
    simple_grounds: Sequence[str] = (),
    partner_countries: Sequence[str] = (),
    start_on: dt.date | None = None,
    activity: Activity | None = None,
) -> Application:
    """What the unit's committee was asked to review, as told to the bureau. An amendment names its activity (E6), and so does a
    review of one that has to be reviewed, for the first time or anew (第20条)."""
    check_can_keep(by, unit)

    if committee.runs_here:
        raise InputRefused(
            _("这个委员会在本系统开展审查，请由申请人在系统中提交申请，不能登记为外部审查。"), field="committee"
        )
    if not scope_classes:
        raise InputRefused(_("请至少选择一项审查范围。"), field="scope_classes", article="ST 2")
    marked = set(circumstances)
    if committee.unit_id != unit.pk:
        marked.add(ENTRUSTED)
    if (INTERNATIONAL in marked) != bool(partner_countries):
        raise InputRefused(
            _("国际合作活动请写明每个合作方所在国家或者地区；没有国际合作的，这一栏留空。"),
            field="partner_countries",
            article="ST 12",
        )
    _check_activity(unit, activity, by)
    application = applications.record(
        unit=unit,
        committee=committee,
        title=title,
        leader_name=required_text(
            leader_name, limit=100, field="leader_name", field_label=_("负责人"), multiline=False
        ),
        scope_classes=scope_classes,
        regimes=regimes,
        list_item=list_item,
        circumstances=sorted(marked),
        simple_grounds=simple_grounds,
        partner_countries=partner_countries,
        start_on=start_on,
        activity=activity,
        by=by,
    )
    proposal_for(application, timezone.localdate())
    return application


@transaction.atomic
def accept(
    *,
    application: Application,
    procedure: str,
    accepted_on: dt.date,
    by: User,
    accepted_time: dt.time | None = None,
    departs_reason: str = "",
) -> Review:
    """When and under which procedure the committee accepted it; an emergency by the minute, for its clock runs in hours."""
    check_can_run(by, application)
    check_recorded(application)
    assert application.unit is not None and application.committee is not None

    if procedure not in Procedure.values or procedure == Procedure.WAIVER:
        raise InputRefused(_("请选择审查程序。"), field="procedure")
    if procedure == Procedure.EMERGENCY and accepted_time is None:
        raise InputRefused(_("应急程序按小时计时，请填写受理的时间。"), field="accepted_time", article="ST 36")
    if accepted_on < EARLIEST:
        raise InputRefused(_("“%(field)s”太早，请核对年份。") % {"field": _("受理日期")}, field="accepted_on")
    at = timezone.make_aware(dt.datetime.combine(accepted_on, accepted_time or dt.time.min))
    if at > timezone.now():
        raise InputRefused(_("受理的时间不能晚于现在。"), field="accepted_on")
    return acceptance.accept(
        application=application,
        unit=application.unit,
        committee=application.committee,
        procedure=procedure,
        departs_reason=departs_reason,
        accepted_at=at,
        by=by,
    )


@transaction.atomic
def decide(
    *,
    application: Application,
    outcome: str,
    decided_on: dt.date,
    document_no: str,
    by: User,
    tally: Tally | None = None,
    reviewers: Sequence[str] = (),
    reasons: str = "",
    required_changes: str = "",
    follow_up_months: int | None = None,
    file: tuple[str, bytes] | None = None,
) -> Application:
    """What the committee decided and the numbers it was carried with: `tally` of the votes for this very decision in a
    meeting, `reviewers` of the simple procedure, all of them positive."""
    check_can_run(by, application)
    check_recorded(application)
    review = running_review(application)
    is_simple = review is not None and review.procedure == Procedure.SIMPLE
    check_move(APPLICATION, application, "record_decision")
    assert review is not None

    if outcome not in ReviewOutcome.values:
        raise InputRefused(_("请选择审查结论。"), field="outcome")
    document_no = _checked_number(document_no)
    if outcome == ReviewOutcome.APPROVE:
        _check_papers(application)
    names: list[str] = []
    if is_simple:
        names = _checked_reviewers(review, reviewers, outcome, decided_on)
        row, least = count_reviewers(books_of(review), names)
        if len(names) < least:
            raise InputRefused(
                _("简易程序至少由 %(least)s 名委员审查，只填写了 %(found)s 名。")
                % {"least": least, "found": len(names)},
                field="reviewers",
                article=row["article"],
            )
        counted: list[dict[str, Any]] = [row]
    else:
        counted = _counted(review, tally, outcome)
    move(
        APPLICATION,
        application,
        "record_decision",
        by=by,
        data={"round": review.round, "decided_on": decided_on.isoformat(), "reviewers": names},
    )
    kept = keep_document(application, file, by)
    review_decisions.decide(
        review=review,
        outcome=outcome,
        decided_on=decided_on,
        reasons=reasons,
        required_changes=required_changes,
        follow_up_months=follow_up_months if outcome == ReviewOutcome.APPROVE else None,
        counted=counted,
        document_no=document_no,
        by=by,
    )
    if review.preliminary and kept is not None:
        review.preliminary = {**review.preliminary, "file": kept}
        save_record(review, by=by, reason="初步审查意见", fields=["preliminary"])
    return application


@transaction.atomic
def verify(
    *,
    application: Application,
    decided_on: dt.date,
    document_no: str,
    by: User,
    reasons: str = "",
    follow_up_months: int | None = None,
    file: tuple[str, bytes] | None = None,
) -> Application:
    """The committee found the changes it asked for made: approved, with the count of the decision that asked (第16条)."""
    check_can_run(by, application)
    check_recorded(application)
    check_move(APPLICATION, application, "submit_revision")
    review = running_review(application)
    asked = review.decisions.order_by("-pk").first() if review is not None else None
    assert review is not None and asked is not None

    document_no = _checked_number(document_no)
    _check_papers(application)
    check_order(
        asked.decided_on,
        decided_on,
        field="decided_on",
        first_label=_("作出修改后批准决定的日期"),
        label=_("决定日期"),
    )
    move(APPLICATION, application, "submit_revision", by=by, data={"round": review.round})
    kept = keep_document(application, file, by)
    review_decisions.decide(
        review=review,
        outcome=ReviewOutcome.APPROVE,
        decided_on=decided_on,
        reasons=reasons,
        follow_up_months=follow_up_months,
        counted=asked.counted,
        document_no=document_no,
        by=by,
    )
    if review.preliminary and kept is not None:
        review.preliminary = {**review.preliminary, "file": kept}
        save_record(review, by=by, reason="初步审查意见", fields=["preliminary"])
    return application


@transaction.atomic
def resubmit(*, application: Application, by: User) -> Application:
    """The unit handed in the revised version: it is accepted anew and a new round begins (修改后再审)."""
    check_can_run(by, application)
    check_recorded(application)
    check_move(APPLICATION, application, "resubmit")

    application.version += 1
    move(APPLICATION, application, "resubmit", by=by, data={"version": application.version})
    return application


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User) -> Application:
    """The review was entered by mistake, or the unit gave it up. The record stays and is closed (E11)."""
    check_can_run(by, application)
    check_recorded(application)
    check_move(APPLICATION, application, "withdraw")

    reason = required_text(reason, limit=300, field="reason", field_label=_("撤回原因"))
    review = application.reviews.running().first()
    if review is not None:
        review.ended_on = timezone.localdate()
        save_record(review, by=by, reason=reason, fields=["ended_on"])
    move(APPLICATION, application, "withdraw", by=by, reason=reason)
    close_dossier(dossier=application.dossier, by=by)
    return application


def missing_papers(application: Application) -> list[str]:
    """Words of the papers an approval cannot do without and that are not there yet."""
    given = set(application.materials.filter(left_out_on=None).values_list("key", flat=True))
    wanted = wanted_materials(application, timezone.localdate())
    return [one.label for one in wanted if one.key.split(":")[0] in NEEDED_PAPERS and one.key not in given]


def check_recorded(application: Application) -> None:
    if application.mode != ReviewMode.RECORDED:
        raise MoveRefused(_("这项申请在本系统审查，不按外部审查登记。"))


def _check_activity(unit: ReviewUnit, activity: Activity | None, by: User) -> None:
    """One of this unit, that runs or has to be reviewed, and nothing this person is kept out of."""
    if activity is None:
        return
    if activity.unit_id != unit.pk or closed_activities(by).filter(activity=activity.pk).exists():
        raise InputRefused(_("请选择本单位没有结束的活动。"), field="activity")
    renewals.kind_about(activity)
    renewals.check_none_open(activity)


def _check_papers(application: Application) -> None:
    left = missing_papers(application)
    if left:
        raise InputRefused(
            _("还缺少：%(items)s。请先上传，再登记批准。") % {"items": "、".join(left)},
            field="outcome",
            article="ST 12–13",
        )


def _checked_number(document_no: str) -> str:
    return required_text(document_no, limit=80, field="document_no", field_label=_("审查意见文号"), multiline=False)


def _counted(review: Review, tally: Tally | None, outcome: str) -> list[dict[str, Any]]:
    """The rows of a decision carried under every rule set, or the sentences of the counts that do not carry it."""
    if tally is None:
        raise InputRefused(_("请填写会议的人数和票数。"), field="members")
    _check_numbers(tally)
    counted = count_meeting(books_of(review), review.procedure, tally)
    if counted.against or not counted.rows:
        why = " ".join(f"{say(one)}" for one in counted.against)
        raise InputRefused(
            _("所填票数不能通过“%(outcome)s”：%(why)s") % {"outcome": ReviewOutcome(outcome).label, "why": why},
            field="yes",
            article=counted.against[0].article if counted.against else "",
        )
    return list(counted.rows)


def _check_numbers(tally: Tally) -> None:
    if min(tally.members, tally.present, tally.recused, tally.yes, tally.no, tally.abstain) < 0:
        raise InputRefused(_("人数和票数不能小于零。"), field="members")
    if tally.present > tally.members:
        raise InputRefused(_("到会委员不能多于全体委员。"), field="present")
    if tally.recused > tally.present:
        raise InputRefused(_("回避的委员不能多于到会委员。"), field="recused")
    cast, voters = tally.yes + tally.no + tally.abstain, tally.present - tally.recused
    if cast > voters:
        raise InputRefused(
            _("赞成、反对、弃权合计 %(cast)s 票，多于有表决权的到会委员 %(voters)s 人。")
            % {"cast": cast, "voters": voters},
            field="yes",
        )


def _checked_reviewers(review: Review, reviewers: Sequence[str], outcome: str, decided_on: dt.date) -> list[str]:
    """The named members, all positive: anything else goes to a meeting and is recorded as one (第23-24条)."""
    if outcome != ReviewOutcome.APPROVE:
        raise InputRefused(
            _("简易程序只登记一致同意的批准；有否定意见、疑义或者分歧的，应当转为会议审查，按会议登记。"),
            field="outcome",
            article="ST 24",
        )
    names = list(dict.fromkeys(normal_name(one) for one in reviewers if one.strip()))
    assert review.application.committee is not None
    terms = review.application.committee.members.select_related("person")
    serving = {normal_name(one.person.name) for one in terms if one.sits_on(decided_on)}
    strangers = [name for name in names if name not in serving]
    if strangers:
        raise InputRefused(
            _("%(names)s在 %(day)s 不是这个委员会的在任委员，请核对，或者先在单位页面登记委员。")
            % {"names": "、".join(strangers), "day": decided_on},
            field="reviewers",
            article="ST 23",
        )
    return names


def keep_document(application: Application, file: tuple[str, bytes] | None, by: User) -> int | None:
    """The paper of the committee that decided elsewhere, in the dossier. Part of another action, which checked access."""
    if file is None:
        return None
    name, content = file
    kept = files.attach(dossier=application.dossier, name=name, content=content, kind=AttachmentKind.LETTER, by=by)
    return int(kept.pk)
