"""Letters on the pages of an application: the card, the list, one letter as it was issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.extension import Panel
from ethics.enums import LetterKind
from ethics.models import Application, ReviewLetter
from ethics.presenters.parts import register_panel

Row = dict[str, Any]
SHOWN = 5
# The seal is set on paper: its place is marked, no more.
SEAL = "（盖章处）"


@register_panel
def panel(application: Application, user: User) -> Panel | None:
    """The newest letters; nothing where none was issued."""
    letters = list(application.letters.select_related("recalled_by").order_by("-pk")[: SHOWN + 1])
    if not letters:
        return None
    return Panel(
        "ethics/letter_panel.html",
        {
            "rows": letter_rows(letters[:SHOWN]),
            "url": reverse("ethics:application-letters", args=[application.dossier.reference]),
        },
    )


def letter_rows(letters: Iterable[ReviewLetter]) -> list[Row]:
    return [
        {
            "number": letter.number,
            "kind": letter.get_kind_display(),
            "url": reverse("ethics:letter-detail", args=[letter.pk]),
            "addressee": letter.addressee,
            "issued_at": letter.issued_at,
            "sha256": letter.sha256,
            "state": letter_state(letter),
            "delivered_how": letter.delivered_how,
        }
        for letter in letters
    ]


def letter_state(letter: ReviewLetter) -> Row:
    """{label, kind}: taken back, delivered on a day, or not yet."""
    if getattr(letter, "recalled_by", None) is not None:
        return {"label": _("已收回"), "kind": "late"}
    if letter.delivered_on is not None:
        return {"label": _("%(day)s 送达") % {"day": letter.delivered_on}, "kind": "done"}
    return {"label": _("未送达"), "kind": "soon"}


def own_letter_state(letter: ReviewLetter) -> Row:
    """The same for the applicant, who confirms that it came."""
    state = letter_state(letter)
    waits = letter.delivered_on is None and getattr(letter, "recalled_by", None) is None
    return {**state, "label": _("待确认收到")} if waits and letter.application is not None else state


def letter_text(letter: ReviewLetter) -> Row:
    """One letter in the order of an official document: number, heading, addressee, body, who signs, the day."""
    return {
        "number": letter.number,
        "heading": letter.heading,
        "addressee": f"{letter.addressee}：",
        "paragraphs": letter.body.split("\n"),
        "signer": signer_of(letter),
        "seal": SEAL,
        "day": chinese_day(timezone.localdate(letter.issued_at)),
    }


def signer_of(letter: ReviewLetter) -> str:
    """In whose name: the committee; the unit itself where the re-review is asked for (第26条)."""
    if letter.application is not None:
        application = letter.application
        asks = letter.kind == LetterKind.EXPERT_REQUEST or (
            letter.recalls is not None and letter.recalls.kind == LetterKind.EXPERT_REQUEST
        )
        unit = application.unit.organization.name if application.unit is not None else application.unit_name
        return unit if asks or application.committee is None else application.committee.name
    assert letter.activity is not None
    committee = letter.activity.committee
    return committee.name if committee is not None else letter.activity.unit.organization.name


def chinese_day(day: dt.date) -> str:
    """The day as it stands under a letter; the same in every language of the page, for the letter is Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def letter_steps(letter: ReviewLetter) -> list[Row]:
    """What may be noted about a letter: its delivery once, and that it is taken back."""
    rows = []
    if letter.delivered_on is None:
        rows.append(_step("letter-deliver", _("登记送达"), letter, danger=False))
    if letter.kind != LetterKind.RECALL and getattr(letter, "recalled_by", None) is None:
        rows.append(_step("letter-recall", _("收回文书"), letter, danger=True))
    return rows


def _step(name: str, label: str, letter: ReviewLetter, *, danger: bool) -> Row:
    url = reverse(f"ethics:{name}", args=[letter.pk])
    return {"label": label, "url": url, "method": "get", "enabled": True, "reason": "", "danger": danger}
