"""Taking search results out as a table: a right of its own, an event of its own, only what may be seen this moment."""

import datetime as dt
import io

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from accounts.enums import Clearance, Role
from accounts.permissions import Permission
from accounts.roles import ROLES, roles_with
from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import ExclusionSource
from casework.models import AccessEvent
from search import exports, results
from search.access import keyed_hash
from search.asking import understand
from search.backends.base import SearchUnavailable
from tests.factories import person
from tests.search.records import make_case, make_lead, set_secrecy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
URL = "/search/export/"


@pytest.fixture
def head(client):
    user = person(Role.HEAD)
    _sign_in(client, user)
    return user


def _sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture(autouse=True)
def _second_factor_shown(monkeypatch):
    """What the second factor guards is tested with the accounts."""
    monkeypatch.setattr("accounts.people.Standing.needs_second_factor", False)


def take(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.worksheets[0]], dict(book.worksheets[1].values)


def test_the_file_holds_the_rows_and_says_who_when_and_what(client, head):
    lead = make_lead("数据造假", received_on=dt.date(2026, 3, 5))
    make_case("别的")
    rows, origin = take(client, q="数据")
    assert rows == [
        ["编号", "类别", "标题", "状态", "日期"],
        [lead.dossier.reference, "线索", "数据造假", "待受理", "2026-03-05"],
    ]
    assert origin["导出人"] == f"{head.name} ({head.username})"
    assert origin["导出时间"] == "2026-09-17 10:00"
    assert origin["检索标识"] == keyed_hash(understand("数据").query)
    assert origin["条数"] == 1
    assert "范围" not in origin


def test_filters_of_the_page_are_those_of_the_file(client, head):
    make_lead("数据甲", received_on=dt.date(2026, 3, 5))
    make_lead("数据乙", received_on=dt.date(2025, 3, 5))
    make_case("数据丙")
    titles = lambda **query: [row[2] for row in take(client, q="数据", **query)[0][1:]]  # noqa: E731
    assert titles(kind="lead", year="2026") == ["数据甲"]
    assert [row[2] for row in take(client, q="数据 2025年3月")[0][1:]] == ["数据乙"]


def test_a_taking_out_is_written_down_as_an_export_of_a_search(client, head):
    make_lead("数据造假")
    take(client, q="数据")
    event = AccessEvent.objects.get()
    assert (event.kind, event.what, event.user) == ("export", "search:internal", head)
    assert event.data == {"query": keyed_hash(understand("数据").query), "rows": 1}
    assert "数据" not in str(event.data)


def test_if_it_cannot_be_written_down_no_file_leaves(client, head, monkeypatch):
    def broken(**values):
        raise RuntimeError("no trail")

    monkeypatch.setattr("search.views.exports.record_access", broken)
    with pytest.raises(RuntimeError, match="no trail"):
        client.get(URL, {"q": "数据"})


def test_only_what_may_be_seen_this_moment_is_in_the_file(client, head):
    make_lead("数据甲")
    excluded = make_lead("数据乙")
    grants.exclude(dossier=excluded.dossier, user=head, source=ExclusionSource.DECLARED, reason="亲属", by=SYSTEM)
    set_secrecy(make_lead("数据丙").dossier, Clearance.SEALED)
    stale = make_lead("数据丁")
    # The index still believes that the row may be found; the door of the lists does not.
    type(stale.dossier)._base_manager.filter(pk=stale.dossier_id).update(secrecy=3)
    rows, origin = take(client, q="数据")
    assert [row[2] for row in rows[1:]] == ["数据甲"]
    assert origin["条数"] == 1


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_title_becomes_a_formula(client, head, start):
    make_lead(f"{start} 数据")
    rows, _origin = take(client, q="数据")
    assert rows[1][2] == f"'{start} 数据"


def test_at_most_a_thousand_newest_rows_and_the_file_says_so(client, head, monkeypatch):
    assert exports.MOST_ROWS == 1000
    monkeypatch.setattr(exports, "MOST_ROWS", 5)
    monkeypatch.setattr(exports, "_AT_ONCE", 2)
    for number in range(7):
        make_lead(f"数据{number}件")
    rows, origin = take(client, q="数据")
    assert [row[2] for row in rows[1:]] == [f"数据{number}件" for number in (6, 5, 4, 3, 2)]
    assert origin["范围"] == "只含最新的 5 条"


def test_an_empty_answer_is_an_empty_table(client, head):
    rows, origin = take(client, q="没有的词")
    assert len(rows) == 1
    assert origin["条数"] == 0


def test_a_question_that_cannot_be_asked_is_explained_on_the_search_page(client, head):
    response = client.get(URL, {"q": "2026-13"})
    assert response.status_code == 302
    assert "没有“2026-13”这个日期" in client.get(response.url).content.decode()
    assert not AccessEvent.objects.exists()


def test_a_search_that_takes_too_long_gives_no_file(client, head, monkeypatch):
    def too_slow(query, reader):
        raise SearchUnavailable

    monkeypatch.setattr(results.registry.BACKEND, "search", too_slow)
    response = client.get(URL, {"q": "数据"})
    assert response.status_code == 409
    assert "没有导出" in response.content.decode()


def test_who_takes_results_out_has_a_second_factor():
    assert roles_with(Permission.EXPORT_SEARCH) == {Role.HEAD, Role.ETHICS}
    assert all(ROLES[role].second_factor for role in roles_with(Permission.EXPORT_SEARCH))


@pytest.mark.parametrize("role", [Role.INTAKE, Role.OFFICER, Role.MEMBER, Role.LEGAL, Role.AUDITOR, Role.SYSADMIN])
def test_the_others_are_refused_and_see_no_button(client, role):
    make_lead("数据造假")
    _sign_in(client, person(role))
    response = client.get(URL, {"q": "数据"})
    assert response.status_code == 403
    assert "没有这项权限" in response.content.decode()
    assert not AccessEvent.objects.filter(kind="export").exists()
    assert "导出 Excel" not in client.get("/search/", {"q": "数据"}).content.decode()


def test_the_button_carries_the_question_along(client, head):
    make_lead("数据造假")
    page = BeautifulSoup(client.get("/search/", {"q": "数据", "kind": "lead"}).content, "html.parser")
    link = page.find("a", string="导出 Excel")["href"]
    assert link == "/search/export/?q=%E6%95%B0%E6%8D%AE&kind=lead"
    assert client.get(link).status_code == 200
