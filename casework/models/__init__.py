"""Models of the casework app; every other module imports them from here."""

from casework.models.clocks import CalendarDay, ClockEvent, Deadline
from casework.models.devices import OneTimeCode
from casework.models.directory import Affiliation, Organization, Person, Subject, SubjectIdentifier
from casework.models.dossiers import Dossier, ReferenceCounter
from casework.models.events import AccessEvent, Event
from casework.models.files import Attachment
from casework.models.grants import DossierGroupPermission, DossierUserPermission, Exclusion, Grant
from casework.models.idempotency import IdempotencyKey
from casework.models.rules import Clause, RuleSet

__all__ = [
    "AccessEvent",
    "Affiliation",
    "Attachment",
    "CalendarDay",
    "Clause",
    "ClockEvent",
    "Deadline",
    "Dossier",
    "DossierGroupPermission",
    "DossierUserPermission",
    "Event",
    "Exclusion",
    "Grant",
    "IdempotencyKey",
    "OneTimeCode",
    "Organization",
    "Person",
    "ReferenceCounter",
    "RuleSet",
    "Subject",
    "SubjectIdentifier",
]
