"""Saved searches: keep, rename, remind or not, look at, remove; and the daily count of what is new.

A saved search gives no right: it is asked again under what its owner may see at that moment, and an alert tells a
number and nothing else.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import SYSTEM, Actor
from casework.enums import AccessKind
from casework.events import record_access, record_event, register_dossier
from casework.refusals import InputRefused
from casework.saving import save_record
from casework.texts import required_text
from search.access import audience_of, check_can_search, get_saved_for, keyed_hash, may_be_told
from search.asking import Asked
from search.models import SavedSearch
from search.results import find_uncounted
from search.saved_questions import question

NAME_LIMIT = 60
MOST_SAVED = 50
MOST_TOLD = 99


@transaction.atomic
def save(*, asked: Asked, name: str, has_alert: bool, on: dt.date, by: User) -> SavedSearch:
    """Keep this question. What is found now counts as seen. Raises InputRefused, SearchUnavailable."""
    check_can_search(by)

    name = _name(name)
    if SavedSearch.objects.filter(owner=by).count() >= MOST_SAVED:
        raise InputRefused(_("最多保存 %(limit)s 条检索，请先删去不用的。") % {"limit": MOST_SAVED})
    search = SavedSearch(owner=by, name=name, text=asked.text, kind=asked.query.kind, is_exact=asked.is_exact)
    search.year = asked.query.year if asked.typed_period is None else None
    search.has_alert = has_alert
    search.seen_order = search.told_order = _newest(search, on)
    save_record(search, by=by, reason="保存检索")
    _record("search_saved", search, by, alert=has_alert, query=keyed_hash(asked.query))
    return search


@transaction.atomic
def rename(*, search: SavedSearch, name: str, by: User) -> SavedSearch:
    search = get_saved_for(by, search.pk)

    name = _name(name)
    if name == search.name:
        return search
    search.name = name
    save_record(search, by=by, reason="改名", fields=["name"])
    _record("search_renamed", search, by)
    return search


@transaction.atomic
def set_alert(*, search: SavedSearch, has_alert: bool, on: dt.date, by: User) -> SavedSearch:
    """Begin or end telling. When it begins, what is found now counts as seen. Raises SearchUnavailable."""
    search = get_saved_for(by, search.pk)

    if has_alert == search.has_alert:
        return search
    search.has_alert = has_alert
    search.new_count, search.counted_on = 0, None
    if has_alert:
        search.seen_order = search.told_order = _newest(search, on)
    fields = ["has_alert", "new_count", "counted_on", "seen_order", "told_order"]
    save_record(search, by=by, reason="检索提醒", fields=fields)
    _record("search_alert_set", search, by, alert=has_alert)
    return search


@transaction.atomic
def open_results(*, search: SavedSearch, by: User) -> SavedSearch:
    """The owner goes to look: what they were told of is no news any more."""
    search = get_saved_for(by, search.pk)

    if not search.new_count:
        return search
    search.seen_order, search.new_count = search.told_order, 0
    save_record(search, by=by, reason="查看新结果", fields=["seen_order", "new_count"])
    _record("search_results_opened", search, by)
    return search


@transaction.atomic
def remove(*, search: SavedSearch, by: User) -> None:
    """The question is gone with its words; that there was one stays in the register."""
    search = get_saved_for(by, search.pk)

    _record("search_removed", search, by)
    search.delete()


@transaction.atomic
def send_alert(*, search: SavedSearch, on: dt.date, by: Actor = SYSTEM) -> int:
    """Count what is new for the owner today, under what they may see now. Once a day; returns the number told.

    Nothing for an owner whose account is closed or who may not search any more, and what they were told is taken back.
    Raises SearchUnavailable.
    """
    search = SavedSearch.objects.select_for_update(of=("self",)).select_related("owner").get(pk=search.pk)
    if not search.has_alert or search.counted_on == on:
        return 0

    before = search.new_count
    count, newest = _fresh(search, on, by) if may_be_told(search.owner) else (0, search.told_order)
    search.new_count, search.told_order, search.counted_on = count, newest, on
    save_record(search, by=by, reason="检索提醒", fields=["new_count", "told_order", "counted_on"])
    if not count or count == before:
        return 0
    _record("search_alert_sent", search, by, count=count)
    return count


def _fresh(search: SavedSearch, on: dt.date, by: Actor) -> tuple[int, int]:
    """How many hits the owner has not been shown, and the newest of them."""
    asked, audience = question(search), audience_of(search.owner)
    query = asked.query.from_order(None, MOST_TOLD)
    hits = find_uncounted(query, user=search.owner, audience=audience, on=on).hits
    orders = [hit.order for hit in hits if hit.order > search.seen_order]
    data = {"query": keyed_hash(query), "shown": len(orders), "search": search.pk}
    record_access(kind=AccessKind.SEARCH, by=by, what="search:alert", data=data)
    return len(orders), max(orders, default=search.told_order)


def _newest(search: SavedSearch, on: dt.date) -> int:
    query = question(search).query.from_order(None, 1)
    hits = find_uncounted(query, user=search.owner, audience=audience_of(search.owner), on=on).hits
    return hits[0].order if hits else 0


def _name(name: str) -> str:
    return required_text(name, field_label=_("名称"), limit=NAME_LIMIT, multiline=False, field="name")


def _record(type: str, search: SavedSearch, by: Actor, **data: object) -> None:
    reference = f"search:{search.pk}"
    record_event(dossier=register_dossier("searches"), type=type, by=by, subject=search, reference=reference, data=data)
