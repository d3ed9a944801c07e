"""What each field tells about people: the list that 个人信息保护法 art. 51 asks for, kept beside the models by a test.

Fields that need a class: everything a person could write or be known by. Not asked: keys, choices, yes/no, links (the
row they lead to is classed) and the moments of our own steps. A new field without a class fails the tests.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class PersonalData(StrEnum):
    """NONE: about no person. PERSON: about somebody, read by those whose work it is, masked before it leaves the house.

    IDENTITY: says who a protected person is, or an official number; only sealed or hashed, in no history, index, log.
    SECRET: opens something. As IDENTITY, and shown to nobody.
    """

    NONE = "none"
    PERSON = "person"
    IDENTITY = "identity"
    SECRET = "secret"


def _fields(**held: str) -> dict[str, PersonalData]:
    return {name: PersonalData(kind) for kind, names in held.items() for name in names.split()}


_BY_MODEL: dict[str, dict[str, PersonalData]] = {
    "accounts.User": _fields(person="username name", secret="password"),
    "accounts.Department": _fields(none="code region_code short_name short_name_en natural_part"),
    "accounts.DepartmentName": _fields(none="name name_en valid_from valid_to"),
    "accounts.Membership": _fields(person="valid_from valid_to"),
    "casework.Dossier": _fields(none="reference token"),
    "casework.ReferenceCounter": _fields(none="kind year last"),
    # `reason` is staff's own text and names nobody who is protected; `data` holds ids and codes only.
    "casework.Event": _fields(
        none="seq type subject_label subject_pk reference outcome article audience data prev_hash hash",
        person="actor_label reason",
    ),
    "casework.AccessEvent": _fields(none="what data", person="actor_label purpose"),
    "casework.RuleSet": _fields(
        none="code version zh en document_no regime in_force_from in_force_to from_precision scale_from status sha256",
        person="published_by_label",
    ),
    "casework.Clause": _fields(none="key order article zh en numbers"),
    "casework.CalendarDay": _fields(none="date label source_notice"),
    "casework.Deadline": _fields(none="key label amount started_on due_on explanation ended_on"),
    "casework.ClockEvent": _fields(none="on amount category due_before due_after", person="reason"),
    "casework.OneTimeCode": _fields(none="name throttling_failure_count token last_t", secret="key_cipher"),
    "casework.Organization": _fields(none="name name_en former_names uscc region_code"),
    "casework.Person": _fields(person="name name_latin pinyin_keys birth_year"),
    "casework.Affiliation": _fields(person="post starts_on ends_on"),
    "casework.SubjectIdentifier": _fields(person="hint", identity="cipher keyed_hash"),
    # A file of a reporter keeps its name, which may say more than they meant: read on the lead, nowhere else.
    "casework.Attachment": _fields(
        none="sha256 size media_type warnings audience version", person="display_name uploaded_by_label"
    ),
    "casework.Grant": _fields(none="basis_text valid_from valid_to", person="revoked_by_label"),
    "casework.Exclusion": _fields(person="reason lift_reason"),
    "casework.IdempotencyKey": _fields(none="key location", person="owner"),
    "integrity.Case": _fields(none="import_key accepted_on", person="title conduct_from conduct_to import_facts"),
    "integrity.Respondent": _fields(person="name_then affiliation_then responsibility note"),
    "integrity.Allegation": _fields(person="text conduct_from conduct_to"),
    "integrity.InvestigationReport": _fields(none="version made_on", person="text proposed_handling conclusions"),
    "integrity.StatementRequest": _fields(none="served_on due_on", person="intended answer answered_on"),
    "integrity.Decision": _fields(
        none="reference date_precision issuing_body source_document_no content_hash round decided_on served_on",
        person="categories category_text tier factors facts basis exempt_ground exemption_ground statement_reply"
        " warning_reasons conduct_on issued_by_label revocation_reason",
    ),
    "integrity.Measure": _fields(
        none="order kind months days count until_text scope amount source_label planned_start starts_on ends_on",
        person="text",
    ),
    "integrity.DecisionApproval": _fields(none="bound_hash", person="reason"),
    "integrity.CreditRecord": _fields(person="tier categories starts_on ends_on"),
    "integrity.CreditCheck": _fields(
        none="reference basis as_of", person="asked_name records candidates same_name", identity="asked_identifier_hash"
    ),
    "integrity.FormSchema": _fields(none="sha256 content"),
    # What a reporter wrote may tell who wrote it. The hint is four of sixteen digits: enough to name, not to open.
    "integrity.Lead": _fields(
        none="source_document_no receipt_hint fingerprint received_on ticks transferred_to",
        person="source_body summary submitted_by_label refusal_reason",
        identity="answers_cipher",
        secret="receipt_hash",
    ),
    "integrity.Message": _fields(none="token", person="written_by_label", identity="body_cipher"),
    "integrity.LeadLink": _fields(person="reason"),
    "integrity.CustodianKey": _fields(none="public", secret="protected_private"),
    "integrity.ReporterVault": _fields(identity="sealed"),
    "integrity.IdentityUnlock": _fields(person="reason refusal_reason"),
    "ethics.ReviewUnit": _fields(none="region_code sensitive_fields note"),
    "ethics.Committee": _fields(none="name set_up_on dissolved_on regimes composition_breaks_on"),
    "ethics.CommitteeMember": _fields(
        none="clean_check_no clean_checked_on", person="categories starts_on ends_on left_on left_reason"
    ),
    # Says of a person that there is a record: for those who keep the unit only (ADR 0016).
    "ethics.IntegrityFlag": _fields(none="source", person="raised_on cleared_on"),
    "ethics.SignedUndertaking": _fields(person="signed_on"),
    "ethics.TrainingRecord": _fields(none="organiser", person="topic trained_on"),
    "ethics.Registration": _fields(none="due_on registered_on platform_no known_on reminded_on"),
    "ethics.Filing": _fields(none="due_on filed_on filing_no voided_on known_on reminded_on"),
    "ethics.AnnualReport": _fields(none="year due_on submitted_on known_on reminded_on"),
    "ethics.SpotCheck": _fields(
        none="checked_on due_on rectified_on known_on reminded_on", person="findings rectification"
    ),
    "ethics.Activity": _fields(
        none="title expert_on expert_basis approved_on ended_on follow_up_months", person="leader_name end_reason"
    ),
    "ethics.FollowUp": _fields(none="due_on done_on voided_on known_on reminded_on", person="note"),
    "ethics.Application": _fields(
        none="version unit_name title project_no scope_classes regimes circumstances simple_grounds waiver"
        " partner_countries expertise start_on end_on named_missing returned_on",
        person="leader_name answers",
    ),
    "ethics.Investigator": _fields(person="name organization_name duty left_out_on"),
    "ethics.Material": _fields(none="key left_out_on", person="note replaced_reason"),
    "ethics.ApplicationVersion": _fields(none="number sha256", person="content"),
    "ethics.Review": _fields(
        none="round reasons rule_sets preliminary due_on due_by_label extended_to moved_on reported_on ended_on",
        person="departs_reason extension_reason moved_reason",
    ),
    "ethics.ConflictDeclaration": _fields(person="text suggested"),
    "ethics.ReviewerAssignment": _fields(none="released_on", person="released_reason"),
    "ethics.ReviewerOpinion": _fields(none="number", person="checklist text returned_reason"),
    "ethics.ReviewDecision": _fields(
        none="counted document_no decided_on follow_up_months", person="required_changes reasons"
    ),
    "ethics.ExpertReview": _fields(
        none="authority requested_on received_on due_on agree disagree opinion_no answered_on", person="panel"
    ),
    "ethics.CommitteeMeeting": _fields(none="number held_on begins place", person="minutes"),
    "ethics.AgendaItem": _fields(none="position", person="title discussion result"),
    "ethics.Attendance": _fields(none="left_before", person="name fields"),
    "ethics.Motion": _fields(none="number decision counts", person="text"),
    "ethics.Vote": _fields(person="dissent correction_reason"),
    "ethics.Incident": _fields(none="happened_on reported_on", person="facts measures outcome_note"),
    "ethics.EthicsAppeal": _fields(none="filed_on", person="grounds answer"),
    "ethics.ReviewLetter": _fields(none="number sha256 delivered_on delivered_how", person="addressee heading body"),
    "ethics.PublicEntry": _fields(
        none="title unit_name committee_name approved_on platform_no redaction_note embargo_until withdrawn_on",
        person="withdrawn_reason",
    ),
    # The number of the lead is for those who may see the lead: in no history, list, export or index.
    "ethics.Violation": _fields(none="serial found_on evidence_sha256", person="concerned facts lead_reference"),
    "notices.PublicNotice": _fields(
        none="number version token issuer category_labels published_on until correction_note",
        person="title intro entries changed_by_label search_text",
    ),
    "notices.Notice": _fields(
        none="number scheduled_on until exception_reason content_hash review_round",
        person="title intro published_by_label withdrawn_by_label withdrawal_text correction_note",
    ),
    "notices.NoticeField": _fields(none="order source_hash", person="public_value"),
    "notices.MaskedSpan": _fields(none="start end", person="replacement"),
    "notices.NoticeReview": _fields(none="bound_hash round", person="comment"),
    "notices.NoticeDuty": _fields(none="because due_on", person="done_by_label"),
    "notices.ThrottleCount": _fields(none="bucket day count"),
    "sharing.SharePackage": _fields(none="basis expires_on", person="purpose_text recall_reason"),
    "sharing.WrittenOpinion": _fields(none="version", person="text"),
    "sharing.ShareDuty": _fields(none="because", person="done_by_label"),
    "search.IndexItem": _fields(none="kind record_pk version schema content_hash access_hash access_on changes_on"),
    "search.PendingIndex": _fields(none="attempts problem"),
    "search.AccessSweep": _fields(none="day dossiers"),
    # A person's own words, which may name somebody; theirs alone, and gone when they remove the search.
    "search.SavedSearch": _fields(none="kind year seen_order told_order new_count counted_on", person="name text"),
    "search.ReconcileRun": _fields(none="engine checked drift"),
    "search.EngineWrite": _fields(none="lease attempts problem"),
    "search.IndexGeneration": _fields(none="name schema lease wanted written"),
}
CLASSES: dict[str, PersonalData] = {
    f"{model}.{field}": held for model, fields in _BY_MODEL.items() for field, held in fields.items()
}


def classed_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of this model that need a class."""
    silent = (models.BooleanField, models.DateTimeField, models.AutoField, models.BigAutoField)
    return [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.is_relation or field.choices or isinstance(field, silent))
    ]
