"""Who gets what at the addresses of ethics review: life after approval, public list, statistics."""

from __future__ import annotations

from tests.architecture.permission_words import REFUSED, SIGNED_IN, Page, button, page, public, step

# The activity lies at a unit in the area of `county`, which was opened to the department of `member`.
READERS = "ethics county member auditor"
KEEPERS = "ethics county"
ONLY_READ = "member auditor"
PUBLISHERS = "ethics publisher"
COUNTERS = "ethics county auditor"  # SEE_ETHICS and SEE_REVIEWS


def _kept(name: str, **kwargs: str) -> Page:
    return step(f"ethics:{name}", KEEPERS, ONLY_READ, **kwargs)


PAGES: list[Page] = [
    page("ethics:activity-detail", READERS, pk="activity"),
    _kept("incident-enter", pk="activity"),
    _kept("incident-handle", pk="incident"),
    _kept("activity-suspend", pk="activity"),
    _kept("activity-resume", pk="suspended_activity"),
    _kept("activity-letter-deliver", pk="activity_letter"),
    step("ethics:own-incident-enter", "applicant", reference="own_submitted"),
    page("ethics:statistics", COUNTERS, otherwise=REFUSED),
    page("ethics:statistics-list", COUNTERS, otherwise=REFUSED),
    page("ethics:statistics-export", "ethics", otherwise=REFUSED),
    public("ethics_public:approvals"),
    page("ethics_public:desk", PUBLISHERS, otherwise=REFUSED),
    page("ethics_public:entry", PUBLISHERS, pk="public_draft"),
    # A county keeps the unit and may not draft; those who only read it neither.
    step("ethics_public:draft", "ethics", "county member auditor", pk="activity"),
    step("ethics_public:edit", PUBLISHERS, pk="public_draft"),
    button("ethics_public:publish", "publisher", "ethics", pk="public_draft"),
    step("ethics_public:withdraw", PUBLISHERS, pk="published_entry"),
    page("api-ethics-activity-list", SIGNED_IN),
    page("api-ethics-activity-detail", READERS, pk="activity"),
    page("api-ethics-application-list", SIGNED_IN),
    page("api-ethics-application-detail", "ethics auditor committee", reference="accepted_application"),
]
