"""The questionnaire of a report: its questions, its frozen form, and the cleaning of answers.

The definition is hashed into FormSchema, so that old answers are always read with the questions of their own day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.refusals import InputRefused
from casework.texts import LONGEST_TEXT, clean_text

EARLIEST = dt.date(1978, 1, 1)
PERIOD = ("period_from", "period_to")


@dataclass(frozen=True)
class Question:
    """One question. `limit` in characters; a question that is not `multiline` is answered in one line."""

    key: str
    label: str | Promise
    required: bool = False
    limit: int = LONGEST_TEXT
    multiline: bool = True


QUESTIONS = (
    Question("target", gettext_lazy("被举报的人或单位"), required=True, limit=200, multiline=False),
    Question("unit", gettext_lazy("被举报人所在单位"), limit=200, multiline=False),
    Question("facts", gettext_lazy("具体事实"), required=True),
    Question("works", gettext_lazy("涉及的论文、项目或奖励"), limit=4000),
    Question("evidence", gettext_lazy("证据或者可以查证的线索"), limit=10_000),
    Question("elsewhere", gettext_lazy("是否向其他单位举报过"), limit=1000),
)
PERIOD_LABELS = {"period_from": gettext_lazy("行为开始日期"), "period_to": gettext_lazy("行为结束日期")}


def definition() -> dict[str, Any]:
    """The questionnaire as plain values, in Chinese whatever the reader's language: this is what gets frozen."""
    with translation.override("zh-hans"):
        questions = [
            {"key": q.key, "zh": str(q.label), "required": q.required, "limit": q.limit, "lines": q.multiline}
            for q in QUESTIONS
        ]
        dates = [{"key": key, "zh": str(label), "kind": "date"} for key, label in PERIOD_LABELS.items()]
    return {"version": 1, "questions": questions + dates}


def definition_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of a questionnaire in canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def clean_answers(answers: Mapping[str, Any], *, on: dt.date) -> dict[str, str]:
    """Answers ready to be sealed: texts cleaned, days as ISO dates, empty answers left out.

    Raises InputRefused with the key of the question as `field`.
    """
    cleaned: dict[str, str] = {}
    for question in QUESTIONS:
        text = clean_text(
            str(answers.get(question.key) or ""),
            field_label=str(question.label),
            limit=question.limit,
            multiline=question.multiline,
            field=question.key,
        )
        if question.required and not text:
            raise InputRefused(_("请填写“%(field)s”。") % {"field": question.label}, field=question.key)
        if text:
            cleaned[question.key] = text
    start, end = check_period(answers.get("period_from"), answers.get("period_to"), on=on)
    days = {"period_from": start, "period_to": end}
    return cleaned | {key: day.isoformat() for key, day in days.items() if day}


def check_period(start: dt.date | None, end: dt.date | None, *, on: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The period as given, or InputRefused when it lies in the future, before 1978, or ends before it begins."""
    for key, day in (("period_from", start), ("period_to", end)):
        if day is not None and day > on:
            raise InputRefused(_("“%(field)s”不能晚于今天。") % {"field": PERIOD_LABELS[key]}, field=key)
        if day is not None and day < EARLIEST:
            raise InputRefused(_("“%(field)s”太早，请核对年份。") % {"field": PERIOD_LABELS[key]}, field=key)
    if start and end and end < start:
        raise InputRefused(_("行为结束日期早于开始日期，请核对。"), field="period_to")
    return start, end


def labelled(answers: Mapping[str, str], content: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """(question, answer) in the order of the form the answers belong to; answers to unknown questions come last."""
    known = {q.key: q.label for q in QUESTIONS} | PERIOD_LABELS
    questions = (content or definition())["questions"]
    rows = [(str(known.get(q["key"], q["zh"])), answers[q["key"]]) for q in questions if answers.get(q["key"])]
    asked = {q["key"] for q in questions}
    return rows + [(str(known.get(key, key)), answer) for key, answer in answers.items() if key not in asked and answer]
