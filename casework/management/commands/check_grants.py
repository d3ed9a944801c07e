"""Compare the grants with the guardian rows derived from them. A nightly job: a difference means somebody wrote past the actions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from casework.access import group_name
from casework.actions.grants import codenames_of
from casework.models import DossierGroupPermission, DossierUserPermission, Grant

Row = tuple[int, str, str]


class Command(BaseCommand):
    help = "Compare grants with their derived guardian rows; exit 1 and list the differences."

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, stored = wanted_rows(), stored_rows()
        for word, rows in (("missing", wanted - stored), ("without a grant", stored - wanted)):
            for dossier, principal, codename in sorted(rows):
                self.stdout.write(f"{word}: dossier {dossier}, {principal}, {codename}")
        if wanted != stored:
            raise CommandError(f"{len(wanted ^ stored)} differences")
        self.stdout.write(f"{len(stored)} rows agree with the grants")


def wanted_rows() -> set[Row]:
    """(dossier, principal, permission) that the unrevoked grants ask for."""
    rows = set()
    for grant in Grant.objects.filter(revoked_at=None).iterator(chunk_size=2000):
        group = group_name(department_id=grant.department_id, role=grant.role)
        principal = f"user:{grant.user_id}" if grant.user_id else group
        rows |= {(grant.dossier_id, principal, codename) for codename in codenames_of(grant)}
    return rows


def stored_rows() -> set[Row]:
    """The same triples as guardian holds them."""
    users = DossierUserPermission.objects.values_list("content_object_id", "user_id", "permission__codename")
    groups = DossierGroupPermission.objects.values_list("content_object_id", "group__name", "permission__codename")
    return {(dossier, f"user:{user}", codename) for dossier, user, codename in users} | set(groups)
