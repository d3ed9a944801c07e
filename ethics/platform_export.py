"""Files of committees, members and listed activities: for the national platform by a field mapping that is data, and for
this system's own import. Texts never become formulas.

The mapping comes from ethics/platform_fields/default.toml or from the file named by CHENGYAN_PLATFORM_FIELDS.
"""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from casework.refusals import InputRefused
from ethics.enums import MemberCategory, Office, Sex, UndertakingKind
from ethics.exports import neutral
from ethics.import_files import COLUMNS, LABELS, SHEET
from ethics.models import Activity, Committee, CommitteeMember, ReviewUnit

SHIPPED = Path(__file__).parent / "platform_fields" / "default.toml"
Getter = Callable[[Any], Any]


def _of_unit(unit: Callable[[Any], ReviewUnit]) -> dict[str, Getter]:
    return {
        "unit": lambda row: unit(row).organization.name,
        "uscc": lambda row: unit(row).organization.uscc,
        "unit_kind": lambda row: unit(row).organization.get_kind_display(),
        "region": lambda row: unit(row).region_code,
        "reference": lambda row: unit(row).dossier.reference,
    }


def _registration(name: str) -> Getter:
    return lambda row: getattr(getattr(row, "registration", None), name, None)


# Sheet → field → how it is read.
FIELDS: dict[str, dict[str, Getter]] = {
    "committees": {
        **_of_unit(lambda row: row.unit),
        "committee": lambda row: row.name,
        "set_up_on": lambda row: row.set_up_on,
        "dissolved_on": lambda row: row.dissolved_on,
        "regimes": lambda row: "；".join(row.regimes),
        "is_service_centre": lambda row: _yes(row.is_service_centre),
        "charter": lambda row: row.charter.display_name if row.charter else "",
        "members": lambda row: row.seats,
        "platform_no": _registration("platform_no"),
        "registered_on": _registration("registered_on"),
    },
    "members": {
        **_of_unit(lambda row: row.committee.unit),
        "committee": lambda row: row.committee.name,
        "name": lambda row: row.person.name,
        "sex": lambda row: row.get_sex_display(),
        "office": lambda row: row.get_office_display(),
        "categories": lambda row: "；".join(str(MemberCategory(one).label) for one in row.categories),
        "is_external": lambda row: _yes(row.is_external),
        "starts_on": lambda row: row.starts_on,
        "ends_on": lambda row: row.last_day,
    },
    "activities": {
        **_of_unit(lambda row: row.unit),
        "committee": lambda row: row.committee.name if row.committee else "",
        "title": lambda row: row.title,
        "list_item": lambda row: row.list_item,
        "list_item_text": lambda row: row.get_list_item_display(),
        "leader": lambda row: row.leader_name,
        "status": lambda row: row.get_status_display(),
        "approved_on": lambda row: row.approved_on,
        "ended_on": lambda row: row.ended_on,
        "expert_outcome": lambda row: row.get_expert_outcome_display(),
        "expert_on": lambda row: row.expert_on,
        "expert_basis": lambda row: row.expert_basis,
        "platform_no": _registration("platform_no"),
        "registered_on": _registration("registered_on"),
    },
}


@dataclass(frozen=True)
class Sheet:
    """One sheet of the mapping: (field, heading) in the order of the columns."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mapped:
    """`mark`: how sure the headings are (U: not known here). `is_own`: from the file an administrator named."""

    mark: str
    note: str
    sheets: Mapping[str, Sheet]
    is_own: bool


def mapping() -> Mapped:
    """The mapping in force. InputRefused, with what is wrong in the file, when it cannot be used."""
    named = settings.CHENGYAN_PLATFORM_FIELDS
    path = Path(named) if named else SHIPPED
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        sheets = {one["key"]: _sheet(one) for one in content["sheets"]}
    except InputRefused:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputRefused(_("平台字段对应文件不能使用，请系统管理员核对 CHENGYAN_PLATFORM_FIELDS。")) from error
    if set(sheets) != set(FIELDS):
        raise InputRefused(_("平台字段对应文件应当正好包含：%(names)s。") % {"names": "、".join(FIELDS)})
    return Mapped(str(content.get("mark", "U")), str(content.get("note", "")), sheets, bool(named))


def _sheet(stated: Mapping[str, Any]) -> Sheet:
    key, known = stated["key"], FIELDS.get(stated["key"], {})
    columns = tuple((str(one["field"]), str(one["heading"])) for one in stated["columns"])
    unknown = [field for field, _heading in columns if field not in known]
    if unknown or not columns:
        raise InputRefused(
            _("平台字段对应文件的“%(sheet)s”中没有这个字段：%(field)s。")
            % {"sheet": key, "field": unknown[0] if unknown else "—"}
        )
    return Sheet(key, str(stated["title"])[:31], columns)


def platform_xlsx(sheets: Iterable[tuple[Sheet, Iterable[Any]]]) -> tuple[bytes, int]:
    """The file and how many rows it has, in Chinese whatever the page is read in: the platform is Chinese."""
    book = Workbook(write_only=True)
    count = 0
    with translation.override("zh-hans"):
        for sheet, rows in sheets:
            page = book.create_sheet(sheet.title)
            page.freeze_panes = "A2"
            for number in range(1, len(sheet.columns) + 1):
                page.column_dimensions[get_column_letter(number)].width = 20
            page.append([neutral(heading) for _field, heading in sheet.columns])
            for row in rows:
                page.append([_cell(FIELDS[sheet.key][field](row)) for field, _heading in sheet.columns])
                count += 1
    return _content(book), count


def committees_xlsx(committees: Sequence[Committee]) -> tuple[bytes, int]:
    """Committees with their members as the import reads them: one row per member; a committee without any has none."""
    book = Workbook(write_only=True)
    page = book.create_sheet(SHEET)
    page.freeze_panes = "A2"
    page.append([heading for _key, heading, _needed, _hint in COLUMNS])
    count = 0
    for committee in committees:
        for member in committee.members.all():
            stated = _import_row(committee, member)
            page.append([_cell(stated[key]) for key, _heading, _needed, _hint in COLUMNS])
            count += 1
    return _content(book), count


def _import_row(committee: Committee, member: CommitteeMember) -> dict[str, Any]:
    registration = committee.registration
    signed = {paper.kind: paper.signed_on for paper in sorted(member.undertakings.all(), key=lambda one: one.signed_on)}
    return {
        "unit": committee.unit.organization.name,
        "committee": committee.name,
        "set_up_on": committee.set_up_on,
        "regimes": "；".join(committee.regimes),
        "platform_no": registration.platform_no,
        "registered_on": registration.registered_on,
        "name": member.person.name,
        "categories": "；".join(_word(MemberCategory, one) for one in member.categories),
        "sex": _word(Sex, member.sex),
        "is_external": "是" if member.is_external else "否",
        "office": _word(Office, member.office),
        "starts_on": member.starts_on,
        "ends_on": member.last_day,
        **{kind: signed.get(kind) for kind in UndertakingKind.values},
    }


def _word(choices: Any, value: str) -> str:
    """The word the import knows a code by."""
    return next(word for word, code in LABELS[choices].items() if code == value)


def platform_committees(units: Any, on: dt.date) -> list[Committee]:
    """Committees of these units with everything the files read: four queries."""
    committees = Committee.objects.of_units(units).select_related(
        "unit__organization", "unit__dossier", "registration", "charter"
    )
    in_office = Q(members__left_on=None, members__ends_on__gte=on) | Q(members__left_on__gte=on)
    seats = Count("members", filter=in_office & Q(members__starts_on__lte=on))
    members = CommitteeMember.objects.select_related("person", "committee__unit__organization")
    members = members.prefetch_related("undertakings").order_by("pk")
    found = committees.annotate(seats=seats).prefetch_related(Prefetch("members", members))
    return list(found.order_by("unit_id", "pk"))


def platform_activities(units: Any) -> list[Activity]:
    """Listed activities of these units: one query."""
    listed = Activity.objects.listed().filter(unit__in=units)
    related = ("unit__organization", "unit__dossier", "committee", "registration")
    return list(listed.select_related(*related).order_by("unit_id", "pk"))


def serving_members(committees: Iterable[Committee], on: dt.date) -> list[CommitteeMember]:
    """Members in office that day, read with their committees before."""
    return [member for one in committees for member in one.members.all() if member.sits_on(on)]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, dt.date | int) else neutral(value)


def _content(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _yes(value: bool) -> str:
    return "是" if value else "否"
