"""A form sent twice has one effect; a form that was refused may be sent again (museum row B25)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from accounts.enums import Role
from casework.actions import dossiers
from casework.actors import SYSTEM
from casework.enums import DossierKind
from casework.idempotency import new_key, once
from casework.models import Dossier, IdempotencyKey
from casework.refusals import InputRefused, MoveRefused
from tests.factories import person

View = Callable[[HttpRequest], HttpResponse]


def request(user: Any, key: str | None, method: str = "post", cookie: str = "") -> HttpRequest:
    made: HttpRequest = getattr(RequestFactory(), method)("/", {} if key is None else {"idempotency_key": key})
    made.user = user
    if cookie:
        made.META["CSRF_COOKIE"] = cookie
    return made


@once
def open_one(_request: HttpRequest) -> HttpResponse:
    made = dossiers.open_dossier(kind=DossierKind.CASE, numbering="case", by=SYSTEM)
    return HttpResponseRedirect(f"/cases/{made.pk}/")


def opened() -> int:
    return Dossier.objects.filter(kind=DossierKind.CASE).count()


@pytest.mark.django_db
def test_sending_twice_has_one_effect_and_leads_to_the_same_page() -> None:
    officer, key = person(Role.OFFICER), new_key()

    first = open_one(request(officer, key))
    second = open_one(request(officer, key))

    assert opened() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.django_db
def test_another_key_or_another_person_is_another_act() -> None:
    first, second, key = person(Role.OFFICER), person(Role.OFFICER), new_key()
    for user, sent in ((first, key), (first, new_key()), (second, key)):
        open_one(request(user, sent))

    assert opened() == 3


@pytest.mark.django_db
def test_visitors_are_told_apart_by_their_browser_whose_secret_is_not_kept() -> None:
    key, secret = new_key(), "s3cr3t" * 5
    for cookie in (secret, secret, "another" * 4):
        open_one(request(AnonymousUser(), key, cookie=cookie))

    assert opened() == 2
    owners = set(IdempotencyKey.objects.values_list("owner", flat=True))
    assert len(owners) == 2
    assert not any(secret[:8] in owner for owner in owners)


@pytest.mark.django_db
@pytest.mark.parametrize("key", [None, "", "abc", "G" * 32, "ABCDEF0123456789ABCDEF0123456789" + "0"])
def test_a_form_without_a_proper_key_is_refused(key: str | None) -> None:
    with pytest.raises(InputRefused, match="页面已经过期"):
        open_one(request(person(Role.OFFICER), key))
    assert opened() == 0


@pytest.mark.django_db
def test_reading_needs_no_key() -> None:
    @once
    def show(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("页面")

    assert show(request(person(Role.OFFICER), None, "get")).content.decode() == "页面"


@pytest.mark.django_db
def test_a_form_shown_again_gives_its_key_back_and_leaves_no_half_done_work() -> None:
    answers = [HttpResponse(status=422), HttpResponseRedirect("/done/")]

    @once
    def fill_in(_request: HttpRequest) -> HttpResponse:
        dossiers.open_dossier(kind=DossierKind.CASE, numbering="case", by=SYSTEM)
        return answers.pop(0)

    officer, key = person(Role.OFFICER), new_key()
    assert fill_in(request(officer, key)).status_code == 422
    assert (opened(), IdempotencyKey.objects.count()) == (0, 0)

    assert fill_in(request(officer, key))["Location"] == "/done/"
    assert opened() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("error", [MoveRefused("不是时候"), IntegrityError("another constraint")])
def test_an_error_of_the_view_is_passed_on_and_undoes_its_work(error: Exception) -> None:
    @once
    def fails(_request: HttpRequest) -> HttpResponse:
        dossiers.open_dossier(kind=DossierKind.CASE, numbering="case", by=SYSTEM)
        raise error

    with pytest.raises(type(error)):
        fails(request(person(Role.OFFICER), new_key()))

    assert (opened(), IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_sendings_at_once_have_one_effect() -> None:
    officer, key = person(Role.OFFICER), new_key()
    start, answers = threading.Barrier(20), []

    def send() -> None:
        start.wait()
        try:
            answers.append(open_one(request(officer, key))["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _again in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert opened() == 1
    assert len(answers) == 20
    assert len(set(answers)) == 1
