"""Every way in which a record stops being visible to somebody: one trial each, for F5 and for the tests of the engine.

A trial finds its record by `text`; `flip` takes it away from the reader by the product's own step, or lets a day pass.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.enums import Clearance, DepartmentKind, Role
from accounts.models import User
from casework.actions import dossiers, grants
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.enums import ExclusionSource
from integrity.enums import DecisionStatus
from notices.enums import PublicState
from sharing.enums import FieldProfile
from tests.factories.people import department, person
from tests.figures.scene import name
from tests.search.records import (
    TODAY,
    change_public,
    give,
    make_case,
    make_decision,
    make_lead,
    make_notice,
    make_share,
    publish,
    recall_share,
    set_secrecy,
)

COMMON = "样本"  # stands in every record of every trial


@dataclass
class Trial:
    """One record, one reader who sees it now, and the step after which they must not. `days`: how many pass with it."""

    reader: User
    audience: Audience
    text: str
    url: str
    flip: Callable[[], Any]
    days: int = 0
    words: str = ""


def _words(number: int) -> str:
    return f"{COMMON}编号{number:06d}记{name(number)}"


def _text(number: int) -> str:
    return f"编号 {number:06d}" if number % 2 else f"{number:06d}"


def _lead(number: int, **values: Any) -> Any:
    return make_lead(f"{_words(number)}图表不实", **values)


def revoked(number: int) -> Trial:
    lead, reader = _lead(number), person()
    grant = give(lead.dossier, reader)
    return _trial(number, reader, lead, lambda: grants.revoke(grant=grant, reason="换人", by=SYSTEM))


def revoked_from_department(number: int) -> Trial:
    lead, reader = _lead(number), person(Role.COUNTY, dept="lzq")
    grant = grants.give(dossier=lead.dossier, department=department("lzq"), permission="view", basis="order", by=SYSTEM)
    return _trial(number, reader, lead, lambda: grants.revoke(grant=grant, reason="换人", by=SYSTEM))


def recused(number: int) -> Trial:
    lead, reader = _lead(number), person(Role.HEAD)
    return _trial(number, reader, lead, lambda: _exclude(lead.dossier, reader))


def recused_from_case(number: int) -> Trial:
    case = make_case(_words(number), name_then=name(number))
    reader = person(Role.LEGAL)
    return _trial(number, reader, case, lambda: _exclude(case.dossier, reader))


def reassigned(number: int) -> Trial:
    reader, other = person(), person()
    case = make_case(_words(number), name_then=name(number), handler=reader)
    by = person(Role.HEAD)
    step = lambda: dossiers.assign(dossier=case.dossier, handler=other, reason="改派", by=by)  # noqa: E731
    return _trial(number, reader, case, step)


def sealed(number: int) -> Trial:
    lead, reader = _lead(number), person(Role.HEAD)
    return _trial(number, reader, lead, lambda: set_secrecy(lead.dossier, Clearance.SEALED))


def made_secret(number: int) -> Trial:
    case = make_case(_words(number), name_then=name(number))
    reader = person(Role.HEAD, clearance=Clearance.INTERNAL)
    return _trial(number, reader, case, lambda: set_secrecy(case.dossier, Clearance.SENSITIVE))


def grant_ended(number: int) -> Trial:
    lead, reader = _lead(number), person()
    give(lead.dossier, reader, valid_to=TODAY)
    return _trial(number, reader, lead, lambda: None, days=1)


def role_ended(number: int) -> Trial:
    lead, reader = _lead(number), person(Role.HEAD)
    return _trial(number, reader, lead, lambda: reader.memberships.update(valid_to=TODAY - dt.timedelta(days=1)))


def share_recalled(number: int) -> Trial:
    share, reader = _share(number)
    return _trial(number, reader, share, lambda: recall_share(share), audience=Audience.PARTNER)


def share_ended(number: int) -> Trial:
    share, reader = _share(number, expires_on=TODAY)
    return _trial(number, reader, share, lambda: None, audience=Audience.PARTNER, days=1)


def share_of_own_matter(number: int) -> Trial:
    share, reader = _share(number)
    step = lambda: _exclude(share.decision.case.dossier, reader)  # noqa: E731
    return _trial(number, reader, share, step, audience=Audience.PARTNER)


def notice_withdrawn(number: int) -> Trial:
    notice, row, reader = _notice(number)
    step = lambda: change_public(row, notice, state=PublicState.GONE)  # noqa: E731
    return _trial(number, reader, row, step, audience=Audience.PUBLIC)


def notice_ended(number: int) -> Trial:
    _made, row, reader = _notice(number, until=TODAY)
    return _trial(number, reader, row, lambda: None, audience=Audience.PUBLIC, days=1)


FLIPS: tuple[Callable[[int], Trial], ...] = (
    revoked,
    revoked_from_department,
    recused,
    recused_from_case,
    reassigned,
    sealed,
    made_secret,
    grant_ended,
    role_ended,
    share_recalled,
    share_ended,
    share_of_own_matter,
    notice_withdrawn,
    notice_ended,
)


def _trial(
    number: int, reader: User, record: Any, flip: Callable[[], Any], *, audience: Audience = Audience.INTERNAL, days=0
) -> Trial:
    return Trial(reader, audience, _text(number), record.get_absolute_url(), flip, days, f"编号{number:06d}记")


def _share(number: int, **values: Any) -> tuple[Any, User]:
    reader = person(Role.MEMBER, dept="jyj")
    office = department("jyj", DepartmentKind.MEMBER)
    decision = make_decision(
        make_case(_words(number), name_then=name(number)), status=DecisionStatus.EFFECTIVE, facts=_words(number)
    )
    return make_share(decision, office, profile=FieldProfile.FINDINGS, **values), reader


def _notice(number: int, **values: Any) -> tuple[Any, Any, User]:
    by = person(Role.PUBLISHER)
    decision = make_decision(make_case("案", name_then=name(number)), status=DecisionStatus.EFFECTIVE)
    notice = make_notice(decision, title=f"关于{_words(number)}的通报", drafted_by=by)
    return notice, publish(notice, **values), by


def _exclude(dossier: Any, user: User) -> Any:
    return grants.exclude(dossier=dossier, user=user, source=ExclusionSource.DECLARED, reason="同门", by=SYSTEM)
