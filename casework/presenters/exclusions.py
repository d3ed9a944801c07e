"""Exclusions as a security administrator reads them: who, from what, why, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from casework.access import check_can_confirm_lift, permitted
from casework.models import Exclusion


def exclusion_rows(exclusions: Iterable[Exclusion], user: User) -> list[dict[str, Any]]:
    """One row each, with who made it and when, and the one next step or why there is none. One query for all."""
    exclusions = list(exclusions)
    made = Exclusion.history.filter(id__in=[one.pk for one in exclusions], history_type="+")
    first = {row.id: row for row in made.select_related("history_user")}
    return [{**exclusion_row(one, user), "made": first.get(one.pk)} for one in exclusions]


def exclusion_row(exclusion: Exclusion, user: User) -> dict[str, Any]:
    """Facts and next step of one exclusion. No query when its relations were loaded with it."""
    return {
        "pk": exclusion.pk,
        "who": f"{exclusion.user.name}（{exclusion.user.username}）",
        "dossier": exclusion.dossier.reference,
        "kind": exclusion.dossier.get_kind_display(),
        "source": exclusion.get_source_display(),
        "reason": exclusion.reason,
        "proposed_by": exclusion.lift_proposed_by,
        "lift_reason": exclusion.lift_reason,
        "origin": _origin(exclusion),
        "refusal": _confirm_refusal(exclusion, user),
    }


def lift_facts(exclusion: Exclusion, user: User) -> list[tuple[str, Any]]:
    """What is to be read before one of the two steps is taken."""
    row = exclusion_row(exclusion, user)
    facts = [
        (_("被排除人"), row["who"]),
        (_("卷宗"), f"{row['dossier']}（{row['kind']}）"),
        (_("缘由"), row["source"]),
        (_("理由"), row["reason"]),
    ]
    carried = exclusion.carried.filter(lifted_at=None).count()
    if carried:
        facts.append((_("随之解除"), _("由它带入其他卷宗的 %(n)s 项排除") % {"n": carried}))
    if exclusion.lift_proposed_by:
        facts += [(_("提出人"), exclusion.lift_proposed_by), (_("解除的理由"), exclusion.lift_reason)]
    return facts


def _origin(exclusion: Exclusion) -> str:
    if not exclusion.follows_another or exclusion.carried_from is None:
        return ""
    return _("随 %(reference)s 而来，随那一项一起解除。") % {"reference": exclusion.carried_from.dossier}


def _confirm_refusal(exclusion: Exclusion, user: User) -> str:
    refusal = permitted(check_can_confirm_lift, user, exclusion)
    return refusal.reason if refusal else ""
