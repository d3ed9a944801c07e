"""An index of the engine is built in the dark, compared, swapped in at one stroke, and brought back compared again."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.enums import Role
from casework.audience import Audience
from integrity.enums import DecisionStatus
from search import generations, syncing
from search.backends import mappings
from search.backends.base import INDEXES, SearchUnavailable
from search.enums import GenerationStage
from search.generations import GenerationRefused, target_of
from search.models import IndexGeneration, IndexItem
from search.queries import parse
from search.results import find
from tests.factories import department, person
from tests.search.records import (
    TODAY,
    change_lead,
    found,
    make_case,
    make_decision,
    make_lead,
    make_notice,
    make_share,
    publish,
    set_secrecy,
)

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture
def head(db):
    return person(Role.HEAD, clearance=2)


def stages():
    return sorted(IndexGeneration.objects.values_list("stage", flat=True))


def is_degraded(user):
    return find(parse("图片重复"), user=user, audience=Audience.INTERNAL, on=TODAY).is_degraded


def test_each_audience_has_an_index_of_its_own_that_holds_its_own_rows_only(engine):
    decision = make_decision(make_case(handler=person()), status=DecisionStatus.EFFECTIVE)
    make_share(decision, department("wjw"))
    publish(make_notice(decision, drafted_by=person(Role.PUBLISHER)))
    for audience in INDEXES:
        engine.build(audience)
        items = IndexItem.objects.filter(audience=audience, is_present=True)
        assert set(engine.documents(audience=audience)) == set(items.values_list("order", flat=True)) != set()
    assert len({tuple(engine.behind_alias(audience)) for audience in INDEXES}) == 3


def test_the_mapping_is_strict_and_of_core_analysis_only(engine):
    generation = engine.build()
    told = engine.reach().indices.get(index=generation.name)[generation.name]
    assert told["mappings"]["dynamic"] == "strict"
    assert told["mappings"]["properties"]["text"]["analyzer"] == "whitespace"
    assert "analysis" not in told["settings"]["index"]
    assert generation.schema in generation.name


def test_a_swap_leaves_one_index_behind_the_alias_and_keeps_the_former_closed(engine, head):
    make_lead("图片重复使用")
    first = engine.build()
    second = engine.build()
    assert engine.behind_alias() == [second.name]
    first.refresh_from_db()
    assert (first.stage, second.stage) == (GenerationStage.RETIRED, GenerationStage.LIVE)
    assert engine.exists(first.name)
    assert found(head, "图片重复") == (["lead"], 1)
    with time_machine.travel(timezone.now() + generations.KEPT, tick=False):
        assert generations.forget_retired(now=timezone.now()) == 1
    assert not engine.exists(first.name)
    assert stages() == ["live"]


def test_writes_that_come_during_a_rebuild_are_in_both_indexes(engine, head, monkeypatch):
    """Search goes on as before, with nothing wrong and nothing twice, until the swap."""
    lead = make_lead("图片重复使用")
    first = engine.build()
    whole = generations._serve

    def meanwhile(generation):
        change_lead(lead, summary="原始记录涂改")
        make_lead("图片重复投稿")
        assert engine.drain() == 2
        assert set(engine.documents(generation.name)) == set(engine.documents(first.name))
        assert found(head, "图片重复") == (["lead"], 1)
        assert found(head, "记录涂改") == (["lead"], 1)
        whole(generation)

    monkeypatch.setattr(generations, "_serve", meanwhile)
    second = engine.build()
    assert engine.differences(second) == []
    assert found(head, "记录涂改") == (["lead"], 1)
    assert found(head, "图片重复") == (["lead"], 1)


def test_what_is_sealed_during_a_rebuild_is_not_in_the_new_index(engine, head, monkeypatch):
    lead = make_lead("图片重复使用")
    whole = generations._serve
    monkeypatch.setattr(generations, "_serve", lambda generation: (set_secrecy(lead.dossier, 3), whole(generation)))
    generation = engine.build()
    assert found(head, "图片重复") == ([], 0)
    engine.drain()
    assert engine.differences(generation) == []
    assert [source["deleted"] for source in engine.documents().values()] == [True]


def test_s30_two_rebuilds_at_once_are_refused_and_one_that_died_is_cleared_away(engine, monkeypatch):
    make_lead("图片重复使用")
    dead = generations._begin(Audience.INTERNAL)
    generations._create(dead)
    with pytest.raises(GenerationRefused, match="being built"):
        engine.build()
    with time_machine.travel(timezone.now() + generations.LEASE + dt.timedelta(seconds=1), tick=False):
        built = engine.build()
    assert not engine.exists(dead.name)
    assert stages() == ["live"]
    assert engine.behind_alias() == [built.name]
    with pytest.raises(GenerationRefused, match="abandoned"):
        generations._renew(dead, 0)


def test_two_that_begin_in_the_same_moment_cannot_both(engine, monkeypatch):
    monkeypatch.setattr(generations, "_check_free", lambda audience: None)
    generations._begin(Audience.INTERNAL)
    with pytest.raises(GenerationRefused, match="being built"):
        generations._begin(Audience.INTERNAL)


@pytest.mark.parametrize("step", ["_create", "_fill", "_serve", "_repair", "_swap"])
def test_whatever_fails_takes_the_half_built_index_with_it_and_readers_notice_nothing(engine, head, monkeypatch, step):
    make_lead("图片重复使用")
    first = engine.build()
    names = []
    whole = getattr(generations, step)

    def fails(generation, *rest):
        names.append(generation.name)
        whole(generation, *rest) if step in ("_create", "_fill") else None
        raise SearchUnavailable("cut")

    monkeypatch.setattr(generations, step, fails)
    with pytest.raises(SearchUnavailable, match="cut"):
        engine.build()
    assert not engine.exists(names[0])
    assert stages() == ["live"]
    assert engine.behind_alias() == [first.name]
    assert found(head, "图片重复") == (["lead"], 1)


def test_a_half_built_index_that_cannot_be_deleted_is_remembered_for_later(engine, settings, monkeypatch):
    building = generations._begin(Audience.INTERNAL)
    generations._create(building)
    there = settings.SEARCH_ENGINE_URL
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    generations._discard(building)
    assert stages() == ["retired"]
    settings.SEARCH_ENGINE_URL = there
    assert generations.forget_retired(now=timezone.now() + generations.KEPT) == 1
    assert not engine.exists(building.name)


def test_s29_going_back_never_brings_back_what_was_withdrawn_since(engine, head):
    lead, _other = make_lead("图片重复使用"), make_lead("图片重复投稿")
    first = engine.build()
    engine.build()
    set_secrecy(lead.dossier, 3)
    make_lead("图片重复三次")
    engine.drain()

    back = generations.roll_back(Audience.INTERNAL)
    assert back.name == first.name
    assert engine.behind_alias() == [first.name]
    assert engine.differences(back) == []
    assert found(head, "图片重复") == (["lead", "lead"], 2)


def test_there_is_no_going_back_without_an_earlier_index_of_the_same_shape(engine, monkeypatch):
    engine.build()
    with pytest.raises(GenerationRefused, match="no earlier index"):
        generations.roll_back(Audience.INTERNAL)
    engine.build()
    IndexGeneration.objects.filter(stage=GenerationStage.RETIRED).update(schema="00000000")
    with pytest.raises(GenerationRefused, match="no earlier index"):
        generations.roll_back(Audience.INTERNAL)


def test_a_return_that_fails_leaves_everything_as_it_was(engine, head, monkeypatch):
    make_lead("图片重复使用")
    engine.build()
    second = engine.build()
    monkeypatch.setattr(generations, "_repair", lambda generation: (_ for _ in ()).throw(SearchUnavailable("cut")))
    with pytest.raises(SearchUnavailable):
        generations.roll_back(Audience.INTERNAL)
    assert stages() == ["live", "retired"]
    assert engine.behind_alias() == [second.name]
    assert found(head, "图片重复") == (["lead"], 1)


def test_an_index_of_another_shape_answers_nobody_until_it_is_migrated(engine, head, monkeypatch):
    make_lead("图片重复使用")
    engine.build()
    assert not is_degraded(head)
    monkeypatch.setattr(mappings, "STORED", [*mappings.STORED])
    IndexGeneration.objects.update(schema="00000000")
    assert is_degraded(head)
    assert found(head, "图片重复") == (["lead"], 1)
    call_command("migrate_indexes")
    assert not is_degraded(head)


def test_an_index_that_does_not_come_to_rest_does_not_take_over(engine, monkeypatch):
    make_lead("图片重复使用")
    monkeypatch.setattr(generations, "_write_again", lambda target, found: None)
    monkeypatch.setattr(generations, "repair", lambda target, found: None)
    monkeypatch.setattr(generations, "_fill", lambda generation, report: None)
    with pytest.raises(GenerationRefused, match="do not agree"):
        engine.build()
    assert stages() == []


def test_rows_the_engine_does_not_take_stop_a_rebuild(engine, monkeypatch):
    make_lead("图片重复使用")
    full = syncing.WriteReport(retry=(1,))
    monkeypatch.setattr(generations.ENGINE, "send", lambda target, entries: full)
    with pytest.raises(SearchUnavailable, match="not taken"):
        engine.build()


def test_a_write_never_makes_an_index_of_its_own(engine):
    """A name without its alias is no index of ours: the engine would give it any mapping it likes."""
    make_lead("图片重复使用")
    generation = engine.build()
    engine.reach().indices.delete(index=generation.name)
    entries, _faults = syncing.entries_of([IndexItem.objects.get().order])
    report = syncing.ENGINE.send(target_of(generation), entries)
    assert (report.done, len(report.retry)) == ((), 1)
    assert not engine.exists(generation.name)
    assert not engine.exists(f"{generation.name}-write")


def test_the_command_builds_what_is_missing_goes_back_and_says_why_it_does_not(engine, settings, capsys):
    make_lead("图片重复使用")
    call_command("migrate_indexes")
    told = capsys.readouterr().out
    assert [line.split(":")[0] for line in told.splitlines()] == ["public", "partner", "internal"] or "internal" in told
    call_command("migrate_indexes")
    assert capsys.readouterr().out.count("up to date") == 3
    call_command("migrate_indexes", "--force", "--audience", "internal")
    assert "1 rows" in capsys.readouterr().out
    call_command("migrate_indexes", "--roll-back", "--audience", "internal")
    assert "back to" in capsys.readouterr().out
    with time_machine.travel(timezone.now() + generations.KEPT, tick=False):
        call_command("migrate_indexes")
    assert "1 retired indexes deleted" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no earlier index"):
        call_command("migrate_indexes", "--roll-back", "--audience", "internal")
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="Nothing was changed for readers"):
        call_command("migrate_indexes", "--force")
    settings.SEARCH_ENGINE = "database"
    with pytest.raises(CommandError, match="needs no command"):
        call_command("migrate_indexes")
