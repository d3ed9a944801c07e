"""Drafting a notice and masking it, through the actions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import ExclusionSource
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.workflow import blocker
from integrity.enums import Outcome
from notices.actions import notices, publication
from notices.enums import NameProfile, NoticeKey, NoticeStatus, PublicState
from notices.models import Notice, PublicNotice
from notices.redaction import TOKEN
from notices.windows import earliest_day_for
from notices.workflow import NOTICE
from tests.factories.cases import case_at
from tests.factories.decisions import content, decision_at
from tests.factories.notices import (
    EARLY,
    FACTS,
    approve,
    change,
    draft_from,
    events_of,
    field_of,
    fresh,
    notice_at,
    to_review,
    withdraw,
)
from tests.factories.people import person

pytestmark = pytest.mark.django_db


# ---- drafting


def test_a_draft_holds_only_allow_listed_facts_and_masks_what_must_not_be_seen(publisher):
    notice = draft_from(decision_at("effective", what=content(facts=FACTS)), publisher)

    assert notice.status == NoticeStatus.DRAFT
    assert set(notice.fields.values_list("key", flat=True)) <= set(NoticeKey.values)
    facts = field_of(notice, NoticeKey.FACTS).public_value
    assert facts == f"经查，周砚清（{TOKEN}）在论文《骨缺损修复研究》图 3 中改写标注。{TOKEN}。{TOKEN}。"
    assert field_of(notice, NoticeKey.WORK_TITLE).public_value == "《骨缺损修复研究》"
    assert field_of(notice, NoticeKey.NAME).public_value == "周砚清"
    assert notice.until is not None
    assert notice.content_hash == notice.compute_hash()
    assert notice.history.count() == 2
    assert len(events_of(notice, "notice_drafted")) == 1


@pytest.mark.parametrize(
    ("outcome", "changes"),
    [
        (Outcome.NOT_ESTABLISHED, {"categories": (), "tier": "", "factors": (), "measures": ()}),
        (Outcome.INSUFFICIENT, {"categories": (), "tier": "", "factors": (), "measures": ()}),
        (
            Outcome.EXEMPT,
            {
                "tier": "",
                "factors": (),
                "measures": (),
                "exempt_ground": "due_diligence",
                "exempt_text": "已尽到责任。",
            },
        ),
    ],
)
def test_who_was_not_found_at_fault_is_never_published(publisher, outcome, changes):
    decision = decision_at("effective", what=content(outcome=outcome, **changes))

    with pytest.raises(InputRefused, match="没有认定成立"):
        draft_from(decision, publisher)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("status", ["draft", "approved", "superseded", "revoked"])
def test_a_decision_that_is_not_in_force_cannot_be_published(publisher, status):
    with pytest.raises(InputRefused, match="不能通报"):
        draft_from(decision_at(status), publisher)


def test_a_decision_is_in_one_notice_at_a_time_and_free_again_after_withdrawal(publisher):
    decision = decision_at("effective")
    first = draft_from(decision, publisher)

    with pytest.raises(InputRefused, match="已经用于通报"):
        draft_from(decision, publisher)
    withdraw(first, by=publisher)

    assert draft_from(decision, publisher).pk != first.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"title": "关于13800006789的通报"}, "title"),
        ({"intro": "请联系 ｚhou@example.cn"}, "intro"),
        ({"intro": "身份证 ５１０８０２１９７９０３１２１２３４"}, "intro"),
        ({"intro": "坏\u202e字"}, "intro"),
        ({"name_profile": "nobody"}, "name_profile"),
        ({"name_profile": NameProfile.SURNAME, "title": "关于周砚清造假的通报"}, "title"),
        ({"name_profile": NameProfile.SURNAME, "intro": "经查，Zhou Yanqing 造假"}, "intro"),
    ],
)
def test_typed_text_that_must_not_be_public_is_refused_beside_its_field(publisher, changes, field):
    decision = decision_at("effective")

    with pytest.raises(InputRefused) as refusal:
        draft_from(decision, publisher, **changes)

    assert refusal.value.field == field
    assert not Notice.objects.exists()


def test_a_notice_needs_a_decision_and_a_publisher(publisher):
    with pytest.raises(InputRefused):
        notices.draft(decisions=[], title="通报", intro="", name_profile=NameProfile.FULL, by=publisher)
    with pytest.raises(AccessDenied):
        draft_from(decision_at("effective"), person("officer"))


def test_other_people_of_the_case_are_third_persons_unless_the_notice_is_about_them(publisher):
    case = case_at("deliberation", respondents=2)
    one, two = case.respondents.select_related("case__dossier__handler", "subject").order_by("pk")
    facts = f"{one.name_then}与{two.name_then}共同改写标注。"
    first = decision_at("effective", respondent=one, what=content(facts=facts))
    second = decision_at("effective", respondent=two, what=content(facts=facts))

    alone = draft_from(first, publisher)
    assert two.name_then not in field_of(alone, NoticeKey.FACTS).public_value
    assert one.name_then in field_of(alone, NoticeKey.FACTS).public_value
    withdraw(alone, by=publisher)
    both = notices.draft(decisions=[first, second], title="通报", intro="", name_profile=NameProfile.FULL, by=publisher)

    assert {row.public_value for row in both.fields.filter(key=NoticeKey.FACTS)} == {facts}


def test_who_is_kept_out_of_a_case_does_not_see_its_notice_before_or_after(publisher):
    decision = decision_at("effective")
    early, late, free = person("reviewer"), person("reviewer"), person("reviewer")
    grants.exclude(dossier=decision.dossier, user=early, source=ExclusionSource.DECLARED, reason="同学", by=SYSTEM)
    notice = draft_from(decision, publisher)
    grants.exclude(dossier=decision.dossier, user=late, source=ExclusionSource.DECLARED, reason="同学", by=SYSTEM)

    assert not Notice.objects.visible_to(early).exists()
    assert not Notice.objects.visible_to(late).exists()
    assert Notice.objects.visible_to(free).get() == notice
    assert not Notice.objects.visible_to(person("reviewer", clearance=0)).exists()
    assert not Notice.objects.visible_to(None).exists()


def test_a_notice_needs_something_to_say(publisher):
    notice = change(notice_at("draft", publisher=publisher), included=frozenset())

    with pytest.raises(MoveRefused, match="还没有任何公开内容"):
        to_review(notice)


def test_a_correction_after_the_old_version_ran_out_cannot_come_out(publisher, time_machine):
    notice = notice_at("published", publisher=publisher)
    notices.begin_correction(notice=notice, note="更正单位名称。", by=publisher)
    to_review(notice)
    approve(notice)
    publication.expire_due(by=SYSTEM, on=notice.until + dt.timedelta(days=1))

    assert fresh(notice).status == NoticeStatus.EXPIRED
    with pytest.raises(MoveRefused):
        publication.publish(notice=fresh(notice), exception_reason=EARLY, by=publisher)


def test_a_notice_that_never_came_out_does_not_run_out(publisher):
    notice = notice_at("draft", publisher=publisher)

    assert publication.expire_due(by=SYSTEM, on=notice.until + dt.timedelta(days=1)) == []
    assert blocker(NOTICE, notice, "expire").reason == "这份通报还没有公布过。"


def test_there_is_nothing_to_correct_once_the_old_version_is_gone(publisher):
    notice = notice_at("published", publisher=publisher)
    notices.begin_correction(notice=notice, note="更正单位名称。", by=publisher)
    to_review(notice)
    approve(notice)
    public = PublicNotice.objects.get()
    public.state = PublicState.GONE
    public.save(update_fields=["state"])

    with pytest.raises(MoveRefused, match="不能更正"):
        publication.publish(notice=fresh(notice), exception_reason=EARLY, by=publisher)


def test_a_past_decision_that_was_imported_counts_from_its_own_day(publisher):
    decision = decision_at("issued")
    decision.origin, decision.decided_on = "imported", dt.date(2026, 2, 9)

    assert earliest_day_for([decision]) == dt.date(2026, 3, 7)
    decision.decided_on = None
    assert earliest_day_for([decision]) is None


def test_a_last_day_in_the_past_is_refused(publisher):
    notice = notice_at("draft", publisher=publisher)

    with pytest.raises(InputRefused) as refusal:
        change(notice, until=timezone.localdate() - dt.timedelta(days=1))

    assert refusal.value.field == "until"
