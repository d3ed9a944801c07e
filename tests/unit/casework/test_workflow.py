"""Moves are a table; `move` locks, checks again, saves and records, or changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models, transaction

from accounts.enums import Role
from casework import workflow
from casework.models import Event
from casework.refusals import MoveRefused
from casework.workflow import WORKFLOWS, Blocker, Move, Workflow
from integrity.enums import LeadStatus
from integrity.models import Lead
from integrity.workflow import LEAD
from tests.factories import person
from tests.factories.leads import lead_at

TABLES = sorted(WORKFLOWS.values(), key=lambda table: table.name)


class Light(models.TextChoices):
    RED = "red", "红"
    GREEN = "green", "绿"


def light(**changes: Any) -> Workflow:
    values: dict[str, Any] = {
        "name": "light",
        "title": "灯",
        "statuses": Light,
        "initial": Light.RED,
        "owners": {"driver": {Light.GREEN}, "guard": {Light.RED}},
        "moves": (Move("go", (Light.RED,), Light.GREEN, "light_changed", "放行"),),
    }
    return Workflow(**(values | changes))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_status_has_exactly_one_group_that_must_act(table: Workflow) -> None:
    for status in table.statuses.values:
        groups = [group for group, statuses in table.owners.items() if status in statuses]
        assert groups == [table.owner_of(status)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_status_can_be_reached_and_every_move_leads_somewhere_known(table: Workflow) -> None:
    known = set(table.statuses.values)
    reached, grows = {str(table.initial)}, True
    while grows:
        found = {str(step.target) for step in table.moves if reached & {str(source) for source in step.sources}}
        grows = not found <= reached
        reached |= found

    assert reached == known
    assert all({str(source) for source in step.sources} <= known for step in table.moves)


def test_an_unknown_step_an_unowned_status_and_a_name_used_twice_are_errors() -> None:
    table = light()
    with pytest.raises(KeyError):
        table.step("stop")
    with pytest.raises(KeyError):
        light(owners={"guard": {Light.RED}}).owner_of(Light.GREEN)
    with pytest.raises(ValueError, match="go stands twice"):
        light(moves=table.moves * 2)
    with pytest.raises(ValueError, match="lead exists already"):
        workflow.register_workflow(light(name="lead"))


def test_a_new_table_becomes_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "WORKFLOWS", {})
    table = light()

    assert workflow.register_workflow(table) is table
    assert {"light": table} == workflow.WORKFLOWS


def test_the_drawing_names_every_move_and_every_status() -> None:
    text = workflow.draw(light())

    assert text.startswith("# 灯 (light)\n")
    assert "    [*] --> red\n    red --> green: go\n" in text
    assert "| go | 放行 | red | green | light_changed |" in text
    assert "| red | 红 | guard |" in text


@pytest.mark.parametrize(
    ("status", "guard", "sentence"),
    [
        (Light.GREEN, None, "现在是“绿”，不能放行。"),
        (Light.RED, Blocker("有人在路上。", "第1条"), "有人在路上。"),
        (Light.RED, None, ""),
    ],
)
def test_a_step_is_blocked_by_the_status_or_by_a_guard_and_says_why(
    status: str, guard: Blocker | None, sentence: str
) -> None:
    step = Move("go", (Light.RED,), Light.GREEN, "light_changed", "放行", (lambda _record: None, lambda _record: guard))
    table = light(moves=(step,))
    record: Any = type("Record", (), {"status": status})()

    found = workflow.blocker(table, record, "go")

    assert (found.reason if found else "") == sentence
    if sentence:
        with pytest.raises(MoveRefused) as refused:
            workflow.check_move(table, record, "go")
        assert refused.value.reason == sentence
        assert refused.value.article == (found.article if found else "")
    else:
        assert workflow.check_move(table, record, "go") == step


@pytest.mark.django_db
def test_a_move_saves_status_and_other_changes_and_records_one_event() -> None:
    lead, officer = lead_at("submitted"), person(Role.INTAKE)
    before = lead.history.count()
    lead.summary = "论文图片重复使用"

    event = workflow.move(LEAD, lead, "ask_more", by=officer, reason="缺少卷期", article="第9条", data={"message": 1})

    stored = Lead.objects.get(pk=lead.pk)
    assert (stored.status, stored.summary) == (LeadStatus.NEED_MORE, "论文图片重复使用")
    row = lead.history.first()
    assert (lead.history.count(), row.history_user, row.history_change_reason) == (before + 1, officer, "缺少卷期")
    assert (event.actor, event.reason, event.article) == (officer, "缺少卷期", "第9条")
    assert event.data == {"from": "submitted", "to": "need_more", "message": 1}


@pytest.mark.django_db
def test_a_move_that_is_not_in_the_table_changes_nothing() -> None:
    lead, officer = lead_at("not_accepted"), person(Role.INTAKE)
    events = Event.objects.filter(dossier=lead.dossier).count()

    with pytest.raises(MoveRefused):
        workflow.move(LEAD, lead, "ask_more", by=officer)

    assert Lead.objects.get(pk=lead.pk).status == LeadStatus.NOT_ACCEPTED
    assert Event.objects.filter(dossier=lead.dossier).count() == events


@pytest.mark.django_db
def test_whoever_comes_second_is_told_that_somebody_was_faster() -> None:
    lead, officer = lead_at("submitted"), person(Role.INTAKE)
    also_open = Lead.objects.select_related("dossier").get(pk=lead.pk)
    workflow.move(LEAD, lead, "ask_more", by=officer)

    with pytest.raises(MoveRefused, match="刚被他人处理"):
        workflow.move(LEAD, also_open, "ask_more", by=officer)

    assert lead.dossier.events.filter(type=LEAD.step("ask_more").event).count() == 1


@pytest.mark.django_db
def test_a_failing_event_undoes_the_move(monkeypatch: pytest.MonkeyPatch) -> None:
    lead, officer = lead_at("submitted"), person(Role.INTAKE)

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(workflow, "record_event", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        workflow.move(LEAD, lead, "ask_more", by=officer)

    assert Lead.objects.get(pk=lead.pk).status == LeadStatus.SUBMITTED
