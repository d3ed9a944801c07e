"""Entries of the rail for leads, cases, credit records, the directory and the identity vault."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Permission as P
from casework.nav import NavEntry, register_nav

register_nav(
    NavEntry(
        pgettext_lazy("栏目", "线索"),
        "integrity:lead-list",
        frozenset({P.TAKE_IN_LEADS, P.SEE_ALL_LEADS, P.OPEN_CASES}),
        order=10,
    ),
    NavEntry(_("身份保管"), "integrity:vault-list", frozenset({P.KEEP_IDENTITIES}), order=15),
    NavEntry(
        pgettext_lazy("栏目", "案件"),
        "integrity:case-list",
        frozenset({P.OPEN_CASES, P.HANDLE_CASES, P.SEE_ALL_CASES}),
        order=20,
        prefixes=("/cases/", "/decisions/"),
    ),
    NavEntry(
        _("失信记录"),
        "integrity:credit-record-list",
        frozenset({P.SEE_CREDIT_RECORDS, P.CHECK_CREDIT}),
        order=30,
        prefixes=("/credit/",),
    ),
    NavEntry(
        _("主体名录"),
        "integrity:subject-list",
        frozenset({P.EDIT_DIRECTORY, P.SEE_ALL_CASES, P.SEE_CREDIT_RECORDS}),
        order=40,
        prefixes=("/subjects/",),
    ),
)
