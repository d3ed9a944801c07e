"""Models of the ethics app; every other module imports them from here."""

from ethics.models.activities import FollowUp, ListedActivity
from ethics.models.committees import Committee, CommitteeMember, SignedUndertaking, TrainingRecord
from ethics.models.duties import AnnualReport, Registration, SpotCheck
from ethics.models.units import ReviewUnit
from ethics.models.violations import Violation

__all__ = [
    "AnnualReport",
    "Committee",
    "CommitteeMember",
    "FollowUp",
    "ListedActivity",
    "Registration",
    "ReviewUnit",
    "SignedUndertaking",
    "SpotCheck",
    "TrainingRecord",
    "Violation",
]
