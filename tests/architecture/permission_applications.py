"""Who gets what at the addresses of ethics review: applications."""

from __future__ import annotations

from tests.architecture.permission_words import HIDDEN, REFUSED, Page, button, page, step

READERS = "ethics auditor"  # SEE_ALL_ETHICS with SEE_REVIEWS; the applicant is kept out of the own dossier
WITH_MEMBER = f"{READERS} committee"  # after the member declared no conflict
LISTS = "ethics county committee auditor"  # SEE_REVIEWS


def _own(name: str, *, draft: str = "own_draft") -> Page:
    """A page of the form: nobody but the applicant knows that the application is there."""
    return step(f"ethics:own-{name}", "applicant", reference=draft)


PAGES: list[Page] = [
    page("ethics:own-list", "applicant", otherwise=REFUSED),
    step("ethics:own-begin", "applicant", otherwise=REFUSED),
    step("ethics:own-amend", "applicant", pk="own_activity"),
    step("ethics:own-review-again", "applicant", pk="own_activity_to_review"),
    page("ethics:own-detail", "applicant", reference="own_draft"),
    page("ethics:own-detail", "applicant", say="submitted", reference="own_submitted"),
    *(_own(name) for name in ("basics", "circumstances", "people", "materials", "review", "withdraw")),
    # Submitted: told that it can only be read now.
    step("ethics:own-basics", "applicant", say="submitted", reference="own_submitted"),
    button("ethics:own-person-leave", "applicant", pk="own_person"),
    step("ethics:own-material-replace", "applicant", pk="own_material"),
    button("ethics:own-material-leave", "applicant", pk="own_material"),
    page("ethics:own-file", "applicant", pk="own_file"),
    button("ethics:own-letter-confirm", "applicant", pk="own_letter"),
    page("ethics:application-list", LISTS, otherwise=REFUSED),
    page("ethics:application-detail", READERS, reference="own_submitted"),
    page("ethics:application-detail", "", otherwise=HIDDEN, say="draft", reference="own_draft"),
    page("ethics:application-detail", WITH_MEMBER, say="accepted", reference="accepted_application"),
    page("ethics:application-history", READERS, refused="committee", reference="accepted_application"),
    page("ethics:application-compare", WITH_MEMBER, reference="accepted_application"),
    step("ethics:application-accept", "ethics", "auditor", reference="own_submitted"),
    step("ethics:application-return", "ethics", "auditor", reference="own_submitted"),
    step("ethics:material-replace", "ethics", "auditor", pk="submitted_material"),
]
