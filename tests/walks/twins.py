"""The reference model of the walk: what stands where and who may do what, in plain values, written from the rules.

Nothing here asks the code under test; it only repeats in its own words what the regulations and ADRs demand.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PEOPLE = (
    "intake",
    "officer",
    "officer2",
    "head",
    "legal",
    "bureau",
    "bureau2",
    "publisher",
    "publisher2",
    "reviewer",
    "reviewer2",
    "member",
    "every",
)
# One person with every role that may meet in one person: rights alone must never be enough to pass one's own text.
EVERY = ("intake", "officer", "head", "legal", "bureau", "publisher", "reviewer")
MAY = {
    "assess": {"intake", "every"},
    "refuse": {"head", "every"},
    "handle": {"officer", "officer2", "every"},
    "assign": {"head", "every"},
    "section": {"head", "every"},
    "legal": {"legal", "every"},
    "bureau": {"bureau", "bureau2", "every"},
    "second": {"bureau", "bureau2", "every"},
    "publish": {"publisher", "publisher2", "every"},
    "review": {"reviewer", "reviewer2", "every"},
}
STEPS = {
    "section_review": "section",
    "legal_review": "legal",
    "bureau_approval": "bureau",
    "second_approval": "second",
}
MAKING = {"draft", *STEPS, "approved"}
IN_FORCE = {"issued", "effective"}
FALLEN = {"superseded", "revoked"}
IN_WORK = {"draft", "review", "approved", "scheduled"}


class Twin:
    """Something with a row in the database."""

    pk: int
    status: str

    def become(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self, name, value)


@dataclass
class LeadTwin(Twin):
    pk: int
    status: str = "submitted"
    summarised: bool = False
    handler: str = ""
    proposer: str = ""
    before: str = ""
    repeats: LeadTwin | None = None

    @property
    def waits(self) -> bool:
        return self.status in {"submitted", "need_more"}


@dataclass
class RespondentTwin(Twin):
    pk: int
    charged: bool = False
    told: bool = False
    answered: bool = False
    status: str = ""


@dataclass
class CaseTwin(Twin):
    pk: int
    handler: str
    status: str = "opened"
    handovers: int = 0
    respondents: list[RespondentTwin] = field(default_factory=list)

    @property
    def is_charged(self) -> bool:
        return bool(self.respondents) and all(one.charged for one in self.respondents)

    def is_handled_by(self, name: str) -> bool:
        return name == self.handler and name in MAY["handle"]


@dataclass
class DecisionTwin(Twin):
    pk: int
    case: CaseTwin
    respondent: RespondentTwin
    kind: str
    writers: set[str]
    replaces: DecisionTwin | None = None
    status: str = "draft"
    agreed: set[str] = field(default_factory=set)
    text: int = 0

    @property
    def is_severe(self) -> bool:
        return self.kind == "serious"

    def after(self, step: str) -> str:
        """Where an approval at this step leads."""
        if step == "bureau":
            return "second_approval" if self.is_severe else "approved"
        return {"section": "legal_review", "legal": "bureau_approval", "second": "approved"}[step]

    def may_review(self, name: str, step: str) -> bool:
        """Neither who wrote any of it, nor who handles the case, nor twice on the same text."""
        own = name in self.writers or name == self.case.handler
        return name in MAY[step] and not own and name not in self.agreed

    def back_to_draft(self) -> None:
        self.become(status="draft", agreed=set())


@dataclass
class NoticeTwin(Twin):
    pk: int
    decision: DecisionTwin
    writers: set[str]
    status: str = "draft"
    checker: str = ""
    opinions: dict[str, str] = field(default_factory=dict)
    on_show: bool = False
    text: int = 0

    def may_review(self, name: str) -> bool:
        """Neither who wrote any of it, nor who checked its secrecy, nor twice in a round."""
        return name in MAY["review"] and name not in self.writers | {self.checker} | set(self.opinions)

    def may_publish(self, name: str) -> bool:
        return name in MAY["publish"] and name not in self.opinions

    def hear(self, name: str, verdict: str) -> None:
        self.opinions[name] = verdict
        if len(self.opinions) == 2:
            self.status = "approved" if set(self.opinions.values()) == {"approve"} else "draft"
