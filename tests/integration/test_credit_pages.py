"""Credit records, the credit check and the import of past decisions, as each reader gets them."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.enums import Role
from casework.actions import directory, grants
from casework.enums import AccessKind, ExclusionSource, IdentifierType
from casework.models import AccessEvent, Event
from integrity.drafting import MeasureEntry
from integrity.import_files import SHEET
from integrity.models import Case, CreditCheck, CreditRecord, Decision
from tests.factories.decisions import content, decision_at
from tests.factories.dossiers import exclude
from tests.factories.people import person, subject_person
from tests.factories.visits import queries_of, send, signed_in, text_of
from tests.unit.integrity.past_decisions import FIXTURE, LINES, jsonl, small

pytestmark = pytest.mark.django_db
CARD = "11010519491231002X"
QUESTION = {"purpose": "award", "basis": "2026 年科技奖励申报", "name": "周砚清"}
LIST, CHECK, IMPORT = (
    reverse(f"integrity:{name}") for name in ("credit-record-list", "credit-check", "decision-import")
)


@pytest.fixture
def record():
    return decision_at("issued").credit_records.select_related("subject", "decision__case__dossier").get()


def question(**changes) -> dict:
    return {**QUESTION, "as_of": timezone.localdate().isoformat(), **changes}


def upload(content: bytes, name: str = "决定.jsonl") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("where", [LIST, CHECK, IMPORT, reverse("integrity:decision-import-template")])
def test_a_visitor_is_sent_to_the_login(where):
    assert Client().get(where)["Location"].startswith("/accounts/login/")


# ---- records


def test_the_list_shows_who_what_by_whom_and_how_long(record):
    said = text_of(signed_in(person(Role.LEGAL)).get(LIST))
    assert "周砚清" in said and "广元市科技局" in said and record.decision.reference in said
    assert f"{record.starts_on} 至 {record.ends_on}" in said and "有效" in said


def test_whoever_may_not_see_records_finds_none(record):
    client = signed_in(person(Role.MEMBER, dept="edu"))
    assert "周砚清" not in text_of(client.get(LIST))
    assert client.get(record.get_absolute_url()).status_code == 404


def test_an_excluded_reader_finds_none(record):
    reader = person(Role.LEGAL)
    grants.exclude(
        dossier=record.dossier,
        user=reader,
        source=ExclusionSource.DECLARED,
        reason="亲属",
        by=person(Role.SECADMIN),
    )
    client = signed_in(reader)
    assert "周砚清" not in text_of(client.get(LIST))
    assert client.get(record.get_absolute_url()).status_code == 404


def test_the_list_filters_by_status_and_name(record):
    client = signed_in(person(Role.LEGAL))
    assert "周砚清" in text_of(client.get(LIST, {"status": "active", "q": "砚清"}))
    assert "周砚清" not in text_of(client.get(LIST, {"status": "expired"}))
    assert "周砚清" not in text_of(client.get(LIST, {"q": "贺南星"}))
    assert "周砚清" in text_of(client.get(LIST, {"status": "nonsense"}))
    assert "周砚清" not in text_of(client.get(LIST, {"before": str(record.pk)}))


def test_one_record_tells_its_fields_and_the_reading_is_recorded(record):
    reader = person(Role.LEGAL)
    said = text_of(signed_in(reader).get(record.get_absolute_url()))
    assert "剑门医学院" in said and "情节较重" in said and "已记入" in said and "查看处理决定" in said
    assert AccessEvent.objects.filter(user=reader, kind=AccessKind.READ, what=f"credit:{record.pk}").count() == 1


def test_an_officer_of_another_case_sees_the_record_but_no_link_to_the_decision(record):
    said = text_of(signed_in(person(Role.OFFICER)).get(record.get_absolute_url()))
    assert "周砚清" in said and "查看处理决定" not in said


@pytest.mark.parametrize("where", ["list", "detail"])
def test_record_pages_ask_the_database_at_most_twelve_times(record, where):
    for _n in range(2):
        decision_at("issued")
    client = signed_in(person(Role.LEGAL))
    page = LIST if where == "list" else record.get_absolute_url()
    client.get(page)
    own = [sql for sql in queries_of(client, page) if "django_session" not in sql]
    assert len(own) <= 12, "\n".join(own)


# ---- the check


def ask(client: Client, **changes):
    """The answer page of one question."""
    response = send(client, CHECK, **question(**changes))
    assert response.status_code == 302, text_of(response)
    return client.get(response["Location"])


def test_a_hit_names_the_record_and_gives_a_number(record):
    directory.add_identifier(subject=record.subject, kind=IdentifierType.ID_CARD, value=CARD, by=person(Role.OFFICER))
    said = text_of(ask(signed_in(person(Role.MEMBER, dept="edu")), identifier=CARD))
    check = CreditCheck.objects.get()
    assert "有有效失信记录" in said and check.reference in said and str(record.ends_on) in said
    assert CARD not in said


def test_the_answer_is_true_for_everybody_and_names_the_decision_only_to_whoever_may_read_the_record(record):
    """An asker kept out of the case still learns that the record stands, and nothing by which to find the case."""
    directory.add_identifier(subject=record.subject, kind=IdentifierType.ID_CARD, value=CARD, by=person(Role.OFFICER))
    kept_out = person(Role.OFFICER)
    exclude(kept_out, record.decision.dossier)

    for asker, names_it in ((person(Role.OFFICER), True), (kept_out, False), (person(Role.MEMBER, dept="edu"), False)):
        page = ask(signed_in(asker), identifier=CARD)
        said = text_of(page)
        assert "有有效失信记录" in said and str(record.ends_on) in said and "广元市科技局" in said
        assert (record.decision.reference in said) is names_it
        assert (record.get_absolute_url() in page.content.decode()) is names_it


def test_a_candidate_known_only_from_a_hidden_case_is_neither_named_nor_to_be_chosen(record):
    kept_out = person(Role.OFFICER)
    exclude(kept_out, record.decision.dossier)
    client = signed_in(kept_out)

    said = text_of(ask(client))

    assert "需人工核实" in said, "that somebody must look is the truth"
    assert "剑门医学院" not in said and "就是这一主体" not in said
    forged = send(client, CHECK, **question(subject=record.subject_id))
    unknown = send(client, CHECK, **question(subject=record.subject_id + 1000))
    assert forged.status_code == unknown.status_code == 422 and text_of(forged) == text_of(unknown)


def test_a_name_alone_tells_a_member_only_that_somebody_must_look(record):
    subject_person()
    said = text_of(ask(signed_in(person(Role.MEMBER, dept="edu"))))
    assert "需人工核实" in said and "2 个同名主体" in said
    assert record.decision.reference not in said and "剑门医学院" not in said and "就是这一主体" not in said


def test_the_api_names_records_on_a_hit_only(record):
    client, url = signed_in(person(Role.MEMBER, dept="jyj")), reverse("api-credit-check")

    asked = client.post(url, question(), content_type="application/json").json()
    assert CreditCheck.objects.get().records == [record.pk], "the answer rests on it, the asker does not learn of it"
    assert (asked["answer"], asked["records"]) == ("observe", [])

    directory.add_identifier(subject=record.subject, kind=IdentifierType.ID_CARD, value=CARD, by=person(Role.OFFICER))
    hit = client.post(url, question(identifier=CARD), content_type="application/json").json()
    assert (hit["answer"], hit["records"]) == ("hit", [record.pk])


def test_an_officer_chooses_among_namesakes_and_that_is_a_new_check(record):
    client = signed_in(person(Role.OFFICER))
    page = ask(client)
    assert "就是这一主体" in text_of(page) and "剑门医学院" in text_of(page)
    chosen = ask(client, subject=record.subject_id)
    assert "有有效失信记录" in text_of(chosen) and CreditCheck.objects.count() == 2


def test_a_member_cannot_choose_a_subject_by_a_forged_form(record):
    response = send(signed_in(person(Role.MEMBER, dept="edu")), CHECK, **question(subject=record.subject_id))
    assert response.status_code == 422 and not CreditCheck.objects.exists()


def test_nobody_of_that_name_is_clear_and_the_same_press_asks_once():
    client = signed_in(person(Role.OFFICER))
    first = send(client, CHECK, "cd" * 16, **question(name="无此人"))
    again = send(client, CHECK, "cd" * 16, **question(name="无此人"))
    assert first["Location"] == again["Location"] and CreditCheck.objects.count() == 1
    assert "未发现有效失信记录" in text_of(client.get(first["Location"]))
    assert Event.objects.filter(type="credit_checked").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "姓名或单位名称"),
        ({"basis": ""}, "依据"),
        ({"purpose": ""}, "核查用途"),
        ({"as_of": "2999-01-01"}, "不能晚于今天"),
        ({"identifier": "12345"}, "既不是身份证号"),
        ({"identifier": "12345", "identifier_type": "id_card"}, "身份证号"),
    ],
)
def test_a_question_that_cannot_be_answered_is_named_and_kept_on_the_page(changes, sentence):
    page = send(signed_in(person(Role.OFFICER)), CHECK, **question(**changes))
    assert page.status_code == 422 and sentence in text_of(page) and not CreditCheck.objects.exists()
    assert "2026 年科技奖励申报" in page.content.decode() or "basis" in changes


def test_an_answer_is_read_by_who_asked_and_by_the_auditor():
    asker = person(Role.OFFICER)
    send(signed_in(asker), CHECK, **question(name="无此人"))
    where = CreditCheck.objects.get().get_absolute_url()
    assert signed_in(person(Role.OFFICER)).get(where).status_code == 404
    assert signed_in(person(Role.AUDITOR)).get(where).status_code == 200


def test_without_the_right_nobody_asks():
    client = signed_in(person(Role.PUBLISHER))
    assert client.get(CHECK).status_code == 403
    assert send(client, CHECK, **question()).status_code == 403


def test_the_check_page_is_ready_to_ask_as_of_today():
    assert "截至日期" in text_of(signed_in(person(Role.OFFICER)).get(CHECK))


# ---- import


def test_a_file_is_checked_first_and_imported_with_the_tick():
    client = signed_in(person(Role.OFFICER))
    content = FIXTURE.read_bytes()
    page = send(client, IMPORT, file=upload(content))
    assert page.status_code == 200 and f"可以导入 {len(LINES)}" in text_of(page)
    assert not Case.objects.exists()
    done = send(client, IMPORT, file=upload(content), confirm="on")
    assert done.status_code == 302 and Case.objects.filter(is_imported=True).count() == len(LINES)
    again = send(client, IMPORT, file=upload(content))
    assert f"已经导入过，跳过 {len(LINES)}" in text_of(again)


def test_faults_are_listed_by_row_and_nothing_is_imported():
    client = signed_in(person(Role.OFFICER))
    content = jsonl(small(), small(id="b", published="去年"))
    page = send(client, IMPORT, file=upload(content), confirm="on")
    said = text_of(page)
    assert page.status_code == 422 and "published" in said and "去年" in said and not Case.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"no workbook"), ("a.jsonl", b""), ("a.jsonl", b"\xff")])
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(name, content):
    page = send(signed_in(person(Role.OFFICER)), IMPORT, file=upload(content, name))
    assert page.status_code == 422 and not Case.objects.exists()


def test_without_a_file_or_the_right_nothing_happens():
    assert send(signed_in(person(Role.OFFICER)), IMPORT).status_code == 422
    client = signed_in(person(Role.INTAKE))
    assert client.get(IMPORT).status_code == 403
    assert client.get(reverse("integrity:decision-import-template")).status_code == 403


def test_the_template_can_be_downloaded():
    response = signed_in(person(Role.OFFICER)).get(reverse("integrity:decision-import-template"))
    assert "attachment" in response["Content-Disposition"]
    assert SHEET in load_workbook(io.BytesIO(response.content)).sheetnames


@pytest.fixture
def officer_with_imports():
    officer = person(Role.OFFICER)
    send(signed_in(officer), IMPORT, file=upload(FIXTURE.read_bytes()), confirm="on")
    return officer


@pytest.mark.parametrize("line", LINES, ids=[line["id"] for line in LINES])
def test_every_imported_case_shows_people_measures_and_windows(officer_with_imports, line):
    client = signed_in(officer_with_imports)
    case = Case.objects.get(import_key=line["id"])
    page = client.get(case.get_absolute_url())
    said = text_of(page)
    assert (
        page.status_code == 200
        and line["issuing_body"] in said
        or any(one.get("decided_by") in said for one in line["persons"] if one.get("decided_by"))
    )
    for one in line["persons"]:
        for sanction in one["sanctions"]:
            assert sanction["kind"] in said
            duration = sanction.get("duration", {})
            assert duration.get("start", "") in said and duration.get("end", "") in said
    assert "起草" not in said


def test_an_imported_decision_explains_its_findings_and_offers_no_edit(officer_with_imports):
    decision = Decision.objects.get(case__import_key="inv-1")
    said = text_of(signed_in(officer_with_imports).get(decision.get_absolute_url()))
    assert "历史决定" in said and "按公布原文" in said and "2028-12-25" in said
    assert "只说明与规则的差异" in said and "须改" not in said
    assert "修改" not in said.split("下一步")[1].split("规则核对")[0]


def test_imported_records_are_found_by_a_check(officer_with_imports):
    record = CreditRecord.objects.get(decision__case__import_key="inv-1")
    page = ask(signed_in(officer_with_imports), subject=record.subject_id, name=record.subject.name)
    assert "有有效失信记录" in text_of(page)
    assert json.loads(json.dumps(CreditCheck.objects.get().records)) == [record.pk]


@pytest.mark.parametrize(
    ("changes", "window"),
    [
        (
            {
                "tier": "grave",
                "measures": (MeasureEntry("ban_projects", lifetime=True), MeasureEntry("serious_db_entry")),
            },
            "永久",
        ),
        (
            {"categories": ("authorship_violation",), "tier": "minor", "measures": (MeasureEntry("admonition_talk"),)},
            "没有禁止期限",
        ),
    ],
)
def test_a_record_without_an_end_says_what_that_means(changes, window):
    record = decision_at("issued", what=content(**changes)).credit_records.get()
    assert window in text_of(signed_in(person(Role.LEGAL)).get(record.get_absolute_url()))


def test_candidates_show_where_they_worked_and_the_end_of_their_numbers(record):
    officer = person(Role.OFFICER)
    unit = directory.add_organization(name="蜀道农业研究所", kind="institute", by=officer)
    directory.add_affiliation(person=record.subject.person, organization=unit.organization, by=officer)
    directory.add_identifier(subject=record.subject, kind=IdentifierType.ID_CARD, value=CARD, by=officer)
    said = text_of(ask(signed_in(officer)))
    assert "蜀道农业研究所、剑门医学院" in said and "…002X" in said and CARD not in said


def test_a_number_and_a_name_that_do_not_fit_are_told_so(record):
    directory.add_identifier(subject=record.subject, kind=IdentifierType.ID_CARD, value=CARD, by=person(Role.OFFICER))
    said = text_of(ask(signed_in(person(Role.OFFICER)), name="贺南星", identifier=CARD))
    assert "证件号码与姓名不一致" in said
