"""Downloads: checked, recorded before the first byte leaves, never shown inside our pages. And keeping a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.enums import Role
from casework.actions import files
from casework.actors import REPORTER, SYSTEM
from casework.audience import Audience
from casework.enums import AccessKind, AttachmentKind
from casework.models import AccessEvent, Attachment, Event
from casework.refusals import InputRefused
from casework.storage import default_store
from tests.factories import person
from tests.factories.dossiers import dossier, exclude, grant
from tests.factories.visits import signed_in, text_of

pytestmark = pytest.mark.django_db

CONTENT = "谈话记录：2026 年 3 月 2 日。".encode()


def kept(one: Any, name: str = "谈话 记录.txt", **changes: Any) -> Attachment:
    values: dict[str, Any] = {"content": CONTENT, "kind": AttachmentKind.EVIDENCE, "by": SYSTEM}
    return files.attach(dossier=one, name=name, **(values | changes))


def test_a_reader_of_the_dossier_downloads_the_original_and_it_is_on_record() -> None:
    officer = person(Role.OFFICER)
    one = dossier(handler=officer)
    file = kept(one)

    response = signed_in(officer).get(f"/files/{file.pk}/")

    assert response.content == CONTENT
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(file.display_name)}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["Cache-Control"] == "no-store"
    row = AccessEvent.objects.get(kind=AccessKind.DOWNLOAD)
    assert (row.user, row.dossier, row.what, row.data) == (
        officer,
        one,
        f"attachment:{file.pk}",
        {"sha256": file.sha256},
    )


def test_whoever_may_not_see_the_dossier_finds_no_file() -> None:
    one, excluded = dossier(), person(Role.HEAD)
    plain, restricted = kept(one), kept(one, content=CONTENT + b"2", audience=Audience.RESTRICTED)
    exclude(excluded, one)
    url = f"/files/{plain.pk}/"

    assert Client().get(url)["Location"].startswith("/accounts/login/")
    assert signed_in(person(Role.OFFICER)).get(url).status_code == 404
    assert signed_in(excluded).get(url).status_code == 404
    assert signed_in(person(Role.HEAD)).get(url).status_code == 200
    assert signed_in(person(Role.HEAD)).get(f"/files/{restricted.pk}/").status_code == 404
    assert signed_in(person(Role.HEAD)).get("/files/999999/").status_code == 404
    assert signed_in(person(Role.HEAD)).post(url).status_code == 405
    assert AccessEvent.objects.filter(kind=AccessKind.DOWNLOAD).count() == 1


def test_without_a_record_of_the_reading_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    officer = person(Role.OFFICER)
    file = kept(dossier(handler=officer))

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr("casework.views.files.record_access", fails)
    with pytest.raises(RuntimeError):
        signed_in(officer).get(f"/files/{file.pk}/")


def test_a_file_that_was_altered_or_lost_is_refused_with_a_sentence() -> None:
    officer = person(Role.OFFICER)
    file = kept(dossier(handler=officer), content=b"soon to be lost")
    store = default_store()
    path = store.root / file.sha256[:2] / file.sha256
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    answer = signed_in(officer).get(f"/files/{file.pk}/")
    assert (answer.status_code, "缺失或被改动" in text_of(answer)) == (409, True)

    path.unlink()
    assert signed_in(officer).get(f"/files/{file.pk}/").status_code == 409


def test_keeping_a_file_describes_it_and_is_an_event() -> None:
    one, officer = dossier(), person(Role.OFFICER)

    file = kept(one, by=officer)

    assert (file.display_name, file.size, file.version) == ("谈话 记录.txt", len(CONTENT), 1)
    assert (file.uploaded_by, file.uploaded_by_label) == (officer, officer.name)
    assert default_store().get(file.sha256) == CONTENT
    assert file.history.get().history_user == officer
    event = one.events.get(type="attachment_added")
    assert event.data == {"sha256": file.sha256, "size": len(CONTENT), "version": 1}


def test_the_same_bytes_twice_are_one_file_and_a_new_version_supersedes() -> None:
    one = dossier()
    first = kept(one, by=REPORTER)

    assert kept(one, name="另名.txt", by=REPORTER) == first
    assert kept(dossier()) != first
    second = kept(one, content=CONTENT + b"!", supersedes=first)

    assert (second.version, second.supersedes) == (2, first)
    assert (first.uploaded_by, first.uploaded_by_label) == (None, "举报人")
    assert one.events.filter(type="attachment_added").count() == 2


def test_a_file_that_fails_inspection_is_refused_at_the_field() -> None:
    one = dossier()

    with pytest.raises(InputRefused) as refused:
        kept(one, name="说明.exe", content=b"MZ\x90\x00")

    assert refused.value.field == "files"
    assert not Attachment.objects.filter(dossier=one).exists()


def test_a_failing_event_undoes_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    one = dossier()
    events = Event.objects.count()

    def fails(**_values: Any) -> None:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(files, "record_event", fails)
    with pytest.raises(RuntimeError):
        kept(one)

    assert not Attachment.objects.filter(dossier=one).exists()
    assert Event.objects.count() == events


def test_a_view_grant_is_enough_for_an_internal_file() -> None:
    one, reader = dossier(), person(Role.LEGAL)
    grant(one, user=reader)

    assert signed_in(reader).get(f"/files/{kept(one).pk}/").status_code == 200
