"""The access filters: who finds a row, from the same rights, grants and exclusions as every list."""

import datetime as dt

from accounts.enums import Clearance
from accounts.permissions import Permission
from accounts.roles import roles_with
from casework.access import acl_of, deny_of
from casework.models import Dossier
from search.backends.base import Access

EVERYONE = Access(frozenset({"everyone"}))


def dossier_access(dossier: Dossier, on: dt.date, *, wide: frozenset[Permission] = frozenset()) -> Access:
    """Access of a row that follows its dossier. `wide`: rights that open the whole list, as in `visible_to`."""
    roles = {f"r{role}" for right in wide for role in roles_with(right)}
    return Access(frozenset(acl_of(dossier, on) | roles), frozenset(deny_of(dossier)), dossier.secrecy)


def is_sealed(dossier: Dossier) -> bool:
    """Sealed dossiers are in no index: they are opened by their number, by those who may."""
    return dossier.secrecy >= Clearance.SEALED
