"""What a decision says about each public fact, read live and always in Chinese: the left column of the preview.

Nothing here is public: a value becomes public only as `NoticeField.public_value`, after masking.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils import translation

from casework.names import name_keys, surname_mask
from casework.rulebook import RuleBook
from integrity.enums import MeasureStatus
from integrity.models import Decision, Lead, Measure, Respondent
from integrity.rule_books import book_of
from notices import rules
from notices.enums import MaskReason, NameProfile, NoticeKey
from notices.models import NoticeField
from notices.redaction import Party

LANGUAGE = "zh-hans"
DATE_FORMS = {"day": "{0.year}年{0.month}月{0.day}日", "month": "{0.year}年{0.month}月", "year": "{0.year}年"}


def sources_for(decisions: Iterable[Decision]) -> dict[int, dict[str, str]]:
    """Source texts of several decisions by their key, each rule set read once."""
    books: dict[int, RuleBook] = {}
    texts = {}
    for decision in decisions:
        if decision.rule_set_id not in books:
            books[decision.rule_set_id] = book_of(decision.rule_set)
        texts[decision.pk] = sources_of(decision, books[decision.rule_set_id])
    return texts


def sources_of(decision: Decision, book: RuleBook | None = None) -> dict[str, str]:
    """Source text of every NoticeKey the decision has something to say on."""
    book = book or book_of(decision.rule_set)
    with translation.override(LANGUAGE):
        measures = shown_measures(decision)
        respondent = decision.respondent
        values = {
            NoticeKey.NAME: respondent.name_then,
            NoticeKey.ROLE: str(respondent.get_role_display()),
            NoticeKey.UNIT: respondent.affiliation_then,
            NoticeKey.WORK_TITLE: "；".join(rules.work_titles(decision.facts)),
            NoticeKey.CATEGORIES: "；".join(category_labels(decision, book)) or decision.category_text,
            NoticeKey.FACTS: decision.facts,
            NoticeKey.BASIS: decision.basis,
            NoticeKey.MEASURES: "\n".join(_measure(book, measure) for measure in measures),
            NoticeKey.PERIODS: "\n".join(filter(None, (_period(book, measure) for measure in measures))),
            NoticeKey.DECIDED_BY: decision.issuing_body or settings.CHENGYAN_OFFICE_NAME,
            NoticeKey.DOCUMENT_NO: decision.reference or "",
            NoticeKey.DECIDED_ON: _written(decision.decided_on, decision.date_precision),
        }
    return {str(key): value.strip() for key, value in values.items() if value.strip()}


def source_hash(text: str) -> str:
    """What a field's masks were made for; another hash means that they may sit in the wrong place."""
    return hashlib.sha256(text.encode()).hexdigest()


def category_labels(decision: Decision, book: RuleBook | None = None) -> list[str]:
    """The categories of the decision in the words of its rule set, in Chinese."""
    book = book or book_of(decision.rule_set)
    return [book.clause("category", key).zh for key in decision.categories if book.has("category", key)]


def shown_measures(decision: Decision) -> list[Measure]:
    """Measures that stand: not removed while drafting, not recalled."""
    standing = [one for one in decision.measures.all() if not one.withdrawn and one.status != MeasureStatus.RECALLED]
    return sorted(standing, key=lambda one: (one.order, one.pk))


def is_stale(field: NoticeField, texts: Mapping[int, Mapping[str, str]]) -> bool:
    """Did the decision change under the masks of this field? `texts`: what `sources_for` gave."""
    return source_hash(texts[field.decision_id].get(field.key, "")) != field.source_hash


def parties_of(decision: Decision, *, profile: str, published: Iterable[int]) -> list[Party]:
    """Names that may have to be masked in the texts of this decision.

    `published`: respondents the notice is about; everybody else in the case is a third person.
    """
    shown = set(published)
    parties = []
    for respondent in decision.case.respondents.select_related("subject").order_by("pk"):
        if respondent.pk not in shown:
            parties.append(_party(respondent, MaskReason.THIRD_PARTY))
        elif profile == NameProfile.SURNAME and respondent.subject.is_person:
            parties.append(_party(respondent, MaskReason.NAME_PROFILE))
    return parties


def report_days(decision: Decision) -> list[dt.date]:
    """Days on which the reports of the case came in: a reader could tell from them who reported."""
    leads = Lead.objects.filter(links__case=decision.case_id, links__undone_at=None)
    return list(leads.values_list("received_on", flat=True).distinct())


def _party(respondent: Respondent, reason: str) -> Party:
    keys = frozenset(name_keys(respondent.name_then)) if respondent.subject.is_person else frozenset()
    mask = surname_mask(respondent.name_then) if respondent.subject.is_person else "某单位"
    return Party(respondent.name_then, reason, mask, keys)


def _label(book: RuleBook, measure: Measure) -> str:
    if book.has("measure", measure.kind):
        return book.clause("measure", measure.kind).zh
    return measure.source_label or measure.text or measure.kind


def _measure(book: RuleBook, measure: Measure) -> str:
    """One measure in words: what, in which scope, how long, how much."""
    parts = [measure.scope, _length(measure), f"{measure.amount}元" if measure.amount is not None else ""]
    details = "，".join(part for part in parts if part)
    label = _label(book, measure)
    return f"{label}（{details}）" if details else label


def _length(measure: Measure) -> str:
    if measure.is_lifetime:
        return "永久"
    if measure.months is not None:
        years, months = divmod(measure.months, 12)
        return f"{years}年" if not months else f"{measure.months}个月"
    if measure.days is not None:
        return f"{measure.days}日"
    if measure.count is not None:
        return f"{measure.count}次"
    return measure.until_text


def _period(book: RuleBook, measure: Measure) -> str:
    """From when until when, for measures that have an end or are for life."""
    end = "永久" if measure.is_lifetime else _written(measure.ends_on, "day")
    if measure.starts_on is None or not end:
        return ""
    return f"{_label(book, measure)}：{_written(measure.starts_on, 'day')}至{end}"


def _written(day: dt.date | None, precision: str) -> str:
    return DATE_FORMS.get(precision, DATE_FORMS["day"]).format(day) if day else ""
