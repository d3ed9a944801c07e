"""Facts about many rows. `visible_to` is the one door for lists, pages, search, feeds and the API."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.people import standing
from accounts.permissions import Permission
from casework.access import Reader, visible_condition
from casework.enums import DossierKind
from casework.models import Exclusion
from casework.records import RecordQuerySet
from casework.references import as_written
from integrity.enums import CreditStatus, DecisionStatus

if TYPE_CHECKING:
    from integrity.models import Lead

# What a publisher may read: the result, not the case.
PUBLISHABLE = (DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE, DecisionStatus.SUPERSEDED, DecisionStatus.REVOKED)


class LeadQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> LeadQuerySet:
        """Leads this person may see that day."""
        return self.filter(visible_condition(user, on, kind=DossierKind.LEAD))

    def with_reference(self, reference: str) -> Lead | None:
        """The lead of this number among these, whatever brackets and spaces were typed, or None."""
        found = self.select_related("dossier").filter(dossier__reference=as_written(reference)).first()
        return cast("Lead | None", found)


class CaseQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> CaseQuerySet:
        """Cases this person may see that day."""
        return self.filter(visible_condition(user, on, kind=DossierKind.CASE))

    def with_exclusion_count(self) -> CaseQuerySet:
        """Adds `exclusion_count`: how many people are excluded from the case now."""
        live = Exclusion.objects.filter(dossier=OuterRef("dossier"), lifted_at=None).order_by().values("dossier")
        return self.annotate(
            exclusion_count=Coalesce(Subquery(live.annotate(n=Count("user", distinct=True)).values("n")), 0)
        )


class DecisionQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> DecisionQuerySet:
        """Decisions of visible cases; for publishers also every issued one, without the case around it."""
        path = "case__dossier"
        condition = visible_condition(user, on, kind=DossierKind.CASE, path=path)
        if Permission.DRAFT_NOTICES in standing(user, on).permissions:
            drafting = frozenset({Permission.DRAFT_NOTICES})
            issued = visible_condition(user, on, kind=DossierKind.CASE, path=path, wide=drafting)
            condition = condition | (issued & Q(status__in=PUBLISHABLE))
        return self.filter(condition)

    def in_force(self) -> DecisionQuerySet:
        return self.filter(status__in=[DecisionStatus.ISSUED, DecisionStatus.EFFECTIVE])


class CreditRecordQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> CreditRecordQuerySet:
        """Records of visible cases; with the right to see credit records, all of them except where the person is excluded."""
        wide = frozenset({Permission.SEE_CREDIT_RECORDS})
        path = "decision__case__dossier"
        return self.filter(visible_condition(user, on, kind=DossierKind.CASE, path=path, wide=wide))

    def matching(self, status: str, name: str) -> CreditRecordQuerySet:
        """Of this status, and of a subject whose name holds these words; an empty word asks for nothing."""
        found = self.filter(status=status) if status else self
        if not name:
            return found
        named = Q(subject__person__name__icontains=name) | Q(subject__organization__name__icontains=name)
        return found.filter(named | Q(decision__respondent__name_then__icontains=name))

    def open_on(self, on: dt.date) -> CreditRecordQuerySet:
        """Records that count on a day, whatever the clean-up job has done: begun, not past their end, not revoked (I12)."""
        live = self.filter(status__in=[CreditStatus.PENDING, CreditStatus.ACTIVE, CreditStatus.EXPIRED])
        return live.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class UnlockQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> UnlockQuerySet:
        """Requests on visible leads; for custodians all of them, except where the person is excluded."""
        wide = frozenset({Permission.KEEP_IDENTITIES})
        return self.filter(visible_condition(user, on, kind=DossierKind.LEAD, path="lead__dossier", wide=wide))
