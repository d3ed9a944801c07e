"""The rail entry of this app."""

from django.utils.translation import pgettext_lazy

from accounts.permissions import Permission
from casework.nav import NavEntry, register_nav

register_nav(
    NavEntry(
        pgettext_lazy("栏目", "共享"),
        "sharing:share-list",
        frozenset({Permission.SHARE_CASES, Permission.RECEIVE_SHARES, Permission.SEE_ALL_CASES}),
        order=10,
        group=1,
        prefixes=("/sharing/",),
    )
)
