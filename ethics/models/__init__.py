"""Models of the ethics app; every other module imports them from here."""

from ethics.models.activities import Activity, FollowUp
from ethics.models.applications import Application, ApplicationVersion, Investigator, Material
from ethics.models.committees import Committee, CommitteeMember, IntegrityFlag, SignedUndertaking, TrainingRecord
from ethics.models.duties import AnnualReport, Filing, Registration, SpotCheck
from ethics.models.incidents import EthicsAppeal, Incident
from ethics.models.letters import PublicEntry, ReviewLetter
from ethics.models.meetings import AgendaItem, Attendance, CommitteeMeeting, Motion, Vote
from ethics.models.reviews import (
    ConflictDeclaration,
    ExpertReview,
    Review,
    ReviewDecision,
    ReviewerAssignment,
    ReviewerOpinion,
)
from ethics.models.units import ReviewUnit
from ethics.models.violations import Violation

__all__ = [
    "Activity",
    "AgendaItem",
    "AnnualReport",
    "Application",
    "ApplicationVersion",
    "Attendance",
    "Committee",
    "CommitteeMeeting",
    "CommitteeMember",
    "ConflictDeclaration",
    "EthicsAppeal",
    "ExpertReview",
    "Filing",
    "FollowUp",
    "Incident",
    "IntegrityFlag",
    "Investigator",
    "Material",
    "Motion",
    "PublicEntry",
    "Registration",
    "Review",
    "ReviewDecision",
    "ReviewLetter",
    "ReviewUnit",
    "ReviewerAssignment",
    "ReviewerOpinion",
    "SignedUndertaking",
    "SpotCheck",
    "TrainingRecord",
    "Violation",
    "Vote",
]
