"""The supervision ledger with 2,000 units and 50,000 follow-ups, and one run of the reminders. Invented text only.

Bulk writes go around the record rules on purpose, as in population.py.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import time
from collections.abc import Callable

from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import DepartmentKind
from accounts.models import Department, User
from accounts.people import standing
from casework.access import group_name
from casework.enums import DossierKind, GrantBasis, GrantPermission, OrganizationKind
from casework.models import Dossier, DossierGroupPermission, Event, Grant, Organization, Person
from config.benchmarks.population import FIRST, insert, sentence
from config.benchmarks.timing import Timing, compare
from ethics.enums import ActivityStatus, ExpertOutcome, FollowUpOutcome, UndertakingKind
from ethics.models import (
    Activity,
    AnnualReport,
    Committee,
    CommitteeMember,
    FollowUp,
    Registration,
    ReviewUnit,
    SignedUndertaking,
)
from ethics.presenters.ledger import ledger_rows, region_sums, with_rows
from ethics.querysets import ReviewUnitQuerySet
from ethics.regions import region_names
from ethics.stored_rules import report_due
from ethics.views.ledger import PAGE, ledger

REGIONS = ("510802", "510811", "510812", "510821", "510822", "510823", "510824", "510800")
# Follow-ups per activity: three done, the newest planned.
ROUNDS = 4
YEAR = dt.timedelta(days=365)
TERM = 5 * YEAR - dt.timedelta(days=3)
# office, sex, external, categories of seven seats that comply
SEATS = (
    ("chair", "female", False, ["peer_science"]),
    ("vice_chair", "male", False, ["peer_science"]),
    ("member", "female", False, ["ethics"]),
    ("member", "male", True, ["law"]),
    ("member", "female", True, ["lay_external"]),
    ("member", "male", False, ["peer_science"]),
    ("member", "male", False, ["peer_science"]),
)


def fill(units: int, follow_ups: int, *, after: int, seed: int = 13) -> None:
    """Units spread over eight areas, each with a committee of seven and its share of activities. `after`: dossiers there
    are already. All units are opened to one department of the person who measures."""
    dice, today = random.Random(seed), timezone.localdate()
    _areas()
    first = FIRST + after + 1
    insert(
        Dossier,
        (
            Dossier(pk=first + n, kind=DossierKind.ETHICS, reference=f"测伦〔2026〕{n:05d}号", secrecy=1)
            for n in range(units)
        ),
    )
    insert(Organization, (Organization(name=f"单位{n:05d}", kind=OrganizationKind.INSTITUTE) for n in range(units)))
    places = list(Organization.objects.order_by("-pk")[:units])
    insert(
        ReviewUnit,
        (
            ReviewUnit(
                dossier_id=first + n,
                organization=place,
                region_code=dice.choice(REGIONS),
                sensitive_fields=["medicine"],
                committee_required=True,
                required_basis="sensitive",
            )
            for n, place in enumerate(places)
        ),
    )
    opened = Department.objects.order_by("pk")[0]
    group = Group.objects.get(name=group_name(department_id=opened.pk))
    right = Permission.objects.get(codename="view_dossier", content_type__app_label="casework")
    insert(
        Grant,
        (
            Grant(
                dossier_id=first + n,
                department=opened,
                permission=GrantPermission.VIEW,
                basis=GrantBasis.DUTY,
                valid_from=dt.date(2020, 1, 1),
            )
            for n in range(units)
        ),
    )
    insert(
        DossierGroupPermission,
        (DossierGroupPermission(content_object_id=first + n, group=group, permission=right) for n in range(units)),
    )
    _committees(dice, today)
    _activities(dice, follow_ups, today)


def _areas() -> None:
    insert(
        Department,
        (
            Department(code=f"qx{code}", kind=DepartmentKind.COUNTY, short_name=f"县区{code}", region_code=code)
            for code in REGIONS
        ),
    )


def _committees(dice: random.Random, today: dt.date) -> None:
    set_up = today - 3 * YEAR
    units = list(ReviewUnit.objects.order_by("pk"))
    insert(
        Committee,
        (
            Committee(
                unit=unit,
                name="科技伦理委员会",
                set_up_on=set_up,
                regimes=["ST2023", "SC"],
                composition_breaks_on=set_up + TERM + dt.timedelta(days=1),
            )
            for unit in units
        ),
    )
    committees = list(Committee.objects.order_by("pk"))
    insert(
        Registration,
        (
            Registration(
                unit_id=one.unit_id,
                committee=one,
                due_on=set_up + dt.timedelta(days=30),
                registered_on=None if dice.random() < 0.05 else set_up + dt.timedelta(days=20),
                known_on=set_up,
            )
            for one in committees
        ),
    )
    due_on = report_due(today.year - 1) or today
    insert(
        AnnualReport,
        (
            AnnualReport(
                committee=one,
                year=today.year - 1,
                due_on=due_on,
                submitted_on=None if dice.random() < 0.1 else due_on,
                known_on=due_on - dt.timedelta(days=80),
            )
            for one in committees
        ),
    )
    insert(Person, (Person(name=sentence(dice, 3)) for _one in range(len(committees) * len(SEATS))))
    people = iter(list(Person.objects.order_by("-pk")[: len(committees) * len(SEATS)]))
    insert(
        CommitteeMember,
        (
            CommitteeMember(
                committee=one,
                person=next(people),
                office=office,
                sex=sex,
                is_external=is_external,
                categories=categories,
                starts_on=set_up,
                ends_on=set_up + TERM,
            )
            for one in committees
            for office, sex, is_external, categories in SEATS
        ),
    )
    insert(
        SignedUndertaking,
        (
            SignedUndertaking(member=member, kind=kind, signed_on=set_up)
            for member in CommitteeMember.objects.order_by("pk")
            for kind in UndertakingKind.values
        ),
    )


def _activities(dice: random.Random, follow_ups: int, today: dt.date) -> None:
    """The next follow-up of each lies within half a year ahead; of one in thirty it was due in the last ninety days."""
    committees = list(Committee.objects.order_by("pk"))
    approved = today - 2 * YEAR
    count = max(follow_ups // ROUNDS, 1)
    insert(
        Activity,
        (
            Activity(
                unit_id=committees[n % len(committees)].unit_id,
                committee=committees[n % len(committees)],
                title=f"{sentence(dice, 12)}{n}",
                list_item="L4",
                status=ActivityStatus.ACTIVE,
                expert_outcome=ExpertOutcome.AGREE,
                expert_on=approved,
                expert_basis="川科伦复",
                approved_on=approved,
            )
            for n in range(count)
        ),
    )
    activities = list(Activity.objects.order_by("pk"))
    insert(
        Registration,
        (
            Registration(
                unit_id=one.unit_id,
                activity=one,
                due_on=approved + dt.timedelta(days=30),
                registered_on=None if dice.random() < 0.05 else approved,
                known_on=approved,
            )
            for one in activities
        ),
    )
    insert(
        FollowUp,
        (
            FollowUp(
                activity=one,
                due_on=approved + dt.timedelta(days=180 * number),
                done_on=approved + dt.timedelta(days=180 * number),
                outcome=FollowUpOutcome.CONTINUE,
                note="正常",
                known_on=approved,
            )
            for one in activities
            for number in range(1, ROUNDS)
        ),
    )
    insert(
        FollowUp,
        (FollowUp(activity=one, due_on=_planned(dice, today), known_on=today - YEAR) for one in activities),
    )


def _planned(dice: random.Random, today: dt.date) -> dt.date:
    days = -dice.randrange(1, 90) if dice.random() < 1 / 30 else dice.randrange(183)
    return today + dt.timedelta(days=days)


def ledger_pages(reader: User, *, runs: int) -> dict[str, dict[str, Timing]]:
    """The whole page with and without filters, and its rows with and without the access of this reader."""
    on, regions = timezone.localdate(), region_names()
    standing(reader, on)

    def rows_of(units: ReviewUnitQuerySet) -> Callable[[], object]:
        def read() -> object:
            found = list(with_rows(units, on).order_by("-pk")[: PAGE + 1])
            return ledger_rows(found, regions, on), region_sums(units, regions, on)

        return read

    return {
        "supervision ledger, first page": compare(
            {
                "filtered": lambda: _visit(reader, region=REGIONS[0], overdue="on"),
                "unfiltered": lambda: _visit(reader),
            },
            runs=runs,
        ),
        "supervision ledger, its rows": compare(
            {
                "with access": rows_of(ReviewUnit.objects.visible_to(reader, on)),
                "without access": rows_of(ReviewUnit.objects.all()),
            },
            runs=runs,
        ),
    }


def _visit(reader: User, **filters: str) -> bytes:
    request = RequestFactory().get("/ethics/", filters)
    request.user = reader
    return ledger(request).content


def limits(reader: User) -> list[dict[str, object]]:
    """What is counted or timed once: the questions of a page, and a night after which everything due is reminded of."""
    with CaptureQueriesContext(connection) as captured:
        _visit(reader, region=REGIONS[0], overdue="on")
    queries, before, start = len(captured.captured_queries), Event.objects.count(), time.perf_counter()
    told = io.StringIO()
    call_command("remind_followups", stdout=told)
    seconds = time.perf_counter() - start
    return [
        {"question": "questions of a filtered ledger page", "found": queries, "target": 12},
        {
            "question": f"seconds of a reminder run ({FollowUp.objects.count()} follow-ups,"
            f" {Event.objects.count() - before} events)",
            "found": round(seconds, 1),
            "target": 60,
        },
    ]
