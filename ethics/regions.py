"""The areas units are kept by: the counties, and the city itself for units that belong to none."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import DepartmentKind
from accounts.models import Department, User
from accounts.people import may
from accounts.permissions import Permission
from ethics.access import own_regions


def region_names() -> dict[str, str]:
    """Region code → name of the area in the reader's language, the city last. One query."""
    kinds = [DepartmentKind.COUNTY, DepartmentKind.CONVENOR]
    departments = Department.objects.filter(kind__in=kinds).exclude(region_code="").order_by("pk")
    english = (translation.get_language() or "").startswith("en")
    rows = sorted(departments, key=lambda one: one.kind == DepartmentKind.CONVENOR)
    return {one.region_code: _name(one, english=english) for one in rows}


def region_choices(user: User) -> list[tuple[str, str]]:
    """The areas this person may enter units for."""
    names = region_names()
    if may(user, Permission.SEE_ALL_ETHICS):
        return list(names.items())
    own = own_regions(user)
    return [(code, name) for code, name in names.items() if code in own]


def _name(department: Department, *, english: bool) -> str:
    if department.kind == DepartmentKind.CONVENOR:
        return _("市直单位")
    return (english and department.short_name_en) or department.short_name
