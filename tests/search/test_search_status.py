"""The page of those who keep the search: what it says while all is well, while the engine is away, and after a comparison."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from casework.audience import Audience
from search.enums import GenerationStage
from search.models import EngineWrite, IndexGeneration, ReconcileRun
from tests.factories import person
from tests.factories.visits import signed_in
from tests.search.records import make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture
def keeper(db) -> Client:
    return signed_in(person(Role.SYSADMIN))


def text_of(client):
    answer = client.get(reverse("search:status"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_an_engine_the_page_says_that_none_is_needed(keeper):
    told = text_of(keeper)
    assert "不需要检索引擎" in told
    assert "还没有核对过" in told


def test_an_engine_that_is_away_is_told_with_what_follows(keeper, settings):
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    told = text_of(keeper)
    assert "检索引擎没有应答" in told
    assert "由数据库代为检索" in told
    assert told.count("尚未建立") == 3


@pytest.mark.elasticsearch
def test_an_engine_that_answers_is_told_with_its_indexes_and_what_waits(engine, keeper, django_assert_max_num_queries):
    lead = make_lead("图片重复使用")
    engine.build(Audience.INTERNAL, Audience.PARTNER, Audience.PUBLIC)
    told = text_of(keeper)
    assert "检索引擎正常" in told
    assert "Elasticsearch 8" in told
    assert lead.summary not in told

    make_lead("图片重复投稿")
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    EngineWrite.objects.update(since=long_ago)
    EngineWrite.objects.create(
        order=9, audience=2, since=long_ago, due=long_ago, attempts=5, problem="ValueError", is_parked=True
    )
    with django_assert_max_num_queries(14):
        told = text_of(keeper)
    assert "落后" in told
    assert "由数据库代为检索" in told
    assert "ValueError" in told
    call_command("index_pending", "--retry-parked")
    assert not EngineWrite.objects.exists()


def test_an_index_that_is_being_built_shows_how_far_it_is(keeper, settings):
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.SEARCH_ENGINE_URL = "http://127.0.0.1:9"
    now = timezone.now()
    IndexGeneration.objects.create(
        name="chengyan-internal-x",
        audience=Audience.INTERNAL,
        schema="00000000",
        stage=GenerationStage.BUILDING,
        begun=now,
        changed=now,
        wanted=200,
        written=50,
    )
    IndexGeneration.objects.create(
        name="chengyan-internal-w",
        audience=Audience.INTERNAL,
        schema="00000000",
        stage=GenerationStage.LIVE,
        begun=now,
        changed=now,
    )
    told = text_of(keeper)
    assert '<progress max="200" value="50">' in told
    assert "50 / 200" in told
    assert "结构已变化" in told


def test_each_comparison_stands_with_what_differed(keeper):
    make_lead()
    call_command("check_indexes")
    now = timezone.now()
    ReconcileRun.objects.create(
        engine="chengyan-partner-00-1",
        started=now,
        finished=now + dt.timedelta(seconds=3),
        checked=7,
        drift=[["missing", "share", "1"], ["forbidden", "share", "2"]],
    )
    told = text_of(keeper)
    assert "数据库检索" in told
    assert "没有差异" in told
    assert "不应存在 1" in told
    assert "缺少 1" in told
