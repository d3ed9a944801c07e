"""Every address × every kind of visitor → what they get. Read by test_urls.py and drawn into docs/permissions.md.

Data only: no database, no Django.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture import (
    permission_applications,
    permission_experts,
    permission_life,
    permission_meetings,
    permission_procedures,
    permission_search,
)
from tests.architecture.permission_words import (
    CASE,
    CHECKERS,
    DIRECTORY,
    EDITORS,
    HIDDEN,
    KEEPERS,
    LEAD,
    MOVED,
    NOTICE,
    OFFICERS,
    OK,
    REFUSED,
    SIGNED_IN,
    WITH_FACTOR,
    Outcome,
    Page,
    button,
    page,
    public,
    rule,
    step,
    without,
)


def _lead_step(verb: str, ok: str = "intake") -> Page:
    return step(f"integrity:lead-{verb}", ok, without(LEAD, ok), reference="lead")


def _case_step(verb: str, ok: str = "officer", **kwargs: str) -> Page:
    return step(f"integrity:case-{verb}", ok, without(CASE, ok), reference="case", **kwargs)


def _notice_step(verb: str, ok: str = "publisher", *, notice: str = "notice") -> Page:
    return step(f"notices:notice-{verb}", ok, without(NOTICE, ok), reference=notice)


PUBLIC_PAGES = [
    public("healthz"),
    public("robots"),
    Page("set_language", {"GET": rule(MOVED, MOVED), "POST": rule(OK, OK)}),
    public("notices:portal"),
    public("notices:public-list"),
    public("notices:public-detail", number="number"),
    public("notices:feed-atom"),
    public("notices:feed-json"),
    public("notices:report", "GET", "POST"),
    # Without a receipt shown a moment ago in this very browser there is nothing to see, for staff as for anybody.
    public("notices:report-receipt", outcome=HIDDEN),
    public("notices:report-return", "GET", "POST"),
    public("notices:report-case", outcome=MOVED),
    public("notices:report-message", "POST"),
    public("notices:report-files", "POST"),
    public("notices:report-name", "POST"),
    public("notices:report-leave", "POST"),
    public("accounts:login", "GET", "POST"),
]
ACCOUNT_PAGES = [
    page("today", SIGNED_IN),
    button("accounts:logout", SIGNED_IN),
    Page("accounts:second-factor", {"GET": rule(MOVED, ok=WITH_FACTOR), "POST": rule(OK)}),
    step("accounts:second-factor-setup", SIGNED_IN),
    step("accounts:password-change", SIGNED_IN),
    page("accounts:account", SIGNED_IN),
    button("accounts:reset-seen", SIGNED_IN),
    page("accounts:account-list", KEEPERS),
    step("accounts:account-open", "sysadmin", "secadmin"),
    page("accounts:account-detail", KEEPERS, pk="account"),
    button("accounts:membership-give", "secadmin", "sysadmin", pk="account"),
    button("accounts:membership-end", "secadmin", "sysadmin", pk="account", membership_pk="membership"),
    button("accounts:account-change", "sysadmin", "secadmin", say="close", pk="account", what="word:close"),
    button("accounts:account-change", "sysadmin", "secadmin", say="reopen", pk="account", what="word:reopen"),
    button("accounts:account-change", "sysadmin", "secadmin", say="password", pk="account", what="word:password"),
    button("accounts:account-change", "secadmin", "sysadmin", say="device", pk="account", what="word:device"),
    button("accounts:account-change", "", say="no such change", pk="account", what="word:nonsense"),
]
HOUSE_PAGES = [
    page("casework:attachment-download", LEAD, say="of a lead", pk="lead_file"),
    page("casework:attachment-download", CASE, say="of a case", pk="case_file"),
    step("casework:calendar", "head sysadmin", otherwise=REFUSED),
    page("casework:audit-events", "auditor", otherwise=REFUSED),
    page("casework:audit-access", "auditor", otherwise=REFUSED),
    page("casework:exclusion-list", "secadmin", otherwise=REFUSED),
    step("casework:exclusion-propose-lift", "secadmin", otherwise=REFUSED, pk="exclusion"),
    step("casework:exclusion-lift", "secadmin", otherwise=REFUSED, say="proposed by another one", pk="proposed_lift"),
    step("casework:exclusion-lift", "", otherwise=REFUSED, say="proposed by this one", pk="own_proposed_lift"),
]
LEAD_PAGES = [
    page("integrity:lead-list", SIGNED_IN),
    step("integrity:lead-enter", "intake county", otherwise=REFUSED),
    page("integrity:lead-detail", LEAD, say="in intake", reference="lead"),
    page("integrity:lead-detail", LEAD + " officer", say="given to the officer", reference="given_lead"),
    Page("integrity:lead-receipt", {"GET": rule(HIDDEN, moved=LEAD)}, {"reference": "lead"}),
    page("integrity:lead-who", LEAD, reference="lead"),
    _lead_step("summarise"),
    _lead_step("ask-more"),
    button("integrity:lead-message", "intake", "head auditor", reference="lead"),
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
    step(
        "integrity:lead-exclude", "intake head officer", "auditor", say="given to the officer", reference="given_lead"
    ),
    _lead_step("unlock-request"),
]
VAULT_PAGES = [
    page("integrity:vault-list", "custodian", otherwise=REFUSED),
    step("integrity:custodian-key", "custodian", otherwise=REFUSED),
    step("integrity:custodian-key-retire", "custodian", otherwise=REFUSED),
    step("integrity:vault-approve", "custodian", otherwise=REFUSED, pk="asked_unlock"),
    step("integrity:vault-refuse", "custodian", otherwise=REFUSED, pk="asked_unlock"),
    step("integrity:vault-view", "custodian", otherwise=REFUSED, say="agreed by the custodian", pk="open_unlock"),
    step("integrity:vault-view", "", otherwise=REFUSED, say="not agreed yet", pk="asked_unlock"),
    button("integrity:vault-close", "custodian", otherwise=REFUSED, pk="open_unlock"),
]
CASE_PAGES = [
    page("integrity:case-list", SIGNED_IN),
    step("integrity:case-open", OFFICERS, otherwise=REFUSED),
    page("integrity:case-detail", CASE, reference="case"),
    page("integrity:case-history", CASE, reference="case"),
    page("integrity:case-who", CASE, reference="case"),
    Page(
        "integrity:case-files",
        {"GET": rule(HIDDEN, ok=CASE), "POST": rule(HIDDEN, ok="officer", refused=without(CASE, "officer"))},
        {"reference": "case"},
    ),
    Page(
        "integrity:case-report",
        {"GET": rule(HIDDEN, ok=CASE), "POST": rule(HIDDEN, ok="officer", refused=without(CASE, "officer"))},
        {"reference": "case"},
    ),
    Page(
        "integrity:case-statement",
        {"GET": rule(HIDDEN, ok=CASE), "POST": rule(HIDDEN, ok="officer", refused=without(CASE, "officer"))},
        {"reference": "case", "pk": "respondent"},
    ),
    _case_step("lead-attach"),
    _case_step("respondent-add"),
    _case_step("allegation-add", pk="respondent"),
    _case_step("prenotice", pk="respondent"),
    button("integrity:case-begin-investigation", "officer", without(CASE, "officer"), reference="case"),
    button("integrity:case-begin-deliberation", "officer", without(CASE, "officer"), reference="case"),
    _case_step("close"),
    _case_step("reopen", "head"),
    _case_step("assign", "head"),
    _case_step("exclude", "officer head"),
    page("integrity:subject-list", DIRECTORY, otherwise=REFUSED),
    page("integrity:subject-detail", DIRECTORY, otherwise=REFUSED, pk="subject"),
    step("integrity:subject-add-person", EDITORS, otherwise=REFUSED),
    step("integrity:subject-add-organization", EDITORS, otherwise=REFUSED),
]
NOT_DRAFTER = without(CASE, "officer")
DECISION_PAGES = [
    step("integrity:decision-draft", "officer", NOT_DRAFTER, reference="case", respondent_pk="respondent"),
    button("integrity:decision-check", "officer", NOT_DRAFTER, respondent_pk="respondent"),
    step("integrity:decision-import", OFFICERS, otherwise=REFUSED),
    page("integrity:decision-import-template", OFFICERS, otherwise=REFUSED),
    page("integrity:decision-detail", CASE, say="draft", pk="draft"),
    page("integrity:decision-detail", CASE + " publisher", say="in force", pk="decision"),
    step("integrity:decision-edit", "officer", NOT_DRAFTER, pk="draft"),
    button("integrity:decision-send", "officer", NOT_DRAFTER, pk="draft"),
    step("integrity:decision-review", "head", without(CASE, "head"), say="with the head", pk="in_section"),
    step("integrity:decision-issue", "officer", NOT_DRAFTER, pk="draft"),
    step("integrity:decision-serve", "officer", NOT_DRAFTER, pk="draft"),
    step("integrity:decision-province", "officer", NOT_DRAFTER + " publisher", pk="decision"),
    step("integrity:decision-supersede", "officer", NOT_DRAFTER + " publisher", pk="decision"),
    step("integrity:decision-revoke", "bureau", without(CASE, "bureau") + " publisher", pk="decision"),
    page("integrity:credit-record-list", SIGNED_IN),
    page("integrity:credit-record-detail", OFFICERS + " head legal bureau auditor", pk="credit_record"),
    step("integrity:credit-check", CHECKERS, otherwise=REFUSED),
    page("integrity:credit-check-detail", "officer auditor", pk="credit_check"),
]
NOTICE_PAGES = [
    page("notices:notice-list", NOTICE, otherwise=REFUSED),
    step("notices:notice-draft", "publisher", otherwise=REFUSED),
    page("notices:notice-detail", NOTICE, reference="notice"),
    _notice_step("edit"),
    _notice_step("secrecy"),
    button("notices:notice-send", "publisher", "reviewer auditor", reference="notice"),
    _notice_step("review", "reviewer"),
    _notice_step("publish"),
    _notice_step("schedule"),
    _notice_step("correct", notice="published"),
    _notice_step("withdraw", notice="published"),
]
SHARED = "officer member head legal bureau auditor"
SHARE_PAGES = [
    page("sharing:share-list", SIGNED_IN),
    step("sharing:share-give", "officer", NOT_DRAFTER + " publisher", decision_pk="decision"),
    page("sharing:share-detail", SHARED, reference="share"),
    button("sharing:share-acknowledge", "member", without(SHARED, "member"), reference="share"),
    step("sharing:share-opinion", "member", without(SHARED, "member"), reference="share"),
    step("sharing:share-recall", "officer", without(SHARED, "officer"), reference="share"),
]
# The unit lies in the area of `county` and was opened to the department of `member`, not to that of `outsider`.
REGISTER = "ethics county member auditor"
ETHICS_READERS = "ethics county member outsider auditor"  # SEE_ETHICS
ETHICS_KEEPERS = "ethics county"
ONLY_READS = "member auditor"


def _kept(name: str, **kwargs: str) -> Page:
    return step(f"ethics:{name}", ETHICS_KEEPERS, ONLY_READS, **kwargs)


def _supervised(name: str, **kwargs: str) -> Page:
    """What ethics supervision alone does: a county would open its units to itself and others."""
    return step(f"ethics:{name}", "ethics", "county member auditor", **kwargs)


ETHICS_PAGES = [
    page("ethics:ledger", ETHICS_READERS, otherwise=REFUSED),
    page("ethics:ledger-export", "ethics", otherwise=REFUSED),
    step("ethics:committee-import", ETHICS_KEEPERS, otherwise=REFUSED),
    page("ethics:committee-export", "ethics", otherwise=REFUSED),
    page("ethics:platform-fields", "ethics", otherwise=REFUSED),
    page("ethics:platform-export", "ethics", otherwise=REFUSED, sheet="word:activities"),
    page("ethics:platform-export", "ethics", otherwise=REFUSED, say="with members", sheet="word:committees"),
    page("ethics:committee-import-template", ETHICS_KEEPERS, otherwise=REFUSED),
    step("ethics:unit-enter", ETHICS_KEEPERS, otherwise=REFUSED),
    page("ethics:unit-detail", REGISTER, reference="unit"),
    page("ethics:unit-history", REGISTER, reference="unit"),
    page("casework:attachment-download", REGISTER, say="of a unit", pk="charter"),
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
    _kept("member-check", pk="committee_member"),
    _supervised("committee-run", pk="committee"),
    _supervised("member-account", pk="committee_member"),
    _kept("registration-record", pk="registration"),
    _kept("filing-record", pk="filing"),
    page("ethics:report-draft", ETHICS_KEEPERS, refused=ONLY_READS, pk="annual_report"),
    _kept("report-record", pk="annual_report"),
    _kept("spot-check-rectify", pk="spot_check"),
    button("ethics:violation-refer", ETHICS_KEEPERS, ONLY_READS, pk="violation"),
    _kept("activity-expert", pk="activity_in_review"),
    _kept("activity-approve", pk="activity_in_review"),
    _kept("activity-complete", pk="activity"),
    _kept("activity-terminate", pk="activity"),
    _kept("follow-up-record", pk="follow_up"),
]
API_PAGES = [
    page("api-case-list", SIGNED_IN),
    page("api-case-detail", CASE, reference="case"),
    page("api-decision-list", SIGNED_IN),
    page("api-decision-detail", CASE + " publisher", pk="decision"),
    page("api-notice-list", SIGNED_IN),
    page("api-notice-detail", SIGNED_IN, number="number"),
    Page("api-credit-check", {"POST": rule(REFUSED, ok=CHECKERS)}, json=True),
    page("api-schema", SIGNED_IN),
    page("api-docs", SIGNED_IN),
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
    "Ethics applications": permission_applications.PAGES,
    "Ethics meetings": permission_meetings.PAGES,
    "Ethics procedures": permission_procedures.PAGES,
    "Expert re-review and recorded reviews": permission_experts.PAGES,
    "Ethics after approval": permission_life.PAGES,
    "Search": permission_search.PAGES,
    "API": API_PAGES,
}
PAGES = [page for pages in SECTIONS.values() for page in pages]
METHODS = ("GET", "POST")


def cells() -> Iterator[tuple[Page, str, str, Outcome]]:
    """Every (page, method, visitor, outcome) of the table."""
    for row in PAGES:
        for method in METHODS:
            for visitor, outcome in row.outcomes(method).items():
                yield row, method, visitor, outcome
