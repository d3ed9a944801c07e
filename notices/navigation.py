"""The rail entry of this app."""

from django.utils.translation import pgettext_lazy

from accounts.permissions import Permission
from casework.nav import NavEntry, register_nav

register_nav(
    NavEntry(
        pgettext_lazy("栏目", "通报"),
        "notices:notice-list",
        frozenset(
            {Permission.DRAFT_NOTICES, Permission.REVIEW_NOTICES, Permission.PUBLISH_NOTICES, Permission.READ_AUDIT}
        ),
        order=50,
        prefixes=("/notices/work/",),
    )
)
