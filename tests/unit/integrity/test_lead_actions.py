"""Steps from arrival to the decision on acceptance: row, history, event, clock, and who may not."""

from __future__ import annotations

import pytest

from accounts.enums import Role
from casework.access import is_visible
from casework.enums import ClockStatus, ExclusionSource
from casework.models import Deadline, Event, Exclusion
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import duplicates, exclusions, leads, messages
from integrity.enums import LeadStatus
from integrity.models import Lead, LeadLink, Message
from tests.factories.leads import TICKS, last_event, lead_at, report
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def clock(lead: Lead) -> Deadline:
    return Deadline.objects.filter(dossier=lead.dossier, key="accept").order_by("-pk")[0]


def summarised(lead: Lead, by) -> Lead:
    return leads.summarise(lead=lead, summary="图片重复", by=by)


STEPS = {
    "summarise": (
        "submitted", Role.INTAKE, lambda lead, by: leads.summarise(lead=lead, summary="数据疑点", by=by),
        "submitted", "lead_summarised", ClockStatus.RUNNING,
    ),
    "ask_more": (
        "submitted", Role.INTAKE, lambda lead, by: messages.ask_more(lead=lead, body="请补充期刊名。", by=by),
        "need_more", "lead_more_asked", ClockStatus.RUNNING,
    ),
    "supplement": (
        "need_more", None, lambda lead, by: messages.reply(lead=lead, body="是《某学报》。"),
        "submitted", "lead_supplemented", ClockStatus.RUNNING,
    ),
    "accept": (
        "need_more", Role.INTAKE, lambda lead, by: leads.accept(lead=lead, ticks=TICKS, by=by),
        "accepted", "lead_accepted", ClockStatus.MET,
    ),
    "propose_refusal": (
        "need_more", Role.INTAKE,
        lambda lead, by: leads.propose_refusal(lead=lead, ground="out_of_scope", reason="属于合同纠纷。", by=by),
        "refusal_proposed", "lead_refusal_proposed", ClockStatus.RUNNING,
    ),
    "refuse": (
        "refusal_proposed", Role.HEAD, lambda lead, by: leads.refuse(lead=lead, by=by),
        "not_accepted", "dossier_closed", ClockStatus.MET,
    ),
    "send_back": (
        "refusal_proposed", Role.HEAD, lambda lead, by: leads.send_back(lead=lead, reason="证据可以再查。", by=by),
        "submitted", "lead_refusal_sent_back", ClockStatus.RUNNING,
    ),
    "transfer": (
        "need_more", Role.INTAKE,
        lambda lead, by: leads.transfer(lead=lead, unit="市教育局", reason="属师德问题。", by=by),
        "transferred", "dossier_closed", ClockStatus.MET,
    ),
    "mark_duplicate": (
        "need_more", Role.INTAKE,
        lambda lead, by: duplicates.mark(lead=lead, original=report()[0], reason="同一篇论文。", by=by),
        "duplicate", "lead_marked_duplicate", ClockStatus.VOID,
    ),
    "undo_duplicate": (
        "duplicate", Role.INTAKE, lambda lead, by: duplicates.undo(lead=lead, reason="核对后不同。", by=by),
        "submitted", "lead_duplicate_undone", ClockStatus.RUNNING,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_changes_the_row_its_history_the_clock_and_leaves_an_event(name):
    start, role, act, end, event_type, clock_status = STEPS[name]
    lead = lead_at(start)
    by = person(role) if role else None
    versions = lead.history.count()

    act(lead, by)

    stored = Lead.objects.get(pk=lead.pk)
    assert stored.status == end
    assert stored.history.count() == versions + 1
    assert stored.history.first().history_user == by
    event = last_event(lead)
    assert event.type == event_type and event.actor == by
    assert clock(lead).status == clock_status


@pytest.mark.parametrize("name", STEPS)
def test_when_the_event_cannot_be_written_the_step_did_not_happen(name, monkeypatch):
    start, role, act, _end, _type, _clock = STEPS[name]
    lead = lead_at(start)
    by = person(role) if role else None
    before = (
        Lead.objects.filter(pk=lead.pk).values().get(),
        lead.history.count(),
        Message.objects.count(),
        LeadLink.objects.filter(undone_at=None).count(),
        clock(lead).status,
    )

    def fail(*args, **kwargs):
        raise RuntimeError("no event")

    monkeypatch.setattr(Event, "save", fail)
    with pytest.raises(RuntimeError, match="no event"):
        act(Lead.objects.get(pk=lead.pk), by)

    after = (
        Lead.objects.filter(pk=lead.pk).values().get(),
        lead.history.count(),
        Message.objects.count(),
        LeadLink.objects.filter(undone_at=None).count(),
        clock(lead).status,
    )
    assert after == before


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if step[1]])
def test_a_step_is_refused_to_an_officer_without_the_right(name):
    start, _role, act, *_rest = STEPS[name]
    lead = lead_at(start)

    with pytest.raises(AccessDenied):
        act(lead, person(Role.OFFICER))
    assert Lead.objects.get(pk=lead.pk).status == start


WRONG_MOMENTS = [
    ("accepted", lambda lead, by: messages.ask_more(lead=lead, body="请补充。", by=by)),
    ("accepted", lambda lead, by: leads.accept(lead=lead, ticks=TICKS, by=by)),
    ("transferred", lambda lead, by: leads.accept(lead=lead, ticks=TICKS, by=by)),
    ("not_accepted", lambda lead, by: leads.transfer(lead=lead, unit="甲", reason="乙", by=by)),
    ("accepted", lambda lead, by: leads.propose_refusal(lead=lead, ground="no_evidence", reason="乙", by=by)),
    ("submitted", lambda lead, by: duplicates.undo(lead=lead, reason="乙", by=by)),
    ("transferred", lambda lead, by: duplicates.mark(lead=lead, original=report()[0], reason="乙", by=by)),
    ("submitted", lambda lead, by: leads.accept(lead=lead, ticks=TICKS, by=by)),
]


@pytest.mark.parametrize(("status", "act"), WRONG_MOMENTS)
def test_a_step_at_the_wrong_moment_is_refused_with_a_sentence(status, act):
    lead = lead_at(status)
    with pytest.raises(MoveRefused) as refused:
        act(lead, person(Role.INTAKE))
    assert refused.value.reason.endswith("。")
    assert Lead.objects.get(pk=lead.pk).status == status


@pytest.mark.parametrize("missing", TICKS)
def test_acceptance_needs_all_four_conditions(missing):
    lead = lead_at("need_more")
    with pytest.raises(InputRefused) as refused:
        leads.accept(lead=lead, ticks=[tick for tick in TICKS if tick != missing], by=person(Role.INTAKE))
    assert (refused.value.field, refused.value.article) == ("ticks", "221-14")


def test_an_unknown_condition_is_refused():
    with pytest.raises(InputRefused):
        leads.accept(lead=lead_at("need_more"), ticks=[*TICKS, "weather"], by=person(Role.INTAKE))


def test_acceptance_hands_the_lead_to_an_officer_who_then_sees_it():
    officer = person(Role.OFFICER)
    lead = lead_at("accepted", handler=officer)

    assert lead.dossier.handler == officer
    assert is_visible(officer, lead.dossier)
    assert not is_visible(person(Role.OFFICER), lead.dossier)


def test_acceptance_refuses_a_handler_who_cannot_open_cases_or_is_excluded():
    intake, officer = person(Role.INTAKE), person(Role.OFFICER)
    lead = lead_at("need_more")
    with pytest.raises(InputRefused) as refused:
        leads.accept(lead=lead, ticks=TICKS, handler=intake, by=intake)
    assert refused.value.field == "handler"

    exclusions.exclude_from_lead(lead=lead, user=officer, source="named", reason="举报中点名。", by=intake)
    with pytest.raises(InputRefused, match="已排除知悉"):
        leads.accept(lead=lead, ticks=TICKS, handler=officer, by=intake)


def test_a_colleague_named_in_the_report_sees_nothing_of_it_from_then_on():
    head = person(Role.HEAD)
    lead = lead_at("submitted")
    assert is_visible(head, lead.dossier)

    exclusions.exclude_from_lead(lead=lead, user=head, source="named", reason="近亲属。", by=person(Role.INTAKE))

    assert not is_visible(head, lead.dossier)
    assert Exclusion.objects.get().source == ExclusionSource.NAMED
    assert last_event(lead).type == "exclusion_made"


def test_the_person_who_proposed_a_refusal_never_confirms_it():
    both = person(Role.INTAKE)
    both.memberships.create(department=both.memberships.get().department, role=Role.HEAD, valid_from="2020-01-01")
    lead = lead_at("refusal_proposed", by=both)

    for act in (lambda: leads.refuse(lead=lead, by=both), lambda: leads.send_back(lead=lead, reason="甲", by=both)):
        with pytest.raises(AccessDenied, match="提出人以外"):
            act()
    leads.refuse(lead=lead, by=person(Role.HEAD))
    assert lead.status == LeadStatus.NOT_ACCEPTED
    assert lead.refusal_ground.key == "no_evidence"


def test_a_refusal_needs_a_ground_of_article_15_and_words():
    lead, intake = lead_at("need_more"), person(Role.INTAKE)
    for values, field in [
        ({"ground": "dislike", "reason": "甲"}, "ground"),
        ({"ground": "no_evidence", "reason": " "}, "reason"),
    ]:
        with pytest.raises(InputRefused) as refused:
            leads.propose_refusal(lead=lead, by=intake, **values)
        assert refused.value.field == field


def test_sending_back_takes_the_ground_off_but_history_remembers_it():
    lead = lead_at("refusal_proposed")
    leads.send_back(lead=lead, reason="再查。", by=person(Role.HEAD))

    assert lead.refusal_ground is None and lead.refusal_reason == ""
    assert lead.history.filter(refusal_reason="没有可以查证的线索。").exists()


def test_a_transfer_needs_a_unit_and_a_reason():
    lead, intake = lead_at("need_more"), person(Role.INTAKE)
    for values, field in [({"unit": "", "reason": "甲"}, "unit"), ({"unit": "甲", "reason": ""}, "reason")]:
        with pytest.raises(InputRefused) as refused:
            leads.transfer(lead=lead, by=intake, **values)
        assert refused.value.field == field


def test_an_unchanged_or_empty_summary_writes_nothing():
    lead, intake = lead_at("need_more"), person(Role.INTAKE)
    events = Event.objects.count()

    leads.summarise(lead=lead, summary=f"  {lead.summary} ", by=intake)
    with pytest.raises(InputRefused):
        leads.summarise(lead=lead, summary="", by=intake)
    assert Event.objects.count() == events


def state(lead: Lead) -> tuple:
    stored = Lead.objects.filter(pk=lead.pk).values().get()
    running = Deadline.objects.running().filter(dossier=lead.dossier).values_list("key", "started_on", "due_on")
    grants = lead.dossier.grants.filter(revoked_at=None).values_list("pk", flat=True)
    links = LeadLink.objects.filter(lead=lead, undone_at=None).count()
    return stored, list(running), list(grants), links, lead.dossier.handler_id


@pytest.mark.parametrize("status", ["submitted", "need_more", "accepted"])
def test_marking_and_undoing_a_duplicate_leaves_the_lead_exactly_as_it_was(status):
    intake = person(Role.INTAKE)
    lead = lead_at(status, handler=person(Role.OFFICER) if status == "accepted" else None)
    before = state(lead)

    link = duplicates.mark(lead=lead, original=report()[0], reason="同一篇论文。", by=intake)
    assert state(lead) != before
    duplicates.undo(lead=lead, reason="核对后不同。", by=intake)

    assert state(lead) == before
    link.refresh_from_db()
    assert link.undone_by == intake and link.history.count() == 2


def test_a_pair_that_makes_no_sense_is_refused():
    intake = person(Role.INTAKE)
    lead, original, third = lead_at(), lead_at(), lead_at()
    duplicates.mark(lead=lead, original=original, reason="同一件。", by=intake)

    for one, other in [(third, third), (third, lead), (original, third)]:
        with pytest.raises(InputRefused) as refused:
            duplicates.mark(lead=one, original=other, reason="同一件。", by=intake)
        assert refused.value.field == "original"
    with pytest.raises(InputRefused) as refused:
        duplicates.mark(lead=third, original=original, reason="", by=intake)
    assert refused.value.field == "reason"


def test_undoing_a_duplicate_needs_a_reason():
    with pytest.raises(InputRefused) as refused:
        duplicates.undo(lead=lead_at("duplicate"), reason=" ", by=person(Role.INTAKE))
    assert refused.value.field == "reason"


def test_a_lead_hidden_from_the_officer_cannot_be_named_as_the_original():
    intake = person(Role.INTAKE)
    lead, hidden = lead_at(), lead_at()
    exclusions.exclude_from_lead(lead=hidden, user=intake, source="named", reason="近亲属。", by=person(Role.INTAKE))

    with pytest.raises(InputRefused, match="没有这个编号的线索"):
        duplicates.mark(lead=lead, original=hidden, reason="同一件。", by=intake)


def test_that_others_repeat_this_lead_is_not_told_by_a_refusal():
    """The sentence is the same whether the leads that point here are hidden or not, and does not mention them."""
    intake, other = person(Role.INTAKE), person(Role.INTAKE)
    lead, hidden, original = lead_at(), lead_at(), lead_at()
    duplicates.mark(lead=hidden, original=lead, reason="同一件。", by=other)
    exclusions.exclude_from_lead(lead=hidden, user=intake, source="named", reason="近亲属。", by=other)

    said = []
    for by in (intake, other):
        with pytest.raises(InputRefused) as refused:
            duplicates.mark(lead=lead, original=original, reason="同一件。", by=by)
        said.append(refused.value.reason)

    assert said[0] == said[1] and "其他线索" not in said[0]


def test_two_people_who_decide_at_once_get_one_decision():
    lead, intake = lead_at("need_more"), person(Role.INTAKE)
    stale = Lead.objects.get(pk=lead.pk)
    leads.accept(lead=lead, ticks=TICKS, by=intake)

    with pytest.raises(MoveRefused, match="刚被他人处理"):
        leads.transfer(lead=stale, unit="甲", reason="乙", by=intake)


def test_an_accepted_lead_in_nobodys_hands_is_handed_on_and_then_to_another():
    lead, intake = lead_at("accepted"), person(Role.INTAKE)
    first, second = person(Role.OFFICER), person(Role.OFFICER)
    assert lead.dossier.handler is None

    leads.assign(lead=lead, handler=first, reason="熟悉这一领域。", by=intake)
    assert last_event(lead).type == "dossier_assigned" and is_visible(first, lead.dossier)
    leads.assign(lead=lead, handler=second, reason="前一位出差。", by=intake)
    assert is_visible(second, lead.dossier) and not is_visible(first, lead.dossier)


def test_who_may_not_open_a_case_or_holds_the_lead_already_is_not_given_it():
    officer, intake = person(Role.OFFICER), person(Role.INTAKE)
    lead = lead_at("accepted", handler=officer)
    with pytest.raises(InputRefused, match="已经是承办人"):
        leads.assign(lead=lead, handler=officer, reason="再分派。", by=intake)
    with pytest.raises(InputRefused, match="不能立案"):
        leads.assign(lead=lead, handler=person(Role.LEGAL), reason="分派。", by=intake)
    with pytest.raises(InputRefused, match="理由"):
        leads.assign(lead=lead, handler=person(Role.OFFICER), reason=" ", by=intake)
    with pytest.raises(AccessDenied):
        leads.assign(lead=lead, handler=person(Role.OFFICER), reason="分派。", by=person(Role.HEAD))
    with pytest.raises(MoveRefused, match="已受理"):
        leads.assign(lead=lead_at("need_more"), handler=officer, reason="分派。", by=intake)
