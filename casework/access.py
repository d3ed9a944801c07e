"""Who may see a dossier. One rule feeds lists, pages, search and API: rights, grants, exclusions, secrecy.

visible = secrecy within clearance AND no live exclusion AND (a role-wide right for this kind, or a grant valid that day
together with its derived guardian row). Nothing defaults to open; superusers have no bypass.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.people import may, standing
from accounts.permissions import Permission
from accounts.roles import roles_with
from casework.audience import Audience
from casework.enums import DossierKind, GrantPermission
from casework.models import Attachment, Dossier, Exclusion, Grant
from casework.opening import Excluded, Opened
from casework.refusals import AccessDenied

Reader = User | AnonymousUser | None

# Rights that open every dossier of a kind (below the secrecy limit, and never against an exclusion).
WIDE_RIGHTS: dict[str, frozenset[Permission]] = {
    DossierKind.LEAD: frozenset({Permission.SEE_ALL_LEADS}),
    DossierKind.CASE: frozenset({Permission.SEE_ALL_CASES}),
    DossierKind.NOTICE: frozenset({Permission.DRAFT_NOTICES, Permission.REVIEW_NOTICES, Permission.READ_AUDIT}),
    DossierKind.SHARE: frozenset({Permission.SEE_ALL_CASES}),
    DossierKind.ETHICS: frozenset({Permission.SEE_ALL_ETHICS}),
    DossierKind.REVIEW: frozenset({Permission.SEE_ALL_ETHICS}),
    DossierKind.REGISTER: frozenset({Permission.READ_AUDIT, Permission.KEEP_ACCOUNTS, Permission.KEEP_ACCESS}),
}
# Without this right a grant opens nothing of the kind: a grant to a department reaches people of many roles.
NEEDED_RIGHTS: dict[str, Permission] = {
    DossierKind.ETHICS: Permission.SEE_ETHICS,
    DossierKind.REVIEW: Permission.SEE_REVIEWS,
}
_KNOWN = "_handled_by"
FileGuard = Callable[[Dossier], bool]
# Kind of dossier → whether its files are open to others than who writes in it.
_FILE_GUARDS: dict[str, FileGuard] = {}


def group_name(*, department_id: int | None = None, role: str = "") -> str:
    """Name of the auth group that stands for a department or a role; guardian rows hang on it."""
    return f"department:{department_id}" if department_id else f"role:{role}"


def visible_condition(
    user: Reader,
    on: dt.date | None = None,
    *,
    kind: str,
    path: str = "dossier",
    wide: frozenset[Permission] = frozenset(),
) -> Q:
    """The condition every list of this kind is filtered by. `path`: how the queryset reaches its dossier ("" for Dossier).

    `wide`: further rights that open this list as a whole, still below secrecy and exclusions.
    Somebody without any standing that day sees nothing.
    """
    on = on or timezone.localdate()
    holds = standing(user, on)
    if not holds.roles or not isinstance(user, User):
        return Q(pk__in=[])
    if kind in NEEDED_RIGHTS and NEEDED_RIGHTS[kind] not in holds.permissions:
        return Q(pk__in=[])
    key = f"{path}_id" if path else "pk"
    secrecy = Q(**{f"{path}__secrecy__lte" if path else "secrecy__lte": user.clearance})
    kept_in = ~Q(Excluded(key, user=user.pk))
    if holds.permissions & (WIDE_RIGHTS[kind] | wide):
        return secrecy & kept_in
    opened = Opened(key, user=user.pk, departments=holds.departments, roles=holds.roles, on=on)
    return secrecy & Q(opened) & kept_in


def is_visible(user: Reader, dossier: Dossier, on: dt.date | None = None) -> bool:
    """May this person see this dossier that day?"""
    return Dossier.objects.filter(visible_condition(user, on, kind=dossier.kind, path=""), pk=dossier.pk).exists()


def visible_dossiers(user: Reader, on: dt.date | None = None) -> QuerySet[Dossier]:
    """Every dossier this person may see that day, of any kind."""
    condition = Q(pk__in=[])
    for kind in DossierKind:
        condition |= Q(kind=kind) & visible_condition(user, on, kind=kind, path="")
    return Dossier.objects.filter(condition)


def auditable_condition(user: User) -> Q:
    """For lists of events: what an auditor may read. The secrecy limit and exclusions hold for auditors too."""
    return Q(dossier=None) | (Q(dossier__secrecy__lte=user.clearance) & ~Q(Excluded("dossier_id", user=user.pk)))


def load_visible(queryset: QuerySet, **lookup: Any) -> Any:
    """The one row of a `visible_to` queryset, or Http404.

    404, not 403, also for what exists: a stranger must not learn that the record is there (I1, B5).
    """
    found = queryset.filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def register_file_guard(kind: DossierKind) -> Callable[[FileGuard], FileGuard]:
    """For an app (decorator): files of this kind of dossier open only where the function says yes; a draft is nobody else's."""

    def register(guard: FileGuard) -> FileGuard:
        _FILE_GUARDS[kind] = guard
        return guard

    return register


def get_attachment_for(user: Reader, pk: int) -> Attachment:
    """The file of a dossier this person may see, or Http404. A restricted file opens only for those who handle the dossier."""
    attachment = Attachment.objects.select_related("dossier").filter(pk=pk).first()
    if attachment is None or not is_visible(user, attachment.dossier):
        raise Http404
    guard = _FILE_GUARDS.get(attachment.dossier.kind)
    if guard is not None and not guard(attachment.dossier):
        raise Http404
    if attachment.audience > Audience.INTERNAL and not (isinstance(user, User) and handles(user, attachment.dossier)):
        raise Http404
    return attachment


def check_right(user: Reader, right: Permission) -> None:
    """Raise AccessDenied unless the person holds the right today."""
    if not may(user, right):
        raise AccessDenied(_("您的角色没有这项权限。如工作需要，请联系安全管理员。"))


def keepable_exclusions(user: User) -> QuerySet[Exclusion]:
    """The live exclusions this security administrator may know of: never their own, none of a dossier kept from them."""
    check_right(user, Permission.KEEP_ACCESS)
    live = Exclusion.objects.filter(auditable_condition(user), lifted_at=None).exclude(user=user)
    return live.select_related("dossier", "user", "lift_proposed_by", "carried_from__dossier")


def get_exclusion_for(user: User, pk: int) -> Exclusion:
    """A live exclusion this security administrator may know of, or Http404."""
    return load_visible(keepable_exclusions(user), pk=pk)


def check_can_propose_lift(user: User, exclusion: Exclusion) -> None:
    """Nobody asks to be let in again."""
    check_right(user, Permission.KEEP_ACCESS)
    if exclusion.user_id == user.pk:
        raise AccessDenied(_("本人不能申请解除对自己的排除。"))


def check_can_confirm_lift(user: User, exclusion: Exclusion) -> None:
    """The second of two people; neither the first one nor the person who is kept out."""
    check_right(user, Permission.KEEP_ACCESS)
    if user.pk in {exclusion.lift_proposed_by_id, exclusion.user_id}:
        raise AccessDenied(_("解除排除须由另一人确认，提出人和被排除人都不能确认。"))


def check_handles(user: Reader, dossier: Dossier) -> None:
    """Raise unless this person may handle (not only view) the dossier: its handler, or under a live handling grant."""
    known = dossier.__dict__.get(_KNOWN, {}).get(getattr(user, "pk", None))
    if known is None and not is_visible(user, dossier):
        raise Http404
    if isinstance(user, User) and not (handles(user, dossier) if known is None else known):
        raise AccessDenied(_("您可以查看这份卷宗，但不是承办人，不能办理。"))


def know_handling(user: User, dossier: Dossier, grants: Iterable[Grant], on: dt.date | None = None) -> None:
    """For a page that has loaded the dossier through `visible_to`, and its grants: spares every button its queries.

    Never for an action: what is remembered here is as old as the loaded rows.
    """
    on = on or timezone.localdate()
    holds = standing(user, on)
    mine = (
        grant.user_id == user.pk or grant.department_id in holds.departments or grant.role in holds.roles
        for grant in grants
        if grant.permission == GrantPermission.HANDLE and grant.is_live(on)
    )
    dossier.__dict__.setdefault(_KNOWN, {})[user.pk] = any(mine)


def handles(user: User, dossier: Dossier, on: dt.date | None = None) -> bool:
    """Is there a live grant to handle, for this person, their department or their role?"""
    on = on or timezone.localdate()
    holds = standing(user, on)
    mine = Q(user=user) | Q(department__in=holds.departments) | Q(role__in=holds.roles)
    return Grant.objects.live(on).filter(mine, dossier=dossier, permission=GrantPermission.HANDLE).exists()


def permitted(check: Callable[..., None], *args: Any) -> AccessDenied | None:
    """None when the check passes, else its refusal: one function instead of a yes/no twin for every check."""
    try:
        check(*args)
    except AccessDenied as refusal:
        return refusal
    return None


def principals_of(user: Reader, on: dt.date | None = None) -> frozenset[str]:
    """Tokens this person carries into a search: u17, d12, rintake. Letters and digits only (S6)."""
    holds = standing(user, on)
    if not holds.roles or not isinstance(user, User):
        return frozenset()
    departments = {f"d{department}" for department in holds.departments}
    return frozenset({f"u{user.pk}"} | departments | {f"r{role}" for role in holds.roles})


def acl_of(dossier: Dossier, on: dt.date | None = None) -> set[str]:
    """Tokens that open this dossier that day: role-wide rights and live grants, from the same rows as `visible_condition`.

    Whoever asks for many prefetches `grants` and, for `deny_of`, `exclusions`.
    """
    day = on or timezone.localdate()
    tokens = {f"r{role}" for right in WIDE_RIGHTS[dossier.kind] for role in roles_with(right)}
    for grant in dossier.grants.all():
        if not grant.is_live(day):
            continue
        if grant.user_id:
            tokens.add(f"u{grant.user_id}")
        elif grant.department_id:
            tokens.add(f"d{grant.department_id}")
        else:
            tokens.add(f"r{grant.role}")
    return tokens


def deny_of(dossier: Dossier) -> set[str]:
    """Tokens that may not see this dossier whatever opens it."""
    return {f"u{exclusion.user_id}" for exclusion in dossier.exclusions.all() if exclusion.lifted_at is None}


def readers_of(dossier: Dossier, on: dt.date | None = None) -> list[User]:
    """Everybody who can see this dossier that day, for 'who can see this and why'. Two queries per candidate."""
    on = on or timezone.localdate()
    wide = {role for right in WIDE_RIGHTS[dossier.kind] for role in roles_with(right)}
    live = list(Grant.objects.live(on).filter(dossier=dossier))
    reach = Q(role__in=wide | {grant.role for grant in live if grant.role})
    reach |= Q(user__in=[grant.user_id for grant in live if grant.user_id])
    reach |= Q(department__in=[grant.department_id for grant in live if grant.department_id])
    candidates = Membership.objects.valid_on(on).filter(reach, user__is_active=True).values("user_id")
    return [user for user in User.objects.filter(pk__in=candidates).order_by("pk") if is_visible(user, dossier, on)]
