"""Models of the integrity app; every other module imports them from here."""

from integrity.models.cases import Allegation, Case, InvestigationReport, Respondent, StatementRequest
from integrity.models.credit import CreditCheck, CreditRecord
from integrity.models.decisions import Decision, DecisionApproval, Measure
from integrity.models.leads import FormSchema, Lead, LeadLink, Message
from integrity.models.vault import CustodianKey, IdentityUnlock, ReporterVault

__all__ = [
    "Allegation",
    "Case",
    "CreditCheck",
    "CreditRecord",
    "CustodianKey",
    "Decision",
    "DecisionApproval",
    "FormSchema",
    "IdentityUnlock",
    "InvestigationReport",
    "Lead",
    "LeadLink",
    "Measure",
    "Message",
    "ReporterVault",
    "Respondent",
    "StatementRequest",
]
