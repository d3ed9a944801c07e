"""Two blind reviewers, publication and its days, through the actions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from casework.actors import SYSTEM
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import issuing
from notices.actions import notices, publication, reviews
from notices.enums import NoticeKey, NoticeStatus, PublicState
from notices.models import NoticeReview, PublicNotice
from notices.windows import earliest_day
from tests.factories.decisions import decision_at
from tests.factories.notices import (
    EARLY,
    approve,
    events_of,
    field_of,
    fresh,
    notice_at,
    opinion,
    to_review,
)
from tests.factories.people import person

pytestmark = pytest.mark.django_db


# ---- review


def test_two_reviewers_who_agree_let_the_notice_pass_and_the_events_tell_no_opinion(publisher):
    notice = notice_at("review", publisher=publisher)

    notice = opinion(notice)
    assert notice.status == NoticeStatus.REVIEW
    notice = opinion(notice)

    assert notice.status == NoticeStatus.APPROVED
    said = events_of(notice, "notice_reviewed")
    assert [event.data for event in said] == [{"round": 1}] * 2
    assert not any(event.reason for event in said)
    assert NoticeReview.history.count() == 2


@pytest.mark.parametrize(("first", "second"), [("approve", "return"), ("return", "approve"), ("return", "return")])
def test_one_objection_sends_the_notice_back_once_both_are_in(publisher, first, second):
    notice = opinion(notice_at("review", publisher=publisher), first, comment="第二段仍可认出他人。")
    assert notice.status == NoticeStatus.REVIEW

    notice = opinion(notice, second, comment="同意上面的写法。")

    assert notice.status == NoticeStatus.DRAFT
    again = to_review(notice)
    assert again.review_round == 2
    assert approve(again).status == NoticeStatus.APPROVED


def test_nobody_reviews_twice_or_their_own_text(publisher):
    reviewer = person("reviewer")
    notice = opinion(notice_at("review", publisher=publisher), by=reviewer)

    with pytest.raises(AccessDenied, match="已经提交过"):
        opinion(notice, by=reviewer)
    with pytest.raises(AccessDenied, match="没有这项权限"):
        opinion(notice, by=publisher)


def test_the_drafter_and_the_secrecy_checker_do_not_review_even_with_the_role(publisher):
    both, third = person("publisher"), person("publisher")
    for user in (both, third):
        user.memberships.create(department=user.memberships.get().department, role="reviewer", valid_from="2020-01-01")
    notice = notice_at("draft", publisher=both)
    notices.check_secrecy(notice=notice, note="逐项核对", by=third)
    notices.send_to_review(notice=fresh(notice), by=both)

    with pytest.raises(AccessDenied, match="起草人"):
        opinion(notice, by=User.objects.get(pk=both.pk))
    with pytest.raises(AccessDenied, match="保密审查"):
        opinion(notice, by=User.objects.get(pk=third.pk))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"verdict": "maybe"}, InputRefused),
        ({"verdict": "return", "comment": " "}, InputRefused),
        ({"seen_hash": "0" * 64}, MoveRefused),
    ],
)
def test_an_opinion_that_says_nothing_or_is_about_other_content_is_refused(publisher, changes, error):
    notice = notice_at("review", publisher=publisher)
    values = {"verdict": "approve", "comment": "", "seen_hash": notice.content_hash} | changes

    with pytest.raises(error):
        reviews.give(notice=notice, by=person("reviewer"), **values)
    assert not NoticeReview.objects.exists()


def test_there_is_no_review_before_or_after_its_time(publisher):
    for status in ("draft", "approved"):
        notice = notice_at(status, publisher=publisher)
        with pytest.raises(MoveRefused, match="不在审核中"):
            opinion(notice)


# ---- publication


def test_publishing_freezes_the_public_words_under_a_gapless_number(publisher):
    first, second = notice_at("published", publisher=publisher), notice_at("published", publisher=publisher)

    year = timezone.localdate().year
    assert [first.number, second.number] == [f"广科诚通〔{year}〕01号", f"广科诚通〔{year}〕02号"]
    public = PublicNotice.objects.get(number=first.number)
    assert public.state == PublicState.LIVE
    assert public.version == 1
    assert [entry["key"] for entry in public.entries[0]][:2] == [NoticeKey.NAME, NoticeKey.ROLE]
    assert public.until == first.until
    assert public.category_labels
    assert public.history.count() == 1
    assert first.published_by == publisher
    assert [event.reason for event in events_of(first, "notice_published")] == [EARLY]


def test_nobody_is_published_before_the_appeal_window_has_closed_without_a_recorded_reason(publisher, time_machine):
    notice = notice_at("approved", publisher=publisher)
    earliest = earliest_day(notice)
    assert earliest > timezone.localdate() + dt.timedelta(days=15)

    with pytest.raises(InputRefused) as refusal:
        publication.publish(notice=notice, by=publisher)
    assert refusal.value.field == "exception_reason"
    assert earliest.isoformat() in refusal.value.reason

    time_machine.move_to(dt.datetime.combine(earliest, dt.time(9), tzinfo=timezone.get_current_timezone()))
    publication.publish(notice=fresh(notice), by=publisher)
    assert fresh(notice).exception_reason == ""


def test_a_decision_that_was_not_served_has_no_window_yet(publisher):
    notice = notice_at("approved", publisher=publisher, decisions=[decision_at("issued")])

    with pytest.raises(InputRefused, match="没有起算"):
        publication.publish(notice=notice, by=publisher)


def test_a_reviewer_does_not_publish_what_they_agreed_to(publisher):
    both = person("reviewer")
    both.memberships.create(department=both.memberships.get().department, role="publisher", valid_from="2020-01-01")
    notice = notice_at("approved", publisher=publisher, reviewers=(User.objects.get(pk=both.pk), person("reviewer")))

    with pytest.raises(AccessDenied, match="审核人"):
        publication.publish(notice=notice, exception_reason=EARLY, by=User.objects.get(pk=both.pk))
    with pytest.raises(AccessDenied, match="没有这项权限"):
        publication.publish(notice=notice, exception_reason=EARLY, by=person("officer"))


@pytest.mark.parametrize("status", ["draft", "review", "published", "withdrawn", "expired"])
def test_only_an_approved_notice_is_published(publisher, status):
    notice = notice_at(status, publisher=publisher)

    with pytest.raises(MoveRefused):
        publication.publish(notice=notice, exception_reason=EARLY, by=publisher)


def test_an_approval_counts_only_for_the_content_it_was_given_for(publisher):
    notice = notice_at("approved", publisher=publisher)
    notice.content_hash = "0" * 64
    notice.save(update_fields=["content_hash"])

    with pytest.raises(MoveRefused, match="不是针对现在的内容"):
        publication.publish(notice=fresh(notice), exception_reason=EARLY, by=publisher)


def test_content_changed_past_the_actions_is_not_published(publisher):
    notice = notice_at("approved", publisher=publisher)
    field = field_of(notice, NoticeKey.UNIT)
    field.public_value = "改过的单位"
    field.save(update_fields=["public_value"])

    with pytest.raises(MoveRefused, match="校验值不一致"):
        publication.publish(notice=notice, exception_reason=EARLY, by=publisher)


def test_a_number_that_slips_into_any_public_text_stops_publication(publisher):
    notice = notice_at("draft", publisher=publisher)
    notices.check_secrecy(notice=notice, note="", by=publisher)
    field = field_of(notice, NoticeKey.UNIT)
    field.public_value = "剑门医学院 138 0000 6789"
    field.save(update_fields=["public_value"])

    with pytest.raises(MoveRefused, match="电话"):
        notices.send_to_review(notice=fresh(notice), by=publisher)


def test_a_decision_revoked_meanwhile_stops_the_publication(publisher):
    decision = decision_at("effective")
    notice = notice_at("approved", publisher=publisher, decisions=[decision])
    issuing.revoke(decision=decision, reason="新证据表明认定有误。", by=person("bureau"))

    with pytest.raises(MoveRefused, match="不再有效"):
        publication.publish(notice=fresh(notice), exception_reason=EARLY, by=publisher)


# ---- days


def test_a_scheduled_notice_comes_out_on_its_day_and_once(publisher):
    notice = notice_at("scheduled", publisher=publisher)
    day = notice.scheduled_on

    assert publication.publish_due(by=SYSTEM, on=day - dt.timedelta(days=1)) == ([], [])
    published, refused = publication.publish_due(by=SYSTEM, on=day)
    assert [public.published_on for public in published] == [day]
    assert refused == []
    assert publication.publish_due(by=SYSTEM, on=day) == ([], [])

    notice = fresh(notice)
    assert (notice.status, notice.published_by, notice.published_by_label) == ("published", None, "系统")


def test_a_scheduled_notice_whose_decision_fell_is_reported_and_stays(publisher):
    decision = decision_at("effective")
    notice = notice_at("scheduled", publisher=publisher, decisions=[decision])
    other = notice_at("scheduled", publisher=publisher)
    issuing.revoke(decision=decision, reason="新证据表明认定有误。", by=person("bureau"))

    published, refused = publication.publish_due(by=SYSTEM, on=notice.scheduled_on)

    assert [public.number for public in published] == [fresh(other).number]
    assert [(held, reason) for held, reason in refused] == [(notice, "所依据的决定已不再有效，不能公布。")]
    assert fresh(notice).status == NoticeStatus.SCHEDULED


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(-1, EARLY, "day"), (1, "", "exception_reason"), (9000, EARLY, "until")]
)
def test_a_day_that_cannot_be_is_refused(publisher, days, reason, field):
    notice = notice_at("approved", publisher=publisher)

    with pytest.raises(InputRefused) as refusal:
        publication.schedule(
            notice=notice, day=timezone.localdate() + dt.timedelta(days=days), exception_reason=reason, by=publisher
        )
    assert refusal.value.field == field


def test_a_notice_past_its_last_day_is_gone_even_when_no_job_ran(publisher):
    notice = notice_at("published", publisher=publisher)
    last = notice.until

    assert PublicNotice.objects.on_show(last).exists()
    assert not PublicNotice.objects.on_show(last + dt.timedelta(days=1)).exists()

    assert publication.expire_due(by=SYSTEM, on=last) == []
    assert publication.expire_due(by=SYSTEM, on=last + dt.timedelta(days=1)) == [notice]
    assert publication.expire_due(by=SYSTEM, on=last + dt.timedelta(days=1)) == []
    assert fresh(notice).status == NoticeStatus.EXPIRED
    public = PublicNotice.objects.get()
    assert (public.state, public.title, public.entries, public.search_text) == ("gone", "", [], "")
