"""The talk with the reporter and the material of a lead."""

from __future__ import annotations

import pytest

from accounts.enums import Role
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.workflow import blocker
from integrity.actions import leads, messages
from integrity.enums import LeadStatus
from integrity.workflow import LEAD
from tests.factories.leads import ANSWERS, last_event, lead_at
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def test_without_a_receipt_nobody_can_be_asked():
    intake = person(Role.INTAKE)
    lead, _ = leads.enter(channel="audit", source_body="市审计局", answers=ANSWERS, by=intake)

    assert "没有发出回执" in blocker(LEAD, lead, "ask_more").reason
    for act in (messages.ask_more, messages.write):
        with pytest.raises(MoveRefused, match="没有发出回执"):
            act(lead=lead, body="请补充。", by=intake)


def test_a_message_is_cipher_text_and_its_event_carries_no_words():
    intake = person(Role.INTAKE)
    lead = lead_at("submitted")
    message = messages.write(lead=lead, body="请说明实验日期。", by=intake)

    assert "实验" not in message.body_cipher
    event = last_event(lead)
    assert event.type == "message_written"
    assert event.data == {"message": str(message.token), "author": "office"} and event.reason == ""


@pytest.mark.parametrize("body", ["", "   ", "字" * 10_001, "a\x00b"])
def test_a_message_that_cannot_be_kept_is_refused(body):
    with pytest.raises(InputRefused) as refused:
        messages.reply(lead=lead_at("need_more"), body=body)
    assert refused.value.field == "body"


def test_the_handling_officer_may_write_to_the_reporter_and_another_officer_may_not():
    officer = person(Role.OFFICER)
    lead = lead_at("accepted", handler=officer)

    messages.write(lead=lead, body="请提供原始图片。", by=officer)
    with pytest.raises(AccessDenied):
        messages.write(lead=lead, body="请提供原始图片。", by=person(Role.OFFICER))


def test_more_files_bring_a_waiting_lead_back_and_no_file_is_refused(png):
    lead = lead_at("need_more")
    with pytest.raises(InputRefused) as refused:
        messages.add_files(lead=lead, files=[])
    assert refused.value.field == "files"

    messages.add_files(lead=lead, files=[("图.png", png)])
    assert lead.status == LeadStatus.SUBMITTED
    assert last_event(lead).type == "lead_supplemented"


def test_coming_back_is_an_event_without_a_word_about_who():
    lead = lead_at("submitted")
    messages.record_return(lead=lead)

    event = last_event(lead)
    assert (event.type, event.data, event.actor) == ("reporter_returned", {}, None)


@pytest.fixture
def png() -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
        b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
    )


def test_the_office_adds_papers_of_its_own_which_bring_no_lead_back(png):
    officer, lead = person(Role.OFFICER), lead_at("need_more")
    (kept,) = messages.file_papers(lead=lead, files=[("来信.png", png)], kind="evidence", by=person(Role.INTAKE))

    assert (kept.kind, kept.dossier, lead.status) == ("evidence", lead.dossier, LeadStatus.NEED_MORE)
    assert last_event(lead).type == "attachment_added"
    with pytest.raises(AccessDenied):
        messages.file_papers(lead=lead, files=[("来信.png", png)], kind="evidence", by=officer)
    handed = lead_at("accepted", handler=officer)
    assert messages.file_papers(lead=handed, files=[("来信.png", png)], kind="other", by=officer)


@pytest.mark.parametrize(
    ("files", "kind", "field"),
    [([], "evidence", "files"), ([("a.png", b"MZ")], "evidence", "files"), ([], "report", "kind"), ([], "x", "kind")],
)
def test_papers_of_the_office_pass_the_same_checks_as_those_of_a_reporter(files, kind, field):
    with pytest.raises(InputRefused) as refused:
        messages.file_papers(lead=lead_at(), files=files, kind=kind, by=person(Role.INTAKE))
    assert refused.value.field == field
