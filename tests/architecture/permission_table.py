"""Every address × every kind of visitor → what they get. Read by test_urls.py and drawn into docs/permissions.md.

Data only: no database, no Django. `kwargs` name things of tests/architecture/world.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What a visitor gets, whatever the words on the page."""

    OK = "ok"  # let in: the page, the step done, or told at once what is missing or not yet possible
    MOVED = "moved"  # led to another page
    REFUSED = "403"  # may see it, may not do it
    HIDDEN = "404"  # does not exist for them
    LOGIN = "login"  # asked to sign in; 401 in the API
    CLOSED = "405"  # the address does not answer to this method


OK, MOVED, REFUSED, HIDDEN = Outcome.OK, Outcome.MOVED, Outcome.REFUSED, Outcome.HIDDEN
LOGIN, CLOSED = Outcome.LOGIN, Outcome.CLOSED

# Visitors. `officer` handles the case and the accepted lead, `stranger` is an officer who handles nothing,
# `member` belongs to the department the decision was shared with, `outsider` to another one.
ANONYMOUS = "anonymous"
VISITORS = {
    ANONYMOUS: "nobody signed in",
    "intake": "intake officer",
    "officer": "officer who handles the case",
    "stranger": "officer who handles nothing",
    "head": "head of section",
    "legal": "legal reviewer",
    "bureau": "head of the bureau",
    "publisher": "publisher",
    "reviewer": "reviewer of notices",
    "member": "member a decision was shared with",
    "outsider": "member of another department",
    "county": "county bureau",
    "ethics": "ethics supervision",
    "custodian": "custodian of identities",
    "sysadmin": "system administrator",
    "secadmin": "security administrator",
    "auditor": "audit administrator",
}
SIGNED_IN = " ".join(name for name in VISITORS if name != ANONYMOUS)

LEAD = "intake head auditor"  # SEE_ALL_LEADS
CASE = "officer head legal bureau auditor"  # SEE_ALL_CASES, and the handler
NOTICE = "publisher reviewer auditor"
DIRECTORY = "intake officer stranger county ethics head legal bureau auditor"
EDITORS = "intake officer stranger county ethics"  # EDIT_DIRECTORY
SEARCHERS = "intake officer stranger head legal bureau publisher reviewer member outsider county ethics auditor"
CHECKERS = "officer stranger head member outsider county"  # CHECK_CREDIT
KEEPERS = "sysadmin secadmin"
WITH_FACTOR = "head bureau ethics custodian sysadmin secadmin auditor"
OFFICERS = "officer stranger"


def _rule(otherwise: Outcome, anonymous: Outcome = LOGIN, **named: str) -> dict[str, Outcome]:
    outcomes = dict.fromkeys(VISITORS, otherwise) | {ANONYMOUS: anonymous}
    for word, names in named.items():
        outcomes |= dict.fromkeys(names.split(), Outcome[word.upper()])
    return outcomes


CLOSED_TO_ALL = _rule(CLOSED)


@dataclass(frozen=True)
class Page:
    """One address. `method` → visitor → outcome; what is not named is closed. `say` tells rows of one name apart."""

    name: str
    rules: Mapping[str, Mapping[str, Outcome]]
    kwargs: Mapping[str, str] = field(default_factory=dict)
    say: str = ""
    json: bool = False

    @property
    def id(self) -> str:
        return f"{self.name} ({self.say})" if self.say else self.name

    def outcomes(self, method: str) -> Mapping[str, Outcome]:
        if method in self.rules:
            return self.rules[method]
        is_public = all(rule[ANONYMOUS] != LOGIN for rule in self.rules.values())
        return _rule(CLOSED, CLOSED) if is_public else CLOSED_TO_ALL


def _public(name: str, *methods: str, outcome: Outcome = OK, **kwargs: str) -> Page:
    return Page(name, {method: _rule(outcome, outcome) for method in methods or ("GET",)}, kwargs)


def _page(name: str, ok: str, *, otherwise: Outcome = HIDDEN, refused: str = "", say: str = "", **kwargs: str) -> Page:
    """A page to read."""
    return Page(name, {"GET": _rule(otherwise, ok=ok, refused=refused)}, kwargs, say)


def _step(name: str, ok: str, refused: str = "", *, otherwise: Outcome = HIDDEN, say: str = "", **kwargs: str) -> Page:
    """A form: shown and sent under the same rule."""
    rule = _rule(otherwise, ok=ok, refused=refused)
    return Page(name, {"GET": rule, "POST": rule}, kwargs, say)


def _button(
    name: str, ok: str, refused: str = "", *, otherwise: Outcome = HIDDEN, say: str = "", **kwargs: str
) -> Page:
    """A step without a form of its own."""
    return Page(name, {"POST": _rule(otherwise, ok=ok, refused=refused)}, kwargs, say)


def _without(names: str, taken: str) -> str:
    return " ".join(name for name in names.split() if name not in taken.split())


def _lead_step(verb: str, ok: str = "intake") -> Page:
    return _step(f"integrity:lead-{verb}", ok, _without(LEAD, ok), reference="lead")


def _case_step(verb: str, ok: str = "officer", **kwargs: str) -> Page:
    return _step(f"integrity:case-{verb}", ok, _without(CASE, ok), reference="case", **kwargs)


def _notice_step(verb: str, ok: str = "publisher", *, notice: str = "notice") -> Page:
    return _step(f"notices:notice-{verb}", ok, _without(NOTICE, ok), reference=notice)


PUBLIC_PAGES = [
    _public("healthz"),
    _public("robots"),
    Page("set_language", {"GET": _rule(MOVED, MOVED), "POST": _rule(OK, OK)}),
    _public("notices:portal"),
    _public("notices:public-list"),
    _public("notices:public-detail", number="number"),
    _public("notices:feed-atom"),
    _public("notices:feed-json"),
    _public("notices:report", "GET", "POST"),
    # Without a receipt shown a moment ago in this very browser there is nothing to see, for staff as for anybody.
    _public("notices:report-receipt", outcome=HIDDEN),
    _public("notices:report-return", "GET", "POST"),
    _public("notices:report-case", outcome=MOVED),
    _public("notices:report-message", "POST"),
    _public("notices:report-files", "POST"),
    _public("notices:report-name", "POST"),
    _public("notices:report-leave", "POST"),
    _public("accounts:login", "GET", "POST"),
]
ACCOUNT_PAGES = [
    _page("today", SIGNED_IN),
    _button("accounts:logout", SIGNED_IN),
    Page("accounts:second-factor", {"GET": _rule(MOVED, ok=WITH_FACTOR), "POST": _rule(OK)}),
    _step("accounts:second-factor-setup", SIGNED_IN),
    _step("accounts:password-change", SIGNED_IN),
    _page("accounts:account", SIGNED_IN),
    _button("accounts:reset-seen", SIGNED_IN),
    _page("accounts:account-list", KEEPERS),
    _step("accounts:account-open", "sysadmin", "secadmin"),
    _page("accounts:account-detail", KEEPERS, pk="account"),
    _button("accounts:membership-give", "secadmin", "sysadmin", pk="account"),
    _button("accounts:membership-end", "secadmin", "sysadmin", pk="account", membership_pk="membership"),
    _button("accounts:account-change", "sysadmin", "secadmin", say="close", pk="account", what="word:close"),
    _button("accounts:account-change", "sysadmin", "secadmin", say="reopen", pk="account", what="word:reopen"),
    _button("accounts:account-change", "sysadmin", "secadmin", say="password", pk="account", what="word:password"),
    _button("accounts:account-change", "secadmin", "sysadmin", say="device", pk="account", what="word:device"),
    _button("accounts:account-change", "", say="no such change", pk="account", what="word:nonsense"),
]
HOUSE_PAGES = [
    _page("casework:attachment-download", LEAD, say="of a lead", pk="lead_file"),
    _page("casework:attachment-download", CASE, say="of a case", pk="case_file"),
    _step("casework:calendar", "head sysadmin", otherwise=REFUSED),
    _page("casework:audit-events", "auditor", otherwise=REFUSED),
    _page("casework:audit-access", "auditor", otherwise=REFUSED),
    _page("casework:exclusion-list", "secadmin", otherwise=REFUSED),
    _step("casework:exclusion-propose-lift", "secadmin", otherwise=REFUSED, pk="exclusion"),
    _step("casework:exclusion-lift", "secadmin", otherwise=REFUSED, say="proposed by another one", pk="proposed_lift"),
    _step("casework:exclusion-lift", "", otherwise=REFUSED, say="proposed by this one", pk="own_proposed_lift"),
    _page("search:search", SEARCHERS, otherwise=REFUSED),
]
LEAD_PAGES = [
    _page("integrity:lead-list", SIGNED_IN),
    _step("integrity:lead-enter", "intake county", otherwise=REFUSED),
    _page("integrity:lead-detail", LEAD, say="in intake", reference="lead"),
    _page("integrity:lead-detail", LEAD + " officer", say="given to the officer", reference="given_lead"),
    Page("integrity:lead-receipt", {"GET": _rule(HIDDEN, moved=LEAD)}, {"reference": "lead"}),
    _page("integrity:lead-who", LEAD, reference="lead"),
    _lead_step("summarise"),
    _lead_step("ask-more"),
    _button("integrity:lead-message", "intake", "head auditor", reference="lead"),
    _lead_step("accept"),
    _lead_step("assign"),
    _lead_step("propose-refusal"),
    _lead_step("refuse", "head"),
    _lead_step("send-back", "head"),
    _lead_step("add-files"),
    _lead_step("transfer"),
    _lead_step("mark-duplicate"),
    _lead_step("undo-duplicate"),
    _lead_step("exclude", "intake head"),
    _step(
        "integrity:lead-exclude", "intake head officer", "auditor", say="given to the officer", reference="given_lead"
    ),
    _lead_step("unlock-request"),
]
VAULT_PAGES = [
    _page("integrity:vault-list", "custodian", otherwise=REFUSED),
    _step("integrity:custodian-key", "custodian", otherwise=REFUSED),
    _step("integrity:custodian-key-retire", "custodian", otherwise=REFUSED),
    _step("integrity:vault-approve", "custodian", otherwise=REFUSED, pk="asked_unlock"),
    _step("integrity:vault-refuse", "custodian", otherwise=REFUSED, pk="asked_unlock"),
    _step("integrity:vault-view", "custodian", otherwise=REFUSED, say="agreed by the custodian", pk="open_unlock"),
    _step("integrity:vault-view", "", otherwise=REFUSED, say="not agreed yet", pk="asked_unlock"),
    _button("integrity:vault-close", "custodian", otherwise=REFUSED, pk="open_unlock"),
]
CASE_PAGES = [
    _page("integrity:case-list", SIGNED_IN),
    _step("integrity:case-open", OFFICERS, otherwise=REFUSED),
    _page("integrity:case-detail", CASE, reference="case"),
    _page("integrity:case-history", CASE, reference="case"),
    _page("integrity:case-who", CASE, reference="case"),
    Page(
        "integrity:case-files",
        {"GET": _rule(HIDDEN, ok=CASE), "POST": _rule(HIDDEN, ok="officer", refused=_without(CASE, "officer"))},
        {"reference": "case"},
    ),
    Page(
        "integrity:case-report",
        {"GET": _rule(HIDDEN, ok=CASE), "POST": _rule(HIDDEN, ok="officer", refused=_without(CASE, "officer"))},
        {"reference": "case"},
    ),
    Page(
        "integrity:case-statement",
        {"GET": _rule(HIDDEN, ok=CASE), "POST": _rule(HIDDEN, ok="officer", refused=_without(CASE, "officer"))},
        {"reference": "case", "pk": "respondent"},
    ),
    _case_step("lead-attach"),
    _case_step("respondent-add"),
    _case_step("allegation-add", pk="respondent"),
    _case_step("prenotice", pk="respondent"),
    _button("integrity:case-begin-investigation", "officer", _without(CASE, "officer"), reference="case"),
    _button("integrity:case-begin-deliberation", "officer", _without(CASE, "officer"), reference="case"),
    _case_step("close"),
    _case_step("reopen", "head"),
    _case_step("assign", "head"),
    _case_step("exclude", "officer head"),
    _page("integrity:subject-list", DIRECTORY, otherwise=REFUSED),
    _page("integrity:subject-detail", DIRECTORY, otherwise=REFUSED, pk="subject"),
    _step("integrity:subject-add-person", EDITORS, otherwise=REFUSED),
    _step("integrity:subject-add-organization", EDITORS, otherwise=REFUSED),
]
NOT_DRAFTER = _without(CASE, "officer")
DECISION_PAGES = [
    _step("integrity:decision-draft", "officer", NOT_DRAFTER, reference="case", respondent_pk="respondent"),
    _button("integrity:decision-check", "officer", NOT_DRAFTER, respondent_pk="respondent"),
    _step("integrity:decision-import", OFFICERS, otherwise=REFUSED),
    _page("integrity:decision-import-template", OFFICERS, otherwise=REFUSED),
    _page("integrity:decision-detail", CASE, say="draft", pk="draft"),
    _page("integrity:decision-detail", CASE + " publisher", say="in force", pk="decision"),
    _step("integrity:decision-edit", "officer", NOT_DRAFTER, pk="draft"),
    _button("integrity:decision-send", "officer", NOT_DRAFTER, pk="draft"),
    _step("integrity:decision-review", "head", _without(CASE, "head"), say="with the head", pk="in_section"),
    _step("integrity:decision-issue", "officer", NOT_DRAFTER, pk="draft"),
    _step("integrity:decision-serve", "officer", NOT_DRAFTER, pk="draft"),
    _step("integrity:decision-province", "officer", NOT_DRAFTER + " publisher", pk="decision"),
    _step("integrity:decision-supersede", "officer", NOT_DRAFTER + " publisher", pk="decision"),
    _step("integrity:decision-revoke", "bureau", _without(CASE, "bureau") + " publisher", pk="decision"),
    _page("integrity:credit-record-list", SIGNED_IN),
    _page("integrity:credit-record-detail", OFFICERS + " head legal bureau auditor", pk="credit_record"),
    _step("integrity:credit-check", CHECKERS, otherwise=REFUSED),
    _page("integrity:credit-check-detail", "officer auditor", pk="credit_check"),
]
NOTICE_PAGES = [
    _page("notices:notice-list", NOTICE, otherwise=REFUSED),
    _step("notices:notice-draft", "publisher", otherwise=REFUSED),
    _page("notices:notice-detail", NOTICE, reference="notice"),
    _notice_step("edit"),
    _notice_step("secrecy"),
    _button("notices:notice-send", "publisher", "reviewer auditor", reference="notice"),
    _notice_step("review", "reviewer"),
    _notice_step("publish"),
    _notice_step("schedule"),
    _notice_step("correct", notice="published"),
    _notice_step("withdraw", notice="published"),
]
SHARED = "officer member head legal bureau auditor"
SHARE_PAGES = [
    _page("sharing:share-list", SIGNED_IN),
    _step("sharing:share-give", "officer", NOT_DRAFTER + " publisher", decision_pk="decision"),
    _page("sharing:share-detail", SHARED, reference="share"),
    _button("sharing:share-acknowledge", "member", _without(SHARED, "member"), reference="share"),
    _step("sharing:share-opinion", "member", _without(SHARED, "member"), reference="share"),
    _step("sharing:share-recall", "officer", _without(SHARED, "officer"), reference="share"),
]
# The unit lies in the area of `county` and was opened to the department of `member`, not to that of `outsider`.
REGISTER = "ethics county member auditor"
ETHICS_READERS = "ethics county member outsider auditor"  # SEE_ETHICS
ETHICS_KEEPERS = "ethics county"
ONLY_READS = "member auditor"


def _kept(name: str, **kwargs: str) -> Page:
    return _step(f"ethics:{name}", ETHICS_KEEPERS, ONLY_READS, **kwargs)


def _supervised(name: str, **kwargs: str) -> Page:
    """What ethics supervision alone does: a county would open its units to itself and others."""
    return _step(f"ethics:{name}", "ethics", "county member auditor", **kwargs)


ETHICS_PAGES = [
    _page("ethics:ledger", ETHICS_READERS, otherwise=REFUSED),
    _page("ethics:ledger-export", "ethics", otherwise=REFUSED),
    _step("ethics:committee-import", ETHICS_KEEPERS, otherwise=REFUSED),
    _page("ethics:committee-import-template", ETHICS_KEEPERS, otherwise=REFUSED),
    _step("ethics:unit-enter", ETHICS_KEEPERS, otherwise=REFUSED),
    _page("ethics:unit-detail", REGISTER, reference="unit"),
    _page("ethics:unit-history", REGISTER, reference="unit"),
    _page("casework:attachment-download", REGISTER, say="of a unit", pk="charter"),
    _kept("unit-edit", reference="unit"),
    _supervised("unit-relocate", reference="unit"),
    _supervised("unit-open", reference="unit"),
    _supervised("unit-withdraw", reference="unit", department_pk="opened_department"),
    _kept("committee-enter", reference="unit"),
    _kept("activity-enter", reference="unit"),
    _kept("spot-check-record", reference="unit"),
    _kept("violation-record", reference="unit"),
    _kept("committee-edit", pk="committee"),
    _kept("committee-dissolve", pk="committee"),
    _kept("member-enter", pk="committee"),
    _kept("member-leave", pk="committee_member"),
    _kept("member-sign", pk="committee_member"),
    _kept("member-train", pk="committee_member"),
    _kept("registration-record", pk="registration"),
    _kept("report-record", pk="annual_report"),
    _kept("spot-check-rectify", pk="spot_check"),
    _button("ethics:violation-refer", ETHICS_KEEPERS, ONLY_READS, pk="violation"),
    _kept("activity-expert", pk="activity_in_review"),
    _kept("activity-approve", pk="activity_in_review"),
    _kept("activity-complete", pk="activity"),
    _kept("activity-terminate", pk="activity"),
    _kept("follow-up-record", pk="follow_up"),
]
API_PAGES = [
    _page("api-case-list", SIGNED_IN),
    _page("api-case-detail", CASE, reference="case"),
    _page("api-decision-list", SIGNED_IN),
    _page("api-decision-detail", CASE + " publisher", pk="decision"),
    _page("api-notice-list", SIGNED_IN),
    _page("api-notice-detail", SIGNED_IN, number="number"),
    Page("api-credit-check", {"POST": _rule(REFUSED, ok=CHECKERS)}, json=True),
    _page("api-schema", SIGNED_IN),
    _page("api-docs", SIGNED_IN),
]
SECTIONS = {
    "Public pages": PUBLIC_PAGES,
    "Sign-in and accounts": ACCOUNT_PAGES,
    "The house": HOUSE_PAGES,
    "Leads": LEAD_PAGES,
    "Sealed identities": VAULT_PAGES,
    "Cases and directory": CASE_PAGES,
    "Decisions and credit records": DECISION_PAGES,
    "Notices in work": NOTICE_PAGES,
    "Shares": SHARE_PAGES,
    "Ethics register": ETHICS_PAGES,
    "API": API_PAGES,
}
PAGES = [page for pages in SECTIONS.values() for page in pages]
METHODS = ("GET", "POST")


def cells() -> Iterator[tuple[Page, str, str, Outcome]]:
    """Every (page, method, visitor, outcome) of the table."""
    for page in PAGES:
        for method in METHODS:
            for visitor, outcome in page.outcomes(method).items():
                yield page, method, visitor, outcome
