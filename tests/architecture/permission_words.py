"""The words the permission table is written in: outcomes, visitors, rows. `kwargs` name things of tests/architecture/world.py."""

from __future__ import annotations

from collections.abc import Mapping
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
    "committee": "member of an ethics committee, without conflict",
    "applicant": "applicant for ethics review",
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


def rule(otherwise: Outcome, anonymous: Outcome = LOGIN, **named: str) -> dict[str, Outcome]:
    outcomes = dict.fromkeys(VISITORS, otherwise) | {ANONYMOUS: anonymous}
    for word, names in named.items():
        outcomes |= dict.fromkeys(names.split(), Outcome[word.upper()])
    return outcomes


CLOSED_TO_ALL = rule(CLOSED)


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
        return rule(CLOSED, CLOSED) if is_public else CLOSED_TO_ALL


def public(name: str, *methods: str, outcome: Outcome = OK, **kwargs: str) -> Page:
    return Page(name, {method: rule(outcome, outcome) for method in methods or ("GET",)}, kwargs)


def page(name: str, ok: str, *, otherwise: Outcome = HIDDEN, refused: str = "", say: str = "", **kwargs: str) -> Page:
    """A page to read."""
    return Page(name, {"GET": rule(otherwise, ok=ok, refused=refused)}, kwargs, say)


def step(name: str, ok: str, refused: str = "", *, otherwise: Outcome = HIDDEN, say: str = "", **kwargs: str) -> Page:
    """A form: shown and sent under the same rule."""
    both = rule(otherwise, ok=ok, refused=refused)
    return Page(name, {"GET": both, "POST": both}, kwargs, say)


def button(name: str, ok: str, refused: str = "", *, otherwise: Outcome = HIDDEN, say: str = "", **kwargs: str) -> Page:
    """A step without a form of its own."""
    return Page(name, {"POST": rule(otherwise, ok=ok, refused=refused)}, kwargs, say)


def without(names: str, taken: str) -> str:
    return " ".join(name for name in names.split() if name not in taken.split())
