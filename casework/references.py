"""Numbers of records: 线索〔2026〕0012号. Drawn under a row lock, unique, and deliberately not consecutive.

A reader who sees only some records would learn from a gap that something is hidden (I19, B5). So the serial jumps by
1 to 7 each time: gaps are everywhere and say nothing. Only public notices are numbered without gaps.
"""

import secrets

from django.db import IntegrityError, transaction

from casework.models import ReferenceCounter

FORMS = {
    "lead": "线索〔{year}〕{serial:04d}号",
    "case": "广科诚案〔{year}〕{serial:04d}号",
    "decision": "广科诚决〔{year}〕{serial:04d}号",
    "notice": "广科诚通〔{year}〕{serial:02d}号",
    "notice_draft": "通报稿〔{year}〕{serial:04d}号",
    "share": "广科诚享〔{year}〕{serial:04d}号",
    "ethics": "广科伦〔{year}〕{serial:04d}号",
    "review": "广科伦审〔{year}〕{serial:04d}号",
    "ethics_meeting": "广科伦会〔{year}〕{serial:03d}号",
    "ethics_letter": "广科伦函〔{year}〕{serial:04d}号",
    "check": "诚信核查〔{year}〕{serial:05d}号",
}
GAPLESS = frozenset({"notice"})
_BRACKETS = str.maketrans(dict.fromkeys("[(【（［〖", "〔") | dict.fromkeys("])】）］〗", "〕"))


def as_written(typed: str) -> str:
    """A number as it stands on record, whatever brackets and spaces were typed."""
    return "".join(typed.translate(_BRACKETS).split())


def next_reference(kind: str, *, year: int) -> str:
    """The next number of this kind and year. Needs a transaction; the number is lost, never reused, on rollback elsewhere."""
    try:
        with transaction.atomic():
            ReferenceCounter.objects.get_or_create(kind=kind, year=year)
    except IntegrityError:
        pass  # somebody else made the row in the same moment
    counter = ReferenceCounter.objects.select_for_update().get(kind=kind, year=year)
    counter.last += 1 if kind in GAPLESS else 1 + secrets.randbelow(7)
    counter.save(update_fields=["last"])
    return FORMS[kind].format(year=year, serial=counter.last)
