"""Search results as an Excel file: rows the reader may see this moment, and a sheet that says who took them out, when."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from casework.audience import Audience
from ethics.exports import tables_xlsx
from search.access import keyed_hash
from search.asking import Asked
from search.results import Hit, find_uncounted

MOST_ROWS = 1000
_AT_ONCE = 200


def hits_to_export(asked: Asked, *, user: User, audience: Audience, on: dt.date) -> list[Hit]:
    """The newest hits, each read again through the door of the lists. Raises SearchUnavailable."""
    hits: list[Hit] = []
    after: int | None = None
    while len(hits) < MOST_ROWS:
        query = asked.query.from_order(after, min(_AT_ONCE, MOST_ROWS - len(hits)))
        found = find_uncounted(query, user=user, audience=audience, on=on)
        hits += found.hits
        after = found.last_order
        if after is None:
            break
    return hits


def results_xlsx(asked: Asked, hits: Sequence[Hit], *, user: User, now: dt.datetime) -> bytes:
    """A sheet of rows and a sheet of where they come from. Texts never become formulas."""
    headings = [_("编号"), _("类别"), _("标题"), _("状态"), _("日期")]
    return tables_xlsx(
        [
            (_("检索结果"), headings, _rows(hits)),
            (_("导出说明"), [_("事项"), _("内容")], _origin(asked, hits, user, now)),
        ]
    )


def _rows(hits: Sequence[Hit]) -> Iterator[list[str]]:
    for hit in hits:
        card = hit.card
        yield [card.reference, str(hit.label), card.title, card.status_label, hit.day.isoformat()]


def _origin(asked: Asked, hits: Sequence[Hit], user: User, now: dt.datetime) -> Iterator[list[str | int]]:
    yield [_("导出人"), f"{user.name} ({user.get_username()})"]
    yield [_("导出时间"), f"{now:%Y-%m-%d %H:%M}"]
    yield [_("检索标识"), keyed_hash(asked.query)]
    yield [_("条数"), len(hits)]
    if len(hits) == MOST_ROWS:
        yield [_("范围"), _("只含最新的 %(most)s 条") % {"most": MOST_ROWS}]
    yield [_("说明"), _("只含导出人导出时有权查看的条目。导出已记录；内容可能含个人信息，不得外传。")]
