"""Sharing, acknowledging, opinions, recall, expiry: rows, history, events, and that a failing event undoes all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.enums import Role
from casework.access import is_visible
from casework.actions import dossiers, grants
from casework.actors import SYSTEM
from casework.enums import ExclusionSource
from casework.models import Event, Grant
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.saving import save_record
from casework.workflow import blocker
from integrity.actions import issuing
from sharing.actions import shares
from sharing.enums import FieldProfile, SharePurpose, ShareStatus
from sharing.models import ShareDuty, SharePackage, ShareRecipient, WrittenOpinion
from sharing.workflow import SHARE
from tests.factories import person
from tests.factories.decisions import decision_at
from tests.factories.shares import BASIS, fresh, receiver, share_at

pytestmark = pytest.mark.django_db


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def values(**changes: Any) -> dict[str, Any]:
    decision = changes.pop("decision", None) or decision_at("effective")
    return {
        "decision": decision,
        "departments": [receiver()],
        "profile": FieldProfile.SUMMARY,
        "purpose": SharePurpose.CREDIT_REVIEW,
        "basis": BASIS,
        "expires_on": in_days(30),
        "by": decision.case.dossier.handler,
    } | changes


def test_a_share_opens_to_its_departments_and_is_on_both_timelines() -> None:
    decision = decision_at("effective")
    officer, member = decision.case.dossier.handler, person(Role.MEMBER, dept="jyj")

    share = shares.share(**values(decision=decision, departments=[receiver("jyj"), receiver("wjw")]))

    assert (share.status, share.shared_by) == (ShareStatus.SHARED, officer)
    assert share.dossier.reference.startswith("广科诚享〔")
    assert SharePackage.objects.visible_to(member).get() == share
    assert not is_visible(member, decision.case.dossier)
    given = Grant.objects.filter(dossier=share.dossier, basis="share")
    assert {(row.department.code, row.permission, row.valid_to) for row in given} == {
        ("jyj", "view", share.expires_on),
        ("wjw", "view", share.expires_on),
    }
    event = decision.dossier.events.get(type="case_shared")
    assert (event.reference, event.data["departments"]) == (share.dossier.reference, ["jyj", "wjw"])
    assert share.dossier.events.get(type="share_shared").reason == BASIS
    assert share.history.first().history_user == officer


# A decision takes a long walk, so a table about one share is walked in one test.
MISSING = [
    ({"departments": []}, "departments"),
    ({"profile": "everything"}, "profile"),
    ({"purpose": "curiosity"}, "purpose"),
    ({"basis": "  "}, "basis"),
    ({"basis": "长" * 301}, "basis"),
    ({"purpose": SharePurpose.OTHER}, "purpose_text"),
    ({"expires_on": -1}, "expires_on"),
    ({"expires_on": 732}, "expires_on"),
]


def test_what_is_missing_or_too_long_is_named() -> None:
    decision = decision_at("effective")
    for changes, field in MISSING:
        if "expires_on" in changes:
            changes = {"expires_on": in_days(changes["expires_on"])}
        with pytest.raises(InputRefused) as refused:
            shares.share(**values(decision=decision, **changes))
        assert refused.value.field == field, changes
    assert not SharePackage.objects.exists()


def test_a_share_lasts_from_today_to_two_years() -> None:
    decision = decision_at("effective")
    for days in (0, 731):
        assert shares.share(**values(decision=decision, expires_on=in_days(days))).expires_on == in_days(days)


@pytest.mark.parametrize(
    ("status", "is_allowed"),
    [("draft", False), ("approved", False), ("issued", True), ("effective", True), ("revoked", False)],
)
def test_only_a_decision_in_force_is_shared(status: str, is_allowed: bool) -> None:
    decision = decision_at(status)
    if is_allowed:
        assert shares.share(**values(decision=decision)).status == ShareStatus.SHARED
        return
    with pytest.raises(MoveRefused, match="已签发且有效"):
        shares.share(**values(decision=decision))
    assert not SharePackage.objects.exists()


def test_only_the_officer_of_the_case_shares() -> None:
    decision = decision_at("effective")
    for role in (Role.HEAD, Role.MEMBER, Role.PUBLISHER):
        with pytest.raises(AccessDenied):
            shares.share(**values(decision=decision, by=person(role)))
    # the case of another officer does not exist for this one
    with pytest.raises(Http404):
        shares.share(**values(decision=decision, by=person(Role.OFFICER)))
    assert not SharePackage.objects.exists()


def test_an_acknowledgement_counts_once_for_the_department() -> None:
    share, first, second = share_at(), person(Role.MEMBER, dept="jyj"), person(Role.MEMBER, dept="jyj")

    shares.acknowledge(share=share, by=first)
    shares.acknowledge(share=share, by=second)

    recipient = share.recipients.get()
    assert recipient.acknowledged_by == first
    assert recipient.history.first().history_user == first
    assert share.dossier.events.get(type="share_acknowledged").data == {"department": "jyj"}


def test_a_further_opinion_is_a_new_version_and_the_same_text_is_none() -> None:
    share, member, colleague = share_at(), person(Role.MEMBER, dept="jyj"), person(Role.MEMBER, dept="jyj")

    first = shares.write_opinion(share=share, text="同意。", by=member)
    again = shares.write_opinion(share=share, text=" 同意。\r\n", by=member)
    second = shares.write_opinion(share=share, text="补充：已在职称评审中核查。", by=member)
    other = shares.write_opinion(share=share, text="同意。", by=colleague)

    assert first == again
    assert [(row.version, row.text) for row in (first, second, other)] == [
        (1, "同意。"),
        (2, "补充：已在职称评审中核查。"),
        (1, "同意。"),
    ]
    assert share.dossier.events.filter(type="share_opinion_written").count() == 3
    with pytest.raises(InputRefused) as refused:
        shares.write_opinion(share=share, text="\n", by=member)
    assert refused.value.field == "text"


def test_only_those_it_was_shared_with_answer() -> None:
    share = share_at()
    for role, place in (("member", "wjw"), ("officer", "jyj"), ("head", "kjj"), ("county", "jyj")):
        user = person(role, dept=place)
        with pytest.raises(AccessDenied, match="不是共享给您所在部门的"):
            shares.acknowledge(share=share, by=user)
        with pytest.raises(AccessDenied, match="不是共享给您所在部门的"):
            shares.write_opinion(share=share, text="同意。", by=user)


def test_a_recall_closes_at_once_and_keeps_what_was_answered() -> None:
    share, member = share_at(), person(Role.MEMBER, dept="jyj")
    shares.write_opinion(share=share, text="同意。", by=member)
    officer = share.decision.case.dossier.handler

    shares.recall(share=share, reason="范围有误", by=officer)

    assert not SharePackage.objects.visible_to(member).exists()
    assert not Grant.objects.live(timezone.localdate()).filter(dossier=share.dossier, basis="share").exists()
    stored = fresh(share)
    assert (stored.status, stored.recalled_by, stored.recall_reason) == (ShareStatus.RECALLED, officer, "范围有误")
    assert not stored.dossier.is_open
    assert share.dossier.events.get(type="share_recalled").reason == "范围有误"
    assert WrittenOpinion.objects.count() == 1
    with pytest.raises(MoveRefused):
        shares.recall(share=stored, reason="再一次", by=officer)
    for answer in (
        lambda: shares.acknowledge(share=stored, by=member),
        lambda: shares.write_opinion(share=stored, text="迟到", by=member),
    ):
        with pytest.raises(InputRefused, match="已经结束"):
            answer()


def test_a_recall_needs_a_reason_and_the_person_in_charge() -> None:
    share = share_at()
    with pytest.raises(InputRefused) as refused:
        shares.recall(share=share, reason=" ", by=share.shared_by)
    assert refused.value.field == "reason"
    with pytest.raises(AccessDenied, match="本案承办人可以收回"):
        shares.recall(share=share, reason="不相干", by=person(Role.OFFICER))
    with pytest.raises(AccessDenied, match="没有这项权限"):
        shares.recall(share=share, reason="不相干", by=person(Role.HEAD))


def test_the_next_handler_of_the_case_sees_and_recalls_the_share() -> None:
    share, successor = share_at(), person(Role.OFFICER)
    assert not SharePackage.objects.visible_to(successor).exists()

    dossiers.assign(dossier=share.decision.case.dossier, handler=successor, reason="岗位调整", by=person(Role.HEAD))

    assert SharePackage.objects.visible_to(successor).get() == share
    assert shares.recall(share=share, reason="接手后核对", by=successor).status == ShareStatus.RECALLED


def test_the_clean_up_job_closes_what_is_over_and_nothing_else() -> None:
    over, open_one = share_at(days=3), share_at(days=4, decision=decision_at("effective"))
    with pytest.raises(InputRefused, match="尚未到期"):
        shares.expire(share=over)

    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        output = StringIO()
        call_command("expire_shares", stdout=output)
        call_command("expire_shares", stdout=output)

    assert output.getvalue() == "expired 1\nexpired 0\n"
    assert [fresh(row).status for row in (over, open_one)] == [ShareStatus.EXPIRED, ShareStatus.SHARED]
    assert over.dossier.events.get(type="share_expired").actor_label == "系统"


@pytest.mark.parametrize("status", ["revoked", "superseded"])
def test_a_fallen_decision_leaves_one_duty_that_the_recall_fulfils(status: str) -> None:
    decision = decision_at("effective")
    share, closed = share_at(decision=decision), share_at("recalled", decision=decision)

    if status == "revoked":
        issuing.revoke(decision=decision, reason="新证据", by=person(Role.BUREAU))
    else:
        decision_at("issued", respondent=decision.respondent, supersedes=decision)

    duty = ShareDuty.objects.get()
    assert (duty.share, duty.because, duty.done_at) == (share, f"decision_{status}", None)
    assert share.dossier.events.filter(type="share_duty_made").count() == 1
    assert not closed.duties.exists()
    shares.recall(share=fresh(share), reason="原决定变化", by=share.shared_by)
    duty.refresh_from_db()
    assert (duty.done_at is not None, duty.done_by_label) == (True, share.shared_by.name)
    assert share.dossier.events.filter(type="share_duty_done").count() == 1


def test_the_database_refuses_half_filled_pairs() -> None:
    share = share_at()
    share.recalled_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        share.save()
    recipient = share.recipients.get()
    recipient.acknowledged_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        recipient.save()


def _exclude(user: Any, dossier: Any) -> None:
    grants.exclude(dossier=dossier, user=user, source=ExclusionSource.NAMED, reason="举报中被点名", by=SYSTEM)


SEES_OPEN = [
    ("member", "jyj", True),
    ("member", "wjw", False),
    ("head", "kjj", True),
    ("legal", "kjj", True),
    ("bureau", "kjj", True),
    ("auditor", "kjj", True),
    ("officer", "kjj", False),
    ("county", "jyj", False),
    ("publisher", "jyj", False),
    ("intake", "jyj", False),
    ("sysadmin", "jyj", False),
]


def test_who_sees_an_open_share_and_nobody_excluded_from_the_case() -> None:
    share = share_at()
    for role, place, sees in SEES_OPEN:
        user = person(role, dept=place)
        assert SharePackage.objects.visible_to(user).filter(pk=share.pk).exists() is sees, (role, place)
        _exclude(user, share.decision.case.dossier)
        assert not SharePackage.objects.visible_to(user).exists(), (role, place)


def test_the_secrecy_of_the_case_binds_heads_and_not_the_departments_it_was_opened_to() -> None:
    share = share_at()
    high, low = person(Role.HEAD, clearance=3), person(Role.HEAD, clearance=1)
    member = person(Role.MEMBER, dept="jyj", clearance=0)
    case_dossier = share.decision.case.dossier
    case_dossier.secrecy = 2
    with transaction.atomic():
        save_record(case_dossier, by=SYSTEM, reason="知悉级别")

    sees = [SharePackage.objects.visible_to(user).exists() for user in (high, low, member)]

    assert sees == [True, False, True]


def test_who_sees_shares_that_are_over() -> None:
    decision = decision_at("effective")
    all_three = [share_at(status, decision=decision) for status in ("shared", "expired", "recalled")]
    table: list[tuple[Any, list[bool]]] = [
        (person(Role.MEMBER, dept="jyj"), [True, False, False]),
        (person(Role.HEAD), [True, True, True]),
        (decision.case.dossier.handler, [True, True, True]),
        (None, [False, False, False]),
    ]
    for user, sees in table:
        visible = set(SharePackage.objects.visible_to(user).values_list("pk", flat=True))
        assert [share.pk in visible for share in all_three] == sees, user


def test_an_excluded_giver_manages_nothing_any_more() -> None:
    share = share_at()
    officer = share.shared_by
    assert SharePackage.objects.managed_by(officer, timezone.localdate()).get() == share

    _exclude(officer, share.decision.case.dossier)

    assert not SharePackage.objects.managed_by(officer, timezone.localdate()).exists()
    assert not SharePackage.objects.visible_to(officer).exists()


ACTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "share": lambda have: shares.share(**values(decision=have["share"].decision)),
    "acknowledge": lambda have: shares.acknowledge(share=have["share"], by=have["member"]),
    "write_opinion": lambda have: shares.write_opinion(share=have["share"], text="同意。", by=have["member"]),
    "recall": lambda have: shares.recall(share=have["share"], reason="有误", by=have["share"].shared_by),
    "expire": lambda have: expire_later(have["share"]),
}


def expire_later(share: SharePackage) -> SharePackage:
    with time_machine.travel(timezone.now() + dt.timedelta(days=40)):
        return shares.expire(share=share)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_failing_event_undoes_the_whole_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    share = share_at()
    have = {"share": share, "member": person(Role.MEMBER, dept="jyj")}

    def state() -> tuple[Any, ...]:
        models: list[Any] = [SharePackage, ShareRecipient, WrittenOpinion, Grant]
        rows = [list(model.objects.order_by("pk").values()) for model in models]
        return rows, SharePackage.history.count(), Event.objects.count()

    before = state()

    def fails(**names: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(shares, "record_event", fails)
    monkeypatch.setattr("casework.workflow.record_event", fails)
    with pytest.raises(RuntimeError):
        ACTIONS[name](have)

    assert state() == before


def test_a_share_without_a_department_cannot_be_opened() -> None:
    share = share_at()
    draft = SharePackage(dossier=share.dossier, decision=share.decision, status=ShareStatus.DRAFT)
    draft.pk = 0

    refusal = blocker(SHARE, draft, "share")

    assert refusal is not None
    assert refusal.reason == "请至少选择一个接收部门。"
