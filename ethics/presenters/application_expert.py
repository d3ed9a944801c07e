"""The expert re-review on the pages of an application: its card, its steps, its own page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from casework.access import permitted
from casework.extension import Panel
from casework.refusals import AccessDenied
from ethics.actions.expert_reviews import AGREE, RULE
from ethics.enums import ApplicationStatus, MemberCategory, Regime
from ethics.models import Application, ExpertReview, Review
from ethics.presenters.marks import due_mark
from ethics.presenters.parts import register_panel, register_steps
from ethics.review_access import check_can_run
from ethics.review_books import books_of
from ethics.rules import first_with
from ethics.wording import say

Row = dict[str, Any]
OPINION_KINDS = {AGREE: "done", "disagree": "late", "": ""}


def rounds_of(application: Application) -> list[Review]:
    """The rounds, newest first, with their re-review and decisions: two queries, remembered on this very object for the
    parts of one page."""
    known = application.__dict__.get("_rounds")
    if known is None:
        rounds = application.reviews.select_related("expert_review__centre", "expert_review__file")
        known = application.__dict__["_rounds"] = list(rounds.prefetch_related("decisions").order_by("-round"))
        for one in known:
            one.application = application
    found: list[Review] = known
    return found


def latest_review(application: Application) -> Review | None:
    """The newest round, as `rounds_of`."""
    rounds = rounds_of(application)
    return rounds[0] if rounds else None


def expert_of(review: Review | None) -> ExpertReview | None:
    return getattr(review, "expert_review", None) if review is not None else None


@register_panel
def panel(application: Application, user: User) -> Panel | None:
    """How the re-review stands; of a listed activity without one, by which entry it is not needed (第34条)."""
    review = latest_review(application)
    if review is None or not application.is_listed:
        return None
    if not review.needs_expert:
        lifting = next((one for one in review.reasons if one["key"] == "state_approval"), None)
        return Panel("ethics/expert_panel.html", {"exempt": lifting, "facts": []}) if lifting else None
    if not review.preliminary:
        return None
    expert = expert_of(review)
    return Panel(
        "ethics/expert_panel.html",
        {
            "url": reverse("ethics:expert-detail", args=[application.dossier.reference]),
            "state": state_of(expert, timezone.localdate()),
            "hours": hours_left(review, timezone.now()),
            "facts": expert_facts(expert) if expert else [],
        },
    )


@register_steps
def steps(application: Application, user: User) -> Iterator[Row]:
    """The next step of the re-review, for whoever runs the review."""
    if application.status in {ApplicationStatus.PRELIMINARY_PASSED, ApplicationStatus.EXPERT_REQUESTED}:
        refusal = permitted(check_can_run, user, application)
        if refusal is None:
            yield from _steps(application, refusal)


def _steps(application: Application, refusal: AccessDenied | None) -> Iterator[Row]:
    expert = expert_of(latest_review(application))
    for name, label, article, mark in _open_steps(application, expert):
        yield {
            "label": label,
            "url": reverse(f"ethics:{name}", args=[application.dossier.reference]),
            "method": "get",
            "enabled": refusal is None,
            "reason": refusal.reason if refusal else "",
            "article": article,
            "mark": mark,
            "aside": name == "expert-put-off",
        }


def _open_steps(application: Application, expert: ExpertReview | None) -> Iterator[tuple[str, str, str, str]]:
    if application.status == ApplicationStatus.PRELIMINARY_PASSED:
        yield "expert-request", _("申请专家复核"), "ST 26", "V"
    elif application.status != ApplicationStatus.EXPERT_REQUESTED:
        return
    elif expert is not None and expert.received_on is None:
        yield "expert-receive", _("登记复核机关收到日期"), "ST 31", "R"
    elif expert is not None and expert.answered_on is None:
        yield "expert-answer", _("登记复核答复"), "ST 30", "V"
    elif expert is not None:
        yield "expert-conclude", _("按复核意见作出决定"), "ST 32", "R"
    yield "expert-put-off", _("推迟开始日期"), "ST 47", "R"


def state_of(expert: ExpertReview | None, today: dt.date) -> Row:
    """{label, kind} of the pill: what the re-review waits for."""
    if expert is None:
        return {"label": _("待申请复核"), "kind": "soon"}
    if expert.answered_on is not None:
        return {
            "label": _("复核意见：%(word)s") % {"word": expert.get_outcome_display()},
            "kind": OPINION_KINDS[expert.outcome],
        }
    if expert.received_on is None:
        return {"label": _("已报送，待复核机关收到"), "kind": "go"}
    mark = due_mark(expert.due_on, None, today)
    return {"label": _("待答复：%(mark)s") % {"mark": mark["label"]}, "kind": mark["kind"] or "go"}


def hours_left(review: Review, now: dt.datetime) -> Row | None:
    """What is left of the 72 hours of an emergency, which include the re-review; None for every other procedure."""
    if review.due_at is None or review.ended_on is not None:
        return None
    left = int((review.due_at - now).total_seconds() // 60)
    hours, minutes = divmod(abs(left), 60)
    words = {"hours": hours, "minutes": minutes}
    is_late = left < 0
    return {
        "due_at": review.due_at,
        "label": (_("已超过 %(hours)s 小时 %(minutes)s 分") if is_late else _("还剩 %(hours)s 小时 %(minutes)s 分"))
        % words,
        "kind": "late" if is_late else "soon",
        "article": review.due_by_label,
        "mark": first_with(books_of(review), "time_limit", "D4").clause("time_limit", "D4").mark,
    }


def expert_facts(expert: ExpertReview) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("复核机关"), expert.authority),
        (_("申请复核日期"), expert.requested_on),
        (_("复核机关收到日期"), expert.received_on),
        (_("复核答复期限"), expert.due_on),
    ]
    if expert.centre is not None:
        facts.insert(1, (_("参加复核组织工作的中心"), expert.centre.name))
    if expert.answered_on is not None:
        facts += [
            (_("复核答复日期"), expert.answered_on),
            (_("复核意见文号"), expert.opinion_no),
            (_("同意"), _("%(n)s 人") % {"n": expert.agree}),
            (_("不同意"), _("%(n)s 人") % {"n": expert.disagree}),
        ]
    return facts


def panel_rows(expert: ExpertReview) -> list[Row]:
    words = dict(MemberCategory.choices)
    return [
        {**one, "categories": "、".join(str(words.get(key, key)) for key in one["categories"])} for one in expert.panel
    ]


def counted_rows(counted: list[Row]) -> list[Row]:
    """How the committee carried it, per rule set, in the language of the page."""
    english = (get_language() or "").startswith("en")
    regimes = dict(Regime.choices)
    return [
        {
            "regime": regimes.get(row["regime"], row["regime"]),
            "votes": _("赞成 %(yes)s，反对 %(no)s，弃权 %(abstain)s") % row,
            "base": _("基数 %(base)s，至少需要 %(needed)s") % row,
            "sentence": row.get("en" if english else "zh", ""),
            "reviewers": "、".join(row.get("reviewers", ())),
            "article": row.get("article", ""),
            "mark": row.get("mark", ""),
        }
        for row in counted
    ]


def expert_page(application: Application, review: Review, user: User) -> Row:
    """Everything the page of the re-review shows."""
    expert, today = expert_of(review), timezone.localdate()
    refusal = permitted(check_can_run, user, application)
    rule = first_with(books_of(review), "vote_rule", RULE).clause("vote_rule", RULE)
    return {
        "application": application,
        "state": state_of(expert, today),
        "hours": hours_left(review, timezone.now()),
        "facts": expert_facts(expert) if expert else [],
        "experts": panel_rows(expert) if expert else [],
        "file": expert.file if expert else None,
        "passed": review.preliminary,
        "passed_on": dt.date.fromisoformat(review.preliminary["decided_on"]),
        "counted": counted_rows(review.preliminary["counted"]),
        "rule": say(rule),
        "rule_article": rule.article,
        "rule_mark": rule.mark,
        "late": bool(expert and expert.due_on and expert.answered_on is None and expert.due_on < today),
        "steps": list(_steps(application, refusal)),
        "may_take": refusal is None,
    }
