"""Who gets what at the addresses of ethics review: expert re-review, recorded reviews and letters."""

from __future__ import annotations

from tests.architecture.permission_words import Page, button, page, step

# `county` keeps the unit and therefore the reviews of its committee recorded here; the auditor reads everything.
RUN = "ethics county"
READ = f"{RUN} auditor"


def _step(verb: str, application: str, say: str = "") -> Page:
    return step(f"ethics:{verb}", RUN, "auditor", reference=application, say=say)


PAGES: list[Page] = [
    page("ethics:expert-detail", READ, reference="expert_waiting"),
    page("ethics:expert-pack", RUN, refused="auditor", reference="expert_waiting"),
    _step("expert-request", "passed_application"),
    _step("expert-receive", "expert_asked"),
    _step("expert-answer", "expert_waiting"),
    _step("expert-conclude", "expert_answered"),
    _step("expert-put-off", "recorded_accepted"),
    step("ethics:recorded-enter", RUN, "auditor", reference="recording_unit"),
    _step("recorded-paper", "recorded_submitted"),
    _step("recorded-accept", "recorded_submitted"),
    _step("recorded-waive", "recorded_submitted"),
    _step("recorded-decide", "recorded_accepted"),
    _step("recorded-verify", "recorded_to_verify"),
    button("ethics:recorded-resubmit", RUN, "auditor", reference="recorded_to_resubmit"),
    _step("recorded-withdraw", "recorded_accepted"),
    page("ethics:application-letters", READ, reference="expert_waiting", say="recorded here"),
    page("ethics:application-letters", "ethics committee auditor", reference="accepted_application", say="held here"),
    page("ethics:letter-detail", "ethics committee auditor", pk="letter"),
    page("ethics:letter-docx", "ethics committee auditor", pk="letter"),
    step("ethics:letter-deliver", "ethics", "committee auditor", pk="letter"),
    step("ethics:letter-recall", RUN, "auditor", pk="letter_to_recall"),
    page("ethics:own-letter", "applicant", pk="letter"),
    page("ethics:own-letter-docx", "applicant", pk="letter"),
]
