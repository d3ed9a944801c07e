"""Editing a notice: what is masked, printed and left out, and what an edit voids."""

from __future__ import annotations

import pytest

from casework.models import Event
from casework.refusals import InputRefused, MoveRefused
from notices.actions import notices, publication
from notices.actions.fields import NewMask
from notices.enums import MaskReason, MaskStyle, NameProfile, NoticeKey, NoticeStatus
from notices.models import MaskedSpan, PublicNotice
from tests.factories.decisions import content, decision_at
from tests.factories.notices import (
    EARLY,
    FACTS,
    approve,
    change,
    content_of,
    draft_from,
    events_of,
    field_of,
    fresh,
    notice_at,
    to_review,
)

pytestmark = pytest.mark.django_db


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


def test_a_mask_put_twice_stands_once(publisher):
    notice = notice_at("draft", publisher=publisher)
    new = NewMask(field_of(notice, NoticeKey.FACTS).pk, "图 3", MaskReason.PRIVACY)

    notice = change(notice, masks=[new, new])

    assert MaskedSpan.objects.filter(field__notice=notice, reason=MaskReason.PRIVACY).count() == 1


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
