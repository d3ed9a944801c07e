"""Rows of the directory: what a search found, with a warning about namesakes, and the page of one subject."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from casework.cipher import blind_index
from casework.models import Affiliation, Subject, SubjectIdentifier
from casework.names import normal_name
from casework.presenters import history_rows
from casework.templatetags.casework import status_pill_kind
from integrity.models import Case, CreditRecord, Respondent
from integrity.presenters.case_forms import hints, identifier_words
from integrity.subjects import candidates, namesakes

Row = dict[str, Any]


def search_trace(text: str) -> dict[str, Any]:
    """What the trail keeps of a search: its keyed hash and length, so that it names nobody but can be proved."""
    return {"query": blind_index("directory_search", normal_name(text)), "length": len(text)}


def search_rows(user: User, text: str) -> Row:
    """Candidates with what tells them apart; `warning` when the name alone does not (D13). Five queries at most."""
    found = candidates(user, text) if text.strip() else []
    wanted = normal_name(text)
    same = [subject for subject in found if normal_name(subject.name) == wanted]
    return {"rows": [_row(subject, hint) for subject, hint in hints(user, found)], "warning": _warning(len(same))}


def _row(subject: Subject, hint: str) -> Row:
    return {
        "name": subject.name,
        "url": reverse("integrity:subject-detail", args=[subject.pk]),
        "kind": _("自然人") if subject.is_person else _("单位"),
        "hint": hint,
    }


def _warning(same: int) -> str:
    if same < 2:
        return ""
    return ngettext(
        "有 %(n)s 个同名主体。姓名不能说明是同一个人，请用身份证号等标识核对。",
        "有 %(n)s 个同名主体。姓名不能说明是同一个人，请用身份证号等标识核对。",
        same,
    ) % {"n": same}


def subject_page(subject: Subject, user: User) -> Row:
    """Context of integrity/subject_detail.html: facts, posts, identifiers (last digits), visible cases and records."""
    others = [other for other in namesakes(user, subject.name) if other.pk != subject.pk]
    involved = Respondent.objects.filter(subject=subject, case__in=Case.objects.visible_to(user))
    involved = involved.select_related("case__dossier").order_by("-pk")
    records = CreditRecord.objects.visible_to(user).filter(subject=subject).order_by("-pk")
    identifiers = list(SubjectIdentifier.objects.filter(subject=subject).order_by("pk"))
    return {
        "subject": subject,
        "facts": _facts(subject),
        "posts": _posts(subject),
        "identifiers": [identifier_words(row) for row in identifiers],
        "namesakes": [_row(other, hint) for other, hint in hints(user, others)],
        "cases": [_case_row(respondent) for respondent in involved],
        "records": [_record_row(record) for record in records],
        "changes": history_rows([subject.person or subject.organization]),  # type: ignore[list-item]
    }


def _facts(subject: Subject) -> list[tuple[str, Any]]:
    if subject.person is not None:
        person = subject.person
        return [(_("姓名"), person.name), (_("外文姓名"), person.name_latin), (_("出生年份"), person.birth_year)]
    unit = subject.organization
    assert unit is not None  # the database allows exactly one of the two
    return [
        (_("单位名称"), unit.name),
        (_("类别"), unit.get_kind_display()),
        (_("统一社会信用代码"), unit.uscc),
        (_("英文名称"), unit.name_en),
        (_("曾用名"), unit.former_names),
        (_("行政区划代码"), unit.region_code),
    ]


def _posts(subject: Subject) -> list[Row]:
    if subject.person is None:
        return []
    posts = Affiliation.objects.filter(person=subject.person).select_related("organization").order_by("pk")
    return [
        {"unit": str(post.organization), "post": post.post, "from": post.starts_on, "to": post.ends_on}
        for post in posts
    ]


def _case_row(respondent: Respondent) -> Row:
    case = respondent.case
    return {
        "reference": case.dossier.reference,
        "url": case.get_absolute_url(),
        "title": case.title,
        "role": respondent.get_role_display(),
        "status": case.get_status_display(),
        "status_kind": status_pill_kind(case.status),
    }


def _record_row(record: CreditRecord) -> Row:
    return {
        "url": record.get_absolute_url(),
        "status": record.get_status_display(),
        "status_kind": status_pill_kind(record.status),
        "starts_on": record.starts_on,
        "ends_on": record.ends_on,
    }
