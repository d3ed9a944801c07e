"""What a person does with a page, named as the page names it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page


def open_link(page: Page, name: str) -> None:
    """Follow a link of the main part by its words."""
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def press(page: Page, name: str, *, exact: bool = True) -> None:
    """Press a button of the main part by its words."""
    page.get_by_role("main").get_by_role("button", name=name, exact=exact).first.click()
    page.wait_for_load_state()


def choose(page: Page, words: str) -> None:
    """Tick a box or a radio button by (the beginning of) its label."""
    page.locator("label.choice", has_text=words).first.click()


def fill(page: Page, label: str, text: str) -> None:
    """Fill the field of this label."""
    field(page, label).fill(text)


def pick(page: Page, label: str, option: str) -> None:
    """Choose from the list of this label."""
    field(page, label).select_option(label=option)


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("main").get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first


def says(page: Page, words: str) -> None:
    """The main part shows these words."""
    shown = page.inner_text("main")
    assert words in shown, f"{page.url} does not say “{words}”:\n{shown[:3000]}"


def says_not(page: Page, words: str) -> None:
    shown = page.inner_text("main")
    assert words not in shown, f"{page.url} says “{words}”"


def offers_not(page: Page, name: str) -> None:
    """No link and no live button of the main part bears these words; a greyed button may, with its reason."""
    main = page.get_by_role("main")
    assert main.get_by_role("link", name=name, exact=True).count() == 0, f"{page.url} links to “{name}”"
    live = main.get_by_role("button", name=name, exact=True, disabled=False)
    assert live.count() == 0, f"{page.url} offers “{name}”"
