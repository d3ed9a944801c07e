"""Timeline, clocks, who can see and why, changes: what the pages of a dossier say."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.enums import Clearance, Role
from casework.access import is_visible
from casework.actions import clocks, dossiers, files, grants
from casework.audience import Audience
from casework.calendar_rows import current_calendar
from casework.enums import AttachmentKind, ExclusionSource, GrantBasis, GrantPermission
from casework.events import EVENT_TYPES, record_event
from casework.models import Clause, Deadline, Event, Grant
from casework.presenters import (
    GROUP_WORDS,
    clock_card,
    clock_cards,
    clock_state,
    event_group,
    file_rows,
    grant_sentence,
    group_links,
    history_rows,
    timeline,
    who_can_see,
    who_could_see,
)
from integrity.actions import cases
from tests.factories import department, person
from tests.factories.cases import case_at, case_opened

pytestmark = pytest.mark.django_db
THEN = dt.datetime(2026, 9, 17, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def officer():
    return person("officer", name="李明")


# ---- timeline


def test_the_timeline_is_the_sum_of_its_dossiers_newest_first(officer):
    one, two = case_at("investigating", officer=officer), case_opened(officer)
    rows = timeline([one.dossier, two.dossier])
    assert len(rows) == one.dossier.events.count() + two.dossier.events.count()
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert all(row.title.endswith(f"（{row.event.reference}）") for row in rows)
    assert timeline([two.dossier])[-1].title == "开卷"


def test_each_event_stands_in_one_filter_and_every_filter_has_a_name(officer):
    case = case_at("investigating", officer=officer)
    rows = timeline([case.dossier])
    parts = [timeline([case.dossier], group=group) for group in GROUP_WORDS if group]
    assert sum(len(part) for part in parts) == len(rows)
    assert {event_group(key) for key in EVENT_TYPES} <= set(GROUP_WORDS)
    assert [link["value"] for link in group_links("clock") if link["current"]] == ["clock"]


def test_ids_and_codes_become_words_and_the_rest_stays_out(officer):
    case = case_opened(officer)
    row = next(
        row for row in timeline([case.dossier], words={"user": {officer.pk: "李明"}}) if "grant" in row.event.type
    )
    assert row.words == {"user": "李明", "permission": "办理", "basis": "承办"}
    assert "李明" in render_to_string(row.detail_template, {"event": row.event, "row": row})


def test_steps_alerts_and_restricted_events_are_marked(officer):
    case = case_at("investigating", officer=officer)
    grants.exclude(
        dossier=case.dossier, user=person("legal"), source=ExclusionSource.DECLARED, reason="亲属", by=officer
    )
    restricted = Event(
        dossier=case.dossier,
        seq=900,
        type="attachment_added",
        at=timezone.now(),
        actor_label="系统",
        audience=Audience.RESTRICTED,
        prev_hash="0",
        hash="0",
    )
    restricted.save(force_insert=True)
    kinds = {row.event.type: row.kind for row in timeline([case.dossier], highest=Audience.RESTRICTED)}
    assert kinds["case_investigation_begun"] == "key"
    assert kinds["exclusion_made"] == "alert"
    assert kinds["attachment_added"] == "private"
    assert kinds["dossier_opened"] == ""
    assert "attachment_added" not in {row.event.type for row in timeline([case.dossier])}


def test_an_article_carries_its_mark(officer):
    case = case_opened(officer)
    rows = timeline([case.dossier], mark_of={"": "", "221-17": "R+", "221-27": "V"}.get)
    assert {(row.article, row.mark) for row in rows if row.article} == {("221-17", "R+"), ("221-27", "V")}


@pytest.mark.parametrize("key", sorted(key for key, kind in EVENT_TYPES.items() if kind.app == "casework"))
def test_every_event_of_the_kernel_has_a_line_for_the_timeline(key):
    event = Event(type=key, reason="理由", data={"due": "2026-12-01", "version": 1, "sha256": "a" * 64})
    text = render_to_string(EVENT_TYPES[key].template, {"event": event, "row": {"words": {}}})
    assert "None" not in text


# ---- clocks


def investigate(dossier, on=dt.date(2026, 9, 17), by=None) -> Deadline:
    clause = Clause.objects.get(rule_set__code="r221_2022", kind="deadline", key="inform_others")
    return clocks.start(dossier=dossier, clause=clause, started_on=on, by=by)


@pytest.mark.parametrize(
    ("on", "state", "days"),
    [
        (dt.date(2026, 9, 17), "", 15),
        (dt.date(2026, 10, 8), "", 5),
        (dt.date(2026, 10, 10), "soon", 3),
        (dt.date(2026, 10, 14), "soon", 0),
        (dt.date(2026, 10, 15), "late", 1),
        (dt.date(2026, 10, 21), "late", 5),
    ],
)
def test_a_clock_tells_how_long_is_left_and_how_the_day_came_about(officer, on, state, days):
    deadline = investigate(case_opened(officer).dossier, by=officer)
    card = clock_card(deadline, on, current_calendar())
    assert (card["due"], card["state"], card["days"]) == (dt.date(2026, 10, 14), state, days)
    assert card["sentence"] == "自 2026-09-17 起算 15 个工作日，起算当日不计入。"
    assert (card["article"], card["mark"]) == ("221-26", "R")
    assert sum(1 for line in card["lines"] if line.counted) == 15
    assert 0 <= card["progress"] <= 100
    assert "2026-10-14" in render_to_string("_components/clock.html", {"clock": card})


def test_a_clock_of_months_counts_as_the_today_page_does(officer):
    """From a Saturday to Wednesday, 2027-03-17, are four days and three working days."""
    deadline = case_opened(officer, accepted_on=dt.date(2026, 9, 17)).dossier.deadlines.get()
    card = clock_card(deadline, dt.date(2027, 3, 13), current_calendar())
    assert (card["due"], card["days"], card["unit"], card["state"]) == (dt.date(2027, 3, 17), 3, "个工作日", "soon")


def test_open_clocks_stand_nearest_first_and_met_ones_are_gone(officer):
    case = case_opened(officer, accepted_on=dt.date(2026, 9, 17))
    near = investigate(case.dossier, by=officer)
    assert [card["label"] for card in clock_cards(case.dossier.deadlines.all(), dt.date(2026, 9, 18))] == [
        "书面告知其他单位",
        "调查处理期限",
    ]
    named = clock_cards(case.dossier.deadlines.all(), dt.date(2026, 9, 18), {near.key: "告知"})
    assert named[0]["label"] == "告知"
    clocks.meet(dossier=case.dossier, key=near.key, by=officer)
    assert len(clock_cards(case.dossier.deadlines.all(), dt.date(2026, 9, 18))) == 1


def test_a_paused_clock_has_no_day_and_is_never_late(officer):
    deadline = investigate(case_opened(officer).dossier, by=officer)
    deadline.due_on = None
    card = clock_card(deadline, dt.date(2030, 1, 1), current_calendar())
    assert (clock_state(deadline, dt.date(2030, 1, 1), current_calendar()), card["days"], card["progress"]) == (
        "",
        None,
        None,
    )


# ---- who can see


def test_who_can_see_equals_what_the_access_rule_says_for_every_persona(officer):
    case = case_opened(officer)
    people = [person(role) for role in Role.values] + [person("legal", clearance=Clearance.GENERAL)]
    partner = person("member", dept="jyj")
    grants.give(
        dossier=case.dossier,
        department=department("jyj"),
        permission=GrantPermission.VIEW,
        basis=GrantBasis.SHARE,
        by=officer,
    )
    grants.give(
        dossier=case.dossier, role="reviewer", permission=GrantPermission.VIEW, basis=GrantBasis.ORDER, by=officer
    )
    grants.exclude(dossier=case.dossier, user=people[2], source=ExclusionSource.DECLARED, reason="亲属", by=officer)
    revoked = person("publisher")
    gone = grants.give(
        dossier=case.dossier, user=revoked, permission=GrantPermission.VIEW, basis=GrantBasis.ORDER, by=officer
    )
    grants.revoke(grant=gone, reason="用毕", by=officer)

    told = {viewer.user for viewer in who_could_see(case.dossier, timezone.localdate()).viewers}
    everybody = [officer, partner, revoked, *people]
    assert told == {user for user in everybody if is_visible(user, case.dossier)}
    assert people[2] not in told and partner in told and revoked not in told


def test_each_reason_names_basis_giver_and_end(officer):
    case = case_opened(officer)
    head = person("head", name="王科")
    grant = grants.give(
        dossier=case.dossier,
        user=person("county", name="县里"),
        permission=GrantPermission.VIEW,
        basis=GrantBasis.ORDER,
        basis_text="协查",
        valid_from=dt.date(2026, 9, 17),
        valid_to=dt.date(2026, 12, 31),
        by=head,
    )
    assert grant_sentence(grant) == ("县里：可以查看，依据是指定（协查）；王科 2026-09-17 授予，2026-12-31 止。")
    seen = who_could_see(case.dossier, timezone.localdate())
    by_name = {viewer.user.name: viewer for viewer in seen.viewers}
    assert by_name["王科"].reasons == ("科室负责人：按岗位可以查看全部案件。",)
    assert by_name["王科"].roles == "科室负责人"
    assert by_name["李明"].reasons[0].startswith("李明：可以办理，依据是承办；李明 ")
    assert "局领导：按岗位可以查看全部案件。" in seen.wide


def test_the_short_form_counts_the_excluded_and_names_nobody(officer):
    case = case_opened(officer)
    grants.exclude(
        dossier=case.dossier, user=person("legal", name="回避者"), source="declared", reason="亲属", by=officer
    )
    short = who_can_see(case.dossier, timezone.localdate())
    assert short.exclusion_count == 1 and not any("回避者" in sentence for sentence in short.grants)


def test_who_could_see_answers_for_an_earlier_day(officer):
    with time_machine.travel(THEN, tick=False):
        case, reader, kin = case_opened(officer), person("publisher", name="查阅者"), person("legal", name="回避者")
        grant = grants.give(
            dossier=case.dossier, user=reader, permission=GrantPermission.VIEW, basis=GrantBasis.ORDER, by=officer
        )
    with time_machine.travel(THEN + dt.timedelta(days=5), tick=False):
        grants.revoke(grant=grant, reason="用毕", by=officer)
        grants.exclude(dossier=case.dossier, user=kin, source="declared", reason="亲属", by=officer)

    def names(on: dt.date) -> set[str]:
        return {viewer.user.name for viewer in who_could_see(case.dossier, on).viewers}

    with time_machine.travel(THEN + dt.timedelta(days=9), tick=False):
        assert names(dt.date(2026, 9, 16)) == {"回避者"}
        assert names(dt.date(2026, 9, 17)) == {"李明", "查阅者", "回避者"}
        assert names(dt.date(2026, 9, 22)) == {"李明", "查阅者"}
        assert names(dt.date(2026, 9, 23)) == {"李明"}
        assert names(dt.date(2026, 9, 26)) == {"李明"}


# ---- files and changes


def test_file_rows_say_who_added_what(officer):
    case = case_opened(officer)
    kept = files.attach(
        dossier=case.dossier, name="记录.txt", content="原始".encode(), kind=AttachmentKind.EVIDENCE, by=officer
    )
    row = file_rows([kept], lambda attachment: f"/files/{attachment.pk}/")[0]
    assert (row["name"], row["url"], row["by"]) == ("记录.txt", f"/files/{kept.pk}/", "李明")
    assert row["state_label"] == "证据" and row["sha256"] == kept.sha256


def test_changes_show_before_and_after_in_words(officer):
    case = case_at("investigating", officer=officer)
    other, head = person("officer", name="王悦"), person("head", name="王科")
    cases.assign_handler(case=case, handler=other, reason="外出", by=head)
    rows = history_rows([case, case.dossier])
    found = {(row["field"], row["before"], row["after"], row["who"], row["reason"]) for row in rows}
    assert (f"案件 {case} · 状态", "已立案", "调查中", "李明", "开始调查") in found
    assert (f"卷宗 {case} · 承办人", "李明", "王悦", "王科", "外出") in found
    assert rows == sorted(rows, key=lambda row: (row["when"], row["order"]), reverse=True)
    assert {row["after"] for row in rows if row["before"] == ""} == {"新建"}


def test_values_of_every_kind_become_readable(officer):
    case = case_opened(officer)
    dossiers.close_dossier(dossier=case.dossier, by=officer)
    grant = Grant.objects.get(dossier=case.dossier)
    grants.revoke(grant=grant, reason="用毕", by=officer)
    fields = {
        row["field"].partition(" · ")[2]: (row["before"], row["after"]) for row in history_rows([case.dossier, grant])
    }
    assert fields["在办"] == ("是", "否")
    assert fields["收回时间"][0] == "" and fields["收回时间"][1].startswith(str(timezone.localdate()))
    assert fields["收回人"] in {("", "李明")}


def test_clauses_are_named_in_the_language_of_the_page(officer):
    deadline = investigate(case_opened(officer).dossier, by=officer)
    with translation.override("en"):
        assert (
            clock_card(deadline, dt.date(2026, 9, 18), current_calendar())["label"] == "inform other units in writing"
        )


def test_an_event_of_an_unknown_type_is_never_written(officer):
    case = case_opened(officer)
    with pytest.raises(KeyError):
        record_event(dossier=case.dossier, type="made_up", by=officer)
