"""What partners find, what is in the public index, and how rows of every kind disappear."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.enums import Clearance, Role
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.saving import save_record
from ethics.actions import applications
from integrity.enums import DecisionStatus
from integrity.models import Measure
from notices.enums import PublicState
from search import registry
from search.backends.base import Reader
from search.indexing import sweep
from search.models import IndexItem
from search.queries import parse
from search.results import find_exact
from sharing.enums import FieldProfile, ShareStatus
from tests.factories import department, person
from tests.factories.ethics import committee_of, ethics_officer, supervised_unit
from tests.search.records import (
    TODAY,
    change_public,
    found,
    make_case,
    make_credit_record,
    make_decision,
    make_lead,
    make_notice,
    make_share,
    publish,
    recall_share,
    set_secrecy,
    set_status,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def member():
    return person(Role.MEMBER, dept="wjw")


def public_rows():
    return IndexItem.objects.filter(kind="publicnotice", is_present=True).count()


@pytest.fixture
def notice():
    return make_notice(make_decision(make_case(), status=DecisionStatus.EFFECTIVE), drafted_by=person(Role.PUBLISHER))


def test_a_member_finds_what_was_shared_with_the_department(member):
    decision = make_decision(make_case(), status=DecisionStatus.EFFECTIVE)
    make_share(decision, department("wjw"))
    stranger = person(Role.MEMBER, dept="jyj")
    assert found(member, "周砚清", audience=Audience.PARTNER) == (["share"], 1)
    assert found(stranger, "周砚清", audience=Audience.PARTNER) == ([], 0)
    assert found(member, "周砚清") == ([], 0)


@pytest.mark.parametrize(("profile", "kinds"), [(FieldProfile.SUMMARY, []), (FieldProfile.FINDINGS, ["share"])])
def test_a_member_finds_only_what_the_profile_shows(member, profile, kinds):
    decision = make_decision(make_case(), status=DecisionStatus.EFFECTIVE, facts="经查，原始记录缺失")
    make_share(decision, department("wjw"), profile=profile)
    assert found(member, "原始记录缺失", audience=Audience.PARTNER)[0] == kinds
    assert found(member, "取消申报资格", audience=Audience.PARTNER)[0] == ["share"]


@pytest.mark.parametrize("text", ["伪造图表", "回应", "第三方", "党内警告"])
def test_allegations_replies_and_parallel_measures_are_not_shared(member, text):
    decision = make_decision(make_case(), status=DecisionStatus.EFFECTIVE, statement_reply="回应：第三方意见")
    with transaction.atomic():
        save_record(
            Measure(decision=decision, kind="other", source_label="党内警告", is_parallel=True),
            by=SYSTEM,
            reason="测试",
        )
    make_share(decision, department("wjw"), profile=FieldProfile.FINDINGS)
    assert found(member, text, audience=Audience.PARTNER) == ([], 0)


def test_a_recalled_share_is_gone_at_once(member):
    share = make_share(make_decision(make_case(), status=DecisionStatus.EFFECTIVE), department("wjw"))
    recall_share(share)
    assert found(member, "周砚清", audience=Audience.PARTNER) == ([], 0)
    assert not IndexItem.objects.get(kind="share").is_present


def test_a_share_that_ended_yesterday_neither_shows_nor_counts(member):
    make_share(make_decision(make_case(), status=DecisionStatus.EFFECTIVE), department("wjw"), expires_on=TODAY)
    sweep(on=TODAY)
    assert found(member, "周砚清", audience=Audience.PARTNER) == (["share"], 1)
    assert found(member, "周砚清", audience=Audience.PARTNER, on=TOMORROW) == ([], 0)
    sweep(on=TOMORROW)
    assert not IndexItem.objects.get(kind="share").is_present


def test_a_draft_share_is_in_no_index():
    make_share(make_decision(make_case()), department("wjw"), status=ShareStatus.DRAFT)
    assert not IndexItem.objects.get(kind="share").is_present


def test_a_changed_decision_changes_its_shares(member):
    decision = make_decision(make_case(), status=DecisionStatus.EFFECTIVE)
    make_share(decision, department("wjw"))
    with transaction.atomic():
        decision.category_text = "篡改实验图像"
        set_status(decision, DecisionStatus.EFFECTIVE)
    assert found(member, "篡改实验图像", audience=Audience.PARTNER) == (["share"], 1)


def test_staff_find_the_public_words_of_a_notice_and_not_what_was_left_out(notice):
    reviewer = person(Role.REVIEWER)
    assert found(reviewer, "周某某") == (["notice"], 1)
    assert found(reviewer, "剑门医学院") == ([], 0)


@pytest.mark.parametrize(
    ("state", "published_on", "until", "rows"),
    [
        (PublicState.LIVE, TODAY, None, 1),
        (PublicState.LIVE, TODAY, TODAY, 1),
        (PublicState.LIVE, TOMORROW, None, 0),
        (PublicState.GONE, TODAY, None, 0),
        (PublicState.REPLACED, TODAY, None, 0),
    ],
)
def test_only_notices_on_show_are_in_the_public_index(notice, state, published_on, until, rows):
    public = publish(notice, published_on=published_on, until=until)
    change_public(public, notice, state=state)
    assert public_rows() == rows


def test_a_published_notice_appears_and_disappears_by_date(notice):
    publish(notice, published_on=TOMORROW, until=TOMORROW)
    for days, rows in ((0, 0), (1, 1), (2, 0)):
        sweep(on=TODAY + dt.timedelta(days=days))
        assert public_rows() == rows


def test_s21_every_kind_disappears_when_its_record_must_not_be_found(notice):
    decision = notice.fields.first().decision
    make_lead()
    make_credit_record(decision)
    make_share(decision, department("wjw"))
    ethics = ethics_officer()
    unit = supervised_unit(by=ethics)
    committee = committee_of(unit, by=ethics, seats=0)
    applications.record(unit=unit, committee=committee, title="睡眠监测研究", by=ethics)
    public = publish(notice)
    assert {item.kind for item in IndexItem.objects.filter(is_present=True)} == set(registry.DOCUMENTS)
    change_public(public, notice, state=PublicState.GONE)
    for item in IndexItem.objects.exclude(kind="publicnotice"):
        dossier = item.dossier
        dossier.refresh_from_db()
        if dossier.secrecy != Clearance.SEALED:
            set_secrecy(dossier, Clearance.SEALED)
    assert not IndexItem.objects.filter(is_present=True).exists()
    assert all(not list(registry.BACKEND.stamps(document.generation)) for document in registry.DOCUMENTS.values())


def test_public_rows_are_read_again_like_all_others(notice):
    public = publish(notice)
    anyone = person(Role.REVIEWER)
    reader = Reader(Audience.PUBLIC, frozenset({"everyone"}), 0, "", TODAY)
    assert len(registry.BACKEND.search(parse("周某某"), reader).orders) == 1
    hits = find_exact(public.number, user=anyone, audience=Audience.PUBLIC, on=TODAY)
    assert [(hit.card.title, hit.card.status_label) for hit in hits] == [(public.title, "公布中")]
    change_public(public, notice, state=PublicState.GONE)
    assert registry.BACKEND.search(parse("周某某"), reader).orders == ()
    assert find_exact(public.number, user=anyone, audience=Audience.PUBLIC, on=TODAY) == ()
