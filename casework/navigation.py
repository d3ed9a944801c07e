"""Entries of the rail that belong to the house itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Permission
from casework.nav import NavEntry, register_nav

register_nav(
    NavEntry(_("今日"), "today", frozenset(), order=0),
    NavEntry(_("放假安排"), "casework:calendar", frozenset({Permission.KEEP_CALENDAR}), order=85, group=2),
    NavEntry(
        pgettext_lazy("栏目", "账号"),
        "accounts:account-list",
        frozenset({Permission.KEEP_ACCOUNTS, Permission.KEEP_ACCESS}),
        order=90,
        group=2,
        prefixes=("/accounts/people/",),
    ),
    NavEntry(
        pgettext_lazy("栏目", "排除"),
        "casework:exclusion-list",
        frozenset({Permission.KEEP_ACCESS}),
        order=92,
        group=2,
        prefixes=("/exclusions/",),
    ),
    NavEntry(
        _("审计"),
        "casework:audit-events",
        frozenset({Permission.READ_AUDIT}),
        order=95,
        group=2,
        prefixes=("/audit/",),
    ),
)
