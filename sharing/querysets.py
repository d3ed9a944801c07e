"""Facts about many shares. A recipient sees a share only while it is shared and its last day has not passed."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.access import Reader, visible_condition
from casework.enums import DossierKind, GrantPermission
from casework.models import Exclusion, Grant
from casework.records import RecordQuerySet
from sharing.enums import ShareStatus


class SharePackageQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> SharePackageQuerySet:
        """Shares this person may see that day: those they manage, those open for their department, for heads all.

        Whoever is excluded from the case sees none of its shares: the person named may sit in the receiving department.
        The secrecy of the case still binds its own house; for a recipient the share itself is the permission.
        """
        on = on or timezone.localdate()
        rights = standing(user, on).permissions
        if not isinstance(user, User) or not rights:
            return self.none()
        found = visible_condition(user, on, kind=DossierKind.SHARE)
        condition = Q(pk__in=[])
        if Permission.SEE_ALL_CASES in rights:
            condition |= found & Q(decision__case__dossier__secrecy__lte=user.clearance)
        if Permission.SHARE_CASES in rights:
            case = visible_condition(user, on, kind=DossierKind.CASE, path="decision__case__dossier")
            condition |= (found | case) & _managed_by(user, on)
        if Permission.RECEIVE_SHARES in rights:
            condition |= found & Q(status=ShareStatus.SHARED, expires_on__gte=on)
        return self.filter(condition & ~Q(_excluded_from_case(user)))

    def managed_by(self, user: User, on: dt.date) -> SharePackageQuerySet:
        """Shares this person gave, or whose case they handle now."""
        return self.filter(_managed_by(user, on) & ~Q(_excluded_from_case(user)))

    def open_on(self, on: dt.date) -> SharePackageQuerySet:
        return self.filter(status=ShareStatus.SHARED, expires_on__gte=on)


def _managed_by(user: User, on: dt.date) -> Q:
    """A live grant to handle the share itself, or the case its decision belongs to."""
    handling = Grant.objects.live(on).filter(user=user, permission=GrantPermission.HANDLE)
    own = Exists(handling.filter(dossier=OuterRef("dossier_id")))
    of_case = Exists(handling.filter(dossier=OuterRef("decision__case__dossier_id")))
    return Q(own) | Q(of_case)


def _excluded_from_case(user: User) -> Exists:
    live = Exclusion.objects.filter(user=user, lifted_at=None)
    return Exists(live.filter(dossier=OuterRef("decision__case__dossier_id")))
