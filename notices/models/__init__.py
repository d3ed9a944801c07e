"""Models of the notices app; every other module imports them from here."""

from notices.models.notices import MaskedSpan, Notice, NoticeDuty, NoticeField, NoticeReview
from notices.models.public import PublicNotice
from notices.models.throttle import ThrottleCount

__all__ = ["MaskedSpan", "Notice", "NoticeDuty", "NoticeField", "NoticeReview", "PublicNotice", "ThrottleCount"]
