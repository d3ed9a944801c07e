"""Correction, withdrawal, and what follows when a decision falls; all or nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from casework.actors import SYSTEM
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from integrity.actions import issuing
from notices.actions import duties, notices, publication
from notices.enums import NoticeStatus
from notices.models import NoticeDuty, NoticeReview, PublicNotice
from tests.factories.decisions import content, decision_at
from tests.factories.notices import (
    EARLY,
    approve,
    change,
    correct,
    events_of,
    fresh,
    notice_at,
    opinion,
    to_review,
    withdraw,
)
from tests.factories.people import person

pytestmark = pytest.mark.django_db


# ---- correction and withdrawal


def test_a_correction_keeps_the_old_version_live_until_the_new_one_replaces_it(publisher):
    notice = notice_at("published", publisher=publisher)
    old = PublicNotice.objects.get()
    notices.begin_correction(notice=notice, note="更正单位名称。", by=publisher)
    change(notice, title="更正后的标题")
    assert PublicNotice.objects.on_show(timezone.localdate()).get() == old

    to_review(notice)
    approve(notice)
    publication.publish(notice=fresh(notice), exception_reason=EARLY, by=publisher)

    new = PublicNotice.objects.on_show(timezone.localdate()).get()
    assert (new.number, new.version, new.title) == (old.number, 2, "更正后的标题")
    assert (new.correction_note, new.published_on, new.token) == ("更正单位名称。", old.published_on, old.token)
    old.refresh_from_db()
    assert (old.state, old.title, old.intro, old.entries, old.search_text) == ("replaced", "", "", [], "")
    assert old.history.last().search_text
    assert len(events_of(notice, "notice_corrected")) == 1
    assert not fresh(notice).correcting


@pytest.mark.parametrize("note", ["", " ", "请拨打 13800006789", "字" * 301])
def test_a_correction_needs_a_note_that_may_be_public(publisher, note):
    notice = notice_at("published", publisher=publisher)

    with pytest.raises(InputRefused):
        notices.begin_correction(notice=notice, note=note, by=publisher)
    assert fresh(notice).status == NoticeStatus.PUBLISHED


def test_withdrawal_removes_every_word_at_once_but_not_from_the_history(publisher):
    notice = withdraw(notice_at("published", publisher=publisher))

    public = PublicNotice.objects.get()
    assert not PublicNotice.objects.on_show(timezone.localdate()).exists()
    assert (public.state, public.title, public.intro, public.entries, public.category_labels, public.search_text) == (
        "gone",
        "",
        "",
        [],
        [],
        "",
    )
    assert public.correction_note == "所依据的决定已经变更。"
    assert public.history.last().title == notice.title
    assert (notice.status, notice.withdrawn_by, notice.dossier.is_open) == ("withdrawn", publisher, False)
    assert [event.article for event in events_of(notice, "notice_withdrawn")] == ["处罚法48"]


def test_a_draft_that_never_came_out_is_given_up_without_an_article_on_published_information(publisher):
    notice = withdraw(notice_at("draft", publisher=publisher))

    assert [event.article for event in events_of(notice, "notice_withdrawn")] == [""]


def test_a_notice_is_withdrawn_in_the_middle_of_its_correction_too(publisher):
    notice = notice_at("published", publisher=publisher)
    notices.begin_correction(notice=notice, note="更正单位名称。", by=publisher)

    withdraw(notice)

    assert not PublicNotice.objects.on_show(timezone.localdate()).exists()
    assert not fresh(notice).correcting, "the page would say that the public still sees the old text"


@pytest.mark.parametrize(
    ("reason", "text", "field"),
    [
        ("because", "说明", "reason"),
        ("error", " ", "text"),
        ("error", "联系 a@b.cn", "text"),
        ("error", "字" * 301, "text"),
    ],
)
def test_a_withdrawal_needs_a_reason_the_public_may_read(publisher, reason, text, field):
    notice = notice_at("published", publisher=publisher)

    with pytest.raises(InputRefused) as refusal:
        publication.withdraw(notice=notice, reason=reason, text=text, by=publisher)

    assert refusal.value.field == field
    assert PublicNotice.objects.on_show(timezone.localdate()).exists()


def test_only_a_publisher_withdraws(publisher):
    notice = notice_at("published", publisher=publisher)

    with pytest.raises(AccessDenied):
        withdraw(notice, by=person("reviewer"))


# ---- what follows from changes below


@pytest.mark.parametrize("status", ["draft", "approved", "published"])
def test_a_revoked_decision_makes_one_duty_due_in_three_working_days(publisher, status, time_machine):
    time_machine.move_to("2026-03-02 09:00 +0800", tick=False)
    decision = decision_at("effective")
    notice = notice_at(status, publisher=publisher, decisions=[decision])

    issuing.revoke(decision=decision, reason="新证据表明认定有误。", by=person("bureau"))

    made = {duty.because: duty.due_on for duty in NoticeDuty.objects.filter(notice=notice, done_at=None)}
    assert made["decision_revoked"] == dt.date(2026, 3, 5)
    assert PublicNotice.objects.on_show(timezone.localdate()).exists() == (status == "published")
    assert len(events_of(notice, "notice_duty_made")) == len(made)

    withdraw(notice)
    assert not NoticeDuty.objects.filter(done_at=None).exists()
    assert len(events_of(notice, "notice_duty_done")) == len(made)


def test_a_superseded_decision_makes_a_duty_that_a_correction_settles_only_by_withdrawal(publisher):
    decision = decision_at("effective")
    notice = notice_at("published", publisher=publisher, decisions=[decision])
    decision_at("issued", respondent=decision.respondent, supersedes=decision, what=content(facts="仅图 3 不实。"))

    assert "decision_superseded" in set(notice.duties.values_list("because", flat=True))
    notices.begin_correction(notice=fresh(notice), note="更正。", by=publisher)
    with pytest.raises(MoveRefused, match="不再有效"):
        to_review(notice)


def test_the_same_duty_is_made_once(publisher):
    notice = notice_at("published", publisher=publisher)
    first = duties.make(notice=notice, because="decision_revoked", due_on=None, by=SYSTEM)

    assert duties.make(notice=notice, because="decision_revoked", due_on=None, by=SYSTEM) == first
    assert len(events_of(notice, "notice_duty_made")) == 1


def test_a_correction_settles_the_duties(publisher):
    notice = notice_at("published", publisher=publisher)
    duties.make(notice=notice, because="credit_record_revoked", due_on=None, by=SYSTEM)

    correct(notice, title="更正后的标题")

    duty = NoticeDuty.objects.get()
    assert duty.done_by_label == str(publisher)
    assert duty.public_notice.version == 2


# ---- all or nothing


def _break_events(monkeypatch, *modules):
    def refuse(**kwargs):
        raise RuntimeError("trail away")

    for module in modules:
        monkeypatch.setattr(f"{module}.record_event", refuse)


STEPS = {
    "edit": ("draft", lambda notice, by: change(notice, title="另一个标题", by=by)),
    "secrecy": ("draft", lambda notice, by: notices.check_secrecy(notice=notice, note="", by=by)),
    "review": ("review", lambda notice, by: opinion(notice)),
    "publish": ("approved", lambda notice, by: publication.publish(notice=notice, exception_reason=EARLY, by=by)),
    "withdraw": ("published", lambda notice, by: withdraw(notice, by=by)),
    "correct": ("published", lambda notice, by: notices.begin_correction(notice=notice, note="更正。", by=by)),
    "duty": ("published", lambda notice, by: duties.make(notice=notice, because="x", due_on=None, by=by)),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_whose_event_cannot_be_written_leaves_no_trace(publisher, monkeypatch, step):
    status, act = STEPS[step]
    notice = notice_at(status, publisher=publisher)
    before = fresh(notice)
    _break_events(
        monkeypatch, "casework.workflow", "notices.actions.notices", "notices.actions.reviews", "notices.actions.duties"
    )

    with pytest.raises(RuntimeError, match="trail away"):
        act(notice, publisher)

    after = fresh(notice)
    assert (after.status, after.title, after.number, after.history.count()) == (
        before.status,
        before.title,
        before.number,
        before.history.count(),
    )
    assert not NoticeReview.objects.filter(notice=notice, round__gt=1).exists()
    assert not NoticeDuty.objects.exists()
    assert PublicNotice.objects.on_show(timezone.localdate()).count() == (1 if status == "published" else 0)
