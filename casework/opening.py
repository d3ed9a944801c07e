"""The two questions a database answers for every row of a list: is this dossier open to me, and must I keep out of it?

Written as SQL because every list of the house asks them: building the same four subqueries from query objects took
longer than finding the rows. `tests/unit/casework/test_opening.py` holds them against query objects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, Expression, F

from accounts.models import User
from casework.models import DossierGroupPermission, DossierUserPermission, Exclusion, Grant

_TABLES = {
    "grant": Grant._meta.db_table,
    "user_right": DossierUserPermission._meta.db_table,
    "group_right": DossierGroupPermission._meta.db_table,
    "member": User.groups.through._meta.db_table,
    "exclusion": Exclusion._meta.db_table,
}
_GRANTED = (
    "EXISTS (SELECT 1 FROM {grant} g WHERE g.dossier_id = {dossier} AND g.revoked_at IS NULL AND g.valid_from <= %s"
    " AND (g.valid_to IS NULL OR g.valid_to >= %s) AND ({principals}))"
)
_DERIVED = (
    "(EXISTS (SELECT 1 FROM {user_right} p WHERE p.content_object_id = {dossier} AND p.user_id = %s)"
    " OR EXISTS (SELECT 1 FROM {group_right} p WHERE p.content_object_id = {dossier}"
    " AND p.group_id IN (SELECT m.group_id FROM {member} m WHERE m.user_id = %s)))"
)
_EXCLUDED = (
    "EXISTS (SELECT 1 FROM {exclusion} x WHERE x.dossier_id = {dossier} AND x.user_id = %s AND x.lifted_at IS NULL)"
)


class _AboutDossier(Expression):
    """A yes or no about the dossier a row belongs to. `key`: the way from the row to the dossier's primary key."""

    output_field = BooleanField()

    def __init__(self, key: str) -> None:
        super().__init__()
        self.dossier: Any = F(key)

    def get_source_expressions(self) -> list[Any]:
        return [self.dossier]

    def set_source_expressions(self, expressions: Sequence[Any]) -> None:
        (self.dossier,) = expressions

    def _sql(self, compiler: Any, text: str, **parts: str) -> str:
        column, _no_values = compiler.compile(self.dossier)
        # A column name holds no value; a percent sign in it would still have to survive the second formatting.
        return text.format(dossier=column.replace("%", "%%"), **_TABLES, **parts)


class Opened(_AboutDossier):
    """A grant valid that day for this person, one of the departments or roles, together with its derived guardian row."""

    def __init__(self, key: str, *, user: int, departments: Iterable[int], roles: Iterable[str], on: dt.date) -> None:
        super().__init__(key)
        self.user, self.on = user, on
        self.departments, self.roles = tuple(sorted(departments)), tuple(sorted(roles))

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        principals = ["g.user_id = %s"]
        if self.departments:
            principals.append(f"g.department_id IN ({_marks(self.departments)})")
        if self.roles:
            principals.append(f"g.role IN ({_marks(self.roles)})")
        sql = self._sql(compiler, f"({_GRANTED} AND {_DERIVED})", principals=" OR ".join(principals))
        day = connection.ops.adapt_datefield_value(self.on)
        return sql, (day, day, self.user, *self.departments, *self.roles, self.user, self.user)


class Excluded(_AboutDossier):
    """A live exclusion of this person."""

    def __init__(self, key: str, *, user: int) -> None:
        super().__init__(key)
        self.user = user

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        return self._sql(compiler, _EXCLUDED), (self.user,)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
