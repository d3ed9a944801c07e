"""What the journeys share: a fixed first day, people at their own browsers, and the look that every page must stand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import Page

from accounts.models import User
from accounts.people import standing
from casework.models import OneTimeCode

# A Monday before the Spring Festival of 2026: fifteen working days from here end on 2026-03-06.
FIRST_DAY = dt.datetime(2026, 2, 9, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
FILLED = "main .btn:not(.plain):not(.danger):not([disabled]):visible"
# What a template or a form leaves behind when something is missing.
LEFTOVER = re.compile(r"\{\{|\{%|\bNone\b|\bTrue\b|\bFalse\b|%\(\w+\)s|<[A-Z]\w+ object|\b[a-z]+_[a-z_]+\b")


@pytest.fixture(autouse=True)
def calendar_day() -> Iterator[time_machine.Coordinates]:
    """The day on which the story begins; `calendar_day.shift(days)` lets days pass, `move_to` goes to a day."""
    with time_machine.travel(FIRST_DAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def at_desk(open_page: Callable[..., Page], sign_in: Callable[..., None]) -> Callable[..., Page]:
    """`at_desk(user, **options) -> Page`: this person at their own browser, second factor shown where one is due."""

    def sit_down(user: User, **options: Any) -> Page:
        page = open_page(**options)
        values = {}
        if standing(user).needs_second_factor:
            device, _made = OneTimeCode.objects.get_or_create(user=user, confirmed=True, defaults={"name": "测试"})
            values["otp_device_id"] = device.persistent_id
        sign_in(page, user, **values)
        return page

    return sit_down


@pytest.fixture
def look(check_page: Callable[[Page], None], shoot: Callable[..., Any]) -> Callable[..., None]:
    """`look(page, picture="")`: the page is accessible, fits a telephone, offers one filled button at most and shows
    no key, placeholder or Python value. With a name its picture is taken."""

    def look_at(page: Page, picture: str = "") -> None:
        check_page(page)
        filled = page.locator(FILLED).all_inner_texts()
        assert len(filled) <= 1, f"{page.url} offers {filled}"
        leftover = LEFTOVER.search(page.inner_text("body"))
        assert leftover is None, f"{page.url} shows {leftover.group()}"
        if picture:
            shoot(page, picture)

    return look_at
