"""The public side: what everybody may read, and nothing else."""

from __future__ import annotations

import datetime as dt
import json

import feedparser
import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.actors import SYSTEM
from config.management.commands.tick import STEPS
from notices.actions import publication
from notices.models import PublicNotice
from tests.factories.cases import case_at
from tests.factories.decisions import content, decide_all, decision_at
from tests.factories.leads import lead_at
from tests.factories.notices import correct, notice_at, withdraw
from tests.factories.people import person
from tests.integration.notice_pages import words

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def titles(response) -> list[str]:
    return [link.get_text() for link in BeautifulSoup(response.content, "html.parser").select(".notice-list a")]


def public_list(client: Client, **question):
    return client.get(reverse("notices:public-list"), question)


def public_page(client: Client, notice):
    return client.get(reverse("notices:public-detail", args=[notice.number]))


@pytest.mark.parametrize("name", ["portal", "public-list", "feed-atom", "feed-json"])
def test_the_public_pages_need_no_account_and_no_session(client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        response = client.get(reverse(f"notices:{name}"))

    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert client.post(reverse(f"notices:{name}")).status_code == 405


def test_an_empty_portal_says_what_is_there_to_do(client):
    page = client.get("/")

    assert "现在没有公布中的通报" in words(page)
    links = {link.get("href") for link in BeautifulSoup(page.content, "html.parser").select("main a")}
    assert {reverse("notices:report"), reverse("notices:report-return"), "/notices/feed.atom"} <= links


def test_a_published_notice_is_on_the_portal_the_list_and_its_page(client, publisher):
    notice = notice_at("published", publisher=publisher)

    assert titles(client.get("/")) == [notice.title]
    assert titles(public_list(client)) == [notice.title]
    page = public_page(client, notice)
    assert page.status_code == 200
    for shown in (notice.title, notice.number, "周砚清", "剑门医学院", "广元市科技局", "处理措施", "期限", "公布至"):
        assert shown in words(page)


@pytest.mark.parametrize("status", ["draft", "review", "approved", "scheduled"])
def test_a_notice_in_work_is_nowhere_in_public(client, publisher, status):
    notice = notice_at(status, publisher=publisher)

    assert titles(public_list(client)) == []
    assert client.get(reverse("notices:public-detail", args=[notice.dossier.reference])).status_code == 404
    assert json.loads(client.get("/notices/feed.json").content)["items"] == []


def test_a_number_that_never_was_is_not_found(client):
    assert client.get("/notices/广科诚通〔2020〕99号/").status_code == 404
    assert client.get("/notices/feed/").status_code == 404


def test_a_withdrawn_notice_is_gone_at_once_and_says_why(client, publisher):
    notice = notice_at("published", publisher=publisher)
    secret = notice.fields.get(key="unit").public_value
    withdraw(notice)

    page = public_page(client, notice)

    assert page.status_code == 410
    assert "所依据的决定已经变更。" in words(page)
    assert notice.title not in page.content.decode()
    assert secret not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert titles(public_list(client)) == titles(public_list(client, q="剑门医学院")) == titles(client.get("/")) == []
    assert notice.title not in client.get("/notices/feed.atom").content.decode()
    assert json.loads(client.get("/notices/feed.json").content)["items"] == []


def test_a_notice_past_its_last_day_is_gone_before_and_after_the_job(client, publisher, time_machine):
    notice = notice_at("published", publisher=publisher)
    day_after = dt.datetime.combine(notice.until + dt.timedelta(days=1), dt.time(0, 5))
    time_machine.move_to(day_after.replace(tzinfo=timezone.get_current_timezone()))

    for _run in range(2):
        page = public_page(client, notice)
        assert page.status_code == 410
        assert "公布期已满" in words(page)
        assert titles(public_list(client)) == []
        publication.expire_due(by=SYSTEM, on=timezone.localdate())


def test_a_corrected_notice_shows_its_note_and_only_the_new_text(client, publisher):
    notice = correct(notice_at("published", publisher=publisher), title="更正后的标题", note="更正论文题名。")

    page = public_page(client, notice)

    assert "更正后的标题" in words(page)
    assert "更正。 更正论文题名。" in words(page)
    assert titles(public_list(client)) == ["更正后的标题"]
    feed = json.loads(client.get("/notices/feed.json").content)
    assert [item["title"] for item in feed["items"]] == ["更正后的标题"]


# ---- search


@pytest.fixture
def two(publisher) -> tuple[str, str]:
    facts = "经查，周砚清在 DNA 测序数据中造假，论文《骨缺损修复研究》须撤稿。"
    one = notice_at(
        "published",
        publisher=publisher,
        title="关于测序造假的通报",
        decisions=[decision_at("effective", what=content(facts=facts))],
    )
    other = notice_at("published", publisher=publisher, title="关于图片造假的通报")
    return one.number, other.number


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("造假", ["关于图片造假的通报", "关于测序造假的通报"]),
        ("测序", ["关于测序造假的通报"]),
        ("测序 骨缺损", ["关于测序造假的通报"]),
        ("ｄｎａ", ["关于测序造假的通报"]),
        ("测序 图片造假", []),
        ("没有这个词", []),
        ("100%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("测\0序", ["关于测序造假的通报"]),
        ("\u200b", ["关于图片造假的通报", "关于测序造假的通报"]),
        ("字" * 5000, []),
    ],
)
def test_words_find_the_notices_that_hold_all_of_them(client, two, query, found):
    assert titles(public_list(client, q=query)) == found


def test_a_number_finds_its_notice(client, two):
    assert titles(public_list(client, q=two[0])) == ["关于测序造假的通报"]


def test_year_and_category_narrow_the_list(client, two):
    year = timezone.localdate().year
    label = PublicNotice.objects.first().category_labels[0]

    assert len(titles(public_list(client, year=year))) == 2
    assert titles(public_list(client, year=year - 1)) == []
    assert len(titles(public_list(client, category=label))) == 2
    assert titles(public_list(client, category=label[:2])) == []
    for nonsense in ("abcd", "0000", "２０２６", "99999", "-1"):
        assert len(titles(public_list(client, year=nonsense))) == 2
    page = public_list(client)
    options = [option["value"] for option in BeautifulSoup(page.content, "html.parser").select("option")]
    assert options == ["", str(year), "", label]


def test_an_empty_answer_says_what_to_try(client, two):
    page = public_list(client, q="没有这个词")

    assert "没有找到符合条件的通报" in words(page)
    assert '<meta name="robots" content="noindex">' in page.content.decode()


def test_the_list_goes_on_where_the_page_ended(client, two, monkeypatch):
    monkeypatch.setattr("notices.views.portal.PAGE_SIZE", 1)

    first = public_list(client)
    link = BeautifulSoup(first.content, "html.parser").select_one("a[rel=next]")["href"]
    second = client.get(reverse("notices:public-list") + link)

    assert titles(first) + titles(second) == ["关于图片造假的通报", "关于测序造假的通报"]
    assert titles(public_list(client, before="x")) == titles(first)


# ---- search engines


@pytest.mark.parametrize("allowed", [True, False])
def test_search_engines_keep_out_unless_allowed(client, publisher, allowed):
    page = public_page(client, notice_at("published", publisher=publisher, allow_indexing=allowed))

    assert ("noindex" in page.headers.get("X-Robots-Tag", "")) is not allowed
    assert ('name="robots"' in page.content.decode()) is not allowed


# ---- feeds


def test_the_atom_feed_is_whole(client, publisher, two):
    response = client.get("/notices/feed.atom")
    root = fromstring(response.content)

    assert response.headers["Content-Type"].startswith("application/atom+xml")
    assert root.find(f"{ATOM}id").text.startswith("urn:uuid:")
    assert root.find(f"{ATOM}author/{ATOM}name").text
    assert root.find(f"{ATOM}updated").text
    assert root.find(f"{ATOM}title").text
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"alternate", "self"}
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(ids) == len(set(ids)) == 2
    for entry in entries:
        assert entry.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert entry.find(f"{ATOM}updated").text
        assert entry.find(f"{ATOM}author/{ATOM}name").text == "广元市科技局"
        assert entry.find(f"{ATOM}link").get("href").startswith("http://")
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo
    assert [entry.title for entry in parsed.entries] == ["关于图片造假的通报", "关于测序造假的通报"]


def test_the_json_feed_keeps_to_its_version_and_holds_the_same_entries(client, two):
    response = client.get("/notices/feed.json")
    feed = json.loads(response.content)

    assert response.headers["Content-Type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert {"title", "home_page_url", "feed_url", "language", "authors", "items"} <= set(feed)
    atom = feedparser.parse(client.get("/notices/feed.atom").content)
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    for item in feed["items"]:
        assert {"id", "url", "title", "content_text", "date_published", "date_modified"} <= set(item)
        assert dt.datetime.fromisoformat(item["date_published"]).tzinfo


def test_an_entry_keeps_its_id_when_it_is_corrected_and_the_feed_notices_a_withdrawal(client, publisher):
    notice = notice_at("published", publisher=publisher)
    before = feedparser.parse(client.get("/notices/feed.atom").content)
    correct(notice, title="更正后的标题")
    after = feedparser.parse(client.get("/notices/feed.atom").content)
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]
    assert after.entries[0].updated > before.entries[0].updated or after.entries[0].title == "更正后的标题"

    withdraw(notice)

    last = feedparser.parse(client.get("/notices/feed.atom").content)
    assert last.entries == []
    assert last.feed.updated >= after.feed.updated


def test_an_empty_feed_does_not_change_by_itself(client, time_machine):
    time_machine.move_to("2026-03-02 09:00 +0800")
    first = client.get("/notices/feed.atom").content
    time_machine.move_to("2026-04-02 09:00 +0800")

    assert client.get("/notices/feed.atom").content == first


# ---- nothing gets through


def test_no_public_output_holds_a_word_that_is_not_allow_listed(client, publisher):
    """B18: every field of the case carries a canary; none of them may reach any public output."""
    officer = person("officer")
    lead = lead_at("accepted", handler=officer, answers={"target": "周砚清", "facts": "金丝雀线索原文"})
    case = case_at("deliberation", officer=officer, leads=[lead], title="金丝雀案由")
    text = content(
        facts="周砚清伪造图 3。身份证号 510802197903121234，电话 13800006789。举报人金丝雀提供影像。",
        statement_reply="金丝雀对申辩的回应。",
        warning_reasons={},
    )
    decision = decide_all(case, [text])[0]
    notice = notice_at("published", publisher=publisher, decisions=[decision])

    outputs = [
        client.get("/"),
        public_list(client),
        public_list(client, q="金丝雀"),
        public_page(client, notice),
        client.get("/notices/feed.atom"),
        client.get("/notices/feed.json"),
    ]
    outputs = [output.content.decode().replace('value="金丝雀"', "") for output in outputs]
    outputs.append(PublicNotice.objects.get().search_text)
    for canary in (
        "金丝雀",
        "510802197903121234",
        "13800006789",
        case.dossier.reference,
        lead.dossier.reference,
        notice.dossier.reference,
        officer.name,
        publisher.name,
        str(case.dossier.token),
    ):
        assert not [place for place, output in enumerate(outputs) if canary in output], canary


# ---- the clock


def test_the_job_publishes_and_takes_down_and_may_run_again(client, publisher, capsys, time_machine):
    waiting = notice_at("scheduled", publisher=publisher)
    moment = dt.datetime.combine(waiting.scheduled_on, dt.time(6), tzinfo=timezone.get_current_timezone())
    time_machine.move_to(moment)

    call_command("publish_due")
    call_command("publish_due")
    assert capsys.readouterr().out.split("\n")[:2] == [
        "published 1, refused 0, expired 0",
        "published 0, refused 0, expired 0",
    ]
    assert titles(public_list(client)) == [waiting.title]


def test_a_round_of_the_clock_runs_every_job_and_reports_one_that_fails(monkeypatch, capsys):
    ran: list[str] = []

    def run(name, **streams):
        ran.append(name)
        if name == "publish_due":
            raise RuntimeError("disk full")

    monkeypatch.setattr("config.management.commands.tick.call_command", run)

    with pytest.raises(SystemExit):
        call_command("tick")

    assert ran == list(STEPS)
    assert {"expire_records", "publish_due", "expire_shares"} <= set(ran)
    assert "publish_due: RuntimeError: disk full" in capsys.readouterr().err


def test_the_clock_goes_on_after_a_failed_round_until_it_is_stopped(monkeypatch):
    pauses: list[int] = []

    def stop_after_two(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("config.management.commands.tick.call_command", lambda name, **streams: 1 / 0)
    monkeypatch.setattr("config.management.commands.tick.time.sleep", stop_after_two)
    monkeypatch.setattr("config.management.commands.tick.close_old_connections", lambda: None)

    with pytest.raises(KeyboardInterrupt):
        call_command("tick", "--loop", "--every", "7")

    assert pauses == [7, 7]
