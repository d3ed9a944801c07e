"""The statements of the administrator's guide let the application work and nobody empty the trail (PostgreSQL)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from accounts.enums import Role
from casework.actions import dossiers
from casework.enums import DossierKind
from casework.models import Event
from tests.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
GUIDE = Path(settings.BASE_DIR) / "docs/how-to/administrator.md"
FORBIDDEN = [
    "TRUNCATE casework_event CASCADE",
    "TRUNCATE casework_exclusion CASCADE",
    "DELETE FROM casework_accessevent",
    "UPDATE casework_clockevent SET reason = ''",
    "UPDATE ethics_vote SET choice = 'yes'",
    "DELETE FROM ethics_conflictdeclaration",
    "UPDATE ethics_applicationversion SET sha256 = ''",
    "ALTER TABLE casework_event DISABLE TRIGGER ALL",
    "DROP TRIGGER casework_event_append_only ON casework_event",
]


@pytest.fixture
def as_the_application():
    """The role of the guide, made in the transaction of the test."""
    block = re.search(r"```sql\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert block is not None
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(block[1].replace("DATABASE chengyan ", f"DATABASE {name} "))
        cursor.execute("SET LOCAL ROLE chengyan_web")
        yield cursor
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_application_cannot_empty_or_change_the_trail(as_the_application, statement):
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), transaction.atomic():
        as_the_application.execute(statement)


def test_the_role_of_the_application_can_do_its_work(as_the_application):
    officer = person(Role.OFFICER)
    one = dossiers.open_dossier(kind=DossierKind.CASE, numbering="case", by=officer, handler=officer)
    assert Event.objects.filter(dossier=one).count() == 2
