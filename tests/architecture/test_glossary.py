"""Convention 9: what the pages say in official words can be looked up, and what can be looked up exists."""

import importlib
import re

import pytest
from django.utils import translation

from casework.workflow import WORKFLOWS
from config.management.commands.draw_glossary import BEGIN, closed_lists
from tests.architecture.code import ROOT, our_models, python_files

TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
BY_HAND, DRAWN = TEXT.split(BEGIN)
CORE = [
    "线索", "受理", "立案", "调查", "陈述申辩", "处理决定", "处理措施", "失信行为记录", "公开通报", "联席会议", "尽职免责", "诚信审核",
    "送达", "申诉", "复查", "回避", "知悉级别", "封存",
]  # fmt: skip
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in BY_HAND.splitlines() if line.startswith("| ")
][1:]


def test_there_are_lists_to_look_at():
    assert len(list(closed_lists())) > 30


@pytest.mark.parametrize(
    ("module", "kind"), list(closed_lists()), ids=[f"{module}.{kind.__name__}" for module, kind in closed_lists()]
)
def test_every_label_of_a_closed_list_is_in_the_glossary(module, kind):
    with translation.override("zh-hans"):
        section = DRAWN.split(f"### `{module}.{kind.__name__}`\n")[1].split("\n### ")[0]
        missing = [member.name for member in kind if f"| {member.label} | `{member.name}` |" not in section]
    assert missing == []


def test_choices_are_declared_only_where_the_glossary_looks():
    pattern = re.compile(r"^class \w+\(.*(TextChoices|IntegerChoices)\)", re.MULTILINE)
    outside = [str(path) for path in python_files() if pattern.search(path.read_text()) and path.name != "enums.py"]
    assert outside == []


@pytest.mark.parametrize("term", CORE)
def test_a_core_term_has_its_english_word_its_place_in_the_code_and_its_article(term):
    row = next(row for row in ROWS if term == row[0])
    assert all(row), row


def test_a_term_stands_once_and_has_one_english_word():
    terms = [row[0] for row in ROWS]
    assert sorted(term for term in terms if terms.count(term) > 1) == []


def test_what_the_glossary_names_in_the_code_exists():
    names = {model.__name__ for model in our_models()} | {kind.__name__ for _module, kind in closed_lists()}
    modules = {path.stem: path for path in python_files()}
    missing = []
    for row in ROWS:
        for word in re.findall(r"`([\w.]+)`", row[2]):
            first, _dot, rest = word.partition(".")
            known = first in names or first in modules
            if rest and first in modules and first not in names:
                known = any(
                    re.search(rf"^def {rest}\(", path.read_text(), re.MULTILINE)
                    for path in python_files()
                    if path.stem == first
                )
            if not known:
                missing.append(word)
    assert missing == []


def test_every_closed_list_member_the_glossary_names_exists():
    kinds = {kind.__name__: kind for _module, kind in closed_lists()}
    models = {model.__name__: model for model in our_models()}
    for row in ROWS:
        for first, rest in re.findall(r"`(\w+)\.(\w+)`", row[2]):
            if first in kinds:
                assert rest in kinds[first].__members__
            elif first in models:
                assert models[first]._meta.get_field(rest)


def test_every_workflow_diagram_has_its_statuses_in_the_glossary():
    for workflow in WORKFLOWS.values():
        module = importlib.import_module(workflow.statuses.__module__)
        assert f"### `{module.__name__}.{workflow.statuses.__name__}`" in DRAWN
