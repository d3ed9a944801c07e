"""The rail entry of this app."""

from django.utils.translation import pgettext_lazy

from accounts.permissions import Permission
from casework.nav import NavEntry, register_nav

register_nav(
    NavEntry(
        pgettext_lazy("栏目", "科技伦理"),
        "ethics:ledger",
        frozenset({Permission.SEE_ETHICS}),
        order=20,
        group=1,
        prefixes=("/ethics/",),
    )
)
