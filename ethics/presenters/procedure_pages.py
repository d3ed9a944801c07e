"""What the form pages of the procedures show above the form, so that nobody confirms blind."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.articles import article_words
from casework.rulebook import Clause, RuleBook
from ethics.enums import ItemVerdict
from ethics.models import Application, EthicsAppeal, Review, ReviewDecision, ReviewerOpinion
from ethics.review_books import books_of
from ethics.rules import first_with
from ethics.simple_procedure import assignments_of, checklist_of, current_opinions
from ethics.wording import say

Facts = list[tuple[str, Any]]


def about(application: Application) -> Facts:
    return [
        (_("编号"), application.dossier.reference),
        (_("活动名称"), application.title),
        (_("负责人"), application.leader_name),
    ]


def round_facts(application: Application, review: Review) -> Facts:
    """The opinions a confirmation rests on."""
    opinions = current_opinions(assignments_of(review))
    said = [
        _("%(name)s：%(answer)s（第 %(n)s 版，%(day)s）")
        % {
            "name": one.assignment.member.person.name,
            "answer": _("同意") if one.is_positive else _("不同意"),
            "n": one.number,
            "day": timezone.localdate(one.given_at),
        }
        for one in opinions
    ]
    return [*about(application), (_("审查意见"), "\n".join(said)), (_("决定期限"), review.last_day)]


def confirm_start(review: Review) -> str:
    """The grounds of the simple procedure as triage kept them: where a confirmation begins."""
    grounds = [one for one in review.reasons if one["kind"] == "simple_ground"]
    return "；".join(f"{one['zh']}（{article_words(one['article'], 'zh')}）" for one in grounds)


def longest_interval(review: Review) -> int:
    """The most months between two follow-ups the rule sets of the round allow."""
    key = "D6" if review.application.is_listed else "D5"
    amounts = [book.deadline(key).amount for book in books_of(review) if book.has("deadline", key)]
    return min(amounts)


def waiver_facts(application: Application, review: Review) -> Facts:
    """What the applicant claims for a waiver, entry by entry."""
    book, claim = first_with(books_of(review), "procedure", "waiver"), application.waiver
    return [
        *about(application),
        (_("已声明的条件"), _listed(book, "waiver_condition", claim.get("conditions", ()))),
        (_("适用情形"), _listed(book, "waiver_case", claim.get("cases", ()))),
        (_("涉及的除外事项"), _listed(book, "waiver_exclusion", claim.get("involved", ())) or _("没有")),
        (_("清单事项"), application.get_list_item_display() or _("不在清单内")),
    ]


def _listed(book: RuleBook, kind: str, keys: Any) -> str:
    return "\n".join(say(book.clause(kind, key)) for key in keys)


def revision_facts(application: Application, asked: ReviewDecision) -> Facts:
    """What was required, and which version answers it."""
    return [
        *about(application),
        (_("决定日期"), asked.decided_on),
        (_("修改要求"), asked.required_changes),
        (_("提交的版本"), _("第 %(n)s 版") % {"n": application.version}),
    ]


def compare_url(application: Application, review: Review) -> str:
    """The page that shows the version the committee decided on beside the one in hand."""
    last = application.versions.order_by("-number").first()
    if review.version is None or last is None or last == review.version:
        return ""
    chosen = urlencode({"before": review.version.pk, "after": last.pk})
    return f"{application.get_absolute_url()}compare/?{chosen}"


def appeal_facts(decision: ReviewDecision, appeal: EthicsAppeal | None = None) -> Facts:
    """The decision appealed against, and what was filed."""
    application = decision.review.application
    facts = [
        *about(application),
        (_("审查结论"), decision.get_outcome_display()),
        (_("决定日期"), decision.decided_on),
        (_("修改要求"), decision.required_changes),
        (_("审查理由"), decision.reasons),
    ]
    if appeal is not None:
        facts += [(_("申诉日期"), appeal.filed_on), (_("申诉理由"), appeal.grounds)]
    return [(term, value) for term, value in facts if value]


def opinion_facts(opinion: ReviewerOpinion) -> Facts:
    """The opinion in words."""
    yes = [
        (_("对审查内容有疑义"), opinion.has_doubt),
        (_("要求会议审查"), opinion.asks_meeting),
        (_("认为风险受益比发生变化"), opinion.sees_changed_risk),
    ]
    facts: Facts = [
        (_("审查委员"), opinion.assignment.member.person.name),
        (_("版次"), opinion.number),
        (_("提交时间"), timezone.localtime(opinion.given_at).strftime("%Y-%m-%d %H:%M")),
        (_("审查意见"), _("同意批准") if opinion.is_positive else _("不同意批准")),
        (_("其他表示"), "；".join(label for label, is_said in yes if is_said) or _("没有")),
        (_("意见说明"), opinion.text),
    ]
    if opinion.returned_at is not None:
        facts.append((_("退回原因"), opinion.returned_reason))
    return facts


def checklist_rows(opinion: ReviewerOpinion) -> list[dict[str, Any]]:
    """Each item of the rule sets with what the reviewer said of it."""
    rows = []
    for item in checklist_of(books_of(opinion.assignment.review)):
        said = opinion.checklist.get(item.key)
        if said is not None:
            rows.append(_checklist_row(item, said))
    return rows


def _checklist_row(item: Clause, said: dict[str, str]) -> dict[str, Any]:
    verdict = ItemVerdict(said["verdict"])
    return {
        "item": say(item),
        "article": item.article,
        "mark": item.mark,
        "label": verdict.label,
        "kind": {"fits": "done", "doubt": "late"}.get(verdict.value, ""),
        "comment": said["comment"],
    }
