"""Two frozen versions of an application side by side: what changed, in words (I16)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Exclusion
from casework.rulebook import RuleBook
from ethics.application_choices import clause_words, material_words, ordered_books
from ethics.enums import ListItem, Regime, ScopeClass
from ethics.models import Application, ApplicationVersion

Row = dict[str, Any]
Segments = list[tuple[str, str]]

_PIECES = re.compile(r"[^，。；！？、,.;!?\n]*[，。；！？、,.;!?\n]?")
SHORT = ("title", "unit_name", "committee", "project_no", "leader_name", "start_on", "end_on", "expertise")
LISTS = {"circumstances": "triage_reason", "simple_grounds": "simple_ground"}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """{label, left, right} of everything that differs; left and right are spans as `marked_text` takes them."""
    books = ordered_books()
    first, second = worded(before, books), worded(after, books)
    labels = list(dict.fromkeys([*first, *second]))
    rows = []
    for label in labels:
        left, right = first.get(label, ""), second.get(label, "")
        if left != right:
            rows.append({"label": label, "left": marked(left, right)[0], "right": marked(left, right)[1]})
    return rows


def marked(before: str, after: str) -> tuple[Segments, Segments]:
    """Both texts as spans, piece by piece between the signs: what went is del on the left, what came is ins on the right."""
    old, new = _pieces(before), _pieces(after)
    left: Segments = []
    right: Segments = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            left.append(("".join(old[a:b]), ""))
            right.append(("".join(new[c:d]), ""))
            continue
        if a != b:
            left.append(("".join(old[a:b]), "del"))
        if c != d:
            right.append(("".join(new[c:d]), "ins"))
    return left, right


def worded(content: Mapping[str, Any], books: list[RuleBook]) -> dict[str, str]:
    """The frozen copy as label → words, in the order of the form."""
    label = {one.name: str(getattr(one, "verbose_name", one.name)) for one in Application._meta.get_fields()}
    rows: dict[str, str] = {}
    for name in SHORT:
        rows[str(_("受理的委员会")) if name == "committee" else label[name]] = str(content.get(name) or "")
    rows[label["scope_classes"]] = _joined(ScopeClass(one).label for one in content.get("scope_classes", []))
    rows[label["regimes"]] = _joined(Regime(one).label for one in content.get("regimes", []))
    item = content.get("list_item") or ""
    rows[label["list_item"]] = f"{item} {ListItem(item).label}" if item else ""
    for name, kind in LISTS.items():
        rows[label[name]] = _joined(clause_words(books, kind, key) for key in content.get(name, []))
    rows[label["partner_countries"]] = _joined(content.get("partner_countries", []))
    claim = content.get("waiver") or {}
    if claim.get("claimed"):
        parts = [("waiver_condition", "conditions"), ("waiver_case", "cases"), ("waiver_exclusion", "involved")]
        rows[label["waiver"]] = _joined(
            clause_words(books, kind, key) for kind, name in parts for key in claim.get(name, [])
        )
    answers = content.get("answers") or {}
    rows[_("活动概况")] = answers.get("overview", "")
    rows[_("可能的风险和防控措施")] = answers.get("risks", "")
    rows[_("研究人员")] = "\n".join(_person(one) for one in content.get("people", []))
    rows[_("申请材料")] = "\n".join(
        _("%(paper)s：%(name)s 第 %(n)s 版（%(sum)s）")
        % {
            "paper": material_words(one["key"], books),
            "name": one["name"],
            "n": one["version"],
            "sum": one["sha256"][:12],
        }
        for one in content.get("materials", [])
    )
    return rows


def versions_of(application: Application, user: User) -> list[ApplicationVersion]:
    """The versions to compare, newest first; an amendment, or a review anew, begins with what was approved before. One query.

    Of an earlier application nothing is shown to who is kept out of it, or may not read at its level (E13).
    """
    mine = ApplicationVersion.objects.filter(application=application)
    if application.is_amendment or application.renews:
        kept_out = Exclusion.objects.filter(user=user, lifted_at=None).values("dossier")
        mine = ApplicationVersion.objects.filter(
            application__activity=application.activity_id,
            application__pk__lte=application.pk,
            application__dossier__secrecy__lte=user.clearance,
        ).exclude(application__dossier__in=kept_out)
    return list(mine.select_related("application__dossier").order_by("-application", "-number"))


def chosen(
    versions: list[ApplicationVersion], asked: Mapping[str, str]
) -> tuple[ApplicationVersion | None, ApplicationVersion | None]:
    """The two versions asked for by key, else the last two; (None, None) where there is nothing to compare."""
    if len(versions) < 2:
        return None, None
    known = {str(one.pk): one for one in versions}
    before, after = known.get(asked.get("before", "")), known.get(asked.get("after", ""))
    return before or versions[1], after or versions[0]


def _pieces(text: str) -> list[str]:
    return [piece for piece in _PIECES.findall(text) if piece]


def _person(one: Mapping[str, Any]) -> str:
    trained = _("接受过科技伦理培训") if one["has_training"] else ""
    return " · ".join(part for part in (one["name"], one["organization_name"], one["duty"], trained) if part)


def _joined(words: Iterable[Any]) -> str:
    return "\n".join(str(one) for one in words)
