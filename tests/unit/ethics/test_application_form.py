"""What an application asks for under each rule set and circumstance, told at once; frozen versions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework.models import Attachment, Event
from casework.refusals import AccessDenied, InputRefused, MoveRefused
from casework.rulebook import read_rulebook
from ethics.actions import applications, investigators, materials, versions
from ethics.application_choices import choices_of, has_waiver, material_words, offered_books
from ethics.completeness import first_incomplete, missing, wanted_materials
from ethics.enums import ApplicationStatus
from ethics.models import Application, Committee
from ethics.presenters.own_application import PUBLIC_WORDS
from ethics.presenters.version_diff import marked, versions_of
from tests.factories.dossiers import exclude
from tests.factories.reviews import accepted, applicant, decided, draft, submitted
from tests.unit.ethics.test_rulesets import FOLDER

ST, HS = read_rulebook(FOLDER / "st2023.toml"), read_rulebook(FOLDER / "hs2023.toml")
ST_PAPERS = {
    "overview",
    "plan_with_risk_controls_and_emergency_plan",
    "qualifications_training_funding_coi",
    "consent_and_source_proofs",
    "commitment",
}
HS_PAPERS = {
    "application_form",
    "people_qualifications_funding",
    "protocol_and_literature",
    "consent_form",
    "sample_and_data_source_proofs",
    "scientific_opinion",
    "conflict_of_interest_statement",
    "recruitment_advertisement",
    "publication_form",
}
AI_PAPERS = {"activity_plan_incl_algorithm_data_test_users", "risk_assessment_and_emergency_plan"}


def asked(application: Application) -> set[str]:
    return {one.key for one in wanted_materials(application, timezone.localdate()) if not one.is_optional}


@pytest.mark.parametrize(
    ("values", "papers"),
    [
        ({}, ST_PAPERS),
        ({"regimes": ["HS2023"]}, ST_PAPERS | HS_PAPERS),
        ({"regimes": ["AI2026"]}, ST_PAPERS | AI_PAPERS),
        ({"circumstances": ["ai"]}, ST_PAPERS | AI_PAPERS),
        ({"regimes": ["HS2023", "AI2026"]}, ST_PAPERS | HS_PAPERS | AI_PAPERS),
        ({"regimes": ["SC"]}, ST_PAPERS),
        ({"circumstances": ["entrusted"]}, ST_PAPERS | {"written_entrustment"}),
        (
            {"circumstances": ["international"], "partner_countries": ["日本", "德国"]},
            ST_PAPERS | {"partner_approvals:日本", "partner_approvals:德国"},
        ),
        ({"circumstances": ["minors", "samples", "animals"]}, ST_PAPERS),
    ],
)
def test_which_papers_are_asked_for(committee: Committee, values: dict[str, Any], papers: set[str]) -> None:
    """R19: one approval per partner country, one written entrustment; a commitment is asked for once."""
    application = applications.begin(title="多中心研究", by=applicant())
    assert application.applicant is not None
    applications.edit(application=application, by=application.applicant, **values)
    assert asked(application) == papers
    optional = [one.key for one in wanted_materials(application, timezone.localdate()) if one.is_optional]
    assert optional == ["other"]


@pytest.mark.parametrize(
    ("values", "key", "page"),
    [
        ({"title": "研究", "leader_name": ""}, "leader_name", "basics"),
        ({"unit_name": ""}, "unit_name", "basics"),
        ({"committee": None}, "committee", "basics"),
        ({"scope_classes": []}, "scope_classes", "basics"),
        ({"start_on": None}, "start_on", "basics"),
        ({"end_on": None}, "end_on", "basics"),
        ({"circumstances": ["international"]}, "partner_countries", "circumstances"),
        ({"circumstances": ["urgent"]}, "expertise", "circumstances"),
        ({"regimes": [], "simple_grounds": ["partner_confirms_lead_opinion"]}, "circumstances", "circumstances"),
        (
            {"waiver": {"claimed": True, "conditions": [], "cases": [], "involved": []}},
            "circumstances",
            "circumstances",
        ),
        ({"circumstances": ["entrusted"]}, "written_entrustment", "materials"),
    ],
)
def test_the_form_knows_its_first_incomplete_page(
    committee: Committee, values: dict[str, Any], key: str, page: str
) -> None:
    """R2. The same application is complete without the change."""
    application, on = draft(committee), timezone.localdate()
    assert missing(application, on) == []
    assert first_incomplete(application, on) == "review"
    assert application.applicant is not None
    applications.edit(application=application, by=application.applicant, **values)
    assert key in [one.key for one in missing(application, on)]
    assert first_incomplete(application, on) == page
    with pytest.raises(InputRefused, match="还缺少"):
        applications.submit(application=application, by=application.applicant)


def test_the_people_page_wants_somebody_trained(committee: Committee) -> None:
    application, on = draft(committee), timezone.localdate()
    by = application.applicant
    assert by is not None
    person = application.investigators.get()
    investigators.leave_out(investigator=person, by=by)
    assert [one.key for one in missing(application, on)] == ["investigators"]
    investigators.add(application=application, name="未培训的人", by=by)
    assert [one.key for one in missing(application, on)] == ["training"]
    assert first_incomplete(application, on) == "people"
    before = Event.objects.count()
    investigators.leave_out(investigator=person, by=by)
    assert Event.objects.count() == before
    assert Event.objects.filter(type__in=["investigator_added", "investigator_left_out"]).count() == 3


def test_saving_what_is_there_already_writes_nothing(committee: Committee) -> None:
    """E20."""
    application = draft(committee)
    assert application.applicant is not None
    events, history = Event.objects.count(), Application.history.count()
    applications.edit(application=application, title=application.title, by=application.applicant)
    assert (Event.objects.count(), Application.history.count()) == (events, history)
    applications.edit(application=application, title="另一个名称", by=application.applicant)
    assert Event.objects.filter(type="application_edited").last().data["fields"] == ["title"]
    assert Application.history.count() == history + 1


def test_nothing_changes_while_it_is_under_review(committee: Committee, secretary: User) -> None:
    """An application edited while under review: refused, at every step of the form."""
    application = accepted(committee, secretary=secretary).application
    by, paper = application.applicant, application.materials.first()
    assert by is not None and paper is not None
    tries = [
        lambda: applications.edit(application=application, title="另一个", by=by),
        lambda: applications.submit(application=application, by=by),
        lambda: investigators.add(application=application, name="某人", by=by),
        lambda: investigators.leave_out(investigator=application.investigators.get(), by=by),
        lambda: materials.add(application=application, key="other", file=("a.txt", b"a"), by=by),
        lambda: materials.replace(material=paper, file=("a.txt", b"a"), reason="错了", by=by),
        lambda: materials.leave_out(material=paper, by=by),
    ]
    before = Event.objects.count()
    for attempt in tries:
        with pytest.raises(MoveRefused):
            attempt()
    assert Event.objects.count() == before
    with pytest.raises(AccessDenied):
        applications.edit(application=application, title="另一个", by=applicant())


def test_a_replaced_file_stays_readable_and_the_applicant_is_told(committee: Committee, secretary: User) -> None:
    """E23: old version readable, new one current, one event."""
    application = accepted(committee, secretary=secretary).application
    paper = application.materials.get(key="overview")
    old = paper.attachment
    with pytest.raises(InputRefused):
        materials.replace(material=paper, file=("正确.txt", b"right"), reason=" ", by=secretary)
    paper.refresh_from_db()
    materials.replace(material=paper, file=("正确.txt", b"right"), reason="上传了别的文件", by=secretary)
    paper.refresh_from_db()
    assert (paper.attachment.version, paper.attachment.supersedes) == (2, old)
    assert Attachment.objects.filter(pk=old.pk).exists()
    assert Event.objects.filter(type="material_replaced").count() == 1
    assert application.letters.filter(kind="material_replaced", body__contains="上传了别的文件").count() == 1
    # What was submitted is frozen: the version still names the old file.
    content = application.versions.get().content
    assert {one["sha256"] for one in content["materials"] if one["key"] == "overview"} == {old.sha256}


@transaction.atomic
def _freeze_again(application: Application) -> None:
    assert application.applicant is not None
    versions.freeze(application=application, by=application.applicant)


def test_a_version_is_frozen_once(committee: Committee) -> None:
    """I16."""
    application = submitted(committee)
    version = application.versions.get()
    with pytest.raises(Exception, match=r"(?i)unique"):
        _freeze_again(application)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        version.save()
    assert versions.content_of(application) == version.content


@pytest.mark.parametrize("step", ["draft", "submitted", "accepted"])
def test_the_applicant_may_withdraw_before_a_decision(committee: Committee, secretary: User, step: str) -> None:
    made = {"draft": draft, "submitted": submitted}.get(step)
    application = made(committee) if made else accepted(committee, secretary=secretary).application
    by = application.applicant
    assert by is not None
    with pytest.raises(AccessDenied):
        applications.withdraw(application=application, reason="不做了", by=applicant())
    applications.withdraw(application=application, reason="不做了", by=by)
    assert application.status == "withdrawn"
    assert not application.dossier.is_open
    assert not application.reviews.filter(ended_on=None).exists()
    assert Event.objects.filter(type="application_withdrawn").count() == 1
    with pytest.raises(MoveRefused):
        applications.withdraw(application=application, reason="不做了", by=by)


def test_a_decided_application_is_not_withdrawn(committee: Committee, secretary: User) -> None:
    application = decided(committee, secretary=secretary)
    with pytest.raises(MoveRefused):
        applications.withdraw(application=application, reason="不做了", by=application.applicant)


def test_what_the_form_offers_comes_from_the_rule_sets() -> None:
    offered = dict(choices_of([ST], "triage_reason"))
    assert "default_meeting" not in offered
    assert offered["minors"].splitlines()[1].startswith("科技伦理审查办法 第15条(3)")
    both = dict(choices_of([ST, HS], "simple_ground"))
    assert both["risk_le_minimal"].count("条") == 2
    assert (has_waiver([ST]), has_waiver([ST, HS])) == (False, True)


def test_ticking_ai_is_offered_to_everybody(committee: Committee) -> None:
    application = draft(committee)
    keys = dict(choices_of(offered_books(application, timezone.localdate()), "triage_reason"))
    assert "ai" in keys
    assert "biomedical_technology" not in keys


def test_every_paper_has_a_name(committee: Committee) -> None:
    application = draft(committee, regimes=["HS2023", "AI2026"])
    for wanted in wanted_materials(application, timezone.localdate()):
        assert material_words(wanted.key) == wanted.label
    assert material_words("partner_approvals:德国") == "德国的审查批准文件"
    assert material_words("written_entrustment") == "书面委托文件"
    assert material_words("gone") == "gone"


def test_what_changed_is_marked_piece_by_piece() -> None:
    left, right = marked("甲，乙，丙。", "甲，丁，丙。")
    assert left == [("甲，", ""), ("乙，", "del"), ("丙。", "")]
    assert right == [("甲，", ""), ("丁，", "ins"), ("丙。", "")]
    assert marked("", "甲") == ([], [("甲", "ins")])


def test_every_status_has_public_words() -> None:
    assert set(PUBLIC_WORDS) == set(ApplicationStatus)


def test_one_file_for_two_papers_is_replaced_in_each(committee: Committee) -> None:
    """E23: the second replacement of a shared file is no fault."""
    application = draft(committee)
    by = application.applicant
    assert by is not None
    papers = [
        materials.add(application=application, key=key, file=("不适用说明.txt", b"same"), by=by)
        for key in ("overview", "commitment")
    ]
    assert papers[0].attachment == papers[1].attachment
    for number, paper in enumerate(papers):
        materials.replace(material=paper, file=("新.txt", f"new {number}".encode()), reason="补全", by=by)
        paper.refresh_from_db()
        assert paper.attachment.display_name == "新.txt"
    materials.replace(material=papers[1], file=("再新.txt", b"newest"), reason="再补", by=by)
    assert Event.objects.filter(type="material_replaced").count() == 3


def test_an_amendment_shows_nothing_of_an_application_somebody_is_kept_out_of(
    committee: Committee, secretary: User
) -> None:
    """E13."""
    application = decided(committee, secretary=secretary)
    by = application.applicant
    assert by is not None
    amendment = applications.begin(title="修正案", activity=application.activity, by=by)
    assert versions_of(amendment, secretary) == [application.versions.get()]
    exclude(secretary, application.dossier)
    assert versions_of(amendment, secretary) == []
