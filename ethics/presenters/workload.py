"""Whom the chair may name for the simple procedure: links found, end of term, open load, before choosing (R4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.models import Exclusion
from ethics.actions.conflicts import suggestions
from ethics.enums import ApplicationStatus, MemberCategory, Office, Procedure
from ethics.models import Application, CommitteeMember, ReviewerAssignment, ReviewerOpinion


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
    """Every serving member of the committee, least loaded first. Six queries whatever their number."""
    serving = CommitteeMember.objects.filter(
        committee=application.committee_id, starts_on__lte=on, ends_on__gte=on
    ).select_related("person", "committee", "user")
    members = [one for one in serving.order_by("pk") if one.sits_on(on)]
    prefetch_related_objects([application], "investigators")
    said = list(application.declarations.order_by("pk").values_list("member", "answer"))
    answers, shut = dict(said), {member for member, answer in said if answer == "conflict"}
    kept_out = set(
        Exclusion.objects.filter(dossier=application.dossier_id, lifted_at=None).values_list("user", flat=True)
    )
    named = set(
        ReviewerAssignment.objects.filter(
            review__application=application, review__ended_on=None, released_on=None
        ).values_list("member", flat=True)
    )
    loads = open_load(members)
    rows = [
        Candidate(
            member=member,
            links=tuple(_link_words()[one.code] for one in suggestions(application, member)),
            load=loads.get(member.person_id, 0),
            has_declared=answers.get(member.pk) == "none",
            is_named=member.pk in named,
            hindrance=_hindrance(member, recused=shut, kept_out=kept_out, named=named),
        )
        for member in members
    ]
    return sorted(rows, key=lambda one: (one.load, one.member.pk))


def open_load(members: Collection[CommitteeMember]) -> dict[int, int]:
    """Person → opinions still owed in the simple procedure, in every committee the person sits in. One query."""
    given = ReviewerOpinion.objects.filter(assignment=OuterRef("pk"), returned_at=None)
    owed = ReviewerAssignment.objects.filter(
        ~Exists(given),
        released_on=None,
        review__ended_on=None,
        review__procedure=Procedure.SIMPLE,
        review__application__status=ApplicationStatus.IN_REVIEW,
        member__person__in=[one.person_id for one in members],
    )
    return dict(owed.order_by().values_list("member__person").annotate(number=Count("pk")))


def _hindrance(member: CommitteeMember, *, recused: set[int], kept_out: set[int | None], named: set[int]) -> str:
    if member.pk in recused or (member.user_id is not None and member.user_id in kept_out):
        return _("已回避")
    if member.pk in named:
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
