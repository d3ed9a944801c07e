"""Rows of the Today page for whoever keeps units: what is overdue or due within the reminder span, one query per kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import standing
from accounts.permissions import Permission
from casework.today import TodayRow, register_today
from ethics.enums import DueKind
from ethics.models import (
    AnnualReport,
    Committee,
    CommitteeMember,
    Filing,
    FollowUp,
    IntegrityFlag,
    Registration,
    ReviewUnit,
    SpotCheck,
)
from ethics.querysets import ReviewUnitQuerySet
from ethics.stored_rules import clause_of, reminder_days, term_warning_days

# The most urgent ones; the ledger has them all.
MOST = 40


def kept_units(user: User, on: dt.date) -> ReviewUnitQuerySet | None:
    """The units of a keeper; None for everybody else, so that their page asks nothing."""
    if Permission.KEEP_ETHICS not in standing(user, on).permissions:
        return None
    return ReviewUnit.objects.kept_by(user, on)


def _row(
    duty: Registration | Filing | AnnualReport | FollowUp | SpotCheck, title: str, url_name: str, label: str
) -> TodayRow:
    is_listed = not isinstance(duty, FollowUp) or duty.activity.is_listed
    clause = clause_of(DueKind(duty.due_kind), is_listed=is_listed)
    return TodayRow(
        title=title,
        url=duty.unit.get_absolute_url(),
        reference=duty.unit.dossier.reference,
        note=duty.unit.organization.name,
        action_label=label,
        action_url=reverse(f"ethics:{url_name}", args=[duty.pk]),
        due_on=duty.due_on,
        article=clause.article if clause else "",
        mark=clause.mark if clause else "",
    )


@register_today
def registrations(user: User, on: dt.date) -> Iterator[TodayRow]:
    units = kept_units(user, on)
    if units is None:
        return
    open_ones = Registration.objects.of_units(units).due_until(on + dt.timedelta(days=max(reminder_days())))
    related = ("unit__dossier", "unit__organization", "committee", "activity")
    for one in open_ones.select_related(*related).order_by("due_on", "pk")[:MOST]:
        yield _row(one, str(one), "registration-record", _("登记办理情况"))


@register_today
def filings(user: User, on: dt.date) -> Iterator[TodayRow]:
    units = kept_units(user, on)
    if units is None:
        return
    open_ones = Filing.objects.of_units(units).due_until(on + dt.timedelta(days=max(reminder_days())))
    related = ("committee__unit__dossier", "committee__unit__organization")
    for one in open_ones.select_related(*related).order_by("due_on", "pk")[:MOST]:
        yield _row(one, str(one), "filing-record", _("登记办理情况"))


@register_today
def annual_reports(user: User, on: dt.date) -> Iterator[TodayRow]:
    units = kept_units(user, on)
    if units is None:
        return
    open_ones = AnnualReport.objects.of_units(units).due_until(on + dt.timedelta(days=max(reminder_days())))
    related = ("committee__unit__dossier", "committee__unit__organization")
    for one in open_ones.select_related(*related).order_by("due_on", "pk")[:MOST]:
        title = _("%(year)s 年度报告：%(name)s") % {"year": one.year, "name": one.committee}
        yield _row(one, title, "report-record", _("登记报送"))


@register_today
def follow_ups(user: User, on: dt.date) -> Iterator[TodayRow]:
    units = kept_units(user, on)
    if units is None:
        return
    open_ones = FollowUp.objects.of_units(units).due_until(on + dt.timedelta(days=max(reminder_days())))
    related = ("activity__unit__dossier", "activity__unit__organization")
    for one in open_ones.select_related(*related).order_by("due_on", "pk")[:MOST]:
        title = _("跟踪审查：%(name)s") % {"name": one.activity}
        yield _row(one, title, "follow-up-record", _("登记跟踪审查"))


@register_today
def rectifications(user: User, on: dt.date) -> Iterator[TodayRow]:
    units = kept_units(user, on)
    if units is None:
        return
    open_ones = SpotCheck.objects.of_units(units).due_until(on + dt.timedelta(days=max(reminder_days())))
    for one in open_ones.select_related("unit__dossier", "unit__organization").order_by("due_on", "pk")[:MOST]:
        title = _("整改：%(day)s 抽查") % {"day": one.checked_on}
        yield _row(one, title, "spot-check-rectify", _("登记整改完成"))


@register_today
def compositions(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Committees that do not comply, and those that soon will not."""
    units = kept_units(user, on)
    if units is None:
        return
    soon = on + dt.timedelta(days=term_warning_days())
    committees = Committee.objects.of_units(units).standing_on(on).filter(composition_breaks_on__lte=soon)
    related = ("unit__dossier", "unit__organization")
    for one in committees.select_related(*related).order_by("composition_breaks_on", "pk")[:MOST]:
        is_broken = one.composition_breaks_on is not None and one.composition_breaks_on <= on
        name = {"name": one.name, "day": one.composition_breaks_on}
        yield TodayRow(
            title=_("委员会组成不符合要求：%(name)s") % name
            if is_broken
            else _("%(day)s 起组成不符合要求：%(name)s") % name,
            url=one.get_absolute_url(),
            reference=one.unit.dossier.reference,
            note=_("%(name)s · 自 %(day)s 起") % {"name": one.unit.organization.name, "day": name["day"]}
            if is_broken
            else one.unit.organization.name,
            action_label=_("查看"),
            action_url=one.get_absolute_url(),
            due_on=one.composition_breaks_on,
        )


@register_today
def integrity_flags(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Serving members under an integrity flag. What is behind it stands in no row of ethics (ADR 0016)."""
    units = kept_units(user, on)
    if units is None:
        return
    standing_ones = Committee.objects.of_units(units).standing_on(on)
    flags = IntegrityFlag.objects.still_open().filter(member__committee__in=standing_ones)
    serving = flags.filter(Q(member__left_on=None, member__ends_on__gte=on) | Q(member__left_on__gte=on))
    related = ("member__person", "member__committee__unit__dossier")
    for flag in serving.select_related(*related).order_by("raised_on", "pk")[:MOST]:
        committee = flag.member.committee
        yield TodayRow(
            title=_("委员有生效中的失信行为记录：%(name)s") % {"name": flag.member.person.name},
            url=committee.get_absolute_url(),
            reference=committee.unit.dossier.reference,
            note=_("%(name)s · 请核实后处理其任职") % {"name": committee.name},
            action_label=_("查看"),
            action_url=committee.get_absolute_url(),
            due_on=flag.raised_on,
        )


@register_today
def ending_terms(user: User, on: dt.date) -> Iterator[TodayRow]:
    """Terms that end within the warning span, per committee and day."""
    units = kept_units(user, on)
    if units is None:
        return
    soon = on + dt.timedelta(days=term_warning_days())
    serving = Q(left_on=None, starts_on__lte=on, ends_on__gte=on, ends_on__lte=soon)
    standing_ones = Committee.objects.of_units(units).standing_on(on)
    members = CommitteeMember.objects.filter(serving, committee__in=standing_ones)
    renewed = CommitteeMember.objects.filter(committee__in=standing_ones, starts_on__gt=on)
    known = {(one.committee_id, one.person_id) for one in renewed}
    ending: dict[tuple[int, dt.date], list[CommitteeMember]] = {}
    related = ("committee__unit__dossier", "committee__unit__organization", "person")
    for member in members.select_related(*related).order_by("ends_on", "pk"):
        if (member.committee_id, member.person_id) not in known:
            ending.setdefault((member.committee_id, member.ends_on), []).append(member)
    for (_committee, ends_on), group in list(ending.items())[:MOST]:
        committee = group[0].committee
        names = "、".join(member.person.name for member in group)
        yield TodayRow(
            title=_("任期将满：%(names)s") % {"names": names},
            url=committee.get_absolute_url(),
            reference=committee.unit.dossier.reference,
            note=committee.name,
            action_label=_("登记续任或者新委员"),
            action_url=reverse("ethics:member-enter", args=[committee.pk]),
            due_on=ends_on,
        )
