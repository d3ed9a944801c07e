"""What an application still lacks: one list, told at once (一次性告知, 办法 第10条). Each entry knows its page of the form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.refusals import InputRefused
from casework.rulebook import RuleBook
from ethics.enums import ListItem
from ethics.models import Application
from ethics.review_books import books_on, proposal_for, unknown_choices
from ethics.wording import say

PAGES = ("basics", "circumstances", "people", "materials")
OPTIONAL_MATERIALS = frozenset({"other"})
# What several rule sets ask for in the same words is handed in once.
ASKED_ONCE = frozenset({"commitment", "other"})


@dataclass(frozen=True)
class Missing:
    """One thing still missing. `key` is what a correction notice keeps; `page` where it is filled in."""

    key: str
    page: str
    label: str
    article: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Wanted:
    """A paper the application needs: `key` as Material keeps it, with the words and the article of the rule."""

    key: str
    label: str
    article: str
    mark: str
    is_optional: bool = False


def wanted_materials(application: Application, on: dt.date, books: Sequence[RuleBook] | None = None) -> list[Wanted]:
    """Every paper the rule sets of this application ask for, then those its circumstances bring in (第9、12、13条).

    `books`: those of `books_on`, for who has read them already.
    """
    books = books_on(application, on) if books is None else books
    found: dict[str, Wanted] = {}
    for book in books:
        for clause in book.of_kind("material"):
            key = clause.key if clause.key not in found else f"{book.regime}.{clause.key}"
            if clause.key in ASKED_ONCE and clause.key in found:
                continue
            found[key] = Wanted(
                key, capfirst(say(clause)), clause.article, clause.mark, clause.key in OPTIONAL_MATERIALS
            )
    papers = set(_papers(application, on, books))
    if "partner_approvals" in papers:
        for country in application.partner_countries:
            label = _("%(country)s的审查批准文件") % {"country": country}
            found[f"partner_approvals:{country}"] = Wanted(f"partner_approvals:{country}", label, "ST 12", "V")
    if "written_entrustment" in papers:
        found["written_entrustment"] = Wanted("written_entrustment", _("书面委托文件"), "ST 13", "V")
    if "state_approval" in application.circumstances and application.is_listed:
        # A tick alone must not spare an activity the experts: the record of the exemption is a paper (第34条).
        label = _("包含伦理审查的行政审批文件")
        found["state_approval"] = Wanted("state_approval", label, "ST 34", "R")
    return list(found.values())


def missing(application: Application, on: dt.date) -> list[Missing]:
    """All that keeps the application from being complete, in the order of the pages. Empty: it may be submitted."""
    books = books_on(application, on)
    return [
        *_basics(application),
        *_circumstances(application, books),
        *_people(application),
        *_materials(application, on, books),
    ]


def first_incomplete(application: Application, on: dt.date) -> str:
    """The first page with something missing; "review" when nothing is."""
    pages = {one.page for one in missing(application, on)}
    return next((page for page in PAGES if page in pages), "review")


def _basics(application: Application) -> list[Missing]:
    wanted = {
        "title": (application.title, _("活动名称")),
        "unit_name": (application.unit_name or application.unit_id, _("申请单位")),
        "committee": (application.committee_id, _("受理的委员会")),
        "leader_name": (application.leader_name, _("负责人")),
        "scope_classes": (application.scope_classes, _("审查范围")),
        "start_on": (application.start_on, _("计划开始日期")),
        "end_on": (application.end_on, _("计划结束日期")),
    }
    return [Missing(key, "basics", label) for key, (value, label) in wanted.items() if not value]


def _circumstances(application: Application, books: Sequence[RuleBook]) -> list[Missing]:
    found = []
    if application.list_item and application.list_item not in ListItem.values:
        found.append(Missing("list_item", "circumstances", _("清单事项")))
    unknown = unknown_choices(application, books)
    if unknown:
        label = _("有关情形中有适用规则没有的选项，请重新勾选后保存")
        found.append(Missing("circumstances", "circumstances", label))
    if "international" in application.circumstances and not application.partner_countries:
        label = _("合作方所在国家或者地区")
        found.append(Missing("partner_countries", "circumstances", label, "ST 12", "V"))
    if application.partner_countries and "international" not in application.circumstances:
        label = _("填写了合作方所在国家或者地区，请勾选“国际合作活动”；没有国际合作的，请清空这一栏")
        found.append(Missing("international", "circumstances", label, "ST 12", "V"))
    if "urgent" in application.circumstances and not application.expertise:
        found.append(
            Missing("expertise", "circumstances", _("所属专业领域（应急审查须有该领域专家参加）"), "ST 37", "R")
        )
    return found


def _people(application: Application) -> list[Missing]:
    trained = list(application.investigators.filter(left_out_on=None).values_list("has_training", flat=True))
    found = []
    if not trained:
        found.append(Missing("investigators", "people", _("研究人员"), "ST 9", "V"))
    if trained and not any(trained):
        found.append(Missing("training", "people", _("至少一名研究人员的科技伦理培训情况"), "ST 9", "V"))
    return found


def _materials(application: Application, on: dt.date, books: Sequence[RuleBook]) -> list[Missing]:
    given = set(application.materials.filter(left_out_on=None).values_list("key", flat=True))
    return [
        Missing(one.key, "materials", one.label, one.article, one.mark)
        for one in wanted_materials(application, on, books)
        if not one.is_optional and one.key not in given
    ]


def _papers(application: Application, on: dt.date, books: Sequence[RuleBook]) -> tuple[str, ...]:
    try:
        return proposal_for(application, on, books).papers
    except InputRefused:
        return ()
