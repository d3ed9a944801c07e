"""Taking reports in: what is sealed, what is refused, what starts."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone

from accounts.enums import Role
from casework.access import is_visible
from casework.cipher import default_cipher
from casework.models import Attachment, Deadline, Event
from casework.refusals import AccessDenied, InputRefused
from integrity.actions import leads
from integrity.enums import LeadChannel, LeadStatus
from integrity.models import FormSchema, Lead, ReporterVault
from integrity.receipts import lead_of_receipt
from tests.factories.leads import ANSWERS, IDENTITY, custodian, report
from tests.factories.people import person

pytestmark = pytest.mark.django_db

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def types(lead: Lead) -> list[str]:
    return list(Event.objects.filter(dossier=lead.dossier).order_by("seq").values_list("type", flat=True))


def test_an_anonymous_report_is_sealed_numbered_and_on_the_clock():
    lead, receipt = report()

    assert lead.status == LeadStatus.SUBMITTED and lead.channel == LeadChannel.WEB
    assert "镜像翻转" not in lead.answers_cipher
    opened = json.loads(default_cipher().open(lead.answers_cipher, lead.answers_context))
    assert opened == ANSWERS
    assert lead.receipt_hint == receipt[-4:] and receipt not in (lead.receipt_hash or "")
    assert lead_of_receipt(receipt) == lead
    clock = Deadline.objects.get(dossier=lead.dossier)
    assert (clock.key, clock.amount, clock.unit, clock.started_on) == ("accept", 15, "wd", timezone.localdate())
    assert clock.clause.article == "221-16"
    assert types(lead) == ["dossier_opened", "lead_submitted", "clock_started"]
    assert lead.history.count() == 1
    assert not ReporterVault.objects.exists()


def test_the_questionnaire_is_frozen_once_and_shared_by_reports_of_the_same_form():
    one, _ = report()
    two, _ = report()

    assert one.schema == two.schema and FormSchema.objects.count() == 1
    assert [q["key"] for q in one.schema.content["questions"]][0] == "target"


@pytest.mark.parametrize("mode", ["real_name", "confidential"])
def test_an_identity_is_sealed_for_every_live_custodian(mode):
    first, second = custodian(), custodian()

    lead, _ = report(mode)

    keys = {str(keeper.custodian_keys.get().pk) for keeper in (first, second)}
    assert set(lead.vault.sealed) == keys
    assert IDENTITY["name"] not in json.dumps(lead.vault.sealed, ensure_ascii=False)
    assert "reporter_sealed" in types(lead)


def test_what_an_anonymous_reporter_typed_into_the_contact_fields_is_not_kept():
    custodian()
    report("anonymous")

    assert not ReporterVault.objects.exists()


def test_without_a_custodian_a_name_is_refused_and_nothing_is_kept():
    with pytest.raises(InputRefused, match="请选择匿名举报") as refused:
        report("confidential")

    assert refused.value.field == "mode"
    assert not Lead.objects.exists() and not Event.objects.filter(type="lead_submitted").exists()


@pytest.mark.parametrize(
    ("mode", "identity", "field"),
    [
        ("", IDENTITY, "mode"),
        ("secret", IDENTITY, "mode"),
        ("real_name", {"contact": "138"}, "name"),
        ("real_name", {"name": "苏望舒"}, "contact"),
        ("confidential", {"name": "苏望舒", "contact": "  "}, "contact"),
        ("confidential", {"contact": "1" * 201}, "contact"),
        ("confidential", {"contact": "a\u202eb"}, "contact"),
    ],
)
def test_a_mode_without_what_it_needs_is_refused(mode, identity, field):
    custodian()
    with pytest.raises(InputRefused) as refused:
        report(mode, identity=identity)
    assert refused.value.field == field
    assert not Lead.objects.exists()


# Two days: still ahead when the day changes while the tests run.
AHEAD = timezone.localdate() + dt.timedelta(days=2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target": ""}, "target"),
        ({"target": "\u200b \u3000"}, "target"),
        ({"facts": ""}, "facts"),
        ({"facts": "字" * 60_001}, "facts"),
        ({"facts": "a\x00b"}, "facts"),
        ({"target": "a\u202eb"}, "target"),
        ({"period_from": AHEAD}, "period_from"),
        ({"period_to": AHEAD}, "period_to"),
        ({"period_from": dt.date(1912, 1, 1)}, "period_from"),
        ({"period_from": dt.date(2024, 5, 2), "period_to": dt.date(2024, 5, 1)}, "period_to"),
    ],
)
def test_answers_that_cannot_be_kept_are_refused_by_name(changes, field):
    with pytest.raises(InputRefused) as refused:
        report(answers=ANSWERS | changes)
    assert refused.value.field == field
    assert not Lead.objects.exists()


def test_sixty_thousand_characters_and_rare_characters_are_kept_whole():
    facts = "𠮷" * 30_000 + "字" * 30_000
    lead, _ = report(answers=ANSWERS | {"facts": facts})

    assert json.loads(default_cipher().open(lead.answers_cipher, lead.answers_context))["facts"] == facts


def test_files_are_sealed_with_the_report_and_one_bad_file_undoes_everything():
    lead, _ = report(files=[("图.png", PNG)])
    assert Attachment.objects.get(dossier=lead.dossier).display_name == "图.png"

    with pytest.raises(InputRefused) as refused:
        report(files=[("图.png", PNG), ("空.pdf", b"")])
    assert refused.value.field == "files"
    assert Lead.objects.count() == 1


def test_an_eleventh_file_is_refused():
    with pytest.raises(InputRefused, match="最多上传 10 个文件"):
        report(files=[("图.png", PNG)] * 11)


def test_an_officer_enters_a_transferred_clue_without_receipt():
    intake = person(Role.INTAKE)
    lead, receipt = leads.enter(
        channel="audit",
        answers=ANSWERS,
        summary="审计发现的疑点",
        received_on=dt.date(2026, 3, 2),
        source_body="市审计局",
        source_document_no="广审移〔2026〕3号",
        mode="anonymous",
        with_receipt=True,
        by=intake,
    )

    assert receipt == "" and lead.receipt_hash is None and lead.mode == ""
    assert (lead.submitted_by, lead.source_document_no) == (intake, "广审移〔2026〕3号")
    assert Deadline.objects.get(dossier=lead.dossier).started_on == dt.date(2026, 3, 2)
    assert "lead_entered" in types(lead)
    assert not lead.dossier.grants.exists()


def test_a_caller_gets_a_receipt_when_one_is_wanted():
    lead, receipt = leads.enter(
        channel="phone", mode="anonymous", answers=ANSWERS, with_receipt=True, by=person(Role.INTAKE)
    )
    assert lead_of_receipt(receipt) == lead


def test_a_county_officer_sees_the_clue_they_entered_and_no_other():
    county = person(Role.COUNTY)
    mine, _ = leads.enter(channel="letter", mode="anonymous", answers=ANSWERS, by=county)
    other, _ = report()

    assert is_visible(county, mine.dossier)
    assert not is_visible(county, other.dossier)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "web"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "phone", "mode": ""}, "mode"),
        ({"channel": "audit", "source_body": " "}, "source_body"),
        ({"received_on": AHEAD}, "received_on"),
        ({"received_on": dt.date(1900, 1, 1)}, "received_on"),
        ({"summary": "字" * 201}, "summary"),
    ],
)
def test_an_entry_that_does_not_fit_its_channel_is_refused(changes, field):
    values = {"channel": "letter", "mode": "anonymous", "answers": ANSWERS} | changes
    with pytest.raises(InputRefused) as refused:
        leads.enter(**values, by=person(Role.INTAKE))
    assert refused.value.field == field


def test_who_may_not_take_in_leads_enters_none():
    with pytest.raises(AccessDenied):
        leads.enter(channel="letter", mode="anonymous", answers=ANSWERS, by=person(Role.OFFICER))


@pytest.mark.parametrize("typed", ["", "123", "abcd", "9" * 17, "0000 0000 0000 0000"])
def test_a_wrong_receipt_finds_nothing(typed):
    report()
    assert lead_of_receipt(typed) is None


def test_a_receipt_is_found_however_it_was_typed():
    lead, receipt = report()
    wide = receipt.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert lead_of_receipt(wide) == lead
    assert lead_of_receipt(f"{receipt[:4]}-{receipt[4:8]} {receipt[8:]}") == lead
