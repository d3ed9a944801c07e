"""The directory as one reader may see it: who is only known from a matter hidden from them is not there (B5, I19)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework import directory
from casework.enums import IdentifierType
from casework.models import Exclusion, Organization, Subject
from casework.refusals import InputRefused
from integrity.models import Case, Respondent

# Numbers that one person alone can have; a staff number says nothing outside its unit.
STRONG = frozenset({IdentifierType.ID_CARD, IdentifierType.ORCID, IdentifierType.PASSPORT, IdentifierType.USCC})
MOST_CANDIDATES = 30


def hidden_condition(user: User) -> Q:
    """Subjects of a case this person is excluded from or not cleared for, unless a case they may see names them too."""
    mine = Respondent.objects.filter(subject=OuterRef("pk"))
    excluded = Exclusion.objects.filter(user=user, lifted_at=None).values("dossier_id")
    closed = mine.filter(Q(case__dossier__in=excluded) | Q(case__dossier__secrecy__gt=user.clearance))
    visible = mine.filter(case__in=Case.objects.visible_to(user))
    return Q(Exists(closed)) & ~Q(Exists(visible))


def visible_subjects(user: User) -> QuerySet[Subject]:
    """The subjects of the directory for this person, with their names."""
    subjects = Subject.objects.filter(~hidden_condition(user))
    return subjects.select_related("person", "organization")


def visible_units(user: User) -> QuerySet[Organization]:
    """The organisations of the directory for this person."""
    return Organization.objects.exclude(subject__in=Subject.objects.filter(hidden_condition(user)))


def candidates(user: User, text: str) -> list[Subject]:
    """Whom the typed text may mean: an identifier decides alone, else names that are alike, exact ones first."""
    strong = [subject.pk for subject in directory.in_identifiers(text)]
    if strong:
        return list(visible_subjects(user).filter(pk__in=strong))
    found = list(directory.like(text).filter(~hidden_condition(user)).order_by("-pk")[:MOST_CANDIDATES])
    exact = {subject.pk for subject in directory.named(text).filter(pk__in=[subject.pk for subject in found])}
    return sorted(found, key=lambda subject: subject.pk not in exact)


def namesakes(user: User, name: str) -> list[Subject]:
    """Subjects of exactly this name that this person may see."""
    return list(directory.named(name).filter(~hidden_condition(user)).order_by("pk"))


def check_new_name(user: User, name: str, *, identifier_kind: str, is_another: bool) -> None:
    """Refuse a known name for a new entry unless a strong identifier, or a human, says it is somebody else (D13)."""
    if is_another or identifier_kind in STRONG:
        return
    same = len(namesakes(user, name))
    if same:
        raise InputRefused(
            _("名录中已有 %(count)s 个同名主体。请先查看是不是同一个，或者填写身份证号等标识；确实不是的，请勾选核对。")
            % {"count": same},
            field="is_another",
        )
