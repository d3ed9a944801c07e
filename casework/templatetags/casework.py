"""Tags and filters of every page: words for states and marks, dates, form parts. The only module that may build HTML.

A filter here turns one value into what a person reads; nothing here asks the database or decides about access.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from casework.actors import REPORTER, SYSTEM
from casework.articles import article_words
from casework.names import surname_mask
from casework.templatetags.day_runs import DayRun, WeekRow, runs_of, weeks_of

register = template.Library()

# One word, one colour, in every app. A status that is not named here is shown grey.
STATUS_WORDS = {
    "go": "submitted preliminary_check investigating report_ready hearing_respondent deliberation decided served"
    " executing section_review legal_review bureau_approval in_review reviewing redaction review_1 review_2 review"
    " approved scheduled sent shared running triaging assigned under_review linked opened approved_1 approved_2",
    "done": "accepted effective issued active published corrected executed met acknowledged recall_acknowledged"
    " verified_gone repaired upheld established carried",
    "soon": "need_more returned returned_incomplete suspended paused pending waiting late_check held requested"
    " awaiting_revision awaiting_resubmission provisional follow_up_due met_late",
    "late": "overdue refused rejected not_accepted revoked withdrawn recalled annulled terminated",
    "sealed": "sealed open unlocked restricted secret",
}
KIND_OF_STATUS = {word: kind for kind, words in STATUS_WORDS.items() for word in words.split()}
STAND_INS = frozenset({REPORTER.label, SYSTEM.label})
NOTE_KINDS = {"success": "ok", "warning": "warn", "error": "stop"}
LEVEL_KINDS = {"error": "late", "warning": "soon", "info": "go"}
LEVEL_WORDS = {"error": gettext_lazy("须改"), "warning": pgettext_lazy("核对", "说明"), "info": gettext_lazy("提示")}
MARK_WORDS = {
    "VI": gettext_lazy("参照"),
    "R+": gettext_lazy("待核"),
    "R": gettext_lazy("待核"),
    "R-": gettext_lazy("待核"),
    "U": gettext_lazy("未定"),
    "PROPOSAL": gettext_lazy("本系统建议"),
}
MARK_MEANINGS = {
    "VI": gettext_lazy("参照：只在转载或配套文件中核对过，没有见到原文。"),
    "R+": gettext_lazy("待核：按经验记录，把握较大，还要对照正式文本确认。"),
    "R": gettext_lazy("待核：按经验记录，还要对照正式文本确认。"),
    "R-": gettext_lazy("待核：按经验记录，把握较小，使用前请对照正式文本。"),
    "U": gettext_lazy("未定：规定的内容还不清楚，须由管理员查明后填写。"),
    "PROPOSAL": gettext_lazy("本系统建议：没有条文依据，可以另作决定。"),
}


def _part(item: object, name: str, default: Any = "") -> Any:
    """A named part of a row, which may be a mapping or an object."""
    return item.get(name, default) if isinstance(item, Mapping) else getattr(item, name, default)


def _request(context: Context) -> HttpRequest | None:
    """The request; inside an include with `only` the variable is gone, the attribute of the context is not."""
    return context.get("request") or getattr(context, "request", None)


# ---- states, marks, levels


@register.filter
def article(value: str) -> str:
    """221-14 → 221号 第14条, in the reader's language."""
    return article_words(value or "", get_language() or "zh")


@register.filter
def actor_name(label: str) -> str:
    """Who did it, as recorded; the two stand-ins without an account in the reader's language."""
    return _(label) if label in STAND_INS else label


@register.filter
def status_pill_kind(status: str) -> str:
    """The colour class of a status value: go, done, soon, late, sealed, or "" (grey) for what is over or unknown."""
    return KIND_OF_STATUS.get(str(status), "")


@register.filter
def mark_word(mark: str) -> str:
    """The word for a confidence mark; "" for V (checked against the text itself)."""
    return str(MARK_WORDS.get(str(mark), ""))


@register.filter
def mark_meaning(mark: str) -> str:
    """The sentence that explains a confidence mark; "" for V."""
    return str(MARK_MEANINGS.get(str(mark), ""))


@register.filter
def level_word(level: str) -> str:
    """The word of a finding: 须改, 说明, 提示."""
    return str(LEVEL_WORDS.get(str(level), LEVEL_WORDS["info"]))


@register.filter
def level_pill_kind(level: str) -> str:
    return LEVEL_KINDS.get(str(level), "go")


@register.filter
def note_kind(level_tag: str) -> str:
    """The class of a note for a Django message level; "" for plain information."""
    return NOTE_KINDS.get(level_tag, "")


@register.filter
def in_language(sentence: object) -> str:
    """The `zh` or `en` part of a finding, clause or day, by page language; Chinese where English is missing."""
    english = _part(sentence, "en") if (get_language() or "").startswith("en") else ""
    return str(english or _part(sentence, "zh"))


# ---- dates, names, numbers


@register.filter
def iso_date(value: dt.date | None) -> str:
    """2026-11-23, in local time for a moment; "" for nothing."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return value.date().isoformat()
    return value.isoformat() if value else ""


@register.filter
def local_datetime(value: dt.date | None) -> str:
    """2026-11-23 09:05 in local time; a plain day stays a day; "" for nothing."""
    if not isinstance(value, dt.datetime):
        return iso_date(value)
    return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")


@register.filter
def masked_name(name: str) -> str:
    """周砚清 → 周某某, for pages on which the full name must not stand."""
    return surname_mask(name) if name else ""


@register.filter
def receipt_spaces(receipt: str) -> str:
    """4821093755601284 → 4821 0937 5560 1284."""
    digits = "".join(str(receipt).split())
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


@register.filter
def day_runs(lines: Iterable[Any]) -> list[DayRun]:
    """The explanation of a deadline as runs of equal days: 09-18 至 09-24, 第 1 至 5 个工作日."""
    return runs_of(list(lines or ()), in_language)


@register.filter
def day_weeks(clock: Any) -> list[WeekRow]:
    """The same explanation as rows of a calendar, Monday first; empty when it would be longer than ten weeks."""
    return weeks_of(list(_part(clock, "lines", ()) or ()), _part(clock, "due", None), in_language)


# ---- form parts


@register.filter
def field_shape(field: BoundField) -> str:
    """How field.html shows a field: hidden, check (one box), group (radio, boxes), fieldset (several parts), plain."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, ChoiceWidget) and widget.input_type in {"radio", "checkbox"}:
        return "group"
    return "fieldset" if widget.use_fieldset else "plain"


@register.filter
def choice_lead(label: str) -> str:
    """The first line of a choice label, set in bold."""
    return str(label).partition("\n")[0]


@register.filter
def choice_rest(label: str) -> str:
    """What follows the first line of a choice label: the sentence that explains the choice."""
    return str(label).partition("\n")[2]


def _named(field: BoundField, text: str) -> str:
    """An error with the label of its field in front, unless the sentence names the field itself."""
    label = str(field.label)
    return text if field.is_hidden or label in text else _("%(label)s：%(text)s") % {"label": label, "text": text}


def _anchor(field: BoundField) -> str:
    """The id that takes the focus when someone follows a link from the error summary; "" for what nobody sees."""
    if field.is_hidden:
        return ""
    return f"{field.auto_id}_0" if field_shape(field) == "group" else field.id_for_label or field.auto_id


@register.simple_tag
def form_problems(*forms: Any) -> list[dict[str, str]]:
    """All errors of forms and formsets as rows {text, anchor}; the anchor is "" for an error of the whole form."""
    rows: list[dict[str, str]] = []
    for form in forms:
        if form is None or form == "":
            continue
        if hasattr(form, "management_form"):
            rows += [{"text": str(text), "anchor": ""} for text in form.non_form_errors()]
            rows += form_problems(*form.forms)
            continue
        rows += [{"text": str(text), "anchor": ""} for text in form.non_field_errors()]
        rows += [
            {"text": _named(field, str(text)), "anchor": _anchor(field)} for field in form for text in field.errors
        ]
    return rows


@register.simple_tag
def idempotency_key() -> str:
    """A new key for each rendering of a form; a second submit of the same rendering is the same act."""
    return uuid.uuid4().hex


@register.simple_tag(takes_context=True)
def csrf_input(context: Context) -> str:
    """The hidden CSRF field, also inside an include with `only`, where `csrf_token` is not in the context."""
    request = _request(context)
    if request is None:
        return ""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


# ---- links and lists


@register.simple_tag(takes_context=True)
def query_with(context: Context, name: str = "", value: Any = "", **changes: Any) -> str:
    """?q=…&after=…: the present GET parameters with these replaced; an empty value takes a parameter away."""
    request = _request(context)
    parameters = request.GET.copy() if request else QueryDict(mutable=True)
    for key, new in {**({name: value} if name else {}), **changes}.items():
        if new is None or new == "":
            parameters.pop(key, None)
        else:
            parameters[key] = str(new)
    return "?" + parameters.urlencode()


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """Path and query of this page, where the language switch comes back to."""
    request = _request(context)
    return request.get_full_path() if request else "/"


@register.simple_tag(takes_context=True)
def current_if(context: Context, *paths: str) -> str:
    """aria-current for a link that leads here: `/notices/*` means everything below, other paths are meant exactly."""
    request = _request(context)
    here = request.path if request else ""
    is_here = any(here.startswith(path[:-1]) if path.endswith("*") else here == path for path in paths)
    return SafeString(' aria-current="page"') if is_here else ""


@register.filter
def with_primary(moves: Iterable[Any]) -> list[tuple[Any, bool]]:
    """(move, is it the filled button): the first enabled move that takes nothing away and is no mere aside; at most one."""
    rows, taken = [], False
    for move in moves or ():
        primary = (
            not taken
            and bool(_part(move, "enabled", True))
            and not (_part(move, "danger", False) or _part(move, "aside", False))
        )
        taken = taken or primary
        rows.append((move, primary))
    return rows


@register.filter
def marked_text(segments: Iterable[Any]) -> str:
    """Spans of a text, each (text, kind), as one HTML text; kind is del, ins, mark or "" and nothing else."""
    pieces = []
    for segment in segments or ():
        text, kind = segment if isinstance(segment, tuple | list) else (_part(segment, "text"), _part(segment, "kind"))
        if kind in {"del", "ins", "mark"}:
            pieces.append(format_html("<{}>{}</{}>", SafeString(kind), text, SafeString(kind)))
        else:
            pieces.append(format_html("{}", text))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def or_dash(value: Any) -> Any:
    """A dash where a fact is empty, so that an empty cell is not read as forgotten."""
    return "—" if value is None or value == "" else value
