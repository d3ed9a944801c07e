"""What sharing adds to the page of a case: a step for each decision in force, and the shares given so far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.extension import Panel, register_case_panel, register_case_steps
from integrity.models import Case
from integrity.workflow import IN_FORCE
from sharing.access import check_can_share
from sharing.models import SharePackage
from sharing.presenters import share_rows


@register_case_steps
def steps(case: Any, user: User) -> Iterator[dict[str, Any]]:
    """One step per respondent whose decision is in force; disabled with the sentence of the check that refuses."""
    if not isinstance(case, Case) or not may(user, Permission.SHARE_CASES):
        return
    refusal = permitted(check_can_share, user, case)
    # The page has loaded these rows: no query of its own.
    decisions = [decision for person in case.respondents.all() for decision in person.decisions.all()]
    for decision in [decision for decision in decisions if decision.status in IN_FORCE]:
        yield {
            "label": _("共享：%(name)s 的处理结果") % {"name": decision.respondent.name_then},
            "url": reverse("sharing:share-give", args=[decision.pk]),
            "method": "get",
            "enabled": refusal is None,
            "reason": refusal.reason if refusal else "",
        }


@register_case_panel
def panel(case: Any, user: User) -> Panel | None:
    """The shares of this case the person may see; nothing where there are none."""
    if not isinstance(case, Case):
        return None
    visible = SharePackage.objects.visible_to(user).filter(decision__case=case)
    shares = visible.select_related("dossier", "decision__respondent").prefetch_related("recipients__department")
    rows = share_rows(list(shares.order_by("-pk")), timezone.localdate())
    return Panel("sharing/_case_panel.html", {"rows": rows}) if rows else None
