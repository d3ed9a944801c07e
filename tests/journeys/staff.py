"""The people of the office in the journeys. All names are invented."""

from __future__ import annotations

from accounts.enums import DepartmentKind
from accounts.models import User
from tests.factories.people import department, person

NAMES = {
    "intake": ("李文静",),
    "officer": ("陈立诚", "罗思源"),
    "head": ("赵敬之",),
    "legal": ("高明远",),
    "bureau": ("郑怀远", "孟秋实"),
    "publisher": ("林晓岚", "何一舟"),
    "reviewer": ("蒋雨桐", "汪子衿"),
    "member": ("邓若水",),
    "county": ("杨青山",),
    "auditor": ("贺清正",),
    "secadmin": ("沈知远", "陆守拙"),
    "ethics": ("白川柏",),
}
OFFICE, EDUCATION = "市科技局", "市教育局"


def colleague(role: str, number: int = 1) -> User:
    """The first, second … person of this role; members of the joint meeting work for the education bureau."""
    name = NAMES[role][number - 1]
    known = User.objects.filter(name=name).first()
    if known is not None:
        return known
    if role == "member":
        department("jyj", DepartmentKind.MEMBER, EDUCATION)
        return person(role, name=name, dept="jyj", clearance=1)
    department("kjj", DepartmentKind.CONVENOR, OFFICE)
    return person(role, name=name)
