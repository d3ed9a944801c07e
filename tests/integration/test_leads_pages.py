"""Pages of leads for staff: who gets in, what is read, what each step does, nothing typed is lost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from casework.cipher import default_cipher
from casework.enums import AccessKind
from casework.models import AccessEvent, Event, IdempotencyKey
from casework.nav import ENTRIES
from casework.today import rows_for
from integrity.actions import duplicates, exclusions, vault
from integrity.enums import LeadStatus
from integrity.models import Lead
from integrity.receipts import lead_of_receipt
from tests.factories.leads import ANSWERS, TICKS, custodian, lead_at, report
from tests.factories.people import person
from tests.factories.visits import queries_of, send, signed_in, text_of

pytestmark = pytest.mark.django_db

STEP_FORMS = {
    "lead-summarise": ("submitted", Role.INTAKE, {"summary": "数据疑点"}, "submitted"),
    "lead-ask-more": ("submitted", Role.INTAKE, {"body": "请补充期刊名。"}, "need_more"),
    "lead-message": ("submitted", Role.INTAKE, {"body": "请问实验日期。"}, "submitted"),
    "lead-accept": ("need_more", Role.INTAKE, {"ticks": TICKS}, "accepted"),
    "lead-assign": (
        "accepted",
        Role.INTAKE,
        {"handler": lambda: person(Role.OFFICER).pk, "reason": "熟悉这一领域。"},
        "accepted",
    ),
    "lead-propose-refusal": (
        "need_more",
        Role.INTAKE,
        {"ground": "no_evidence", "reason": "无从查证。"},
        "refusal_proposed",
    ),
    "lead-refuse": ("refusal_proposed", Role.HEAD, {}, "not_accepted"),
    "lead-send-back": ("refusal_proposed", Role.HEAD, {"reason": "再查。"}, "submitted"),
    "lead-transfer": ("need_more", Role.INTAKE, {"unit": "市教育局", "reason": "师德问题。"}, "transferred"),
    "lead-undo-duplicate": ("duplicate", Role.INTAKE, {"reason": "不同。"}, "submitted"),
}
EMPTY_REFUSED = [name for name, (_s, _r, values, _e) in STEP_FORMS.items() if values]


def url(name: str, lead: Lead) -> str:
    return reverse(f"integrity:{name}", args=[lead.dossier.reference])


@pytest.mark.parametrize(
    "name", [*STEP_FORMS, "lead-detail", "lead-who", "lead-exclude", "lead-mark-duplicate", "lead-unlock-request"]
)
def test_a_visitor_is_sent_to_the_login_and_a_stranger_finds_nothing(name):
    lead = lead_at()
    assert Client().get(url(name, lead)).status_code == 302
    stranger = signed_in(person(Role.OFFICER))
    response = stranger.post(url(name, lead), {"idempotency_key": "0" * 32})
    if name in {"lead-detail", "lead-who"}:
        response = stranger.get(url(name, lead))
    assert response.status_code == 404


@pytest.mark.parametrize("name", [*STEP_FORMS, "lead-exclude", "lead-mark-duplicate"])
def test_who_sees_a_lead_but_lacks_the_right_is_told_so(name):
    lead = lead_at()
    response = send(signed_in(person(Role.AUDITOR)), url(name, lead), reason="甲", summary="甲", body="甲")
    assert response.status_code == 403
    assert Lead.objects.get().status == "submitted"


@pytest.mark.parametrize("name", STEP_FORMS)
def test_a_step_works_and_a_second_press_of_the_button_changes_nothing(name):
    start, role, values, end = STEP_FORMS[name]
    lead = lead_at(start)
    client = signed_in(person(role))
    if name != "lead-message":
        assert client.get(url(name, lead)).status_code == 200

    values = {field: value() if callable(value) else value for field, value in values.items()}
    first = send(client, url(name, lead), key="a" * 32, **values)
    count = Event.objects.count()
    second = send(client, url(name, lead), key="a" * 32, **values)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url == lead.get_absolute_url()
    assert Lead.objects.get(pk=lead.pk).status == end
    assert Event.objects.count() == count


@pytest.mark.parametrize("name", EMPTY_REFUSED)
def test_an_empty_form_comes_back_with_sentences(name):
    start, role, values, _end = STEP_FORMS[name]
    lead = lead_at(start)
    response = send(signed_in(person(role)), url(name, lead), **dict.fromkeys(values, ""))

    assert response.status_code == 422
    assert "需要改正" in text_of(response)
    assert Lead.objects.get(pk=lead.pk).status == start


def test_what_was_typed_is_still_there_when_a_step_is_refused():
    lead = lead_at("need_more")
    response = send(signed_in(person(Role.INTAKE)), url("lead-accept", lead), ticks=TICKS[:3])

    assert response.status_code == 422
    assert response.content.decode().count("checked") == 3 and "有客观、明确的证据" in text_of(response)
    assert "第14条" in text_of(response)


def test_a_step_taken_too_late_is_refused_beside_the_form():
    lead = lead_at("accepted")
    response = send(signed_in(person(Role.INTAKE)), url("lead-transfer", lead), unit="市教育局", reason="师德问题。")
    assert response.status_code == 422
    assert "现在是“已受理”" in text_of(response) and "市教育局" in response.content.decode()


def test_the_page_shows_what_was_written_and_one_reading_is_recorded():
    lead, receipt = report()
    officer = person(Role.INTAKE)
    response = signed_in(officer).get(lead.get_absolute_url())

    words = text_of(response)
    assert "镜像翻转" in words and "周砚清" in words and lead.dossier.reference in words
    assert "第16条" in words and "15 个工作日" in words.replace("15 工作日", "15 个工作日")
    assert receipt not in response.content.decode()
    reading = AccessEvent.objects.get(kind=AccessKind.READ)
    assert (reading.user, reading.dossier) == (officer, lead.dossier)


def test_disabled_steps_say_why_with_their_article():
    lead = lead_at("accepted")
    words = text_of(signed_in(person(Role.INTAKE)).get(lead.get_absolute_url()))
    assert "现在是“已受理”，不能转送。" in words

    proposed = lead_at("refusal_proposed")
    words = text_of(signed_in(person(Role.INTAKE)).get(proposed.get_absolute_url()))
    assert "您的角色没有这项权限" in words


def test_an_officer_with_an_accepted_lead_is_led_to_opening_a_case():
    officer = person(Role.OFFICER)
    lead = lead_at("accepted", handler=officer)
    response = signed_in(officer).get(lead.get_absolute_url())
    assert "立案" in text_of(response)


@pytest.mark.parametrize("status", ["not_accepted", "transferred", "duplicate", "need_more"])
def test_every_state_has_a_page(status):
    lead = lead_at(status)
    client = signed_in(person(Role.INTAKE))
    assert lead.get_status_display() in text_of(client.get(lead.get_absolute_url()))


def test_the_list_filters_and_pages_and_hides_what_is_excluded():
    intake = person(Role.INTAKE)
    leads_made = [lead_at() for _ in range(3)]
    accepted = lead_at("accepted")
    exclusions.exclude_from_lead(
        lead=leads_made[0], user=intake, source="named", reason="近亲属。", by=person(Role.INTAKE)
    )
    client = signed_in(intake)

    words = text_of(client.get("/leads/"))
    assert leads_made[1].dossier.reference in words and leads_made[0].dossier.reference not in words
    only = text_of(client.get("/leads/?status=accepted&channel=web"))
    assert accepted.dossier.reference in only and leads_made[1].dossier.reference not in only
    older = text_of(client.get(f"/leads/?before={leads_made[2].pk}"))
    assert leads_made[1].dossier.reference in older and leads_made[2].dossier.reference not in older
    assert client.get("/leads/?before=abc&status=nonsense").status_code == 200


def test_an_empty_list_says_what_will_stand_here():
    assert "这里列出收到的线索" in text_of(signed_in(person(Role.INTAKE)).get("/leads/"))


def test_pages_stay_within_twelve_queries():
    officer, intake, head = person(Role.OFFICER), person(Role.INTAKE), person(Role.HEAD)
    for _ in range(5):
        lead_at("accepted", handler=officer)
    custodian(), custodian()
    lead = lead_at("need_more", mode="confidential")
    vault.request(lead=lead, purpose="verify", reason="核对。", by=intake)
    duplicates.mark(lead=lead, original=lead_at(), reason="同一件。", by=intake)
    proposed = lead_at("refusal_proposed")

    for user, path in [(intake, "/leads/"), (intake, lead.get_absolute_url()), (head, proposed.get_absolute_url())]:
        # The frame (session, second factor) is the same on every page.
        asked = queries_of(signed_in(user), path)
        found = [sql for sql in asked if "django_session" not in sql and "onetimecode" not in sql]
        assert len(found) <= 12, "\n".join(found)


def test_a_duplicate_is_marked_by_number_and_a_hidden_number_reads_like_a_missing_one():
    intake = person(Role.INTAKE)
    lead, original, hidden = lead_at(), lead_at(), lead_at()
    exclusions.exclude_from_lead(lead=hidden, user=intake, source="named", reason="近亲属。", by=person(Role.INTAKE))
    client = signed_in(intake)

    answers = [
        text_of(send(client, url("lead-mark-duplicate", lead), original=number, reason="同一件。"))
        for number in (hidden.dossier.reference, "线索〔2026〕9999号")
    ]
    assert all("没有这个编号的线索" in answer for answer in answers)

    typed = f" {original.dossier.reference.replace('〔', '[').replace('〕', ' ] ')}"
    assert send(client, url("lead-mark-duplicate", lead), original=typed, reason="同一件。").status_code == 302
    assert original.dossier.reference in text_of(client.get(lead.get_absolute_url()))
    assert "与本线索重复" in text_of(client.get(original.get_absolute_url()))


def test_excluding_a_colleague_leads_back_to_the_lead():
    head = person(Role.HEAD)
    lead = lead_at()
    response = send(
        signed_in(person(Role.INTAKE)), url("lead-exclude", lead), user=head.pk, source="named", reason="举报中点名。"
    )
    assert response.url == lead.get_absolute_url()
    assert signed_in(head).get(lead.get_absolute_url()).status_code == 404


def test_excluding_oneself_leads_back_to_the_list():
    intake = person(Role.INTAKE)
    lead = lead_at()
    client = signed_in(intake)
    response = send(client, url("lead-exclude", lead), user=intake.pk, source="declared", reason="本人导师被举报。")

    assert response.url == "/leads/"
    assert client.get(lead.get_absolute_url()).status_code == 404


def entry(**changes: object) -> dict[str, object]:
    values = {
        "channel": "phone",
        "mode": "anonymous",
        "received_on": "2026-03-02",
        "target": "周砚清",
        "facts": "图片重复。",
    }
    return values | changes


def test_an_officer_enters_a_call_and_hands_out_a_receipt_shown_only_here():
    client = signed_in(person(Role.INTAKE))
    first = send(client, "/leads/enter/", key="b" * 32, **entry(with_receipt="on"))
    assert "slip" not in first.url
    again = send(client, "/leads/enter/", key="b" * 32, **entry(with_receipt="on"))

    lead = Lead.objects.get()
    assert first.url == again.url == url("lead-receipt", lead)
    page = client.get(first.url)
    digits = "".join(character for character in text_of(page) if character.isdigit())
    assert any(lead_of_receipt(digits[i : i + 16]) == lead for i in range(len(digits) - 15))
    assert signed_in(person(Role.INTAKE)).get(first.url).status_code == 302
    stored = IdempotencyKey.objects.get(key="b" * 32).location
    assert default_cipher().current in stored and not any(
        lead_of_receipt(stored[i : i + 16]) for i in range(len(stored) - 15) if stored[i : i + 16].isdigit()
    )


def test_an_entry_without_receipt_leads_to_the_lead():
    response = send(
        signed_in(person(Role.INTAKE)), "/leads/enter/", **entry(channel="audit", source_body="市审计局", mode="")
    )
    assert response.url == Lead.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"received_on": "2026-02-30"}, "没有这一天"),
        ({"received_on": "昨天"}, "请按“2026-11-23”的格式填写日期"),
        ({"channel": ""}, "线索来源"),
        ({"mode": ""}, "请选择实名、保密或者匿名"),
        ({"channel": "audit"}, "请写明来文单位"),
        ({"facts": "字" * 60_001}, "最多 60000 个字"),
        ({"target": "a\u202eb"}, "隐藏字符"),
        ({"target": "a\x00b"}, "控制字符"),
        ({"period_from": "2025-05-02", "period_to": "2025-05-01"}, "早于开始日期"),
    ],
)
def test_a_bad_entry_is_refused_in_words_and_keeps_what_was_typed(changes, sentence):
    response = send(signed_in(person(Role.INTAKE)), "/leads/enter/", **entry(source_document_no="广审移3号", **changes))

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "广审移3号" in response.content.decode()
    assert not Lead.objects.exists()


@pytest.mark.parametrize("typed", ["２０２６－０３－０２", "2026年3月2日", "2026/3/2", "2026.03.02"])
def test_a_day_may_be_typed_in_several_ways(typed):
    send(signed_in(person(Role.INTAKE)), "/leads/enter/", **entry(received_on=typed))
    assert Lead.objects.get().received_on.isoformat() == "2026-03-02"


def test_a_bad_file_is_refused_and_the_officer_is_told_to_choose_again():
    fake = SimpleUploadedFile("照片.png", b"MZ not a picture")
    response = send(signed_in(person(Role.INTAKE)), "/leads/enter/", **entry(files=fake))
    assert response.status_code == 422
    assert "文件须重新选择" in text_of(response) and not Lead.objects.exists()


def test_who_may_not_enter_leads_gets_no_form():
    assert signed_in(person(Role.OFFICER)).get("/leads/enter/").status_code == 403


def test_the_today_page_gets_one_next_action_per_lead():
    on = timezone.localdate()
    intake, head, officer = person(Role.INTAKE), person(Role.HEAD), person(Role.OFFICER)
    fresh, waiting, proposed = lead_at(), lead_at("need_more"), lead_at("refusal_proposed")
    accepted = lead_at("accepted", handler=officer)

    rows = {row.reference: row for row in rows_for(intake, on)}
    assert rows[fresh.dossier.reference].group == "mine" and rows[fresh.dossier.reference].article == "221-16"
    assert rows[waiting.dossier.reference].waiting_for == "举报人补充"
    assert rows[proposed.dossier.reference].waiting_for == "科室负责人"
    assert [row.reference for row in rows_for(head, on)] == [proposed.dossier.reference]
    assert [row.reference for row in rows_for(officer, on)] == [accepted.dossier.reference]


def test_the_rail_leads_to_the_leads():
    assert "integrity:lead-list" in [entry.url_name for entry in ENTRIES]
    assert "线索" in signed_in(person(Role.INTAKE)).get("/leads/").content.decode()


def test_the_who_page_explains_and_names_no_excluded_person():
    head = person(Role.HEAD, name="白鹭洲")
    lead = lead_at()
    exclusions.exclude_from_lead(lead=lead, user=head, source="named", reason="近亲属。", by=person(Role.INTAKE))
    words = text_of(signed_in(person(Role.INTAKE)).get(url("lead-who", lead)))
    assert "受理人员：按岗位可以查看全部线索" in words and "1 人被排除" in words and "白鹭洲" not in words


def test_a_refused_lead_shows_ground_and_article():
    lead = lead_at("not_accepted")
    assert lead.status == LeadStatus.NOT_ACCEPTED
    words = text_of(signed_in(person(Role.HEAD)).get(lead.get_absolute_url()))
    assert "第15条" in words and "没有可以查证的线索" in words


def test_answers_escape_what_a_reporter_typed():
    lead, _ = report(answers=ANSWERS | {"facts": "<script>alert(1)</script>"})
    body = signed_in(person(Role.INTAKE)).get(lead.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in body and "&lt;script&gt;alert(1)" in body
