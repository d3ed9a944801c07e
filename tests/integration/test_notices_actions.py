"""Drafting a notice and masking it, through the actions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import ExclusionSource
from casework.models import Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.workflow import blocker
from integrity.enums import Outcome
from notices.actions import notices, publication
from notices.actions.fields import NewMask
from notices.enums import MaskReason, MaskStyle, NameProfile, NoticeKey, NoticeStatus, PublicState
from notices.models import MaskedSpan, Notice, PublicNotice
from notices.redaction import TOKEN
from notices.windows import earliest_day_for
from notices.workflow import NOTICE
from tests.factories.cases import case_at
from tests.factories.decisions import content, decision_at
from tests.factories.notices import (
    EARLY,
    approve,
    change,
    content_of,
    events_of,
    field_of,
    fresh,
    notice_at,
    to_review,
    withdraw,
)
from tests.factories.people import person

pytestmark = pytest.mark.django_db

FACTS = (
    "经查，周砚清（身份证号 510802197903121234）在论文《骨缺损修复研究》图 3 中改写标注。"
    "2026年9月3日，举报人提供原始影像。联系电话 13800006789。"
)


@pytest.fixture
def publisher() -> User:
    return person("publisher", name="何静")


def draft_from(decision, by, **changes):
    values = {"title": "通报", "intro": "", "name_profile": NameProfile.FULL} | changes
    return notices.draft(decisions=[decision], by=by, **values)


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


# ---- editing and masking


def test_the_name_profile_masks_the_name_everywhere_and_can_be_taken_back(publisher):
    notice = notice_at("draft", publisher=publisher)
    assert "周砚清" in field_of(notice, NoticeKey.FACTS).public_value

    notice = change(notice, name_profile=NameProfile.SURNAME)
    assert field_of(notice, NoticeKey.NAME).public_value == "周某某"
    assert not notice.fields.filter(public_value__contains="周砚清").exists()

    notice = change(notice, name_profile=NameProfile.FULL)
    assert field_of(notice, NoticeKey.NAME).public_value == "周砚清"


def test_a_hidden_name_stays_hidden_through_further_edits(publisher):
    notice = notice_at("draft", publisher=publisher, name_profile=NameProfile.SURNAME)
    masks = MaskedSpan.objects.filter(field__notice=notice).count()

    notice = change(notice, title="另一个标题")

    assert MaskedSpan.objects.filter(field__notice=notice).count() == masks
    assert field_of(notice, NoticeKey.NAME).public_value == "周某某"


def test_a_publisher_masks_words_and_takes_the_mask_back(publisher):
    notice = notice_at("draft", publisher=publisher)
    facts = field_of(notice, NoticeKey.FACTS)
    new = NewMask(facts.pk, "图 3", MaskReason.WORK_SECRET, MaskStyle.REPLACE, "某图")

    notice = change(notice, masks=[new])
    assert "某图" in field_of(notice, NoticeKey.FACTS).public_value
    span = MaskedSpan.objects.get(field=facts, reason=MaskReason.WORK_SECRET)
    assert span.history.count() == 1

    notice = change(notice, kept=frozenset())
    assert "图 3" in field_of(notice, NoticeKey.FACTS).public_value
    notice = change(notice, kept=frozenset({span.pk}))
    assert "某图" in field_of(notice, NoticeKey.FACTS).public_value
    assert span.history.count() == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"field": 0}, "mask_field"),
        ({"words": "没有这几个字"}, "mask_words"),
        ({"words": " "}, "mask_words"),
        ({"reason": "because"}, "mask_reason"),
        ({"style": "blink"}, "mask_reason"),
        ({"style": MaskStyle.REPLACE, "replacement": " "}, "mask_replacement"),
        ({"style": MaskStyle.REPLACE, "replacement": "字" * 61}, "mask_replacement"),
    ],
)
def test_a_mask_that_cannot_be_placed_is_refused(publisher, values, field):
    notice = notice_at("draft", publisher=publisher)
    sound = {"field": field_of(notice, NoticeKey.FACTS).pk, "words": "周砚清", "reason": MaskReason.PRIVACY}

    with pytest.raises(InputRefused) as refusal:
        change(notice, masks=[NewMask(**sound | values)])

    assert refusal.value.field == field


def test_masks_of_numbers_and_of_hidden_names_cannot_be_taken_back(publisher):
    decision = decision_at("effective", what=content(facts=FACTS))
    notice = draft_from(decision, publisher, name_profile=NameProfile.SURNAME)

    masks = MaskedSpan.objects.filter(field__notice=notice)
    numbers = frozenset(masks.filter(reason__in=["identity_number", "contact"]).values_list("pk", flat=True))
    others = frozenset(masks.exclude(pk__in=numbers).values_list("pk", flat=True))
    with pytest.raises(InputRefused, match="一律遮蔽"):
        change(notice, kept=others)
    with pytest.raises(InputRefused, match="公开规格"):
        change(notice, kept=numbers)
    assert not MaskedSpan.objects.filter(dropped=True).exists()


def test_a_field_that_is_left_out_is_not_printed(publisher):
    notice = notice_at("draft", publisher=publisher)
    unit = field_of(notice, NoticeKey.UNIT)

    notice = change(notice, included=frozenset(notice.fields.exclude(pk=unit.pk).values_list("pk", flat=True)))
    publication.publish(notice=approve(to_review(notice)), exception_reason=EARLY, by=publisher)

    public = PublicNotice.objects.get()
    assert NoticeKey.UNIT not in {entry["key"] for group in public.entries for entry in group}
    assert unit.public_value not in public.search_text


def test_saving_without_a_change_writes_nothing(publisher):
    notice = to_review(notice_at("draft", publisher=publisher))
    before = Event.objects.count()

    change(notice)

    assert Event.objects.count() == before
    assert fresh(notice).status == NoticeStatus.REVIEW


@pytest.mark.parametrize("status", ["review", "approved", "scheduled"])
def test_any_edit_voids_what_reviewers_said_and_the_secrecy_check(publisher, status):
    notice = change(notice_at(status, publisher=publisher), title="另一个标题", by=publisher)

    assert notice.status == NoticeStatus.DRAFT
    assert notice.secrecy_checked_at is None
    assert notice.scheduled_on is None
    assert len(events_of(notice, "notice_voided")) == 1
    with pytest.raises(MoveRefused, match="保密审查"):
        notices.send_to_review(notice=notice, by=publisher)


def test_a_page_opened_before_somebody_elses_edit_is_refused(publisher):
    notice = notice_at("draft", publisher=publisher)
    seen = notice.content_hash
    change(notice, title="另一个标题")

    with pytest.raises(MoveRefused, match="他人修改"):
        notices.edit(notice=fresh(notice), content=content_of(notice), seen_hash=seen, by=publisher)


@pytest.mark.parametrize("status", ["published", "withdrawn", "expired"])
def test_a_notice_that_is_out_or_over_is_not_edited(publisher, status):
    notice = notice_at(status, publisher=publisher)

    with pytest.raises(MoveRefused, match="更正"):
        change(notice, title="另一个标题")


def test_secrecy_is_stated_for_the_page_that_was_read_and_only_in_a_draft(publisher):
    notice = notice_at("draft", publisher=publisher)
    seen = notice.content_hash
    changed = change(notice, title="另一个标题")

    with pytest.raises(MoveRefused, match="重新核对"):
        notices.check_secrecy(notice=changed, note="", seen_hash=seen, by=publisher)
    notices.check_secrecy(notice=changed, note="", seen_hash=changed.content_hash, by=publisher)
    with pytest.raises(MoveRefused, match="起草阶段"):
        notices.check_secrecy(notice=notice_at("review", publisher=publisher), note="", by=publisher)


def test_an_edit_with_an_unknown_name_profile_is_refused(publisher):
    with pytest.raises(InputRefused) as refusal:
        change(notice_at("draft", publisher=publisher), name_profile="nobody")

    assert refusal.value.field == "name_profile"


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


def test_a_mask_put_twice_stands_once(publisher):
    notice = notice_at("draft", publisher=publisher)
    new = NewMask(field_of(notice, NoticeKey.FACTS).pk, "图 3", MaskReason.PRIVACY)

    notice = change(notice, masks=[new, new])

    assert MaskedSpan.objects.filter(field__notice=notice, reason=MaskReason.PRIVACY).count() == 1


def test_a_last_day_in_the_past_is_refused(publisher):
    notice = notice_at("draft", publisher=publisher)

    with pytest.raises(InputRefused) as refusal:
        change(notice, until=timezone.localdate() - dt.timedelta(days=1))

    assert refusal.value.field == "until"


def test_masks_made_for_another_text_hold_the_notice_back_until_it_is_saved_again(publisher, monkeypatch):
    notice = notice_at("draft", publisher=publisher)
    categories = field_of(notice, NoticeKey.CATEGORIES)
    notice = change(notice, masks=[NewMask(categories.pk, categories.public_value[:4], MaskReason.PRIVACY)])
    notices.check_secrecy(notice=notice, note="", by=publisher)
    monkeypatch.setattr("notices.sources.category_labels", lambda decision, book=None: ["另一种说法"])

    with pytest.raises(MoveRefused, match="原文在起草后有变化"):
        notices.send_to_review(notice=fresh(notice), by=publisher)
    notice = change(notice)

    assert field_of(notice, NoticeKey.CATEGORIES).public_value == "另一种说法"
    assert to_review(notice).status == NoticeStatus.REVIEW
