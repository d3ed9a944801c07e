"""Small records for tests of the index: written the way actions write, without walking the whole workflow."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.enums import Clearance
from accounts.models import Department, User
from casework.actions import grants
from casework.actions.dossiers import open_dossier
from casework.actors import SYSTEM
from casework.audience import Audience
from casework.enums import ClauseKind, DossierKind, GrantBasis, GrantPermission, Mark
from casework.events import record_event
from casework.models import Clause, Dossier, Grant, RuleSet, Subject
from casework.saving import save_record
from integrity.enums import CreditStatus, DecisionStatus, LeadChannel, Outcome, Regime, RespondentRole
from integrity.models import Allegation, Case, CreditRecord, Decision, Lead, Measure, Respondent
from notices.enums import NameProfile, NoticeKey, NoticeStatus
from notices.models import Notice, NoticeField, PublicNotice
from search.queries import parse
from search.results import find
from sharing.enums import FieldProfile, SharePurpose, ShareStatus
from sharing.models import SharePackage
from tests.factories import subject_person

TODAY = dt.date(2026, 9, 17)


def _save(record: Any, event: str, dossier: Dossier, *, access_changed: bool = False) -> Any:
    save_record(record, by=SYSTEM, reason="测试")
    record_event(dossier=dossier, type=event, by=SYSTEM, subject=record, access_changed=access_changed)
    return record


@transaction.atomic
def make_lead(
    summary: str = "举报论文数据造假",
    *,
    handler: User | None = None,
    secrecy: int = Clearance.INTERNAL,
    received_on: dt.date = TODAY,
    **fields: Any,
) -> Lead:
    dossier = open_dossier(kind=DossierKind.LEAD, numbering="lead", by=SYSTEM, handler=handler, secrecy=secrecy)
    lead = Lead(
        dossier=dossier,
        channel=LeadChannel.WEB,
        summary=summary,
        received_on=received_on,
        submitted_at=timezone.now(),
        submitted_by_label="系统",
        **fields,
    )
    return _save(lead, "lead_entered", dossier)


@transaction.atomic
def change_lead(lead: Lead, **fields: Any) -> Lead:
    for name, value in fields.items():
        setattr(lead, name, value)
    return _save(lead, "lead_summarised", lead.dossier)


@transaction.atomic
def set_secrecy(dossier: Dossier, secrecy: int) -> Dossier:
    dossier.secrecy = secrecy
    return _save(dossier, "dossier_assigned", dossier, access_changed=True)


def rule_set() -> RuleSet:
    known = RuleSet.objects.filter(code="r221_test").first()
    if known:
        return known
    with transaction.atomic():
        rules = RuleSet(
            code="r221_test",
            version=1,
            zh="测试规则",
            en="test rules",
            regime=Regime.RESEARCH_MISCONDUCT,
            in_force_from=dt.date(2022, 8, 25),
            status="in_force",
            sha256="0" * 64,
            published_at=timezone.now(),
            published_by_label="系统",
        )
        save_record(rules, by=SYSTEM, reason="测试")
        for kind, key, zh in (
            (ClauseKind.CATEGORY, "fabrication", "伪造研究数据、图表、结论"),
            (ClauseKind.MEASURE, "ban_application", "一定期限内取消申报资格"),
        ):
            clause = Clause(rule_set=rules, kind=kind, key=key, mark=Mark.V, zh=zh, en=key)
            save_record(clause, by=SYSTEM, reason="测试")
        return rules


@transaction.atomic
def make_case(
    title: str = "论文数据造假",
    *,
    subject: Subject | None = None,
    name_then: str = "周砚清",
    allegation: str = "伪造图表",
    handler: User | None = None,
    secrecy: int = Clearance.INTERNAL,
) -> Case:
    dossier = open_dossier(kind=DossierKind.CASE, numbering="case", by=SYSTEM, handler=handler, secrecy=secrecy)
    rules = rule_set()
    case = Case(dossier=dossier, title=title, regime=Regime.RESEARCH_MISCONDUCT, rule_set=rules, accepted_on=TODAY)
    _save(case, "case_opened", dossier)
    respondent = Respondent(
        case=case,
        subject=subject or subject_person(name_then),
        name_then=name_then,
        affiliation_then="剑门医学院",
        role=RespondentRole.FIRST_AUTHOR,
    )
    _save(respondent, "respondent_added", dossier)
    category = rules.clauses.get(kind=ClauseKind.CATEGORY)
    _save(Allegation(respondent=respondent, category=category, text=allegation), "allegation_added", dossier)
    return case


@transaction.atomic
def make_decision(
    case: Case, *, status: str = DecisionStatus.DRAFT, facts: str = "经查，原始记录缺失", **fields: Any
) -> Decision:
    is_issued = status != DecisionStatus.DRAFT
    values: dict[str, Any] = {
        "outcome": Outcome.ESTABLISHED,
        "categories": ["fabrication"],
        "facts": facts,
        "issuing_body": "广元市科技局",
        "decided_on": TODAY if is_issued else None,
        "reference": f"广科诚决〔2026〕{case.pk:04d}号" if is_issued else None,
        "issued_at": timezone.now() if is_issued else None,
        "issued_by_label": "系统" if is_issued else "",
    }
    decision = Decision(
        case=case, respondent=case.respondents.get(), rule_set=case.rule_set, status=status, **values | fields
    )
    _save(decision, "decision_drafted", case.dossier)
    _save(
        Measure(decision=decision, kind="ban_application", months=24, scope="市级科技计划"),
        "decision_edited",
        case.dossier,
    )
    return decision


@transaction.atomic
def set_status(decision: Decision, status: str) -> Decision:
    decision.status = status
    return _save(decision, "decision_issued", decision.case.dossier)


@transaction.atomic
def make_credit_record(decision: Decision) -> CreditRecord:
    record = CreditRecord(
        subject=decision.respondent.subject, decision=decision, starts_on=TODAY, status=CreditStatus.ACTIVE
    )
    return _save(record, "credit_record_made", decision.case.dossier)


@transaction.atomic
def make_share(
    decision: Decision,
    *departments: Department,
    profile: str = FieldProfile.SUMMARY,
    expires_on: dt.date = dt.date(2026, 12, 31),
    status: str = ShareStatus.SHARED,
) -> SharePackage:
    dossier = open_dossier(kind=DossierKind.SHARE, numbering="share", by=SYSTEM)
    share = SharePackage(
        dossier=dossier,
        decision=decision,
        profile=profile,
        purpose=SharePurpose.JOINT_MEASURE,
        basis="联席会议制度",
        expires_on=expires_on,
        status=status,
    )
    _save(share, "share_shared", dossier)
    for department in departments:
        grants.give(
            dossier=dossier,
            department=department,
            permission=GrantPermission.VIEW,
            basis=GrantBasis.SHARE,
            valid_to=expires_on,
            by=SYSTEM,
        )
    return share


@transaction.atomic
def recall_share(share: SharePackage) -> SharePackage:
    share.status = ShareStatus.EXPIRED
    return _save(share, "share_expired", share.dossier, access_changed=True)


@transaction.atomic
def make_notice(decision: Decision, *, title: str = "科研失信案件通报", drafted_by: User) -> Notice:
    dossier = open_dossier(kind=DossierKind.NOTICE, numbering="notice_draft", by=SYSTEM)
    notice = Notice(
        dossier=dossier, title=title, name_profile=NameProfile.SURNAME, status=NoticeStatus.DRAFT, drafted_by=drafted_by
    )
    _save(notice, "notice_drafted", dossier)
    printed = NoticeField(
        notice=notice, decision=decision, key=NoticeKey.NAME, public_value="周某某", source_hash="0" * 64
    )
    hidden = NoticeField(
        notice=notice,
        decision=decision,
        key=NoticeKey.UNIT,
        public_value="剑门医学院",
        included=False,
        source_hash="0" * 64,
    )
    _save(printed, "notice_edited", dossier)
    _save(hidden, "notice_edited", dossier)
    return notice


@transaction.atomic
def publish(
    notice: Notice, *, published_on: dt.date = TODAY, until: dt.date | None = None, number: str = ""
) -> PublicNotice:
    notice.number = number or f"广科诚通〔2026〕{notice.pk:02d}号"
    save_record(notice, by=SYSTEM, reason="测试")
    public = PublicNotice(
        number=notice.number,
        title=notice.title,
        issuer="广元市科技局",
        entries=[[{"key": "name", "value": "周某某"}, {"key": "facts", "value": "伪造图表"}]],
        category_labels=["伪造、篡改"],
        published_on=published_on,
        until=until,
        changed_at=timezone.now(),
        changed_by_label="系统",
    )
    return _save(public, "notice_published", notice.dossier)


@transaction.atomic
def change_public(public: PublicNotice, notice: Notice, **fields: Any) -> PublicNotice:
    for name, value in fields.items():
        setattr(public, name, value)
    return _save(public, "notice_withdrawn", notice.dossier)


def asked(queries: Any) -> list[str]:
    """What was read of a database, without the statements PostgreSQL needs to limit the time of a question."""
    statements = [query["sql"] for query in queries]
    return [sql for sql in statements if sql.startswith("SELECT") and "set_config" not in sql]


def give(dossier: Dossier, user: User, **dates: Any) -> Grant:
    return grants.give(
        dossier=dossier, user=user, permission=GrantPermission.VIEW, basis=GrantBasis.TEAM, by=SYSTEM, **dates
    )


def found(user, text, *, audience=Audience.INTERNAL, on=TODAY, **filters):
    """Kinds of the hits, and the total that is shown."""
    page = find(parse(text, **filters), user=user, audience=audience, on=on)
    return [hit.kind for hit in page.hits], page.totals.count if page.totals else None
