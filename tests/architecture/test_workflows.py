"""Convention 4: every status waits for exactly one group, every move leaves a trace people can read."""

from pathlib import Path

import pytest
from django.template.loader import get_template
from django.utils import translation

from casework.events import EVENT_TYPES
from casework.workflow import WORKFLOWS
from tests.architecture.code import ROOT, our_models

TABLES = [pytest.param(workflow, id=name) for name, workflow in sorted(WORKFLOWS.items())]
MOVES = [
    pytest.param(workflow, step, id=f"{name}-{step.name}")
    for name, workflow in sorted(WORKFLOWS.items())
    for step in workflow.moves
]
# Status fields that no table moves, each with the reason.
WITHOUT_TABLE = {
    "casework.Deadline.status": "follows from clock events (casework.actions.clocks), which are themselves the trail",
    "casework.RuleSet.status": "the status the regulation has in the world, part of the loaded file",
    "integrity.Lead.previous_status": "where an undone duplicate goes back to",
}


def test_every_status_field_has_a_table_or_a_reason():
    moved = {workflow.statuses for workflow in WORKFLOWS.values()}
    fields = [
        (f"{model._meta.label}.{field.name}", field)
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("status")
    ]
    values = {frozenset(statuses.values) for statuses in moved}
    loose = {
        label for label, field in fields if frozenset(value for value, _label in field.choices or ()) not in values
    }
    assert loose | {"integrity.Lead.previous_status"} == set(WITHOUT_TABLE)
    assert len(fields) - len(WITHOUT_TABLE) == len(WORKFLOWS)


@pytest.mark.parametrize("workflow", TABLES)
def test_every_status_waits_for_exactly_one_group(workflow):
    owned = [str(status) for statuses in workflow.owners.values() for status in statuses]
    assert sorted(owned) == sorted(workflow.statuses.values)


@pytest.mark.parametrize("workflow", TABLES)
def test_every_status_can_be_reached(workflow):
    reached = {str(workflow.initial)}
    for _round in workflow.statuses.values:
        reached |= {str(step.target) for step in workflow.moves if reached & {str(one) for one in step.sources}}
    assert sorted(reached) == sorted(workflow.statuses.values)


@pytest.mark.parametrize(("workflow", "step"), MOVES)
def test_every_move_has_a_label_an_event_and_known_statuses(workflow, step):
    assert str(step.label).strip()
    assert step.event in EVENT_TYPES
    assert {str(one) for one in [*step.sources, step.target]} <= set(workflow.statuses.values)


def test_every_event_type_has_a_label_and_a_line_on_the_timeline():
    with translation.override("zh-hans"):
        silent = [key for key, event_type in EVENT_TYPES.items() if not str(event_type.label).strip()]
    unseen = [one.template for one in EVENT_TYPES.values() if not (ROOT / "templates" / one.template).exists()]
    assert (silent, unseen) == ([], [])


def test_every_line_on_the_timeline_is_a_template_that_compiles():
    for event_type in EVENT_TYPES.values():
        if (ROOT / "templates" / event_type.template).exists():
            assert get_template(event_type.template)


def test_no_timeline_template_is_left_over():
    folder = ROOT / "templates" / "events"
    present = {path.relative_to(ROOT / "templates").as_posix() for path in folder.rglob("*.html")}
    shared = {path for path in present if Path(path).name.startswith("_")}
    assert sorted(present - shared - {one.template for one in EVENT_TYPES.values()}) == []


def test_labels_of_event_types_differ():
    with translation.override("zh-hans"):
        labels = [str(one.label) for one in EVENT_TYPES.values()]
    assert sorted(label for label in set(labels) if labels.count(label) > 1) == []
