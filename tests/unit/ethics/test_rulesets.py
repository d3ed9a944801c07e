"""The shipped ethics rule sets against a list written by hand from ethics-rules.md section 7: id, article, mark."""

import string
from pathlib import Path

import pytest

from casework import rule_books
from casework.enums import ClauseKind
from casework.findings import make_finding
from casework.rulebook import MARKS_WITHOUT_ARTICLE, RuleBook, read_rulebook
from ethics.enums import Regime

FOLDER = Path(__file__).resolve().parents[3] / "ethics" / "rulesets"
BOOKS = {path.stem: read_rulebook(path) for path in sorted(FOLDER.glob("*.toml"))}

# rule set | kind | article and mark, then the ids that have them
EXPECTED = """
st2023 | scope | ST 2 V human animal other_risk by_law
st2023 | committee_rule | ST 7 V CM1 CM3 | ST 7 R CM5 | ST 7 VI CM6 | ST 8 VI CM10
hs2023 | committee_rule | HS 8 R CM1 CM8 | HS 9 R CM3 CM5
ai2026 | committee_rule | AI 10 V CM7
sc | committee_rule | SC 7–8 V CM2 CM4 CM5 CM6 CM9
st2023 | procedure | ST 14–21 V general | ST 22–24 R simple | ST 25–34 V expert | ST 35–39 R emergency
hs2023 | procedure | HS 15 R general | HS 31 R simple | HS 32 R waiver
ai2026 | procedure | AI 13 V general simple emergency
st2023 | meeting_rule | ST 14 V Q_MIN Q_CATEGORIES | ST 37 R Q_FIELD | ST 28 V P_MIN P_CATEGORIES P_INDEPENDENT | ST 23 R S_REVIEWERS
hs2023 | meeting_rule | HS 31 R S_REVIEWERS
ai2026 | meeting_rule | AI VI Q_MIN Q_CATEGORIES
st2023 | simple_ground | ST 22 R risk_le_minimal minor_amendment_no_rb_change followup_no_major_change
hs2023 | simple_ground | HS 31 R risk_le_minimal minor_amendment followup partner_confirms_lead_opinion
st2023 | meeting_trigger | ST 24 R negative_opinion doubt_on_content members_disagree member_request
hs2023 | meeting_trigger | HS 31 R risk_benefit_changes members_disagree member_request
hs2023 | waiver_condition | HS 32 R no_bodily_harm no_sensitive_personal_info no_commercial_interest
hs2023 | waiver_case | HS 32 R public_data_or_noninterfering_observation anonymised_data existing_samples_in_consent authorised_cell_lines
hs2023 | waiver_exclusion | HS 32 R germ_cell embryo reproductive_cloning chimera heritable_editing
st2023 | vote_rule | ST 16 V present_2_3 | ST 30 V all_panel_2_3
hs2023 | vote_rule | HS 22 R all_over_half
st2023 | nonvoter | ST 14 V consultant | PROPOSAL secretary observer recused
st2023 | setting | PROPOSAL recused_counted abstention_in_base failed_motion casting_vote reminder_days term_warning
hs2023 | setting | PROPOSAL recused_counted abstention_in_base failed_motion casting_vote reminder_days term_warning
ai2026 | setting | AI 10 V base
sc | setting | PROPOSAL base
st2023 | decision | ST 16 V approve approve_after_rev rereview reject
hs2023 | decision | HS 22 R approve approve_after_rev rereview reject
st2023 | followup_decision | ST 19–20 VI continue suspend terminate new_review
hs2023 | followup_decision | HS 22 R continue suspend terminate new_review
st2023 | expert_outcome | ST 30 V agree disagree
st2023 | deadline | ST 17 V D2 | ST 31 R D3 | ST 19 VI D5 | ST 33 VI D6 | ST 43 V D7 | ST 44 V D8 | ST 7 R D13
hs2023 | deadline | HS 16 VI D2 | HS 25 VI D5 | HS 13 R D10
ai2026 | deadline | AI 16 VI D2 | AI 19 VI D5 D6
bt2026 | deadline | BT VI D12 D14
sc | deadline | SC 7–8 V D13
st2023 | time_limit | ST 10 V D1 | ST 36 R D4 | ST 45 V D9
hs2023 | time_limit | HS 16 VI D4 | HS 13 R D9 | HS 26 R D11
st2023 | review_item | ST 25 V L1 L2 L3 L4 L5 L6 L7
ai2026 | review_item | AI 附件 V L5 L6 L7
st2023 | material | ST 9 V overview plan_with_risk_controls_and_emergency_plan qualifications_training_funding_coi consent_and_source_proofs commitment other
hs2023 | material | HS 18 R commitment application_form people_qualifications_funding protocol_and_literature consent_form sample_and_data_source_proofs scientific_opinion conflict_of_interest_statement recruitment_advertisement publication_form other
ai2026 | material | AI 12 V activity_plan_incl_algorithm_data_test_users risk_assessment_and_emergency_plan commitment
st2023 | expert_material | ST 27 V art9_set preliminary_opinion other
st2023 | checklist_item | ST 15(1) V principles_and_capability | ST 15(2) V value_risk_benefit | ST 15(3) V human | ST 15(4) V animal | ST 15(5) R data_algorithm | ST 15(6) R conflict_of_interest | ST 15(7) R other
hs2023 | checklist_item | HS 19 R law competence science_and_social_value risk_benefit consent confidentiality recruitment rights_and_withdrawal compensation trained_consent_taker risk_measures conflict_of_interest sensitive_issues publication other
st2023 | violation | ST 47 R V1 V2 V3 V4 V5 | ST 48 R W1 W2 W3
st2023 | definition | 科学技术进步法107、112 V severe_route | ST 附则 R minimal_risk
st2023 | constraint | ST 28 V panel_not_from_committee | ST 14 V consultant_never_votes | ST 25–34 PROPOSAL listed_needs_expert_agreement | ST 47 PROPOSAL no_start_before_approval | ST 12 V one_approval_per_partner_country | ST 13 V written_entrustment
ai2026 | constraint | AI 11 V centre_never_both
sc | member_paper | SC 7–8 V confidentiality conflict_of_interest
"""  # noqa: E501
OWN = {"check", "member_category", "triage_reason", "gap"}  # wording of this system, looked at below
MARKS = ("PROPOSAL", "VI", "V", "R")


def expected() -> dict[tuple[str, str, str], tuple[str, str]]:
    table = {}
    for line in EXPECTED.strip().splitlines():
        code, kind, *groups = [part.strip() for part in line.split("|")]
        for group in groups:
            words = group.split()
            at = next(place for place, word in enumerate(words) if word in MARKS)
            for key in words[at + 1 :]:
                table[code, kind, key] = (" ".join(words[:at]), words[at])
    return table


def test_every_entry_of_the_regulations_document_is_there_with_article_and_mark_and_nothing_else():
    found = {
        (code, clause.kind, clause.key): (clause.article, clause.mark)
        for code, book in BOOKS.items()
        for clause in book.clauses
        if clause.kind not in OWN
    }
    assert found == expected()


@pytest.mark.parametrize(
    ("code", "regime", "document_no", "first_day", "precision"),
    [
        ("st2023", "ST2023", "国科发监〔2023〕167号", "2023-12-01", "day"),
        ("hs2023", "HS2023", "国卫科教发〔2023〕4号", "2023-02-18", "day"),
        ("ai2026", "AI2026", "工信部联科〔2026〕75号", "2026-03-20", "day"),
        ("bt2026", "BT2026", "国务院令第818号", "2026-05-01", "day"),
        ("sc", "SC", "", "2025-04-01", "month"),
    ],
)
def test_the_five_regimes_and_the_days_they_begin(code, regime, document_no, first_day, precision):
    header = BOOKS[code].header()
    assert (header["regime"], header["document_no"]) == (regime, document_no)
    assert (header["in_force_from"], header["from_precision"]) == (first_day, precision)
    # A published version never changes: materials and checklist of the human research measures came with the second.
    assert (header["code"], header["version"], header["status"]) == (code, 2 if code == "hs2023" else 1, "in_force")
    assert {book.regime for book in BOOKS.values()} == set(Regime.values)


@pytest.mark.parametrize(
    ("code", "kind", "key", "numbers"),
    [
        ("st2023", "committee_rule", "CM1", {"value": 7, "inclusive": True}),
        ("sc", "committee_rule", "CM2", {"value": True}),
        ("st2023", "committee_rule", "CM3", {"value": 1}),
        ("sc", "committee_rule", "CM4", {"value": [1, 2]}),
        ("hs2023", "committee_rule", "CM5", {"value": 5, "renewable": True}),
        ("st2023", "committee_rule", "CM6", {"value": ["peer_science", "ethics", "law", "external", "both_sexes"]}),
        ("st2023", "committee_rule", "CM6", {"extra_if_minzu_area": "local_knowledge"}),
        ("ai2026", "committee_rule", "CM7", {"value": ["ai_technology", "ai_application", "ethics", "law"]}),
        ("st2023", "meeting_rule", "Q_MIN", {"value": 5}),
        ("st2023", "meeting_rule", "P_MIN", {"value": 5}),
        ("st2023", "meeting_rule", "S_REVIEWERS", {"value": 2}),
        ("st2023", "procedure", "simple", {"appointed_by": "chair", "reason_required": True}),
        ("st2023", "procedure", "expert", {"authority": "provincial_or_sector", "pass": "all_panel_2_3"}),
        ("st2023", "procedure", "emergency", {"includes_expert_time": True}),
        ("st2023", "vote_rule", "present_2_3", {"base": "present", "yes_times": 3, "base_times": 2}),
        ("st2023", "vote_rule", "all_panel_2_3", {"base": "all", "yes_times": 3, "base_times": 2}),
        ("hs2023", "vote_rule", "all_over_half", {"base": "all", "yes_times": 2, "base_times": 1, "inclusive": False}),
        ("st2023", "decision", "approve", {"next": "active", "needs": []}),
        ("st2023", "decision", "approve_after_rev", {"next": "awaiting_revision", "needs": ["required_changes"]}),
        ("st2023", "decision", "rereview", {"next": "awaiting_resubmission", "needs": ["required_changes"]}),
        ("st2023", "decision", "reject", {"next": "closed_rejected", "needs": ["reasons"]}),
        ("st2023", "time_limit", "D4", {"hours": 72, "includes": ["expert"], "pausable": False}),
        ("st2023", "time_limit", "D9", {"month": 3, "day": 31}),
        ("st2023", "review_item", "L6", {"also": "AI2026"}),
        ("st2023", "violation", "V1", {"to_integrity": True, "basis": "221-2(五)"}),
        ("st2023", "setting", "reminder_days", {"days": [60, 30, 7, 1]}),
    ],
)
def test_the_numbers_of_the_entries(code, kind, key, numbers):
    clause = BOOKS[code].clause(kind, key)
    assert {name: clause.numbers[name] for name in numbers} == numbers


@pytest.mark.parametrize(
    ("code", "key", "amount", "unit", "event"),
    [
        ("st2023", "D2", 30, "d", "accepted_at"),
        ("st2023", "D3", 30, "d", "application_received_by_authority"),
        ("st2023", "D5", 12, "m", "approval_or_last_followup"),
        ("st2023", "D6", 6, "m", "approval_or_last_followup"),
        ("st2023", "D7", 30, "d", "committee_established"),
        ("st2023", "D8", 30, "d", "ethics_approved"),
        ("hs2023", "D10", 3, "m", "committee_established"),
        ("bt2026", "D12", 5, "wd", "reviews_passed"),
        ("sc", "D13", 60, "m", "term_begins"),
        ("bt2026", "D14", 360, "m", ""),
    ],
)
def test_the_terms(code, key, amount, unit, event):
    term = BOOKS[code].deadline(key)
    assert (term.amount, term.unit, term.starts_from) == (amount, unit, event)


@pytest.mark.parametrize("code", sorted(BOOKS))
def test_what_is_unknown_has_no_number_and_what_has_no_article_is_ours(code):
    book = BOOKS[code]
    assert {clause.kind for clause in book.clauses if clause.mark == "U"} <= {"gap"}
    assert all(not clause.numbers for clause in book.of_kind("gap"))
    assert {clause.mark for clause in book.clauses if not clause.article} <= MARKS_WITHOUT_ARTICLE
    assert {clause.kind for clause in book.clauses} <= set(ClauseKind.values)


@pytest.mark.parametrize("code", ["st2023", "hs2023", "ai2026", "sc"])
def test_every_sentence_speaks_both_languages_with_the_same_blanks(code):
    book: RuleBook = BOOKS[code]
    for check in book.of_kind("check"):
        blanks = {name for _text, name, _spec, _conversion in string.Formatter().parse(check.zh) if name}
        other = {name for _text, name, _spec, _conversion in string.Formatter().parse(check.en) if name}
        finding = make_finding(book, check.key, **dict.fromkeys(blanks, "某"))
        assert blanks == other, check.key
        assert finding.level in {"error", "warn", "info"}


def test_what_an_entry_names_is_there():
    for book in BOOKS.values():
        for rule in (*book.of_kind("committee_rule"), *book.of_kind("meeting_rule")):
            assert rule.numbers["rule"] == "reviewers_min" or book.has("check", rule.numbers["rule"])
        for rule in book.of_kind("procedure"):
            assert all(book.has("meeting_rule", key) for key in rule.numbers.get("rules", ()))
        categories = [
            name
            for rule in (*book.of_kind("committee_rule"), *book.of_kind("meeting_rule"))
            if rule.numbers["rule"] in ("categories_required", "panel_categories")
            for name in (*rule.numbers["value"], rule.numbers.get("extra_if_minzu_area", "law"))
        ]
        assert all(book.has("member_category", name) for name in categories)


@pytest.mark.django_db
def test_every_book_of_every_app_is_stored_and_comes_back_as_it_was():
    stored = {book.code: book for book in rule_books.current_books()}
    assert set(stored) >= {*BOOKS, "r221_2022"}
    for code, book in BOOKS.items():
        assert stored[code].header() == book.header()
        assert set(stored[code].clauses) == set(book.clauses)
        assert all(
            stored[code].clause(one.kind, one.key).numbers == book.clause(one.kind, one.key).numbers
            for one in book.clauses
        )
