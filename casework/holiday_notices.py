"""Holiday notices as people type them and as files carry them: day → (is a working day, label). Reads, saves nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.utils.translation import gettext as _

from casework.plain_days import read_day
from casework.refusals import InputRefused

Days = dict[dt.date, tuple[bool, str]]
WORDS = {"休": False, "放假": False, "off": False, "班": True, "上班": True, "work": True}
TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
HEAD = ["date", "is_workday", "label"]
LONGEST_LABEL = 60


def days_of_lines(text: str) -> Days:
    """Lines like “2027-02-06 休 春节” or “2027-02-20 班”. Raises InputRefused (field "days") naming the line."""
    days: Days = {}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split(maxsplit=2)
        if not parts:
            continue
        word = parts[1] if len(parts) > 1 else ""
        if word not in WORDS:
            raise _refused(number, _("请写“休”或“班”，例如：2027-02-06 休 春节。"))
        _add(days, number, parts[0], WORDS[word], parts[2] if len(parts) > 2 else "")
    return days


def days_of_csv(text: str) -> Days:
    """A table with the columns date, is_workday, label. Raises InputRefused (field "days") naming the line."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if reader.fieldnames is None or [name.strip() for name in reader.fieldnames] != HEAD:
        raise InputRefused(_("表头应为 %(head)s。") % {"head": ",".join(HEAD)}, field="days")
    days: Days = {}
    for number, row in enumerate(reader, start=2):
        word = (row["is_workday"] or "").strip().lower()
        if word not in TRUTH:
            raise _refused(number, _("is_workday 应为 1 或 0。"))
        _add(days, number, (row["date"] or "").strip(), TRUTH[word], row["label"] or "")
    return days


def _add(days: Days, number: int, date: str, is_workday: bool, label: str) -> None:
    try:
        day = read_day(date)
    except ValueError as error:
        raise _refused(number, _("日期应写成 2027-02-06 的样子。")) from error
    if day in days:
        raise _refused(number, _("这一天已经写过。"))
    label = label.strip()
    if len(label) > LONGEST_LABEL:
        raise _refused(number, _("说明最多 %(limit)s 个字。") % {"limit": LONGEST_LABEL})
    days[day] = (is_workday, label)


def _refused(number: int, sentence: str) -> InputRefused:
    return InputRefused(_("第 %(number)s 行：%(sentence)s") % {"number": number, "sentence": sentence}, field="days")
