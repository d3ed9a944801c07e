"""Saved searches: theirs alone, asked again under the rights of the moment, alerts that tell a number and nothing else."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.people import forget_standing
from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import ExclusionSource
from casework.idempotency import new_key
from casework.models import AccessEvent, Event
from casework.refusals import AccessDenied, InputRefused
from casework.today import rows_for
from search import results
from search.actions import saved
from search.asking import understand
from search.backends.base import SearchUnavailable
from search.models import SavedSearch
from tests.factories import person
from tests.search.records import give, make_case, make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
TODAY = dt.date(2026, 9, 17)
TOMORROW = TODAY + dt.timedelta(days=1)
LIST, ADD = reverse("search:saved-list"), reverse("search:saved-add")


@pytest.fixture
def intake():
    return person(Role.INTAKE)


def keep(user, text="数据", **changes):
    filters = {name: changes.pop(name) for name in ("kind", "year", "is_exact") if name in changes}
    values = {"name": "我的检索", "has_alert": True, "on": TODAY} | changes
    return saved.save(asked=understand(text, **filters), by=user, **values)


def send(on=TOMORROW):
    """The night's command."""
    out = StringIO()
    call_command("send_search_alerts", on=on, stdout=out)
    return out.getvalue().strip()


def told(user, on=TOMORROW):
    forget_standing(user)
    return [row.title for row in rows_for(user, on) if "保存的检索" in row.title]


def post(client, user, url, **values):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.post(url, {"idempotency_key": new_key()} | values)


def look(client, user, url=LIST):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(url)
    return BeautifulSoup(response.content, "html.parser").main


def events():
    return [event.type for event in Event.objects.filter(dossier__reference="register:searches").order_by("seq")]


# Keep, rename, remove


def test_what_is_saved_is_what_was_typed_and_chosen(intake):
    search = keep(intake, "学术不端 2026年3月", kind="lead")
    assert (search.owner, search.text, search.kind, search.year) == (intake, "学术不端 2026年3月", "lead", None)
    assert keep(intake, "数据", year=2025, is_exact=True).year == 2025
    assert events() == ["search_saved", "search_saved"]


def test_no_event_names_a_word_of_the_search(intake):
    search = keep(intake, "周砚清", name="周砚清的事")
    saved.rename(search=search, name="周砚清的别的事", by=intake)
    saved.remove(search=search, by=intake)
    assert events() == ["search_saved", "search_renamed", "search_removed"]
    rows = Event.objects.filter(dossier__reference="register:searches")
    assert not any("周" in str((row.data, row.reason, row.reference)) for row in rows)
    assert not SavedSearch.objects.exists()


def test_renaming_to_the_same_name_changes_nothing(intake):
    search = keep(intake)
    assert saved.rename(search=search, name="我的检索", by=intake).name == "我的检索"
    assert events() == ["search_saved"]


@pytest.mark.parametrize("name", ["", "  ", "名" * 61, "名\0称"])
def test_a_name_that_cannot_be_is_refused(intake, name):
    with pytest.raises(InputRefused):
        keep(intake, name=name)
    assert not SavedSearch.objects.exists()


def test_nobody_keeps_more_than_fifty(intake, monkeypatch):
    monkeypatch.setattr(saved, "MOST_SAVED", 1)
    keep(intake)
    with pytest.raises(InputRefused, match="最多保存 1 条"):
        keep(intake)


def test_who_may_not_search_keeps_nothing():
    with pytest.raises(AccessDenied):
        keep(person(Role.CUSTODIAN))


# Alerts


def test_what_is_filed_later_is_told_as_a_number_and_a_link(intake):
    make_lead("数据 旧")
    search = keep(intake)
    assert send(TODAY) == "told 0, failed 0"
    make_lead("数据 新甲")
    make_lead("数据 新乙")
    make_lead("别的")
    assert send() == "told 1, failed 0"
    assert told(intake) == ["保存的检索“我的检索”有 2 条新结果"]
    row = next(row for row in rows_for(intake, TOMORROW) if "保存的检索" in row.title)
    assert (row.url, row.action_url) == (LIST, LIST)
    assert "新甲" not in str(row) and "2026-09-18" in row.note
    assert events() == ["search_saved", "search_alert_sent"]
    assert Event.objects.filter(type="search_alert_sent").get().data["count"] == 2
    search.refresh_from_db()
    assert search.counted_on == TOMORROW
    access = AccessEvent.objects.filter(what="search:alert").latest("pk")
    assert (access.user, access.data["search"], access.data["shown"]) == (None, search.pk, 2)


def test_an_alert_is_counted_once_a_day_and_said_once(intake):
    keep(intake)
    make_lead("数据")
    assert send() == "told 1, failed 0"
    assert send() == "told 0, failed 0"
    assert send(TOMORROW + dt.timedelta(days=1)) == "told 0, failed 0"
    assert events().count("search_alert_sent") == 1
    assert told(intake) == ["保存的检索“我的检索”有 1 条新结果"]


def test_without_an_alert_nothing_is_told(intake):
    keep(intake, has_alert=False)
    make_lead("数据")
    assert send() == "told 0, failed 0"
    assert told(intake) == []


def test_access_revoked_between_saving_and_sending_is_gone_from_the_count(intake):
    reader = person()
    keep(reader)
    shown, hidden = make_lead("数据甲"), make_lead("数据乙")
    excluded = make_case("数据丙", handler=reader)
    for lead in (shown, hidden):
        give(lead.dossier, reader)
    grants.revoke(grant=hidden.dossier.grants.get(user=reader), reason="换人", by=SYSTEM)
    grants.exclude(dossier=excluded.dossier, user=reader, source=ExclusionSource.DECLARED, reason="亲属", by=SYSTEM)
    assert send() == "told 1, failed 0"
    assert told(reader) == ["保存的检索“我的检索”有 1 条新结果"]


def test_access_revoked_after_sending_takes_the_number_back_the_next_day():
    reader = person()
    keep(reader)
    lead = make_lead("数据甲")
    give(lead.dossier, reader)
    send()
    assert told(reader)
    grants.revoke(grant=lead.dossier.grants.get(user=reader), reason="换人", by=SYSTEM)
    send(TOMORROW + dt.timedelta(days=1))
    assert told(reader) == []


def test_what_the_owner_may_never_see_is_never_told(intake):
    keep(intake)
    make_lead("数据", secrecy=3)
    make_case("数据案")
    assert send() == "told 0, failed 0"
    assert told(intake) == []


def test_a_closed_account_is_told_nothing(intake):
    search = keep(intake)
    make_lead("数据")
    send()
    intake.is_active = False
    intake.save()
    make_lead("数据 再来")
    assert send(TOMORROW + dt.timedelta(days=1)) == "told 0, failed 0"
    search.refresh_from_db()
    assert search.new_count == 0
    assert told(intake) == []


def test_who_lost_the_right_to_search_is_told_nothing(intake):
    keep(intake)
    make_lead("数据")
    intake.memberships.all().delete()
    forget_standing(intake)
    assert send() == "told 0, failed 0"
    assert told(intake) == []
    assert AccessEvent.objects.filter(what="search:alert").count() == 0


def test_a_search_the_engine_stops_is_tried_again_and_stops_no_other(intake, monkeypatch):
    other = person(Role.INTAKE)
    keep(intake)
    keep(other, "慢")
    make_lead("数据")
    search = results.registry.BACKEND.search

    def sometimes(query, reader):
        if query.phrases[0].text == "慢":
            raise SearchUnavailable
        return search(query, reader)

    monkeypatch.setattr(results.registry.BACKEND, "search", sometimes)
    assert send() == "told 1, failed 1"
    monkeypatch.undo()
    assert send() == "told 0, failed 0"


def test_looking_at_the_results_ends_the_news(client, intake):
    search = keep(intake, "数据 2026年", kind="lead")
    make_lead("数据")
    send()
    response = post(client, intake, reverse("search:saved-open", args=[search.pk]))
    assert response.url.startswith("/search/?q=")
    assert "kind=lead" in response.url
    assert "数据" in client.get(response.url).content.decode()
    assert told(intake) == []
    assert events()[-1] == "search_results_opened"
    send(TOMORROW + dt.timedelta(days=1))
    assert told(intake) == []
    before = events()
    post(client, intake, reverse("search:saved-open", args=[search.pk]))
    assert events() == before


def test_switching_on_counts_from_now(client, intake):
    search = keep(intake, has_alert=False)
    make_lead("数据 之前")
    url = reverse("search:saved-alert", args=[search.pk])
    assert post(client, intake, url, alert="on").url == LIST
    make_lead("数据 之后")
    send()
    assert told(intake) == ["保存的检索“我的检索”有 1 条新结果"]
    post(client, intake, url, alert="off")
    assert told(intake) == []
    before = events()
    post(client, intake, url, alert="off")
    assert events() == before == ["search_saved", "search_alert_set", "search_alert_sent", "search_alert_set"]


# Pages


def test_the_way_from_the_results_to_the_list(client, intake):
    make_lead("数据造假")
    page = look(client, intake, "/search/?q=数据&kind=lead")
    link = page.find("a", string="保存这次检索")["href"]
    form = look(client, intake, link)
    assert form.select_one("#id_name")["value"] == "数据 · 线索"
    response = post(client, intake, link, name="数据类线索", has_alert="on")
    assert response.url == LIST
    page = look(client, intake)
    assert "数据类线索" in page.get_text() and "尚未核对，每天核对一次" in page.get_text()
    assert "数据 · 线索" in page.get_text()


def test_a_refused_name_loses_nothing_that_was_typed(client, intake):
    response = post(client, intake, f"{ADD}?q=数据", name="名" * 61, has_alert="on")
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser").main
    assert page.select_one("#id_name")["value"] == "名" * 61
    assert page.select_one("#id_has_alert").has_attr("checked")


def test_a_question_that_cannot_be_asked_goes_back_to_the_search_page(client, intake):
    client.force_login(intake, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(ADD, {"q": "，。"})
    assert response.status_code == 302
    assert "只有标点" in client.get(response.url).content.decode()
    assert "请输入要检索的内容" in client.get(client.get(ADD).url).content.decode()


def test_renaming_and_removing_on_the_page(client, intake):
    search = keep(intake)
    rename = reverse("search:saved-rename", args=[search.pk])
    assert look(client, intake, rename).select_one("#id_name")["value"] == "我的检索"
    assert post(client, intake, rename, name="").status_code == 422
    assert post(client, intake, rename, name="新名").url == LIST
    assert "新名" in look(client, intake).get_text()
    assert post(client, intake, reverse("search:saved-remove", args=[search.pk])).url == LIST
    assert "还没有保存检索" in look(client, intake).get_text()


@pytest.mark.parametrize("verb", ["rename", "alert", "open", "remove"])
def test_anothers_search_does_not_exist(client, intake, verb):
    search = keep(intake)
    url = reverse(f"search:saved-{verb}", args=[search.pk])
    assert post(client, person(Role.INTAKE), url, name="x", alert="on").status_code == 404
    assert "我的检索" not in look(client, person(Role.INTAKE)).get_text()
    search.refresh_from_db()
    assert search.name == "我的检索"


def test_a_question_nobody_can_ask_any_more_is_shown_and_can_be_removed(client, intake):
    search = keep(intake)
    search.text = "，。"
    search.save()
    page = look(client, intake)
    assert "这条检索已不能使用" in page.get_text()
    assert send() == "told 0, failed 1"
    url = reverse("search:saved-open", args=[search.pk])
    assert post(client, intake, url).status_code == 409
    assert post(client, intake, reverse("search:saved-remove", args=[search.pk])).url == LIST


@pytest.mark.parametrize("verb", ["add", "alert"])
def test_when_the_search_is_stopped_nothing_is_saved_and_a_sentence_says_so(client, intake, monkeypatch, verb):
    search = keep(intake, has_alert=False)

    def too_slow(query, reader):
        raise SearchUnavailable

    monkeypatch.setattr(results.registry.BACKEND, "search", too_slow)
    url = f"{ADD}?q=数据" if verb == "add" else reverse("search:saved-alert", args=[search.pk])
    response = post(client, intake, url, name="名称", alert="on")
    assert response.status_code == 409
    assert SavedSearch.objects.get().has_alert is False


def test_the_command_works_on_the_day_of_the_house(intake):
    keep(intake)
    make_lead("数据")
    out = StringIO()
    with time_machine.travel(dt.datetime(2026, 9, 17, 16, 30, tzinfo=dt.UTC), tick=False):
        call_command("send_search_alerts", stdout=out)
        assert timezone.localdate() == TOMORROW
    assert SavedSearch.objects.get().counted_on == TOMORROW
