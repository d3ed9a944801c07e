"""Who can see a dossier and why, today or on an earlier day: one sentence for each grant and each role."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.roles import permissions_of, roles_with
from casework.access import NEEDED_RIGHTS, WIDE_RIGHTS
from casework.enums import DossierKind
from casework.models import Dossier, Exclusion, Grant
from casework.templatetags.casework import in_language


@dataclass(frozen=True)
class Viewer:
    """One person who can see the dossier that day, with one sentence for each reason."""

    user: User
    roles: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class WhoCanSee:
    """`grants`: a sentence for each live grant: whom, basis, giver, until when. `wide`: roles that see all of the kind.

    `exclusion_count`: how many people see nothing whatever holds; who they are is for the security administrator.
    """

    grants: list[str]
    wide: list[str]
    exclusion_count: int
    viewers: list[Viewer] = field(default_factory=list)


def all_grants(dossier: Dossier) -> list[Grant]:
    """Every grant ever given on the dossier, in one query, with the names a page needs."""
    return list(Grant.objects.filter(dossier=dossier).select_related("user", "department", "given_by").order_by("pk"))


def who_can_see(
    dossier: Dossier, on: dt.date, *, grants: Sequence[Grant] | None = None, exclusion_count: int | None = None
) -> WhoCanSee:
    """The short form for the margin: sentences of the grants in force that day. `grants`: what `all_grants` gave."""
    live = [grant for grant in (all_grants(dossier) if grants is None else grants) if grant_in_force(grant, on)]
    if exclusion_count is None:
        exclusion_count = len(_excluded(dossier, on))
    return WhoCanSee([grant_sentence(grant) for grant in live], _wide_sentences(dossier), exclusion_count)


def who_could_see(dossier: Dossier, on: dt.date) -> WhoCanSee:
    """The long form: every person who can (or could, for a past day) see the dossier, and why. Five queries.

    The answer follows from the rows that `casework.access.visible_condition` reads. Clearances are those of now.
    """
    live = [grant for grant in all_grants(dossier) if grant_in_force(grant, on)]
    excluded = _excluded(dossier, on)
    wide = {role for right in WIDE_RIGHTS[dossier.kind] for role in roles_with(right)}
    held: dict[int, list[Membership]] = defaultdict(list)
    for row in (
        Membership.objects.valid_on(on).filter(user__is_active=True).select_related("user").order_by("user", "pk")
    ):
        held[row.user_id].append(row)
    viewers = []
    for user_id, memberships in held.items():
        user = memberships[0].user
        if user_id in excluded or user.clearance < dossier.secrecy or not _may_see_kind(dossier.kind, memberships):
            continue
        reasons = [wide_sentence(dossier.kind, row.role) for row in memberships if row.role in wide]
        reasons += [grant_sentence(grant) for grant in live if _reaches(grant, user_id, memberships)]
        if reasons:
            roles = _("、").join(dict.fromkeys(str(row.get_role_display()) for row in memberships))
            viewers.append(Viewer(user, roles, tuple(dict.fromkeys(reasons))))
    return WhoCanSee([grant_sentence(grant) for grant in live], _wide_sentences(dossier), len(excluded), viewers)


def grant_in_force(grant: Grant, on: dt.date) -> bool:
    """Was the grant in force that day? A revocation counts at once today; a past day counts as a whole."""
    if on < grant.valid_from or (grant.valid_to is not None and grant.valid_to < on):
        return False
    if grant.revoked_at is None:
        return True
    return on < timezone.localdate() and timezone.localdate(grant.revoked_at) >= on


def grant_sentence(grant: Grant) -> str:
    """李明：可以办理，依据是承办；系统 2026-09-17 授予，长期有效。"""
    until = _("%(day)s 止") % {"day": grant.valid_to} if grant.valid_to else _("长期有效")
    basis = str(grant.get_basis_display())
    if grant.basis_text:
        basis = _("%(basis)s（%(text)s）") % {"basis": basis, "text": grant.basis_text}
    return _("%(who)s：可以%(permission)s，依据是%(basis)s；%(giver)s %(day)s 授予，%(until)s。") % {
        "who": in_language(grant.department) if grant.department_id else grant.principal_label,
        "permission": grant.get_permission_display(),
        "basis": basis,
        "giver": grant.given_by or _("系统"),
        "day": grant.valid_from,
        "until": until,
    }


def wide_sentence(kind: str, role: str) -> str:
    words = {"role": Role(role).label, "kind": DossierKind(kind).label}
    return _("%(role)s：按岗位可以查看全部%(kind)s。") % words


def _wide_sentences(dossier: Dossier) -> list[str]:
    roles = {role for right in WIDE_RIGHTS[dossier.kind] for role in roles_with(right)}
    return [wide_sentence(dossier.kind, role) for role in Role.values if role in roles]


def _may_see_kind(kind: str, memberships: Iterable[Membership]) -> bool:
    """Does the person hold the right without which a grant opens nothing of this kind?"""
    held = permissions_of(frozenset(row.role for row in memberships))
    return kind not in NEEDED_RIGHTS or NEEDED_RIGHTS[kind] in held


def _reaches(grant: Grant, user_id: int, memberships: Iterable[Membership]) -> bool:
    if grant.user_id:
        return grant.user_id == user_id
    if grant.department_id:
        return any(row.department_id == grant.department_id for row in memberships)
    return any(row.role == grant.role for row in memberships)


def _excluded(dossier: Dossier, on: dt.date) -> set[int]:
    """People excluded that day. Two queries for a past day: when an exclusion began stands in its history."""
    if on >= timezone.localdate():
        return set(Exclusion.objects.filter(dossier=dossier, lifted_at=None).values_list("user_id", flat=True))
    end_of_day = timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min))
    begun = Exclusion.history.filter(dossier=dossier, history_type="+", history_date__lt=end_of_day)
    held = Exclusion.objects.filter(pk__in=list(begun.values_list("id", flat=True)))
    held = held.filter(Q(lifted_at=None) | Q(lifted_at__gte=end_of_day))
    return set(held.values_list("user_id", flat=True))
