"""Leads in any state, reached by the real actions, and custodians with cheap keys."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

from nacl.pwhash import argon2id

from accounts.enums import Role
from accounts.models import User
from casework.actors import REPORTER
from casework.models import Event
from casework.sealing import new_custodian_key
from integrity.actions import duplicates, leads, messages, vault
from integrity.models import IdentityUnlock, Lead
from tests.factories.people import person

TICKS = ("clear_target", "within_art2", "clear_fact", "evidence_or_lead")
ANSWERS = {
    "target": "周砚清",
    "unit": "剑门医学院",
    "facts": "论文图3与他人已发表论文的图2相同，仅做了镜像翻转。",
    "works": "10.1000/demo.2025.001",
}
IDENTITY = {"name": "苏望舒", "contact": "13800006789"}
PASSPHRASE = "一把足够长的保管口令"
SUMMARY = "论文图片重复使用"
QUICK_KEY = functools.partial(new_custodian_key, ops_limit=argon2id.OPSLIMIT_MIN, mem_limit=argon2id.MEMLIMIT_MIN)


def custodian(*, name: str = "", passphrase: str = PASSPHRASE) -> User:
    """A custodian with a live key; the key is weak so that tests are quick."""
    keeper = person(Role.CUSTODIAN, name=name)
    with mock.patch.object(vault, "new_custodian_key", QUICK_KEY):
        vault.make_key(passphrase=passphrase, by=keeper)
    return keeper


def report(mode: str = "anonymous", **changes: Any) -> tuple[Lead, str]:
    """(lead, receipt) as a citizen files it; `identity` is used unless anonymous, which needs a custodian first."""
    values: dict[str, Any] = {"answers": ANSWERS, "identity": IDENTITY, "by": REPORTER}
    return leads.submit(mode=mode, **(values | changes))


def lead_at(status: str = "submitted", *, handler: User | None = None, by: User | None = None, **changes: Any) -> Lead:
    """A lead in this status. `by` is the intake officer who did the steps; `handler` the officer who got it on acceptance."""
    lead, _receipt = report(**changes)
    if status == "submitted":
        return lead
    intake = by or person(Role.INTAKE)
    leads.summarise(lead=lead, summary=SUMMARY, by=intake)
    if status == "need_more":
        messages.ask_more(lead=lead, body="请补充论文的期刊和卷期。", by=intake)
    elif status == "accepted":
        leads.accept(lead=lead, ticks=TICKS, handler=handler, by=intake)
    elif status in {"refusal_proposed", "not_accepted"}:
        leads.propose_refusal(lead=lead, ground="no_evidence", reason="没有可以查证的线索。", by=intake)
        if status == "not_accepted":
            leads.refuse(lead=lead, by=person(Role.HEAD))
    elif status == "transferred":
        leads.transfer(lead=lead, unit="市教育局", reason="属于师德问题。", by=intake)
    elif status == "duplicate":
        duplicates.mark(lead=lead, original=report()[0], reason="同一篇论文。", by=intake)
    else:
        raise ValueError(f"no way to {status}")
    return lead


def last_event(lead: Lead) -> Event:
    """The last thing somebody did in its dossier; what clocks note is left out."""
    return Event.objects.filter(dossier=lead.dossier).exclude(type__startswith="clock_").order_by("-seq")[0]


def unlock_at(status: str = "requested", *, keepers: tuple[User, User] | None = None) -> IdentityUnlock:
    """A request to open a confidential reporter's identity; `keepers` agree in this order."""
    first, second = keepers or (custodian(), custodian())
    lead = lead_at("submitted", mode="confidential")
    unlock = vault.request(lead=lead, purpose="verify", reason="需要核对原始记录。", by=person(Role.INTAKE))
    if status in {"approved_1", "open", "closed"}:
        vault.approve(unlock=unlock, by=first)
    if status in {"open", "closed"}:
        vault.approve(unlock=unlock, by=second)
    if status == "closed":
        vault.close(unlock=unlock, by=second)
    if status == "refused":
        vault.refuse(unlock=unlock, reason="理由不充分。", by=first)
    return unlock
