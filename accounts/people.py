"""What a person holds on a day: roles, departments, rights. Read once per request and kept on the user object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Department, Membership, User
from accounts.permissions import Permission
from accounts.roles import ROLES, permissions_of


@dataclass(frozen=True)
class Standing:
    """Roles, departments and rights of one person on one day. Empty for nobody, for the disabled and for the expired.

    `department_names`: {"zh", "en"} for pages.
    """

    on: dt.date
    roles: frozenset[str]
    departments: frozenset[int]
    permissions: frozenset[Permission]
    department_names: tuple[dict[str, str], ...] = ()

    @property
    def needs_second_factor(self) -> bool:
        return any(ROLES[role].second_factor for role in self.roles)


NOBODY = frozenset[str]()
NAMES = ("department__short_name", "department__short_name_en")


def standing(user: User | AnonymousUser | None, on: dt.date | None = None) -> Standing:
    """The standing of this person on a day (today by default), one query, remembered on the user object."""
    on = on or timezone.localdate()
    if not isinstance(user, User) or not user.is_active or user.pk is None:
        return Standing(on, NOBODY, frozenset(), frozenset())
    cached = user.__dict__.get("_standing")
    if cached is None or cached.on != on:
        memberships = Membership.objects.filter(user=user).valid_on(on).order_by("pk")
        held = list(memberships.values_list("role", "department_id", *NAMES))
        roles = frozenset(row[0] for row in held)
        names = tuple({"zh": zh, "en": en} for zh, en in dict.fromkeys(row[2:] for row in held))
        cached = Standing(on, roles, frozenset(row[1] for row in held), permissions_of(roles), names)
        user.__dict__["_standing"] = cached
    return cached


def forget_standing(user: User) -> None:
    """Drop the remembered standing, after a membership changed in this very request."""
    user.__dict__.pop("_standing", None)


def may(user: User | AnonymousUser | None, permission: Permission) -> bool:
    """Does this person hold the right today, by any role?"""
    return permission in standing(user).permissions


def people_with(permission: Permission, on: dt.date | None = None) -> list[User]:
    """Active people who hold the right that day, in the order of their accounts."""
    roles = [role for role, sheet in ROLES.items() if permission in sheet.permissions]
    held = Membership.objects.valid_on(on or timezone.localdate()).filter(role__in=roles, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("pk"))


def main_department(user: User, on: dt.date | None = None) -> Department | None:
    """The department the person works for that day; the earliest membership wins when there are several."""
    held = Membership.objects.filter(user=user).valid_on(on or timezone.localdate()).select_related("department")
    first = held.order_by("pk").first()
    return first.department if first else None
