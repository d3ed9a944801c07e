"""Models of the sharing app; every other module imports them from here."""

from sharing.models.shares import ShareDuty, SharePackage, ShareRecipient, WrittenOpinion

__all__ = ["ShareDuty", "SharePackage", "ShareRecipient", "WrittenOpinion"]
