"""Roles in prose: the Chinese name, what the person is there for, and the rights that follow.

Roles are code, so that a change of rights is reviewed and released; who holds which role is data (Membership).
"""

from dataclasses import dataclass

from accounts.enums import Role
from accounts.permissions import Permission as P


@dataclass(frozen=True)
class RoleSheet:
    """What a role is for. `second_factor`: a person in this role may not work without one."""

    role: Role
    prose: str
    permissions: frozenset[P]
    second_factor: bool = False


_SHEETS = [
    RoleSheet(
        Role.INTAKE,
        "Takes in reports by every channel, talks with reporters, decides acceptance; never learns who a sealed reporter is.",
        frozenset(
            {P.TAKE_IN_LEADS, P.ASSESS_LEADS, P.SEE_ALL_LEADS, P.REQUEST_IDENTITY, P.EDIT_DIRECTORY, P.SEARCH_STAFF}
        ),
    ),
    RoleSheet(
        Role.OFFICER,
        "Handles the cases given to them: respondents, allegations, report, statement, draft decision, sharing.",
        frozenset(
            {
                P.OPEN_CASES,
                P.HANDLE_CASES,
                P.DRAFT_DECISIONS,
                P.CHECK_CREDIT,
                P.SEE_CREDIT_RECORDS,
                P.SHARE_CASES,
                P.EDIT_DIRECTORY,
                P.IMPORT_DECISIONS,
                P.SEARCH_STAFF,
            }
        ),
    ),
    RoleSheet(
        Role.HEAD,
        "Head of the supervision section: confirms refusals, gives cases to officers, reviews drafts, "
        "sees all leads and cases of the bureau and takes lists of what a search finds out as a table.",
        frozenset(
            {
                P.REFUSE_LEADS,
                P.SEE_ALL_LEADS,
                P.SEE_ALL_CASES,
                P.ASSIGN_CASES,
                P.REVIEW_DECISIONS_SECTION,
                P.CHECK_CREDIT,
                P.SEE_CREDIT_RECORDS,
                P.KEEP_CALENDAR,
                P.SEARCH_STAFF,
                P.EXPORT_SEARCH,
            }
        ),
        second_factor=True,
    ),
    RoleSheet(
        Role.LEGAL,
        "Legal reviewer: reads every draft decision against the rules in force and keeps the rule sets.",
        frozenset({P.SEE_ALL_CASES, P.REVIEW_DECISIONS_LEGAL, P.KEEP_RULES, P.SEE_CREDIT_RECORDS, P.SEARCH_STAFF}),
    ),
    RoleSheet(
        Role.BUREAU,
        "Head of the bureau: approves decisions; serious and grave ones need two of them.",
        frozenset({P.SEE_ALL_CASES, P.APPROVE_DECISIONS, P.SEE_CREDIT_RECORDS, P.SEARCH_STAFF}),
        second_factor=True,
    ),
    RoleSheet(
        Role.PUBLISHER,
        "Drafts and publishes public notices from decisions in force; reads the decisions, not the case files. Is the "
        "second person who lets out an entry of the public list of ethics approvals; reads the entry, not the register.",
        frozenset({P.DRAFT_NOTICES, P.PUBLISH_NOTICES, P.PUBLISH_ETHICS, P.SEARCH_STAFF}),
    ),
    RoleSheet(
        Role.REVIEWER,
        "Reads a draft notice before it goes out, without knowing what the other reviewer thinks.",
        frozenset({P.REVIEW_NOTICES, P.SEARCH_STAFF}),
    ),
    RoleSheet(
        Role.MEMBER,
        "Member of the joint meeting: reads what was shared with their department, acknowledges, gives an opinion; "
        "reads the ethics register of units opened to it.",
        frozenset({P.RECEIVE_SHARES, P.CHECK_CREDIT, P.SEE_ETHICS, P.SEARCH_STAFF}),
    ),
    RoleSheet(
        Role.COUNTY,
        "County S&T bureau: enters leads of its area, handles the cases given to it, keeps the ethics register of its units.",
        frozenset(
            {
                P.TAKE_IN_LEADS,
                P.HANDLE_CASES,
                P.DRAFT_DECISIONS,
                P.EDIT_DIRECTORY,
                P.CHECK_CREDIT,
                P.SEE_ETHICS,
                P.KEEP_ETHICS,
                P.SEE_REVIEWS,
                P.REFER_VIOLATIONS,
                P.SEARCH_STAFF,
            }
        ),
    ),
    RoleSheet(
        Role.ETHICS,
        "Ethics supervision of the bureau: keeps the register of units, committees and listed activities of the city, "
        "chases what is due, records reviews held elsewhere, is the secretary of the committees that work here, hands "
        "violations over to integrity. Takes the register out as a table, hence a second factor.",
        frozenset(
            {
                P.SEE_ETHICS,
                P.SEE_ALL_ETHICS,
                P.KEEP_ETHICS,
                P.SEE_REVIEWS,
                P.RUN_REVIEWS,
                P.PUBLISH_ETHICS,
                P.EXPORT_ETHICS,
                P.REFER_VIOLATIONS,
                P.EDIT_DIRECTORY,
                P.SEARCH_STAFF,
                P.EXPORT_SEARCH,
            }
        ),
        second_factor=True,
    ),
    RoleSheet(
        Role.COMMITTEE,
        "Member of an ethics committee that works here: declares before a dossier opens, reads it, votes, gives an opinion. "
        "What the member may do in a committee follows from the seat in the register, the chair's tasks included.",
        frozenset({P.SEE_REVIEWS, P.SIT_ON_COMMITTEE}),
    ),
    RoleSheet(
        Role.APPLICANT,
        "Applies for ethics review of a scientific activity: sees the own applications and their letters, nothing else.",
        frozenset({P.APPLY_ETHICS}),
    ),
    RoleSheet(
        Role.CUSTODIAN,
        "Keeps the sealed identities of reporters: two of them together may open one, for a stated reason, for a short time.",
        frozenset({P.KEEP_IDENTITIES}),
        second_factor=True,
    ),
    RoleSheet(
        Role.SYSADMIN,
        "System administrator: accounts, calendar, operation. Sees no case.",
        frozenset({P.KEEP_ACCOUNTS, P.KEEP_CALENDAR, P.KEEP_SEARCH}),
        second_factor=True,
    ),
    RoleSheet(
        Role.SECADMIN,
        "Security administrator: who holds which role, exclusions, clearances. Sees no case.",
        frozenset({P.KEEP_ACCESS}),
        second_factor=True,
    ),
    RoleSheet(
        Role.AUDITOR,
        "Audit administrator: reads process and logs of everything, and the reading of an auditor is logged too.",
        frozenset(
            {
                P.READ_AUDIT,
                P.SEE_ALL_LEADS,
                P.SEE_ALL_CASES,
                P.SEE_ETHICS,
                P.SEE_ALL_ETHICS,
                P.SEE_REVIEWS,
                P.SEARCH_STAFF,
            }
        ),
        second_factor=True,
    ),
]
ROLES: dict[str, RoleSheet] = {sheet.role.value: sheet for sheet in _SHEETS}

# People of units and experts from outside: a grant to a department of the house must never reach them.
OUTSIDE_ROLES = frozenset({Role.COMMITTEE.value, Role.APPLICANT.value})

# 等保 (GB/T 22239-2019): operation, security policy and audit are three people who watch each other.
EXCLUSIVE_ROLES = frozenset({Role.SYSADMIN.value, Role.SECADMIN.value, Role.AUDITOR.value})


def permissions_of(roles: frozenset[str]) -> frozenset[P]:
    """All rights of these roles together. An unknown role raises KeyError: a typing error must not be 'no rights'."""
    return frozenset(right for role in roles for right in ROLES[role].permissions)


def roles_with(permission: P) -> frozenset[str]:
    """The roles that hold this right."""
    return frozenset(role for role, sheet in ROLES.items() if permission in sheet.permissions)


def belongs_outside(role: str) -> bool:
    """Is this a role for people who work for no department of the house?"""
    return role in OUTSIDE_ROLES


def clash(roles: frozenset[str]) -> bool:
    """True when these roles may not meet in one person.

    The three administrators exclude each other and every other role; a custodian of identities handles no cases.
    """
    if roles & EXCLUSIVE_ROLES:
        return len(roles) > 1
    return Role.CUSTODIAN.value in roles and len(roles) > 1
