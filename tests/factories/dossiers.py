"""Dossiers, grants, exclusions, clauses and clocks without a case around them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.enums import Clearance, Role
from accounts.models import User
from casework.actions import clocks, dossiers, grants
from casework.actors import SYSTEM
from casework.enums import ClauseKind, ClockUnit, DossierKind, ExclusionSource, GrantBasis, GrantPermission, Mark
from casework.models import Clause, Deadline, Dossier, Exclusion, Grant, RuleSet
from casework.saving import save_record
from tests.factories.people import person


def dossier(kind: str = DossierKind.CASE, *, secrecy: int = Clearance.INTERNAL, handler: User | None = None) -> Dossier:
    """An open dossier of this kind that nobody but the wide rights (and the handler) can see."""
    numbering = "notice_draft" if kind == DossierKind.NOTICE else "case"
    return dossiers.open_dossier(
        kind=DossierKind(kind), numbering=numbering, by=SYSTEM, secrecy=secrecy, handler=handler
    )


def grant(
    to: Dossier, *, permission: str = GrantPermission.VIEW, starts: int = 0, ends: int | None = None, **principal: Any
) -> Grant:
    """A grant for `user=`, `department=` or `role=`; `starts` and `ends` are days from today."""
    today = timezone.localdate()
    return grants.give(
        dossier=to,
        permission=GrantPermission(permission),
        basis=GrantBasis.ORDER,
        by=SYSTEM,
        valid_from=today + dt.timedelta(days=starts),
        valid_to=None if ends is None else today + dt.timedelta(days=ends),
        **principal,
    )


def exclude(who: User, of: Dossier) -> Exclusion:
    return grants.exclude(
        dossier=of, user=who, source=ExclusionSource.DECLARED, reason="与被调查人同一课题组", by=SYSTEM
    )


def lift(exclusion: Exclusion) -> Exclusion:
    """Lifted by two security administrators, as it must be."""
    grants.propose_lift(exclusion=exclusion, reason="查明并无关联", by=person(Role.SECADMIN))
    return grants.lift(exclusion=exclusion, by=person(Role.SECADMIN))


@transaction.atomic
def deadline_clause(amount: int = 15, unit: str = ClockUnit.WORKING_DAYS, **numbers: Any) -> Clause:
    """A rule with a period; `numbers` adds pausable and extend_max."""
    count = RuleSet.objects.count()
    rule_set = RuleSet(
        code=f"test{count}",
        version=1,
        zh="测试规则",
        en="Test rules",
        regime="misconduct",
        in_force_from=dt.date(2020, 1, 1),
        status="in_force",
        sha256="0" * 64,
        published_at=timezone.now(),
        published_by_label="系统",
    )
    save_record(rule_set, by=SYSTEM, reason="测试")
    clause = Clause(
        rule_set=rule_set,
        kind=ClauseKind.DEADLINE,
        key="acceptance",
        article="第16条",
        mark=Mark.R,
        zh="受理期限",
        en="Acceptance",
        numbers={"amount": amount, "unit": str(unit), **numbers},
    )
    save_record(clause, by=SYSTEM, reason="测试")
    return clause


def clock(started_on: dt.date, amount: int = 15, unit: str = ClockUnit.WORKING_DAYS, **numbers: Any) -> Deadline:
    """A running clock in a dossier of its own."""
    clause = deadline_clause(amount, unit, **numbers)
    return clocks.start(dossier=dossier(), clause=clause, started_on=started_on, by=SYSTEM)
