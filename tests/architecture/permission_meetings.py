"""Who gets what at the addresses of ethics review: meetings, declarations and votes."""

from __future__ import annotations

from tests.architecture.permission_words import REFUSED, Page, button, page, step

SEATED = "ethics committee auditor"  # the secretary, the members of the committee, and the auditor who reads all
NOT_SECRETARY = "committee auditor"


def _meeting_step(name: str, meeting: str = "meeting", **kwargs: str) -> Page:
    return step(f"ethics:{name}", "ethics", NOT_SECRETARY, pk=meeting, **kwargs)


def _item_step(name: str, **kwargs: str) -> Page:
    return step(f"ethics:item-{name}", "ethics", NOT_SECRETARY, pk="item", **kwargs)


PAGES: list[Page] = [
    page("ethics:member-desk", "committee", otherwise=REFUSED),
    step("ethics:application-gate", "committee", reference="gate_application"),
    page("ethics:meeting-list", SEATED + " county", otherwise=REFUSED),
    step("ethics:meeting-plan", "ethics", "auditor county", pk="working_committee"),
    page("ethics:meeting-detail", SEATED, pk="meeting"),
    _meeting_step("meeting-edit", "planned_meeting"),
    button("ethics:meeting-begin", "ethics", NOT_SECRETARY, pk="planned_meeting"),
    button("ethics:meeting-close", "ethics", NOT_SECRETARY, pk="meeting"),
    _meeting_step("meeting-cancel", "planned_meeting"),
    _meeting_step("meeting-attendance"),
    _meeting_step("meeting-guest"),
    _meeting_step("minutes-write"),
    button("ethics:minutes-make", "ethics", NOT_SECRETARY, pk="meeting"),
    # The chair of this meeting is `committee`; the meeting is not over, so the chair is told so.
    button("ethics:minutes-approve", "committee", "ethics auditor", pk="meeting"),
    page("ethics:minutes-file", SEATED, pk="meeting"),
    _meeting_step("item-add"),
    step("ethics:application-place", "ethics", NOT_SECRETARY, reference="accepted_application"),
    step("ethics:attendance-leave", "ethics", NOT_SECRETARY, pk="own_place"),
    page("ethics:item-detail", SEATED, pk="item"),
    _item_step("note"),
    step("ethics:motion-put", "ethics", NOT_SECRETARY, pk="item"),
    _item_step("conclude"),
    _item_step("adjourn"),
    _item_step("settle"),
    button("ethics:item-reconcile", "ethics", NOT_SECRETARY, pk="item"),
    step("ethics:item-declare", "ethics", NOT_SECRETARY, pk="item", attendance_pk="place_without_account"),
    # Nobody votes for a member who has an account (R15).
    step("ethics:vote-cast", "committee", "ethics auditor", say="the own vote", pk="motion", attendance_pk="own_place"),
    step(
        "ethics:vote-cast",
        "",
        "ethics committee auditor",
        say="of another member with an account",
        pk="motion",
        attendance_pk="place_with_account",
    ),
    step(
        "ethics:vote-cast",
        "ethics",
        NOT_SECRETARY,
        say="of a member without an account",
        pk="motion",
        attendance_pk="place_without_account",
    ),
    button("ethics:motion-close", "ethics", NOT_SECRETARY, pk="motion"),
]
