"""The worlds of F4, one for each kind of reader. What is hidden is hidden from every reader of that world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.enums import Clearance, DepartmentKind, Role
from accounts.models import Department, User
from casework.actions import grants
from casework.actors import SYSTEM
from casework.enums import ExclusionSource
from casework.models import Dossier, Person, Subject
from casework.names import pinyin_keys
from casework.saving import save_record
from integrity.enums import DecisionStatus
from integrity.models import Case, Decision
from notices.enums import PublicState
from sharing.enums import FieldProfile
from sharing.models import SharePackage
from tests.factories.ethics import ethics_officer
from tests.factories.people import department, person
from tests.factories.reviews import applicant, draft, submitted, working_committee
from tests.figures.scene import UNITS, Scene, name, tale
from tests.search.records import (
    TODAY,
    change_public,
    give,
    make_case,
    make_credit_record,
    make_decision,
    make_lead,
    make_notice,
    make_share,
    publish,
    recall_share,
    set_secrecy,
)

DAY = dt.timedelta(days=1)


def house(scene: Scene) -> None:
    """Readers who see the whole house, at clearance 1. Hidden: sealed, secret, excluded, a secret ethics dossier."""
    roles = (Role.HEAD, Role.LEGAL, Role.BUREAU, Role.AUDITOR, Role.INTAKE)
    scene.readers = {role: person(role, name=f"读者{role}", clearance=1, username=f"house-{role}") for role in roles}
    by = ethics_officer()
    scene.readers["ethics"] = person(Role.ETHICS, name="读者伦理", clearance=1, username="house-ethics")
    scene.insider = person(Role.HEAD, name="知情人", clearance=3, username="house-insider")
    committee = working_committee(by=by)
    author = applicant()
    people = list(scene.readers.values())

    for number in range(0, scene.size, 8):
        title = f"社区{name(number)}队列睡眠监测"
        scene.show(lambda title=title: submitted(committee, by=author, title=title))
        title = f"涉密{name(150 + number)}基因编辑研究"
        scene.hide(lambda title=title: _secret_application(committee, author, title), title)
        title = f"未提交{name(160 + number)}步态识别研究"
        scene.hide(lambda title=title: draft(committee, by=author, title=title), title)
    for number in range(scene.size):
        _open_file(scene, number)
        if number < scene.hidden:
            _hidden_file(scene, 100 + number, people)


def desk(scene: Scene) -> None:
    """Readers who see their own. Hidden: files of others, grants that ended, were revoked or not begun, exclusions."""
    officer = person(Role.OFFICER, name="读者甲", clearance=2, username="desk-a")
    colleague = person(Role.OFFICER, name="读者乙", clearance=1, username="desk-b")
    county = person(Role.COUNTY, name="读者丙", dept="lzq", clearance=1, username="desk-c")
    publisher = person(Role.PUBLISHER, name="读者丁", clearance=1, username="desk-d")
    reviewer = person(Role.REVIEWER, name="读者戊", clearance=1, username="desk-e")
    scene.readers = {
        "officer": officer,
        "colleague": colleague,
        "county": county,
        "publisher": publisher,
        "reviewer": reviewer,
    }
    scene.insider = person(Role.HEAD, name="知情人", clearance=3, username="desk-insider")
    stranger = person(Role.OFFICER, name="他人", username="desk-stranger")
    for number in range(scene.size):
        lead = scene.show(lambda number=number: make_lead(tale(number), handler=officer))
        give(lead.dossier, colleague)
        grants.give(dossier=lead.dossier, department=department("lzq"), permission="view", basis="order", by=SYSTEM)
        if number % 4 == 0:
            case = scene.show(lambda number=number: _case(number, handler=officer))
            decision = scene.show(lambda case=case, number=number: _decision(case, number, DecisionStatus.EFFECTIVE))
            scene.show(lambda d=decision, n=number: make_notice(d, title=f"{name(n)}案通报", drafted_by=publisher))
        if number < scene.hidden:
            for offset, make in enumerate(_foreign_files(officer, colleague, stranger, list(scene.readers.values()))):
                key = 100 + number * 10 + offset
                scene.hide(lambda make=make, key=key: make(key), name(key))


def partner(scene: Scene) -> None:
    """Members of the joint meeting. Hidden: shares to others, recalled, expired, sealed, of an own matter."""
    readers = {
        code: person(Role.MEMBER, name=f"读者{code}", dept=code, clearance=1, username=f"m-{code}")
        for code in ("jyj", "wjw", "czj")
    }
    scene.readers = readers
    for code in readers:
        department(code, DepartmentKind.MEMBER)
    scene.insider = person(Role.MEMBER, name="知情人", dept="gxj", clearance=1, username="m-gxj")
    offices = [department(code) for code in readers]
    for number in range(scene.size):
        scene.show(
            lambda number=number: make_share(_issued(number), *offices, profile=FieldProfile.FINDINGS), name(number)
        )
        if number < scene.hidden:
            hidden: list[Callable[[Decision], object]] = [
                lambda d: make_share(d, department("gxj"), profile=FieldProfile.FINDINGS),
                lambda d: recall_share(make_share(d, *offices)),
                lambda d: _ended_share(d, offices),
                lambda d: _sealed_share(d, offices),
                lambda d: _share_of_own_matter(d, offices, readers.values()),
            ]
            for offset, make in enumerate(hidden):
                key = 100 + number * 5 + offset
                scene.hide(
                    lambda make=make, key=key: make(_issued(key)), name(key), tale(key), f"广科诚决〔2026〕{key:04d}号"
                )


def public(scene: Scene) -> None:
    """Anybody. Hidden: notices withdrawn, past their last day, not out yet, and drafts."""
    scene.readers = {
        "officer": person(Role.OFFICER, name="读者甲", username="p-officer"),
        "member": person(Role.MEMBER, name="读者乙", dept="jyj", username="p-member"),
        "publisher": person(Role.PUBLISHER, name="读者丙", username="p-publisher"),
    }
    scene.insider = None
    by = person(Role.PUBLISHER, name="起草人", username="p-drafter")
    for number in range(scene.size):
        scene.show(lambda number=number: _notice(number, by)[1])
        if number < scene.hidden:
            hidden: list[Callable[[int], object]] = [
                lambda key: _withdrawn(*_notice(key, by)),
                lambda key: _notice(key, by, published_on=TODAY - 40 * DAY, until=TODAY - DAY)[1],
                lambda key: _notice(key, by, published_on=TODAY + DAY)[1],
                lambda key: make_notice(_issued(key), title=tale(key), drafted_by=by),
            ]
            for offset, make in enumerate(hidden):
                key = 100 + number * 4 + offset
                scene.hide(lambda make=make, key=key: make(key), name(key), tale(key))


def _open_file(scene: Scene, number: int) -> None:
    scene.show(lambda: make_lead(tale(number)))
    case = scene.show(lambda: _case(number))
    if number % 3 == 0:
        decision = scene.show(lambda: _decision(case, number, DecisionStatus.EFFECTIVE))
        scene.show(lambda: make_credit_record(decision))


def _hidden_file(scene: Scene, number: int, people: list[User]) -> None:
    scene.hide(lambda: make_lead(tale(number), secrecy=Clearance.SEALED))
    scene.hide(lambda: make_lead(tale(number + 10), secrecy=Clearance.SENSITIVE))
    scene.hide(lambda: _with_decision(number + 20, secrecy=Clearance.SEALED))
    scene.hide(lambda: _with_decision(number + 30, secrecy=Clearance.SENSITIVE))
    scene.hide(lambda: _excluded_case(number + 40, people))


def _foreign_files(
    officer: User, colleague: User, stranger: User, readers: list[User]
) -> list[Callable[[int], object]]:
    def ended(key: int) -> object:
        lead = make_lead(tale(key))
        give(lead.dossier, officer, valid_from=TODAY - 9 * DAY, valid_to=TODAY - DAY)
        give(lead.dossier, colleague, valid_from=TODAY + DAY)
        return lead

    def revoked(key: int) -> object:
        lead = make_lead(tale(key))
        grants.revoke(grant=give(lead.dossier, officer), reason="换人", by=SYSTEM)
        return lead

    def excluded(key: int) -> object:
        case = _case(key, handler=stranger)
        give(case.dossier, officer)
        _exclude(case.dossier, readers)
        return case

    def notice(key: int) -> object:
        made = make_notice(
            _decision(_case(key, handler=stranger), key), title=f"{name(key)}案通报", drafted_by=stranger
        )
        _exclude(made.dossier, readers)
        return made

    return [
        lambda key: _case(key, handler=stranger),
        lambda key: make_lead(tale(key), handler=stranger),
        ended,
        revoked,
        excluded,
        notice,
        lambda key: make_lead(tale(key), handler=officer, secrecy=Clearance.SEALED),
    ]


@transaction.atomic
def _case(number: int, **values: object) -> Case:
    human = Person(name=name(number), pinyin_keys=pinyin_keys(name(number)))
    subject = Subject(person=human)
    for record in (human, subject):
        save_record(record, by=SYSTEM, reason="测试")
    title = f"{name(number)}涉嫌违规案{number}"
    return make_case(title, subject=subject, name_then=name(number), allegation=tale(number), **values)


def _decision(case: Case, number: int, status: str = DecisionStatus.DRAFT) -> Decision:
    reference = f"广科诚决〔2026〕{number:04d}号" if status != DecisionStatus.DRAFT else None
    return make_decision(case, status=status, facts=f"经查，{tale(number)}", reference=reference)


def _with_decision(number: int, *, secrecy: int) -> Case:
    case = _case(number, secrecy=secrecy)
    make_credit_record(_decision(case, number, DecisionStatus.EFFECTIVE))
    return case


def _excluded_case(number: int, people: Iterable[User]) -> Case:
    case = _with_decision(number, secrecy=Clearance.INTERNAL)
    _exclude(case.dossier, people)
    return case


def _issued(number: int) -> Decision:
    return _decision(_case(number), number, DecisionStatus.EFFECTIVE)


def _ended_share(decision: Decision, offices: list[Department]) -> SharePackage:
    with time_machine.travel(timezone.now() - 9 * DAY, tick=False):
        return make_share(decision, *offices, expires_on=TODAY - DAY)


def _sealed_share(decision: Decision, offices: list[Department]) -> SharePackage:
    share = make_share(decision, *offices)
    set_secrecy(share.dossier, Clearance.SEALED)
    return share


def _share_of_own_matter(decision: Decision, offices: list[Department], people: Iterable[User]) -> SharePackage:
    _exclude(decision.case.dossier, people)
    return make_share(decision, *offices)


def _secret_application(committee: object, author: User, title: str) -> object:
    made = submitted(committee, by=author, title=title)
    set_secrecy(made.dossier, Clearance.SENSITIVE)
    return made


def _notice(number: int, by: User, **values: object) -> tuple:
    made = make_notice(_issued(number), title=f"关于{tale(number)}的通报{UNITS[number % 5]}", drafted_by=by)
    return made, publish(made, number=f"广科诚通〔2026〕{number:03d}号", **values)


def _withdrawn(notice: object, row: object) -> object:
    return change_public(row, notice, state=PublicState.GONE)


def _exclude(dossier: Dossier, people: Iterable[User]) -> None:
    for user in people:
        grants.exclude(dossier=dossier, user=user, source=ExclusionSource.DECLARED, reason="同门", by=SYSTEM)


BUILDERS = {"house": house, "desk": desk, "partner": partner, "public": public}
