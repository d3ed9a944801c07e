"""Who gets what at the addresses of ethics review: simple procedure, waiver, revision, extension, appeal.

`committee` is the chair and has declared; where a reviewer is meant, the chair was named too.
"""

from __future__ import annotations

from tests.architecture.permission_words import HIDDEN, Page, rule, step, without

READERS = "ethics committee auditor"


def _secretary(name: str, **kwargs: str) -> Page:
    return step(f"ethics:{name}", "ethics", without(READERS, "ethics"), **kwargs)


def _member(name: str, **kwargs: str) -> Page:
    return step(f"ethics:{name}", "committee", without(READERS, "committee"), **kwargs)


PAGES: list[Page] = [
    _member("reviewers-name", reference="simple_accepted"),
    _member("reviewer-release", pk="reviewer"),
    _member("opinion-give", reference="simple_named"),
    # The chair was named as well and reads what others say only after giving the own opinion.
    Page("ethics:opinion-detail", {"GET": rule(HIDDEN, ok="ethics auditor", refused="committee")}, {"pk": "opinion"}),
    _secretary("opinion-return", pk="opinion"),
    _secretary("simple-confirm", reference="simple_named"),
    _secretary("simple-to-meeting", reference="simple_named"),
    _secretary("waiver-confirm", reference="waiver_accepted"),
    _secretary("waiver-refuse", reference="waiver_accepted"),
    _secretary("revision-verify", reference="revised"),
    _secretary("revision-return", reference="revised"),
    _secretary("review-extend", reference="accepted_application"),
    _secretary("appeal-record", reference="rejected"),
    step("ethics:own-appeal", "applicant", reference="rejected"),
    step("ethics:appeal-answer", "ethics committee", without(READERS, "ethics committee"), pk="appeal"),
]
