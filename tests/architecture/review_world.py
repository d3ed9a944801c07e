"""The part of the world of test_urls that ethics review adds: one committee that works here, and what lies before it."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from ethics.actions import (
    activity_life,
    agenda,
    attendance,
    conflicts,
    meetings,
    members,
    motions,
    public_entries,
    reviewers,
)
from ethics.models import Activity, Committee, CommitteeMember, ReviewUnit
from tests.factories import reviews
from tests.factories.ethics_life import drafted, reported, reviewed_again, unlisted
from tests.factories.experts import (
    answered,
    received,
    recorded_accepted,
    recorded_application,
    recorded_decided,
    recording_unit,
    requested,
)
from tests.factories.meetings import declare_none, planned
from tests.factories.procedures import (
    appealed,
    decided,
    declares,
    revised,
    says,
    simple_accepted,
    simple_named,
    waiver_accepted,
)
from tests.factories.reviews import accepted, draft, seats, submitted, working_committee


def fill(people: dict[str, User]) -> dict[str, Any]:
    """Name in the table → value of the address. `committee` sits in the committee and has no conflict anywhere."""
    secretary, applicant = people["ethics"], people["applicant"]
    committee = working_committee(by=secretary)
    seat = seats(committee)[0]
    members.link_account(member=seat, user=people["committee"], by=secretary)
    review = accepted(committee, secretary=secretary, by=applicant, title="手势康复训练研究")
    conflicts.declare(
        application=review.application, member=seat, answer="none", text="同单位，没有合作。", by=people["committee"]
    )
    return {
        **_fill_life(people, committee.unit),
        **_fill_applications(committee, applicant, secretary),
        **_fill_procedures(people, committee),
        **_fill_meetings(committee, secretary, seat, applicant),
        "accepted_application": review.application.dossier.reference,
        "working_committee": committee.pk,
        "working_unit": committee.unit.dossier.reference,
        "letter": review.application.letters.get().pk,
        **_fill_experts(people["ethics"]),
    }


def _fill_experts(by: User) -> dict[str, Any]:
    """Reviews held elsewhere in every step of the record, one with the province."""
    unit, committee = recording_unit(by=by)
    plain = {"list_item": "", "circumstances": []}
    made = {name: recorded_application(unit, committee, by=by, title=name, **plain) for name in RECORDED}
    for name in RECORDED[1:]:
        recorded_accepted(made[name], by=by)
    for name, outcome in (("recorded_to_verify", "approve_after_rev"), ("recorded_to_resubmit", "rereview")):
        recorded_decided(made[name], by=by, outcome=outcome, required_changes="补充方案。")
    passed = [recorded_application(unit, committee, by=by, title=name) for name in PASSED]
    for application in passed:
        recorded_decided(recorded_accepted(application, by=by), by=by)
    requested(passed[1], by=by)
    received(passed[2], by=by)
    answered(passed[3], by=by)
    names = [*RECORDED, *PASSED]
    return {
        **dict(zip(names, [one.dossier.reference for one in (*made.values(), *passed)], strict=True)),
        "recording_unit": unit.dossier.reference,
        "letter_to_recall": passed[1].letters.get().pk,
    }


RECORDED = ("recorded_submitted", "recorded_accepted", "recorded_to_verify", "recorded_to_resubmit")
PASSED = ("passed_application", "expert_asked", "expert_waiting", "expert_answered")


def _fill_life(people: dict[str, User], other: ReviewUnit) -> dict[str, Any]:
    """What happened to activities after their approval, at the unit `member` may read, and entries of the public list."""
    secretary = people["ethics"]
    activity = Activity.objects.filter(status="active").exclude(unit=other).earliest("pk")
    suspended = unlisted(activity.unit, by=secretary)
    activity_life.suspend(activity=suspended, reason="设备检修。", by=secretary)
    published = drafted(unlisted(activity.unit, by=secretary, title="手语识别研究"), by=secretary)
    public_entries.publish(entry=published, by=people["publisher"])
    return {
        "incident": reported(activity, by=secretary, kind="deviation").pk,
        "suspended_activity": suspended.pk,
        "activity_letter": suspended.letters.get().pk,
        "public_draft": drafted(activity, by=secretary).pk,
        "published_entry": published.pk,
    }


def _fill_applications(committee: Committee, applicant: User, secretary: User) -> dict[str, Any]:
    """A draft, a submitted application and an approved one of the applicant, with what hangs on them."""
    mine = draft(committee, by=applicant, title="步态识别研究")
    handed_in = submitted(committee, by=applicant, title="睡眠分期研究")
    approved = reviews.decided(committee, secretary=secretary, by=applicant, title="公开语料分析")
    lost = reviews.decided(committee, secretary=secretary, by=applicant, title="公开影像分析")
    reviewed_again(lost, by=secretary)
    paper = mine.materials.order_by("pk")[0]
    return {
        "own_draft": mine.dossier.reference,
        "own_submitted": handed_in.dossier.reference,
        "own_activity": approved.activity_id,
        "own_activity_to_review": lost.activity_id,
        "own_person": mine.investigators.get().pk,
        "own_material": paper.pk,
        "own_file": paper.attachment_id,
        "own_letter": approved.letters.order_by("pk")[0].pk,
        "submitted_material": handed_in.materials.order_by("pk")[0].pk,
    }


def _fill_procedures(people: dict[str, User], committee: Committee) -> dict[str, Any]:
    """One application in each of the procedures beside the meeting; the chair declared for all and is named in one."""
    secretary, applicant = people["ethics"], people["applicant"]
    chair, _vice, third = seats(committee)[:3]
    given: dict[str, Any] = {"secretary": secretary, "by": applicant}
    first = simple_accepted(committee, title="步行训练研究", **given)
    named = simple_named(committee, title="握力训练研究", **given)
    reviewers.name(application=named.application, members=[chair], by=people["committee"])
    opinion = says(named, third)
    waived = waiver_accepted(committee, title="匿名问卷研究", **given)
    revised_one = revised(committee, title="平衡训练研究", **given)
    rejected = decided(committee, title="电刺激研究", outcome="reject", **given)
    appeal = appealed(committee, title="磁刺激研究", **given)
    for review in (waived, revised_one, rejected, appeal.decision.review):
        declares(review.application, chair)
    return {
        "simple_accepted": first.application.dossier.reference,
        "simple_named": named.application.dossier.reference,
        "reviewer": opinion.assignment_id,
        "opinion": opinion.pk,
        "waiver_accepted": waived.application.dossier.reference,
        "revised": revised_one.application.dossier.reference,
        "rejected": rejected.application.dossier.reference,
        "appeal": appeal.pk,
    }


def _fill_meetings(committee: Committee, secretary: User, seat: CommitteeMember, applicant: User) -> dict[str, Any]:
    """A meeting under way with an open vote, its table without the seat of nobody; and one that is only planned."""
    there = seats(committee)
    application = accepted(committee, secretary=secretary, by=applicant, title="认知训练研究").application
    waiting = accepted(committee, secretary=secretary, by=applicant, title="听力筛查研究").application
    meeting, coming = planned(committee, by=secretary), planned(committee, by=secretary, chair=there[1])
    members.link_account(member=there[6], user=None, by=secretary)
    there = seats(committee)
    item = agenda.add(meeting=meeting, kind="review", application=application, by=secretary)
    agenda.add(meeting=coming, kind="review", application=waiting, by=secretary)
    declare_none(application, there[:6], secretary)
    attendance.record(meeting=meeting, present=there, by=secretary)
    meetings.begin(meeting=meeting, by=secretary)
    motion = motions.put(item=item, decision="approve", by=secretary)
    places = {one.member_id: one.pk for one in meeting.attendances.all()}
    return {
        "meeting": meeting.pk,
        "planned_meeting": coming.pk,
        "item": item.pk,
        "motion": motion.pk,
        "own_place": places[seat.pk],
        "place_without_account": places[there[6].pk],
        "place_with_account": places[there[2].pk],
        "gate_application": waiting.dossier.reference,
    }
