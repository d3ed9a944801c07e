"""Requests that cannot be read or carried out: the right status, a sentence, nothing kept half, what was typed still there."""

from __future__ import annotations

import base64
import errno
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, connections
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.enums import Role
from casework.models import Attachment, Event, IdempotencyKey
from casework.storage import SealedStore
from config import views
from config.incoming import Utf8Request
from config.wsgi import application
from integrity.models import CreditCheck, Lead
from integrity.views import directory
from tests.factories.people import person
from tests.factories.visits import send, signed_in, text_of

pytestmark = pytest.mark.django_db

REPORT = {"mode": "anonymous", "target": "周砚清", "facts": "图3与他人论文图2相同。"}
ASKED = {"name": "周砚清", "purpose": "award", "basis": "市科技奖励办法"}
MULTIPART = "multipart/form-data; boundary=b"


def environ(**changes: Any) -> dict[str, Any]:
    """What a server hands over."""
    return RequestFactory()._base_environ(**{"PATH_INFO": "/notices/", "wsgi.input": io.BytesIO(), **changes})


@pytest.mark.parametrize("encoding", ["hex", "utf-16", "idna", "gb18030", "nonsense"])
def test_every_request_is_read_as_utf_8_whatever_it_claims(encoding: str) -> None:
    query = {"QUERY_STRING": "q=%E5%91%A8", "CONTENT_TYPE": f"text/html; charset={encoding}"}

    assert Utf8Request(environ(**query)).GET["q"] == "周"
    assert isinstance(application, WSGIHandler)
    assert application.request_class is Utf8Request


@pytest.mark.parametrize("encoding", ["hex", "utf-16", "punycode"])
def test_the_fields_of_a_form_are_read_as_utf_8_too(encoding: str) -> None:
    body = '--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n周\r\n--b--\r\n'.encode()
    claimed = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": f"{MULTIPART}; charset={encoding}",
        "CONTENT_LENGTH": len(body),
        "wsgi.input": io.BytesIO(body),
    }
    assert Utf8Request(environ(**claimed)).POST["q"] == "周"


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"facts=" + b"x" * (5 * 2**20), "application/x-www-form-urlencoded", 413, "文字合计不能超过 5 MB"),
        (b"&".join(b"a=1" for _n in range(2001)), "application/x-www-form-urlencoded", 413, "栏目太多"),
        (b"--b\r\nbroken", "multipart/form-data", 400, "不完整或者无法识别"),
        (b"--b\r\nA: " + b"b" * 2000 + b"\r\n\r\n", MULTIPART, 400, "不完整或者无法识别"),
    ],
)
def test_a_form_that_cannot_be_read_is_answered_with_a_sentence(
    body: bytes, kind: str, status: int, words: str
) -> None:
    answer = Client().generic("POST", "/report/", body, kind)

    assert (answer.status_code, words in text_of(answer)) == (status, True), text_of(answer)
    assert not Lead.objects.exists()


def test_a_text_field_beside_files_that_is_too_long_is_named_as_such() -> None:
    answer = Client().post("/report/", REPORT | {"facts": "x" * (6 * 2**20)})
    assert (answer.status_code, "文字合计不能超过 5 MB" in text_of(answer)) == (413, True)


def test_too_many_files_are_told_in_the_form_or_when_very_many_on_a_page(settings: Any) -> None:
    def files(count: int) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"{n}.txt", b"%d" % n) for n in range(count)]

    eleven = send(Client(), "/report/", **REPORT, files=files(11))
    assert (eleven.status_code, "一次最多上传 10 个文件" in text_of(eleven)) == (422, True)
    many = send(Client(), "/report/", **REPORT, files=files(101))
    assert (many.status_code, "一次最多上传 10 个文件" in text_of(many)) == (413, True)

    settings.CHENGYAN_MAX_UPLOAD_MB, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 0, 1000
    heavy = Client().post("/report/", REPORT | {"files": SimpleUploadedFile("a.txt", b"x" * 5000)})
    assert (heavy.status_code, "材料合计不能超过" in text_of(heavy)) == (413, True)


def test_the_page_of_an_unreadable_form_is_in_the_readers_language() -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.generic("POST", "/report/", b"--b\r\nbroken", "multipart/form-data")
    assert "incomplete" in text_of(answer)


# ---- the API


def ask(client: Client, body: bytes, kind: str = "application/json") -> Any:
    return client.generic("POST", "/api/v1/credit-checks/", body, kind)


def test_a_credit_check_without_a_day_is_answered_as_of_today() -> None:
    answer = ask(signed_in(person(Role.OFFICER)), json.dumps(ASKED).encode())
    assert (answer.status_code, answer.json()["answer"]) == (201, "clear")
    assert CreditCheck.objects.get().as_of == timezone.localdate(CreditCheck.objects.get().asked_at)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"name":', b'{"name": NaN}', '{"name":"周"}'.encode("gb18030")])
def test_broken_json_is_refused_alike(body: bytes) -> None:
    answer = ask(signed_in(person(Role.OFFICER)), body)
    assert (answer.status_code, "完整的 JSON" in answer.json()["detail"]) == (400, True)


def test_json_that_is_too_long_is_refused_as_json() -> None:
    answer = ask(signed_in(person(Role.OFFICER)), b'{"name":"' + b"x" * (6 * 2**20) + b'"}')
    assert (answer.status_code, "不能超过 5 MB" in answer.json()["detail"]) == (413, True)


@pytest.mark.parametrize("place", ["p=abc", "p=", "r=1&p=\0", "p=" + "9" * 40, "o=-1", "p=１"])
@pytest.mark.parametrize("listed", ["cases", "decisions"])
def test_a_forged_cursor_is_no_page(listed: str, place: str) -> None:
    cursor = base64.b64encode(place.encode()).decode()
    answer = signed_in(person(Role.OFFICER)).get(f"/api/v1/{listed}/", {"cursor": cursor})
    assert answer.status_code == 404, answer.content


# ---- lists and buttons


@pytest.mark.parametrize("words", ["字" * 20_000, "%_" * 30, "\0"])
def test_the_list_of_accounts_can_be_asked_for_anything(words: str) -> None:
    assert signed_in(person(Role.SYSADMIN)).get("/accounts/people/", {"q": words}).status_code == 200


@pytest.mark.parametrize("words", ["甲\0乙", "字" * 201, "甲\u202e"])
def test_the_reason_beside_a_button_is_read_like_any_text(words: str) -> None:
    user = person(Role.OFFICER)
    answer = send(signed_in(person(Role.SYSADMIN)), f"/accounts/people/{user.pk}/close/", reason=words)

    user.refresh_from_db()
    assert (answer.status_code, "“理由”" in text_of(answer), user.is_active) == (422, True, True)


def test_the_longest_number_of_a_notice_fits_into_the_memory_of_a_form_sent_twice() -> None:
    client = signed_in(person(Role.SYSADMIN))
    notice = {"year": "2031", "notice_no": "国" * 80, "days": "2031-01-01 休 元旦"}

    first = send(client, "/calendar/", key="a" * 32, **notice)
    again = send(client, "/calendar/", key="a" * 32, **notice)

    assert (first.status_code, again.url) == (302, first.url)
    held = IdempotencyKey.objects.get(key="a" * 32)
    assert len(held.location) <= IdempotencyKey._meta.get_field("location").max_length


# ---- faults


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def put(self: SealedStore, data: bytes) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SealedStore, "put", put)
    yield


@pytest.mark.usefixtures("full_disk")
def test_a_report_whose_file_finds_no_room_is_kept_in_the_form_and_nowhere_else() -> None:
    before = Event.objects.count()
    answer = send(Client(), "/report/", **REPORT, files=SimpleUploadedFile("图3.txt", b"..."))

    assert answer.status_code == 422
    assert "“图3.txt”：服务器现在不能保存文件" in text_of(answer)
    assert REPORT["facts"] in answer.content.decode()
    assert not (Lead.objects.exists() or Attachment.objects.exists())
    assert Event.objects.count() == before


def test_a_busy_database_is_told_as_such_and_the_form_can_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client, typed = signed_in(person(Role.OFFICER)), {"name": "市第三医院", "kind": "hospital"}
    with monkeypatch.context() as patched:
        patched.setattr(directory.entries, "add_organization", _locked)
        answer = send(client, "/subjects/add-organization/", key="b" * 32, **typed)

    assert (answer.status_code, "系统正忙" in text_of(answer)) == (503, True)
    assert not IdempotencyKey.objects.filter(key="b" * 32).exists()
    assert send(client, "/subjects/add-organization/", key="b" * 32, **typed).status_code == 302


def _locked(**_values: Any) -> None:
    raise OperationalError("database is locked")


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (OperationalError("database is locked"), 503, "系统正忙"),
        (OSError(errno.ENOSPC, "No space left on device"), 503, "存储空间不足"),
        (OSError(errno.ENOENT, "No such file"), 500, "系统没能完成"),
        (ValueError("ours"), 500, "系统没能完成"),
    ],
)
def test_a_fault_met_before_any_view_runs_has_its_page_too(fault: Exception, status: int, words: str) -> None:
    try:
        raise fault
    except type(fault):
        answer = views.server_error(RequestFactory().get("/report/"))
    assert (answer.status_code, words in text_of(answer)) == (status, True)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_while_another_process_holds_the_database_a_report_is_refused_whole_and_taken_later() -> None:
    other = connections.create_connection("default")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    client = Client()
    other.set_autocommit(False)
    try:
        other.cursor().execute("UPDATE notices_throttlecount SET count = count")
        answer = send(client, "/report/", key="c" * 32, **REPORT)
    finally:
        other.rollback()
        other.close()

    assert (answer.status_code, "系统正忙" in text_of(answer)) == (503, True)
    assert not Lead.objects.exists()
    assert send(client, "/report/", key="c" * 32, **REPORT).status_code == 302
