"""Facts about many notices. The portal reads `on_show` and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User
from casework.access import Reader, visible_condition
from casework.enums import DossierKind
from casework.models import Exclusion
from casework.records import RecordQuerySet
from notices.enums import NoticeStatus, PublicState
from notices.rules import category_line, search_form


class NoticeQuerySet(RecordQuerySet):
    def visible_to(self, user: Reader, on: dt.date | None = None) -> NoticeQuerySet:
        """Notices in work this person may see that day: never one that rests on a case they are kept out of."""
        visible = self.filter(visible_condition(user, on, kind=DossierKind.NOTICE))
        if not isinstance(user, User):
            return visible
        kept_out = Exclusion.objects.filter(user=user, lifted_at=None).values("dossier")
        visible = visible.exclude(fields__decision__case__dossier__in=kept_out)
        return visible.exclude(fields__decision__case__dossier__secrecy__gt=user.clearance)

    def in_work(self) -> NoticeQuerySet:
        """Neither withdrawn nor run out."""
        return self.exclude(status__in=[NoticeStatus.WITHDRAWN, NoticeStatus.EXPIRED])

    def resting_on(self, decision_pk: int) -> NoticeQuerySet:
        """Notices drafted from this decision."""
        return self.filter(fields__decision=decision_pk).distinct()

    def from_case(self, dossier_pk: int) -> NoticeQuerySet:
        """Notices drafted from a decision of the case with this dossier."""
        return self.filter(fields__decision__case__dossier=dossier_pk).distinct()

    def with_status(self, status: str) -> NoticeQuerySet:
        """All of them for a word that is no status."""
        return self.filter(status=status) if status in NoticeStatus.values else self

    def due(self, on: dt.date) -> NoticeQuerySet:
        """Scheduled for this day or an earlier one."""
        return self.filter(status=NoticeStatus.SCHEDULED, scheduled_on__lte=on).order_by("scheduled_on", "pk")

    def run_out(self, on: dt.date) -> NoticeQuerySet:
        """Published once, and past their last day, whatever is being done with them."""
        return self.in_work().filter(published_at__isnull=False, until__lt=on).order_by("until", "pk")


class PublicNoticeQuerySet(RecordQuerySet):
    def on_show(self, on: dt.date) -> PublicNoticeQuerySet:
        """What the public sees that day: live, begun, not past its last day. No job is needed for a notice to end."""
        return self.filter(Q(until=None) | Q(until__gte=on), state=PublicState.LIVE, published_on__lte=on)

    def visible_to(self, user: Reader, on: dt.date | None = None) -> PublicNoticeQuerySet:
        """Public notices are the same for every reader; the day must be named."""
        if on is None:
            raise ValueError("say for which day")
        return self.on_show(on)

    def live(self, number: str) -> PublicNoticeQuerySet:
        """The version of this number that is in force, whatever the day."""
        return self.filter(number=number, state=PublicState.LIVE)

    def matching(self, words: Iterable[str], number: str = "") -> PublicNoticeQuerySet:
        """Notices that hold every one of these words, or have exactly this number."""
        every = Q()
        for word in words:
            every &= Q(search_text__contains=word)
        return self.filter(every | Q(number=number) if number else every)

    def of_year(self, year: int | None) -> PublicNoticeQuerySet:
        return self.filter(published_on__year=year) if year else self

    def in_category(self, label: str) -> PublicNoticeQuerySet:
        """Notices of this category, which must be one of `category_labels` as a whole."""
        return self.filter(search_text__contains=category_line(label)) if search_form(label) else self
