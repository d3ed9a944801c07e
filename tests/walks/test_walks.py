"""A walk nobody planned: many people take steps that are allowed and try steps that are not, on leads, cases, decisions
and notices, beside a small reference model.

After every step the database stands where the model does and what must always hold, holds. A step that is not allowed
is refused and leaves no trace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Membership, User
from casework.refusals import AccessDenied, Refusal
from tests.factories.cases import case_at
from tests.factories.people import department, person
from tests.walks import rules_that_hold
from tests.walks.case_acts import on_case, on_respondent
from tests.walks.decision_acts import on_decision
from tests.walks.lead_acts import arrivals, on_lead, on_own_motion
from tests.walks.notice_acts import on_due, on_notice, on_publishing
from tests.walks.twins import EVERY, PEOPLE, CaseTwin, RespondentTwin
from tests.walks.world import Act, World

pytestmark = pytest.mark.django_db

# How often a step is taken that this walk has not seen yet, when there is one.
NEW_KINDS = 0.6
TEMPTED = 0.5
# Ways into the middle of the story, so that short walks reach its end; each step is allowed.
ISSUED = (
    ("officer", "draft decision: heavier"),
    ("officer", "send decision"),
    ("head", "approve decision: section"),
    ("legal", "approve decision: legal"),
    ("bureau", "approve decision: bureau"),
    ("officer", "issue decision"),
)
CLOSED = ("officer", "close case")
IN_REVIEW = (
    *ISSUED,
    ("publisher", "draft notice"),
    ("publisher", "check secrecy"),
    ("publisher", "send notice to review"),
)
APPROVED = (*IN_REVIEW, ("reviewer", "review notice: approve"), ("reviewer2", "review notice: approve"))
EDITED_BY_A_REVIEWER = (
    *ISSUED,
    ("publisher", "draft notice"),
    ("every", "edit notice"),
    ("publisher", "check secrecy"),
    ("publisher", "send notice to review"),
)
BEGINNINGS = {
    "a report": (("reporter", "report"),),
    "two reports of one matter": (("reporter", "report"), ("reporter", "report"), ("intake", "summarise")),
    "a case in deliberation": (),
    "a decision in approval": ISSUED[:4],
    "a decision just issued": ISSUED,
    "a notice in review": IN_REVIEW,
    "a notice edited by a reviewer": EDITED_BY_A_REVIEWER,
    "a notice approved": APPROVED,
    "a notice scheduled": (*APPROVED, ("publisher", "schedule notice")),
    "a notice before the public": (*APPROVED, ("publisher", "publish notice")),
    "a closed case": (*ISSUED, ("officer", "serve decision"), *ISSUED, ("officer", "serve decision"), CLOSED),
}


def acts(world: World) -> Iterator[Act]:
    """All that can be tried now, in an order that depends only on the steps before."""
    yield from arrivals(world)
    yield from on_due(world)
    for name, by in world.people.items():
        yield from on_own_motion(world, name, by)
        for lead in world.leads:
            yield from on_lead(world, lead, name, by)
        for case in world.cases:
            yield from on_case(world, case, name, by)
            for respondent in case.respondents:
                yield from on_respondent(world, case, respondent, name, by)
        for decision in world.decisions:
            yield from on_decision(world, decision, name, by)
            yield from on_publishing(world, decision, name, by)
        for notice in world.notices:
            yield from on_notice(world, notice, name, by)


def people() -> dict[str, User]:
    """One person for each word; `every` holds all roles that may meet in one person."""
    made = {name: person(EVERY[0] if name == "every" else name.rstrip("2"), name=name) for name in PEOPLE}
    for role in EVERY[1:]:
        Membership.objects.create(
            user=made["every"], department=department(), role=role, valid_from=dt.date(2020, 1, 1)
        )
    return made


def case_in_deliberation(world: World) -> CaseTwin:
    """A case of two respondents who were heard, in the hands of `officer`."""
    case = case_at("deliberation", officer=world.people["officer"], respondents=2)
    pks = case.respondents.order_by("pk").values_list("pk", flat=True)
    respondents = [RespondentTwin(pk, charged=True, told=True, answered=True) for pk in pks]
    return CaseTwin(case.pk, "officer", "deliberation", respondents=respondents)


def everything() -> dict[str, list[tuple]]:
    """All rows of all tables, history, events and index included."""
    with connection.cursor() as cursor:
        held = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            held[table] = sorted(cursor.fetchall(), key=repr)
    return held


def the_act(world: World, who: str, name: str, *, legal: bool = True) -> Act:
    """The first act of this person and name that the model allows, or does not."""
    return next(act for act in acts(world) if (act.who, act.name, act.legal) == (who, name, legal))


class Walk(RuleBasedStateMachine):
    """One walk, inside a transaction that is taken back at its end."""

    world: World | None = None

    @initialize(beginning=st.sampled_from(sorted(BEGINNINGS)))
    def begin(self, beginning: str) -> None:
        self.known: set[str] = set()
        self.away = transaction.atomic()
        self.away.__enter__()
        self.world = World(people())
        if "report" not in beginning:
            self.world.cases.append(case_in_deliberation(self.world))
        for who, name in BEGINNINGS[beginning]:
            self.take(the_act(self.world, who, name))

    def take(self, act: Act | None) -> None:
        if act is not None:
            act.then(act.do())

    def draw(self, data: st.DataObject, *, legal: bool) -> Act | None:
        """First which kind of step, then whose: else the many would crowd out the few. New kinds come first, so that a
        walk gets somewhere."""
        tried = [act for act in acts(self.world) if act.legal == legal]
        if not tried:
            return None
        chance = data.draw(st.randoms(use_true_random=True))
        kinds = list(dict.fromkeys(act.name for act in tried))
        fresh = [kind for kind in kinds if kind not in self.known]
        name = chance.choice(fresh if fresh and chance.random() < NEW_KINDS else kinds)
        self.known.add(name)
        fitting = [act for act in tried if act.name == name]
        # The temptation is greatest for the one who holds every right.
        tempted = [act for act in fitting if act.who == "every" and not legal]
        chosen = chance.choice(tempted if tempted and chance.random() < TEMPTED else fitting)
        note(f"{chosen.who}: {chosen.name}")
        return chosen

    @rule(data=st.data())
    def somebody_does_what_they_may(self, data: st.DataObject) -> None:
        self.take(self.draw(data, legal=True))

    @rule(data=st.data())
    def somebody_does_what_else_they_may(self, data: st.DataObject) -> None:
        self.take(self.draw(data, legal=True))

    @rule(data=st.data())
    def somebody_tries_what_they_may_not(self, data: st.DataObject) -> None:
        act = self.draw(data, legal=False)
        if act is None:
            return
        before = everything()
        with pytest.raises((Refusal, Http404)):
            act.do()
        assert everything() == before

    @invariant()
    def the_database_stands_where_the_model_does(self) -> None:
        if self.world is not None:
            assert self.world.stored() == self.world.expected()
            assert self.world.stored_on_show() == self.world.expected_on_show()

    @invariant()
    def what_must_hold_holds(self) -> None:
        if self.world is not None:
            for check in rules_that_hold.ALWAYS:
                check()

    def teardown(self) -> None:
        if self.world is None:
            return
        try:
            for check in rules_that_hold.AT_THE_END:
                check()
        finally:
            transaction.set_rollback(True)
            self.away.__exit__(None, None, None)


def test_no_walk_through_the_house_leads_where_nobody_may_be():
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=16,
            stateful_step_count=25,
            # A walk is read as it went: making it shorter takes minutes, for every step is a real one.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_whoever_edited_a_notice_does_not_review_it():
    world = World(people())
    world.cases.append(case_in_deliberation(world))
    for who, name in EDITED_BY_A_REVIEWER:
        act = the_act(world, who, name)
        act.then(act.do())

    with pytest.raises(AccessDenied, match="您修改过这份通报"):
        the_act(world, "every", "review notice: approve", legal=False).do()


def test_whoever_edited_a_decision_as_an_earlier_handler_does_not_approve_it():
    world = World(people())
    case = case_in_deliberation(world)
    world.cases.append(case)
    steps = (
        ("officer", "draft decision: heavier"),
        ("head", "assign to every"),
        ("every", "edit decision: serious"),
        ("head", "assign to officer"),
        ("officer", "send decision"),
    )
    for who, name in steps:
        act = the_act(world, who, name)
        act.then(act.do())

    assert case.handler == "officer"
    with pytest.raises(AccessDenied, match="您修改过这份决定"):
        the_act(world, "every", "approve decision: section", legal=False).do()
