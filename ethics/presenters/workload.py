"""Whom the chair may name for the simple procedure: links found, end of term, open load, before choosing (R4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.models import Exclusion
from ethics.actions.conflicts import suggestions
from ethics.enums import ApplicationStatus, ConflictAnswer, MemberCategory, Office, Procedure
from ethics.models import Application, CommitteeMember, ConflictDeclaration, ReviewerAssignment, ReviewerOpinion


@dataclass(frozen=True)
class Candidate:
    """A serving member. `links`: what the system found. `hindrance`: why the member cannot be named, empty when possible."""

    member: CommitteeMember
    links: tuple[str, ...]
    load: int
    has_declared: bool
    is_named: bool
    hindrance: str

    @property
    def words(self) -> str:
        """One choice of the form: who, then everything that speaks for or against."""
        member = self.member
        office = "" if member.office == Office.MEMBER else f"（{member.get_office_display()}）"
        known = [
            "、".join(str(MemberCategory(one).label) for one in member.categories),
            _("任期至 %(day)s") % {"day": member.last_day},
            ngettext("在办审查 %(n)s 件", "在办审查 %(n)s 件", self.load) % {"n": self.load},
            _("已声明没有利益冲突") if self.has_declared else "",
            _("发现关联：%(links)s") % {"links": "、".join(self.links)} if self.links else _("没有发现关联"),
        ]
        return f"{member.person.name}{office}\n{' · '.join(one for one in known if one)}"


def candidates(application: Application, on: dt.date) -> list[Candidate]:
    """Every serving member of the committee, least loaded first. Two queries whatever their number."""
    serving = CommitteeMember.objects.filter(
        committee=application.committee_id, starts_on__lte=on, ends_on__gte=on
    ).select_related("person", "committee", "user")
    prefetch_related_objects([application], "investigators")
    rows = [
        Candidate(
            member=member,
            links=tuple(_link_words()[one.code] for one in suggestions(application, member)),
            load=member.load,
            has_declared=member.newest_answer == ConflictAnswer.NONE,
            is_named=member.is_named,
            hindrance=_hindrance(member),
        )
        for member in _with_standing(serving, application)
        if member.sits_on(on)
    ]
    return sorted(rows, key=lambda one: (one.load, one.member.pk))


def _with_standing(members: QuerySet[CommitteeMember], application: Application) -> QuerySet[Any]:
    """What each of them declared on this application, whether they are kept out of it or named for it, and their load."""
    said = ConflictDeclaration.objects.filter(application=application, member=OuterRef("pk"))
    out = Exclusion.objects.filter(dossier=application.dossier_id, lifted_at=None, user=OuterRef("user"))
    named = ReviewerAssignment.objects.filter(
        review__application=application, review__ended_on=None, released_on=None, member=OuterRef("pk")
    )
    owed = _owed().filter(member__person=OuterRef("person")).order_by().values("member__person")
    return members.annotate(
        newest_answer=Subquery(said.order_by("-pk").values("answer")[:1]),
        is_shut=Exists(said.filter(answer=ConflictAnswer.CONFLICT)) | Exists(out),
        is_named=Exists(named),
        load=Coalesce(Subquery(owed.annotate(number=Count("pk")).values("number")), 0),
    ).order_by("pk")


def _owed() -> QuerySet[ReviewerAssignment]:
    """Opinions still owed in the simple procedure, whatever the committee."""
    given = ReviewerOpinion.objects.filter(assignment=OuterRef("pk"), returned_at=None)
    return ReviewerAssignment.objects.filter(
        ~Exists(given),
        released_on=None,
        review__ended_on=None,
        review__procedure=Procedure.SIMPLE,
        review__application__status=ApplicationStatus.IN_REVIEW,
    )


def _hindrance(member: Any) -> str:
    if member.is_shut:
        return _("已回避")
    if member.is_named:
        return _("已指定")
    if member.user_id is None:
        return _("没有账号，不能在本系统提交意见")
    return ""


def _link_words() -> dict[str, str]:
    return {
        "team": _("与研究人员同名"),
        "leader": _("与负责人同名"),
        "applicant": _("是申请人"),
        "unit": _("与申请单位同属一个单位"),
    }
