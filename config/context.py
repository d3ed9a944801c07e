"""What every page needs: names of the house and the rail of this person. No queries beyond the person's standing,
and one for who reset their password as long as they have not said that they know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.nav import ENTRIES
from casework.templatetags.casework import in_language


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """`nav`, `site_name`, `office_name`, `unit_name`, `role_names`, `may_search`, `password_reset` for base.html and base_public.html."""
    english = (translation.get_language() or "").startswith("en")
    context: dict[str, Any] = {
        "site_name": settings.CHENGYAN_SITE_NAME_EN if english else settings.CHENGYAN_SITE_NAME,
        "office_name": settings.CHENGYAN_OFFICE_NAME_EN if english else settings.CHENGYAN_OFFICE_NAME,
        "is_demo": settings.DEBUG,
        "nav": [],
        "unit_name": "",
        "role_names": "",
        "may_search": False,
        "password_reset": None,
    }
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return context
    holds = standing(user)
    context["unit_name"] = _("、").join(in_language(name) for name in holds.department_names)
    context["role_names"] = _("、").join(str(role.label) for role in Role if role.value in holds.roles)
    context["may_search"] = Permission.SEARCH_STAFF in holds.permissions
    if user.password_reset_at is not None:
        may_close = not user.must_change_password
        context["password_reset"] = {"at": user.password_reset_at, "by": user.password_reset_by, "may_close": may_close}
    context["nav"] = _rail(holds.permissions, request.path)
    return context


def _rail(permissions: frozenset[Permission], path: str) -> list[dict[str, Any]]:
    """The entries these rights open; a line stands before each new group. The longest address that fits is the present one."""
    rail: list[dict[str, Any]] = []
    for entry in ENTRIES:
        if entry.rights and not entry.rights & permissions:
            continue
        url = reverse(entry.url_name)
        fits = max((len(prefix) for prefix in entry.prefixes or (url,) if path.startswith(prefix)), default=0)
        divider = bool(rail) and rail[-1]["group"] != entry.group
        row = {"label": entry.label, "url": url, "fits": fits, "group": entry.group, "divider": divider}
        rail.append(row)
    # One app may have several entries below one address: the closest one is where the reader is.
    closest = max((row["fits"] for row in rail), default=0)
    return [{**row, "current": bool(closest) and row["fits"] == closest} for row in rail]
