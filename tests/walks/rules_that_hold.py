"""What must hold after every step, read from the rows alone: the walk's model is not asked."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Count

from casework.chain import ChainRow, verify
from casework.events import event_payload
from casework.models import Event
from casework.workflow import WORKFLOWS, Workflow
from integrity.enums import ApprovalStep, Outcome
from integrity.models import Case, CreditRecord, Decision, DecisionApproval, Lead, Measure
from notices.models import Notice, NoticeDuty, NoticeReview, PublicNotice

ISSUED = ("issued", "effective", "superseded", "revoked")
LIVE_RECORD = ("pending", "active")
WRITING = ("decision_drafted", "decision_edited", "notice_drafted", "notice_edited", "notice_correction_begun")
MODELS = {
    "lead": Lead,
    "case": Case,
    "decision": Decision,
    "notice": Notice,
    "measure": Measure,
    "credit_record": CreditRecord,
}


def writers_of(record: Decision | Notice) -> set[int]:
    """Whoever wrote any of the text, from the trail."""
    trail = Event.objects.filter(subject_label=record._meta.label, subject_pk=str(record.pk), type__in=WRITING)
    return set(trail.values_list("actor_id", flat=True))


def check_nobody_agrees_to_their_own_text() -> None:
    for approval in DecisionApproval.objects.select_related("decision"):
        assert approval.given_by_id not in writers_of(approval.decision) or _wrote_only_later(approval)
    for review in NoticeReview.objects.select_related("notice"):
        assert review.given_by_id not in writers_of(review.notice) or _wrote_only_later(review)


def _wrote_only_later(opinion: DecisionApproval | NoticeReview) -> bool:
    """Somebody who agreed first may take the text over afterwards: that voids what they said."""
    record = opinion.decision if isinstance(opinion, DecisionApproval) else opinion.notice
    own = Event.objects.filter(subject_label=record._meta.label, subject_pk=str(record.pk), type__in=WRITING)
    return not own.filter(actor=opinion.given_by_id, at__lte=opinion.given_at).exists()


def check_issued_decisions_were_approved_as_they_stand() -> None:
    """Every step by another person, each bound to exactly this content; two heads of the bureau for serious findings."""
    for decision in Decision.objects.filter(status__in=ISSUED):
        assert decision.compute_hash() == decision.content_hash
        given = decision.approvals.filter(verdict="approve", bound_hash=decision.content_hash)
        by_step = dict(given.values_list("step", "given_by_id"))
        needed = {ApprovalStep.SECTION, ApprovalStep.LEGAL, ApprovalStep.BUREAU}
        if decision.tier in {"serious", "grave"}:
            needed.add(ApprovalStep.SECOND)
        assert needed <= set(by_step)
        assert len(set(by_step.values())) == len(by_step)
        assert decision.drafted_by_id not in by_step.values()


def check_what_is_public_was_reviewed() -> None:
    """Two people who are neither each other nor wrote it, on exactly the published content, and another one published."""
    for notice in Notice.objects.filter(status="published"):
        agreed = notice.reviews.filter(round=notice.review_round, verdict="approve", bound_hash=notice.compute_hash())
        reviewers = set(agreed.values_list("given_by_id", flat=True))
        assert len(reviewers) >= 2
        assert not reviewers & {notice.drafted_by_id, notice.secrecy_checked_by_id}
        assert PublicNotice.objects.filter(number=notice.number, state="live").count() == 1
    twice = PublicNotice.objects.filter(state="live").values("number").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice
    for public in PublicNotice.objects.exclude(state="live"):
        assert not (public.title or public.intro or public.entries or public.search_text)


def check_one_live_record_per_decision_and_subject() -> None:
    live = CreditRecord.objects.filter(status__in=LIVE_RECORD)
    assert not live.values("decision", "subject").annotate(n=Count("pk")).filter(n__gt=1)
    assert not live.exclude(decision__status__in=["issued", "effective"])
    for decision in Decision.objects.filter(status__in=["issued", "effective"]):
        expected = 1 if decision.outcome == Outcome.ESTABLISHED else 0
        assert decision.credit_records.filter(status__in=LIVE_RECORD).count() == expected
    assert not Measure.objects.filter(status="in_force").exclude(decision__status__in=["issued", "effective"])


def check_a_fallen_decision_leaves_a_duty_on_its_public_notice() -> None:
    shown = PublicNotice.objects.filter(state="live").values("number")
    fallen = Notice.objects.filter(number__in=shown, fields__decision__status__in=["superseded", "revoked"])
    for notice in fallen.distinct():
        assert NoticeDuty.objects.filter(notice=notice, done_at=None).exists()


def check_chains_hold() -> None:
    events = Event.objects.order_by("dossier_id", "seq")
    for _dossier, rows in groupby(events, key=lambda event: event.dossier_id):
        assert verify(ChainRow(row.seq, row.prev_hash, row.hash, event_payload(row)) for row in rows) is None


def check_every_status_came_by_a_move() -> None:
    """Replaying the events of each record from the initial status gives the status it has, by moves of the table."""
    for name, model in MODELS.items():
        for record in model.objects.all():
            assert _replayed(WORKFLOWS[name], record) == record.status


def _replayed(workflow: Workflow, record: Lead | Case | Decision | Notice | Measure | CreditRecord) -> str:
    types = {step.event for step in workflow.moves}
    trail = Event.objects.filter(subject_label=record._meta.label, subject_pk=str(record.pk), type__in=types)
    status = workflow.initial
    for event in trail.order_by("dossier_id", "seq"):
        fitting = [
            step
            for step in workflow.moves
            if (step.event, step.target) == (event.type, event.data["to"]) and status in step.sources
        ]
        assert fitting, f"{event.type} from {status} to {event.data['to']}"
        assert event.data["from"] == status
        status = fitting[0].target
    return str(status)


ALWAYS = (
    check_nobody_agrees_to_their_own_text,
    check_issued_decisions_were_approved_as_they_stand,
    check_what_is_public_was_reviewed,
    check_one_live_record_per_decision_and_subject,
    check_a_fallen_decision_leaves_a_duty_on_its_public_notice,
)
AT_THE_END = (check_chains_hold, check_every_status_came_by_a_move)
