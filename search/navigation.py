"""The entry of the rail for those who keep the search."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from casework.nav import NavEntry, register_nav

register_nav(
    NavEntry(_("检索状态"), "search:status", frozenset({Permission.KEEP_SEARCH}), order=94, group=2),
)
