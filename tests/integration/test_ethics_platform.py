"""Files for the national platform by a mapping that is data, committees out and in again, the annual report prefilled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import User
from casework.models import AccessEvent
from casework.refusals import InputRefused
from casework.workflow import move
from ethics import platform_export
from ethics.actions import (
    committees,
    conflicts,
    follow_ups,
    imports,
    members,
    registrations,
    reports,
    review_decisions,
)
from ethics.annual_report import facts_of
from ethics.import_files import read_file
from ethics.models import AnnualReport, Committee, CommitteeMember, ReviewUnit
from ethics.review_workflow import APPLICATION
from tests.factories import person
from tests.factories.ethics import (
    ZHAOHUA,
    activity_of,
    committee_of,
    days_ago,
    ethics_officer,
    supervised_unit,
)
from tests.factories.reviews import accepted, working_committee
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return ethics_officer()


@pytest.fixture
def unit(officer: User) -> ReviewUnit:
    return supervised_unit(by=officer)


def sheets_of(answer: Any) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def words_of(answer: Any) -> str:
    paper = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def test_committees_with_members_go_out_by_the_shipped_mapping(officer: User, unit: ReviewUnit) -> None:
    committee = committee_of(unit, by=officer)
    members.leave(member=committee.members.order_by("pk")[6], left_on=days_ago(1), reason="调离", by=officer)
    registrations.record(
        registration=committee.registration, registered_on=days_ago(400), platform_no="川-1", by=officer
    )
    sheets = sheets_of(signed_in(officer).get("/ethics/platform/committees.xlsx"))
    assert sheets["委员会"][0][:2] == ("单位名称", "统一社会信用代码")
    assert sheets["委员会"][1][0] == "嘉陵脑科学研究所"
    assert sheets["委员会"][1][9:11] == (6, "川-1")
    assert [row[2] for row in sheets["委员"][1:]] == [f"委员{one}" for one in "甲乙丙丁戊己"]
    trace = AccessEvent.objects.get(kind="export")
    assert (trace.user, trace.what, trace.data) == (officer, "ethics:platform:committees", {"rows": 7})


def test_listed_activities_go_out_and_nothing_becomes_a_formula(officer: User, unit: ReviewUnit) -> None:
    activity_of(unit, by=officer, title="=1+1 研究")
    answer = signed_in(officer).get("/ethics/platform/activities.xlsx")
    rows = sheets_of(answer)["清单活动"]
    assert dict(zip(rows[0], rows[1], strict=True))["活动名称"] == "'=1+1 研究"
    assert dict(zip(rows[0], rows[1], strict=True))["专家复核结果"] == "同意"
    book = load_workbook(io.BytesIO(answer.content))
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_the_columns_are_data(officer: User, unit: ReviewUnit, settings: Any, tmp_path: Path) -> None:
    """Headings and their order come from the file an administrator named."""
    activity_of(unit, by=officer)
    shipped = platform_export.SHIPPED.read_text(encoding="utf-8")
    own = tmp_path / "平台.toml"
    settings.CHENGYAN_PLATFORM_FIELDS = str(own)
    start = shipped.index('key = "activities"')
    columns = 'key = "activities"\ntitle = "活动表"\ncolumns = [{ field = "title", heading = "项目名称" }]\n'
    own.write_text('mark = "V"\n' + shipped[shipped.index("[[sheets]]") : start] + columns, encoding="utf-8")

    browser = signed_in(officer)
    sheets = sheets_of(browser.get("/ethics/platform/activities.xlsx"))
    assert sheets == {"活动表": [("项目名称",), ("侵入式脑机接口临床研究",)]}
    page = text_of(browser.get("/ethics/platform/"))
    assert "正在使用系统管理员指定的对应文件" in page
    assert "项目名称" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "不能使用"),
        ("不是 TOML", "不能使用"),
        ('sheets = "x"', "不能使用"),
        ('[[sheets]]\nkey = "members"\ntitle = "x"\ncolumns = [{ field = "phone", heading = "电话" }]', "phone"),
        ('[[sheets]]\nkey = "members"\ntitle = "x"\ncolumns = []', "没有这个字段"),
        ('[[sheets]]\nkey = "members"\ntitle = "x"\ncolumns = [{ field = "name", heading = "姓名" }]', "正好包含"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_so(
    officer: User, settings: Any, tmp_path: Path, content: str | None, words: str
) -> None:
    own = tmp_path / "平台.toml"
    settings.CHENGYAN_PLATFORM_FIELDS = str(own)
    if content is not None:
        own.write_text(content, encoding="utf-8")
    with pytest.raises(InputRefused) as refusal:
        platform_export.mapping()
    assert words in refusal.value.reason
    browser = signed_in(officer)
    assert words in text_of(browser.get("/ethics/platform/"))
    assert browser.get("/ethics/platform/activities.xlsx").status_code == 422


def test_the_page_of_the_mapping_says_that_the_headings_are_a_proposal(officer: User) -> None:
    page = text_of(signed_in(officer).get("/ethics/platform/"))
    assert "PROPOSAL" in page
    assert "可信程度 U" in page
    assert "CHENGYAN_PLATFORM_FIELDS" in page
    assert signed_in(officer).get("/ethics/platform/else.xlsx").status_code == 404
    county = signed_in(person(Role.COUNTY, dept="lzq"))
    for url in ("/ethics/platform/", "/ethics/platform/committees.xlsx", "/ethics/committees.xlsx"):
        assert county.get(url).status_code == 403


def test_committees_come_back_in_as_they_went_out(officer: User, unit: ReviewUnit) -> None:
    """The file read back into the same register changes nothing; into a unit without committees it makes them again."""
    committee = committee_of(unit, by=officer)
    registrations.record(
        registration=committee.registration, registered_on=days_ago(400), platform_no="川-1", by=officer
    )
    answer = signed_in(officer).get("/ethics/committees.xlsx")
    lines, errors = read_file("委员会.xlsx", answer.content)
    assert errors == []
    again = imports.import_committees(lines=lines, by=officer)
    assert (again.committees, again.made, again.skipped, again.errors) == (0, 0, 7, [])

    other = supervised_unit("昭化农业研究所", by=officer, region_code=ZHAOHUA)
    book = load_workbook(io.BytesIO(answer.content))
    for row in book.worksheets[0].iter_rows(min_row=2):
        row[0].value = str(other)
    moved = io.BytesIO()
    book.save(moved)
    lines, errors = read_file("委员会.xlsx", moved.getvalue())
    assert imports.import_committees(lines=lines, errors=errors, by=officer).made == 7
    first, second = (_as_stated(Committee.objects.get(unit=one)) for one in (unit, other))
    assert first == second


def _as_stated(committee: Committee) -> list[Any]:
    facts: list[Any] = [committee.name, committee.set_up_on, committee.regimes, committee.registration.platform_no]
    for member in committee.members.select_related("person").order_by("pk"):
        facts.append(
            (
                member.person.name,
                member.categories,
                member.sex,
                member.is_external,
                member.office,
                member.starts_on,
                member.ends_on,
                sorted(member.undertakings.values_list("kind", "signed_on")),
            )
        )
    return facts


def test_the_files_cost_the_same_however_many_rows(officer: User, unit: ReviewUnit) -> None:
    committee_of(unit, by=officer, seats=1)
    browser = signed_in(officer)
    addresses = ("/ethics/platform/committees.xlsx", "/ethics/committees.xlsx")
    before = [len(queries_of(browser, url)) for url in addresses]
    committee_of(unit, by=officer, name="第二委员会")
    assert [len(queries_of(browser, url)) for url in addresses] == before


def report_of(committee: Committee, *, year: int = 0) -> AnnualReport:
    """The report on this year, due by the end of March of the next."""
    on = timezone.localdate().replace(year=(year or timezone.localdate().year) + 1, month=1, day=2)
    report = reports.make_due(committee=committee, on=on)
    assert report is not None
    return report


def test_the_report_of_a_year_is_filled_in_from_the_register(officer: User, unit: ReviewUnit) -> None:
    """R24."""
    committee = committee_of(unit, by=officer)
    member = committee.members.order_by("pk")[0]
    members.train(member=member, topic="审查办法培训", trained_on=timezone.localdate(), by=officer)
    activity = activity_of(unit, by=officer, approved=20, committee=committee)
    planned = activity.follow_ups.get()
    follow_ups.record(follow_up=planned, done_on=timezone.localdate(), outcome="continue", note="正常", by=officer)
    report = report_of(committee)
    answer = signed_in(officer).get(reverse("ethics:report-draft", args=[report.pk]))
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    text = words_of(answer)
    for words in (
        "嘉陵脑科学研究所科技伦理委员会",
        "委员甲",
        "主任委员",
        "侵入式脑机接口临床研究",
        "1 名委员",
        "（请补充）",
    ):
        assert words in text
    trace = AccessEvent.objects.get(kind="export")
    assert (trace.user, trace.dossier, trace.data["year"]) == (officer, unit.dossier, report.year)
    page = signed_in(officer).get(unit.get_absolute_url()).content.decode()
    assert reverse("ethics:report-draft", args=[report.pk]) in page


def test_the_report_counts_only_what_its_reader_may_see(officer: User) -> None:
    """B5: a county reads nothing of a review that runs in this system, not even by a number that differs."""
    committee = working_committee(by=officer)
    review = accepted(committee, secretary=officer)
    move(APPLICATION, review.application, "place_on_agenda", by=officer)
    review_decisions.decide(
        review=review, outcome="reject", reasons="风险大于受益。", decided_on=timezone.localdate(), by=officer
    )
    report, county = report_of(committee), person(Role.COUNTY, dept="lzq")
    told = {reader: facts_of(report, reader, timezone.localdate()) for reader in (officer, county)}
    assert dict(told[officer].decisions) == {"批准": 0, "修改后批准": 0, "修改后再审": 0, "不予批准": 1}
    assert dict(told[officer].procedures)["一般程序"] == 1
    assert set(dict(told[county].decisions).values()) == {0}
    assert set(dict(told[county].procedures).values()) == {0}


def test_how_a_committee_works_here_and_with_which_accounts(officer: User, unit: ReviewUnit) -> None:
    """R20: supervised only, or at work in this system: a setting of each committee, by ethics supervision alone."""
    committee = committee_of(unit, by=officer, seats=2)
    chair, other = committee.members.order_by("pk")
    account = person(Role.COMMITTEE, name="委员账号甲")
    browser, page = signed_in(officer), unit.get_absolute_url()
    assert "关联账号" not in text_of(browser.get(page))
    run = reverse("ethics:committee-run", args=[committee.pk])
    assert browser.get(run).status_code == 200
    assert send(browser, run, runs_here="on", has_video_rules="on").status_code == 302
    assert "在本系统开展审查，有视频会议制度" in text_of(browser.get(page))

    link = reverse("ethics:member-account", args=[chair.pk])
    assert "委员账号甲" in text_of(browser.get(link))
    assert person(Role.OFFICER).name not in text_of(browser.get(link))
    assert send(browser, link, user=account.pk).status_code == 302
    assert "账号 委员账号甲" in text_of(browser.get(page))
    refused = send(browser, reverse("ethics:member-account", args=[other.pk]), user=account.pk)
    assert refused.status_code == 422
    assert "另一名委员" in text_of(refused)
    assert send(browser, link, user=person(Role.OFFICER).pk).status_code == 422
    assert send(browser, link, user="").status_code == 302
    chair.refresh_from_db()
    assert chair.user is None

    county = signed_in(person(Role.COUNTY, dept="lzq"))
    assert "关联账号" not in text_of(county.get(page))
    assert county.get(run).status_code == county.get(link).status_code == 403


def test_a_member_who_declared_or_was_named_cannot_be_deleted(officer: User) -> None:
    """E2: PROTECT in Django, and a foreign key in the database for whoever goes around it."""
    committee = working_committee(by=officer)
    application = accepted(committee, secretary=officer).application
    member = committee.members.select_related("user", "committee").order_by("pk")[2]
    assert member.user is not None
    conflicts.declare(application=application, member=member, answer="none", text="没有合作。", by=member.user)
    with pytest.raises(ProtectedError):
        CommitteeMember.objects.get(pk=member.pk).delete()
    relations = {one.related_model.__name__: one.on_delete.__name__ for one in CommitteeMember._meta.related_objects}
    assert set(relations.values()) == {"PROTECT"}
    assert {"ConflictDeclaration", "ReviewerAssignment", "Vote"} <= set(relations)
    connection.check_constraints()


def test_a_service_centre_and_a_committee_without_video_rules_say_so(officer: User, unit: ReviewUnit) -> None:
    committee = committee_of(unit, by=officer, seats=1, is_service_centre=True)
    committees.let_run_here(committee=committee, runs_here=True, has_video_rules=False, by=officer)
    page = text_of(signed_in(officer).get(unit.get_absolute_url()))
    assert "没有视频会议制度，不能视频参会" in page
    assert "审查与服务中心" in page
