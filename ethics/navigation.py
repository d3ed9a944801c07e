"""The rail entries of this app."""

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
    ),
    NavEntry(
        pgettext_lazy("栏目", "我的审查"),
        "ethics:member-desk",
        frozenset({Permission.SIT_ON_COMMITTEE}),
        order=21,
        group=1,
        prefixes=("/ethics/desk/", "/ethics/gate/"),
    ),
    NavEntry(
        pgettext_lazy("栏目", "审查会议"),
        "ethics:meeting-list",
        frozenset({Permission.SIT_ON_COMMITTEE, Permission.RUN_REVIEWS}),
        order=23,
        group=1,
        prefixes=("/ethics/meetings/", "/ethics/items/", "/ethics/motions/", "/ethics/attendances/"),
    ),
    NavEntry(
        pgettext_lazy("栏目", "伦理审查"),
        "ethics:application-list",
        frozenset({Permission.SEE_REVIEWS}),
        order=22,
        group=1,
        prefixes=("/ethics/applications/", "/ethics/appeals/", "/ethics/opinions/", "/ethics/reviewers/"),
    ),
    NavEntry(
        pgettext_lazy("栏目", "我的伦理审查"),
        "ethics:own-list",
        frozenset({Permission.APPLY_ETHICS}),
        order=24,
        group=1,
        prefixes=("/ethics/own/",),
    ),
    NavEntry(
        pgettext_lazy("栏目", "伦理公开名单"),
        "ethics_public:desk",
        frozenset({Permission.PUBLISH_ETHICS}),
        order=25,
        group=1,
        prefixes=("/ethics-approvals/desk/",),
    ),
)
