"""A small fixed world for the permission table: one of each thing, made by the real actions, and its visitors."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import DepartmentKind, Role
from accounts.models import Membership, User
from casework.actions import grants
from casework.enums import AttachmentKind
from casework.models import Attachment
from ethics.actions import units
from integrity.actions import cases, credit, leads, vault
from integrity.enums import CheckPurpose, DecisionStatus
from integrity.models import CreditRecord, Decision
from search.actions import saved
from search.asking import understand
from sharing.enums import FieldProfile
from tests.architecture import review_world
from tests.architecture.permission_words import ANONYMOUS, VISITORS, Page
from tests.factories import department, person
from tests.factories.cases import case_at
from tests.factories.decisions import decision_at
from tests.factories.dossiers import exclude
from tests.factories.ethics import everything_of, supervised_unit
from tests.factories.leads import SUMMARY, TICKS, custodian, report
from tests.factories.notices import notice_at
from tests.factories.shares import share_at
from tests.factories.visits import signed_in

ROLE_OF = {"stranger": Role.OFFICER, "outsider": Role.MEMBER}
DEPARTMENT_OF = {"member": "jyj", "outsider": "wjw", "county": "lzq"}


class World:
    """`things`: name in the table → value of the address. `clients`: visitor → signed-in browser."""

    def __init__(self) -> None:
        department("jyj", DepartmentKind.MEMBER, "市教育局")
        self.people: dict[str, User] = {name: self._person(name) for name in VISITORS if name != ANONYMOUS}
        self.things: dict[str, Any] = {}
        self._fill_vault_and_leads()
        self._fill_cases()
        self._fill_notices()
        self._fill_shares()
        self._fill_ethics()
        self.things |= review_world.fill(self.people)
        self._fill_accounts()
        self._fill_exclusions()
        self._fill_searches()
        self.clients = {name: signed_in(user) for name, user in self.people.items()} | {ANONYMOUS: Client()}
        for client in self.clients.values():
            client.raise_request_exception = False

    def _person(self, name: str) -> User:
        if name == "custodian":
            return custodian()
        return person(
            ROLE_OF.get(name, Role(name) if name in Role.values else Role.OFFICER), dept=DEPARTMENT_OF.get(name, "kjj")
        )

    def url(self, page: Page) -> str:
        return reverse(page.name, kwargs={key: self._value(value) for key, value in page.kwargs.items()})

    def _value(self, name: str) -> Any:
        return name.removeprefix("word:") if name.startswith("word:") else self.things[name]

    def _fill_vault_and_leads(self) -> None:
        second, intake = custodian(), self.people["intake"]
        lead, _receipt = report(mode="confidential", files=[("说明.txt", "图三与图五相同。".encode())])
        self.things["lead"] = lead.dossier.reference
        self.things["lead_file"] = Attachment.objects.get(dossier=lead.dossier).pk
        self.things["asked_unlock"] = vault.request(lead=lead, purpose="verify", reason="核对原始记录。", by=intake).pk
        other, _receipt = report(mode="confidential")
        unlock = vault.request(lead=other, purpose="verify", reason="核对原始记录。", by=intake)
        vault.approve(unlock=unlock, by=self.people["custodian"])
        vault.approve(unlock=unlock, by=second)
        self.things["open_unlock"] = unlock.pk
        given, _receipt = report()
        leads.summarise(lead=given, summary=SUMMARY, by=intake)
        leads.accept(lead=given, ticks=TICKS, handler=self.people["officer"], by=intake)
        self.things["given_lead"] = given.dossier.reference

    def _fill_cases(self) -> None:
        officer = self.people["officer"]
        case = case_at("deliberation", officer=officer)
        respondent = case.respondents.get()
        file = cases.add_file(case=case, name="谈话记录.txt", content=b"...", kind=AttachmentKind.EVIDENCE, by=officer)
        self.things |= {"case": case.dossier.reference, "respondent": respondent.pk, "subject": respondent.subject_id}
        self.things |= {"case_file": file.pk, "case_pk": case.pk}
        self.things["draft"] = decision_at(DecisionStatus.DRAFT, officer=officer).pk
        self.things["in_section"] = decision_at(DecisionStatus.SECTION_REVIEW, officer=officer).pk
        self.decision: Decision = decision_at(DecisionStatus.EFFECTIVE, officer=officer)
        self.things["decision"] = self.decision.pk
        self.things["credit_record"] = CreditRecord.objects.get(decision=self.decision).pk
        asked = {
            "purpose": CheckPurpose.AWARD,
            "basis": "市科技奖励办法",
            "name": "周砚清",
            "as_of": timezone.localdate(),
        }
        self.things["credit_check"] = credit.check_credit(by=officer, **asked).pk

    def _fill_notices(self) -> None:
        publisher = self.people["publisher"]
        other = decision_at(DecisionStatus.EFFECTIVE, officer=self.people["officer"])
        self.things["notice"] = notice_at("review", decisions=[other], publisher=publisher).dossier.reference
        notice = notice_at("published", decisions=[self.decision], publisher=publisher)
        self.things |= {"published": notice.dossier.reference, "number": notice.number}

    def _fill_shares(self) -> None:
        share = share_at("shared", decision=self.decision, profile=FieldProfile.FINDINGS)
        self.things["share"] = share.dossier.reference

    def _fill_ethics(self) -> None:
        ethics = self.people["ethics"]
        unit = supervised_unit(by=ethics)
        units.open_to(unit=unit, department=department("jyj"), basis="学校行业主管部门", by=ethics)
        made = everything_of(unit, by=ethics)
        self.things |= {"unit": unit.dossier.reference, "opened_department": department("jyj").pk, **made}

    def _fill_accounts(self) -> None:
        somebody = person(Role.LEGAL)
        self.things |= {"account": somebody.pk, "membership": Membership.objects.get(user=somebody).pk}

    def _fill_searches(self) -> None:
        kept = {"name": "一条检索", "has_alert": True, "on": timezone.localdate()}
        search = saved.save(asked=understand("没有的词"), by=self.people["intake"], **kept)
        self.things["saved_search"] = search.pk

    def _fill_exclusions(self) -> None:
        case = case_at("opened")
        self.things["exclusion"] = exclude(person(Role.LEGAL), case.dossier).pk
        for name, by in (("proposed_lift", person(Role.SECADMIN)), ("own_proposed_lift", self.people["secadmin"])):
            exclusion = exclude(person(Role.LEGAL), case.dossier)
            grants.propose_lift(exclusion=exclusion, reason="查明并无关联", by=by)
            self.things[name] = exclusion.pk
