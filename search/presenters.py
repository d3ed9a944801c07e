"""What a search page shows beside the hits: filters in force, counts to narrow by, what was tried. Asks nothing."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from casework.audience import Audience
from search import registry
from search.asking import Asked
from search.backends.base import Totals
from search.models import SavedSearch
from search.periods import Period
from search.queries import TOTAL_CAP, QueryError
from search.results import Hit
from search.saved_questions import question
from search.synonyms import used

Row = Mapping[str, Any]
SMALLEST_COUNT = 5  # below it the public reads no number (I18)


def address(asked: Asked, **changes: Any) -> str:
    """The address of this question from its first page, some of it changed; "" takes a part away."""
    year = asked.query.year if asked.typed_period is None else None
    parts = {"q": asked.text, "kind": asked.query.kind, "year": year, "exact": "1" if asked.is_exact else ""}
    kept = {name: value for name, value in {**parts, **changes}.items() if value not in ("", None)}
    return "?" + urlencode(kept)


def period_label(period: Period) -> str:
    if period.month is None:
        return _("%(year)s 年") % {"year": period.year}
    if period.day is None:
        return _("%(year)s 年 %(month)s 月") % {"year": period.year, "month": period.month}
    return _("%(year)s 年 %(month)s 月 %(day)s 日") % {"year": period.year, "month": period.month, "day": period.day}


def chips(asked: Asked) -> list[Row]:
    """The filters in force, each with the address without it."""
    found: list[Row] = []
    if asked.query.kind:
        label = registry.DOCUMENTS[asked.query.kind].label
        found.append({"label": str(label), "url": address(asked, kind="")})
    if asked.period:
        without = {"q": asked.words} if asked.typed_period else {"year": ""}
        found.append({"label": period_label(asked.period), "url": address(asked, **without)})
    return found


def facets(asked: Asked, totals: Totals | None, audience: Audience) -> list[Row]:
    """Counts per kind and per year under the reader's own filter, each a link that narrows; none while totals are withheld."""
    if totals is None:
        return []
    labels = {document.kind: str(document.label) for document in registry.documents_of(audience)}
    kinds = [
        {"label": labels[kind], "count": totals.by_kind[kind], "url": address(asked, kind=kind), "is_current": False}
        for kind in labels
        if kind in totals.by_kind
    ]
    groups = [
        _facet(_("按类别"), _("全部类别"), kinds, asked.query.kind, address(asked, kind="")),
        _facet(_("按年份"), _("全部年份"), year_rows(asked, totals), _chosen_year(asked), address(asked, year="")),
    ]
    return [group for group in groups if group["rows"]]


def year_rows(asked: Asked, totals: Totals) -> list[dict[str, Any]]:
    """Years that occur, newest first; none when a date was typed, which the box itself shows."""
    if asked.typed_period:
        return []
    years = sorted(totals.by_year, reverse=True)
    return [
        {"label": _("%(year)s 年") % {"year": year}, "count": totals.by_year[year], "url": address(asked, year=year)}
        for year in years
    ]


def public_years(asked: Asked, totals: Totals | None) -> list[Row]:
    """As facets of the year for everybody: small counts are not told (I18)."""
    if totals is None:
        return []
    rows = year_rows(asked, totals)
    for row in rows:
        row["count"] = row["count"] if row["count"] >= SMALLEST_COUNT else _("少于 %(n)s") % {"n": SMALLEST_COUNT}
    group = _facet(_("按年份"), _("全部年份"), rows, _chosen_year(asked), address(asked, year=""))
    return [group] if rows else []


def other_words(asked: Asked) -> list[Row]:
    """What was searched beside what was typed, and the way to search only that."""
    return [
        {"typed": typed, "others": _("、").join(others), "url": address(asked, exact="1")}
        for typed, others in used(asked.query)
    ]


def ways_out(asked: Asked) -> list[Row]:
    """After an empty answer: the same question with one filter or one word less."""
    words = asked.words.split()
    less = [_without(asked, words, place) for place in range(len(words))] if len(words) > 1 else []
    return [*(chip for chip in chips(asked) if chip["url"] != "?"), *less]


def total_sentence(totals: Totals | None) -> str:
    if totals is None:
        return _("结果正在更新，暂不显示总数。")
    if totals.is_capped:
        return _("共 %(cap)s 条以上") % {"cap": f"{TOTAL_CAP:,}"}
    return _("共 %(count)s 条") % {"count": totals.count}


def public_total(totals: Totals | None) -> str:
    """As total_sentence for everybody: no total from which a small count of a year could be worked out (I18)."""
    is_small = totals is not None and any(count < SMALLEST_COUNT for count in totals.by_year.values())
    return "" if is_small else total_sentence(totals)


def by_year(hits: Sequence[Hit]) -> list[tuple[int, list[Hit]]]:
    """Hits under the year of their day, newest first as they come."""
    return [(year, list(group)) for year, group in groupby(hits, key=lambda hit: hit.day.year)]


def question_words(asked: Asked) -> str:
    """The question as a person would say it: what was typed, kind and chosen year."""
    kind = str(registry.DOCUMENTS[asked.query.kind].label) if asked.query.kind in registry.DOCUMENTS else ""
    year = period_label(asked.period) if asked.period and not asked.typed_period else ""
    return " · ".join(part for part in (asked.text, kind, year) if part)


def saved_rows(searches: Iterable[SavedSearch]) -> list[Row]:
    """Saved searches with the address of their results; the address is empty when the question cannot be asked any more."""
    rows: list[Row] = []
    for search in searches:
        try:
            asked = question(search)
        except QueryError:
            rows.append({"search": search, "words": search.text, "url": ""})
        else:
            rows.append({"search": search, "words": question_words(asked), "url": address(asked)})
    return rows


def _chosen_year(asked: Asked) -> int | None:
    """A year in the box is the box's: there is no way back to all years beside it."""
    return None if asked.typed_period else asked.query.year


def _facet(title: str, everything: str, rows: list[dict[str, Any]], chosen: Any, reset: str) -> Row:
    """One group of links. While one is chosen, only it has a count, and the way back to all stands before it."""
    for row in rows:
        row["is_current"] = bool(chosen)
    back = [{"label": everything, "count": "", "url": reset, "is_current": False}] if chosen else []
    return {"title": title, "rows": [*back, *rows] if rows else back}


def _without(asked: Asked, words: list[str], place: int) -> Row:
    left = words[:place] + words[place + 1 :]
    return {"label": words[place], "url": address(asked, q=" ".join([*_date_text(asked), *left]))}


def _date_text(asked: Asked) -> list[str]:
    """The typed date in a form the box reads again, so that dropping a word keeps it."""
    period = asked.typed_period
    if period is None:
        return []
    parts = [f"{period.year}", *(f"{part:02d}" for part in (period.month, period.day) if part is not None)]
    return ["-".join(parts) if len(parts) > 1 else f"{period.year}年"]
