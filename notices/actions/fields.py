"""Fields and masks of a notice in work: filled from the decisions, proposed by redaction, changed by publishers.

Called by the actions of notices inside their transaction; these record the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from casework.actors import Actor
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import clean_text
from integrity.models import Decision
from notices import redaction
from notices.enums import MaskReason, MaskStyle, NameProfile, NoticeKey
from notices.models import MaskedSpan, Notice, NoticeField
from notices.sources import is_stale, parties_of, report_days, source_hash, sources_for, sources_of

# Never public, whatever a publisher thinks (B18).
ALWAYS_MASKED = frozenset({MaskReason.IDENTITY_NUMBER, MaskReason.CONTACT})
KEYS = {key.value: place for place, key in enumerate(NoticeKey)}


@dataclass(frozen=True)
class NewMask:
    """Words to mask wherever they stand in one field. `replacement` only with the style REPLACE."""

    field: int
    words: str
    reason: str
    style: str = MaskStyle.TOKEN
    replacement: str = ""


@transaction.atomic
def fill(*, notice: Notice, decisions: Collection[Decision], by: Actor) -> None:
    """One field for each fact each decision states, in the order of the allow-list, with the proposed masks."""
    respondents = [decision.respondent_id for decision in decisions]
    for place, decision in enumerate(decisions):
        for key, text in sources_of(decision).items():
            field = NoticeField(
                notice=notice,
                decision=decision,
                key=key,
                order=place * len(KEYS) + KEYS[key],
                source_hash=source_hash(text),
            )
            save_record(field, by=by, reason="起草")
            _propose(field, text, notice.name_profile, respondents, by)
            _print(field, text, by)


@transaction.atomic
def refresh(*, notice: Notice, by: Actor) -> None:
    """Make masks and public texts follow the sources and the name profile of now; changed sources are proposed anew."""
    fields = list(notice.fields.select_related("decision__respondent", "decision__rule_set", "decision__case"))
    decisions = {field.decision_id: field.decision for field in fields}
    respondents = {decision.respondent_id for decision in decisions.values()}
    texts = sources_for(decisions.values())
    for field in fields:
        text = texts[field.decision_id].get(field.key, "")
        if is_stale(field, texts):
            for span in field.spans.filter(dropped=False):
                _drop(span, by)
            field.source_hash = source_hash(text)
            _propose(field, text, notice.name_profile, respondents, by)
        else:
            _follow_profile(field, text, notice.name_profile, respondents, by)
        _print(field, text, by)


@transaction.atomic
def include(*, notice: Notice, included: Collection[int], by: Actor) -> None:
    """Exactly these fields are printed."""
    for field in notice.fields.all():
        field.included = field.pk in included
        save_record(field, by=by, reason="选择公开项目", fields=["included"])


@transaction.atomic
def keep(*, notice: Notice, kept: Collection[int], by: Actor) -> None:
    """Exactly these masks stay. Refused for numbers and contacts, which no decision of a publisher makes public."""
    for span in MaskedSpan.objects.filter(field__notice=notice).select_related("field"):
        wanted = span.pk in kept
        if wanted == (not span.dropped):
            continue
        if not wanted and span.reason in ALWAYS_MASKED:
            raise InputRefused(_("证件号码和联系方式一律遮蔽，不能取消。"), field="kept", article="条例15")
        if not wanted and span.reason == MaskReason.NAME_PROFILE:
            raise InputRefused(_("姓名按公开规格隐去。要公布全名，请修改公开规格。"), field="kept")
        span.dropped = not wanted
        save_record(span, by=by, reason="取消遮蔽" if span.dropped else "恢复遮蔽")


@transaction.atomic
def mask(*, notice: Notice, new: NewMask, by: Actor) -> int:
    """Mask these words wherever they stand in the field; returns in how many places they stand. Refused when nowhere."""
    field = notice.fields.select_related("decision__respondent", "decision__rule_set").filter(pk=new.field).first()
    if field is None:
        raise InputRefused(_("请选择要遮蔽的项目。"), field="mask_field")
    words = clean_text(new.words, field_label=_("要遮蔽的文字"), limit=500, field="mask_words")
    replacement = clean_text(
        new.replacement, field_label=_("改为"), limit=60, multiline=False, field="mask_replacement"
    )
    if new.style == MaskStyle.REPLACE and not replacement:
        raise InputRefused(_("请写明改为什么文字。"), field="mask_replacement")
    if new.reason not in MaskReason.values or new.style not in MaskStyle.values:
        raise InputRefused(_("请选择遮蔽缘由和方式。"), field="mask_reason")
    places = redaction.places_of(sources_of(field.decision).get(field.key, ""), words)
    if not places:
        raise InputRefused(_("“%(words)s”没有出现在所选项目的原文里。") % {"words": words}, field="mask_words")
    style, kept = MaskStyle(new.style), replacement if new.style == MaskStyle.REPLACE else ""
    masked = {(span.start, span.end) for span in field.spans.filter(dropped=False)}
    for start, end in [place for place in places if place not in masked]:
        _save_span(field, redaction.Span(start, end, new.reason, style, kept), by, is_suggested=False)
    return len(places)


def live_spans(spans: Iterable[MaskedSpan]) -> list[redaction.Span]:
    """Stored masks in the form redaction works with, without those taken back."""
    return [
        redaction.Span(span.start, span.end, span.reason, span.style, span.replacement)
        for span in spans
        if not span.dropped
    ]


def _propose(field: NoticeField, text: str, profile: str, respondents: Collection[int], by: Actor) -> None:
    found = redaction.find(
        text,
        parties=parties_of(field.decision, profile=profile, published=respondents),
        dates=report_days(field.decision) if field.key == NoticeKey.FACTS else (),
        small_units=profile == NameProfile.SURNAME,
    )
    for span in found:
        _save_span(field, span, by, is_suggested=True)


def _follow_profile(field: NoticeField, text: str, profile: str, respondents: Collection[int], by: Actor) -> None:
    """Add or take back the masks of names only: everything a publisher decided stays."""
    parties = parties_of(field.decision, profile=profile, published=respondents)
    wanted = [span for span in redaction.find(text, parties=parties) if span.reason == MaskReason.NAME_PROFILE]
    places = {(span.start, span.end) for span in wanted}
    for span in field.spans.filter(reason=MaskReason.NAME_PROFILE, dropped=False):
        if (span.start, span.end) in places:
            places.discard((span.start, span.end))
        else:
            _drop(span, by)
    for one in wanted:
        if (one.start, one.end) in places:
            _save_span(field, one, by, is_suggested=True)


def _save_span(field: NoticeField, span: redaction.Span, by: Actor, *, is_suggested: bool) -> None:
    record = MaskedSpan(
        field=field,
        start=span.start,
        end=span.end,
        reason=span.reason,
        style=span.style,
        replacement=span.replacement,
        is_suggested=is_suggested,
    )
    save_record(record, by=by, reason=str(MaskReason(span.reason).label))


def _drop(span: MaskedSpan, by: Actor) -> None:
    span.dropped = True
    save_record(span, by=by, reason="取消遮蔽")


def _print(field: NoticeField, text: str, by: Actor) -> None:
    """The only place where a public value is made: from the source and the live masks, never typed."""
    field.public_value = redaction.apply(text, live_spans(field.spans.all()))
    save_record(field, by=by, reason="生成公开文字", fields=["public_value", "source_hash"])
