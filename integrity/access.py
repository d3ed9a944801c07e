"""Who may do what with leads, cases, decisions and records. One condition per `if`, each with its own sentence.

Loading goes through `get_*_for`: what a person may not see does not exist for them (404). When is in workflow.py.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may, standing
from accounts.permissions import Permission
from casework.access import Reader, check_handles, check_right, handles, is_visible, load_visible
from casework.models import Event
from casework.refusals import AccessDenied
from integrity.enums import ApprovalStep, Verdict
from integrity.models import Case, CreditCheck, CreditRecord, Decision, IdentityUnlock, Lead, LeadLink, Respondent

DIRECTORY_RIGHTS = frozenset({Permission.EDIT_DIRECTORY, Permission.SEE_ALL_CASES, Permission.SEE_CREDIT_RECORDS})


def get_lead_for(user: Reader, reference: str) -> Lead:
    """The lead of this number, or Http404 when it is missing or not this person's to see. Knows whether it `has_links`."""
    leads = Lead.objects.visible_to(user).select_related("dossier", "refusal_ground", "decided_by", "schema", "vault")
    links = LeadLink.objects.filter(Q(lead=OuterRef("pk")) | Q(other_lead=OuterRef("pk")), undone_at=None)
    return load_visible(leads.annotate(has_links=Exists(links)), dossier__reference=reference)


def get_case_for(user: Reader, reference: str) -> Case:
    """The case of this number, or Http404 when it is missing or not this person's to see."""
    cases = Case.objects.visible_to(user).with_exclusion_count()
    cases = cases.select_related("dossier__handler", "rule_set", "responsible_unit")
    return load_visible(cases, dossier__reference=reference)


def get_decision_for(user: Reader, pk: int) -> Decision:
    """The decision, or Http404 when it is missing or not this person's to see."""
    decisions = Decision.objects.visible_to(user).select_related(
        "case__dossier__handler", "respondent__subject", "respondent__statement_request", "rule_set", "superseded_by"
    )
    decision: Decision = load_visible(decisions.prefetch_related("measures"), pk=pk)
    decision.respondent.case = decision.case
    return decision


def get_unlock_for(user: Reader, pk: int) -> IdentityUnlock:
    """The request to open an identity, for custodians and for whoever may see the lead, or Http404."""
    unlocks = IdentityUnlock.objects.visible_to(user)
    return load_visible(unlocks.select_related("lead__dossier", "lead__vault", "requested_by"), pk=pk)


def get_credit_record_for(user: Reader, pk: int) -> CreditRecord:
    """The credit record, or Http404 when it is missing or not this person's to see."""
    records = CreditRecord.objects.visible_to(user)
    return load_visible(records.select_related("subject", "decision__case__dossier"), pk=pk)


def check_can_enter_lead(user: Reader) -> None:
    check_right(user, Permission.TAKE_IN_LEADS)


def check_can_assess_lead(user: Reader, lead: Lead) -> None:
    """Ask for more, accept, propose a refusal, transfer, mark a duplicate."""
    check_right(user, Permission.ASSESS_LEADS)


def check_can_add_to_lead(user: Reader, lead: Lead) -> None:
    """Add material: whoever assesses leads, and later the officer the lead was handed to."""
    check_can_write_to_reporter(user, lead)


def check_can_write_to_reporter(user: Reader, lead: Lead) -> None:
    """Whoever assesses leads, and later the officer the lead was handed to."""
    if isinstance(user, User) and lead.dossier.handler_id == user.pk and may(user, Permission.HANDLE_CASES):
        return
    check_right(user, Permission.ASSESS_LEADS)


def check_can_refuse_lead(user: Reader, lead: Lead) -> None:
    """Refusal is confirmed by the head of the section, never by the person who proposed it (221号 第15条)."""
    check_right(user, Permission.REFUSE_LEADS)
    proposals = Event.objects.filter(dossier_id=lead.dossier_id, type="lead_refusal_proposed").order_by("-seq")
    proposer = proposals.values_list("actor_id", flat=True).first()
    if isinstance(user, User) and proposer == user.pk:
        raise AccessDenied(_("不予受理由提出人以外的人确认。"))


def check_can_exclude_from_lead(user: Reader, lead: Lead) -> None:
    """Keep a colleague out of a lead: whoever assesses leads, the head of the section, the officer it was given to."""
    if may(user, Permission.ASSESS_LEADS) or may(user, Permission.REFUSE_LEADS):
        if not is_visible(user, lead.dossier):
            raise Http404
        return
    check_right(user, Permission.HANDLE_CASES)
    check_handles(user, lead.dossier)


def check_can_exclude_from_case(user: Reader, case: Case) -> None:
    """Keep a colleague out of a case: its handler and the head of the section."""
    if may(user, Permission.ASSIGN_CASES):
        check_can_assign_case(user, case)
        return
    check_can_handle_case(user, case)


def check_can_open_case(user: Reader) -> None:
    check_right(user, Permission.OPEN_CASES)


def check_can_handle_case(user: Reader, case: Case) -> None:
    """Everything the handling officer does on a case: rights of the role and a handling grant on this dossier."""
    check_right(user, Permission.HANDLE_CASES)
    check_handles(user, case.dossier)


def get_respondent_for(user: Reader, reference: str, pk: int) -> Respondent:
    """The respondent of a case this person may see, or Http404."""
    case = get_case_for(user, reference)
    respondents = Respondent.objects.filter(case=case).select_related(
        "case__dossier__handler", "case__rule_set", "subject"
    )
    return load_visible(respondents, pk=pk)


def check_can_use_lead(user: Reader, lead: Lead) -> None:
    """A case is opened from a lead only by the officer the lead was given to."""
    check_can_open_case(user)
    check_handles(user, lead.dossier)


def check_can_assign_case(user: Reader, case: Case) -> None:
    """Give a case to another officer, or reopen a closed one: the head of the section."""
    check_right(user, Permission.ASSIGN_CASES)
    if not is_visible(user, case.dossier):
        raise Http404


def check_can_see_directory(user: Reader) -> None:
    """Whoever handles cases, keeps the directory or checks credit needs to know who is meant."""
    if standing(user).permissions.isdisjoint(DIRECTORY_RIGHTS):
        raise AccessDenied(_("您的角色没有这项权限。如工作需要，请联系安全管理员。"))


def check_can_draft_decision(user: Reader, case: Case) -> None:
    check_right(user, Permission.DRAFT_DECISIONS)
    check_handles(user, case.dossier)


WRITING = ("decision_drafted", "decision_edited")
STEP_RIGHTS = {
    ApprovalStep.SECTION: Permission.REVIEW_DECISIONS_SECTION,
    ApprovalStep.LEGAL: Permission.REVIEW_DECISIONS_LEGAL,
    ApprovalStep.BUREAU: Permission.APPROVE_DECISIONS,
    ApprovalStep.SECOND: Permission.APPROVE_DECISIONS,
}


def check_can_review_decision(user: User, decision: Decision, step: ApprovalStep) -> None:
    """Nobody approves a text they wrote any of, and nobody approves the same content twice (I6)."""
    check_right(user, STEP_RIGHTS[step])
    if decision.drafted_by_id == user.pk:
        raise AccessDenied(_("起草人不能审批自己的决定。"))
    if handles(user, decision.dossier):
        raise AccessDenied(_("承办人不能审批本案的决定。"))
    given = decision.approvals.filter(given_by=user, verdict=Verdict.APPROVE, bound_hash=decision.content_hash)
    asked = Decision.objects.annotate(wrote=Exists(_own_texts(user, decision)), agreed=Exists(given))
    has_written, has_agreed = asked.values_list("wrote", "agreed").get(pk=decision.pk)
    if has_written:
        raise AccessDenied(_("您修改过这份决定，不能审批。"))
    if has_agreed:
        raise AccessDenied(_("您已在前一环节同意过这份决定，须由另一人审批。"))


def _own_texts(user: User, decision: Decision) -> QuerySet[Event]:
    """This person's drafting and changing of the text, perhaps as an earlier handler: the row names only who drafted."""
    own = Event.objects.filter(dossier_id=decision.case.dossier_id, actor=user, type__in=WRITING)
    return own.filter(subject_label=decision._meta.label, subject_pk=str(decision.pk))


def check_can_check_credit(user: Reader) -> None:
    check_right(user, Permission.CHECK_CREDIT)


def check_can_import_decisions(user: Reader) -> None:
    check_right(user, Permission.IMPORT_DECISIONS)


def check_can_request_identity(user: Reader, lead: Lead) -> None:
    check_right(user, Permission.REQUEST_IDENTITY)


def check_can_keep_identity(user: User, unlock: IdentityUnlock) -> None:
    """A custodian who is neither the person who asked nor the one who agreed first."""
    check_right(user, Permission.KEEP_IDENTITIES)
    if unlock.requested_by_id == user.pk:
        raise AccessDenied(_("申请人不能同意自己的申请。"))


def check_can_agree_to_unlock(user: User, unlock: IdentityUnlock) -> None:
    """The second consent comes from another custodian."""
    if unlock.approved_by_id == user.pk:
        raise AccessDenied(_("您已同意过这项申请，须由另一位保管人同意。"))


def check_can_view_identity(user: User, unlock: IdentityUnlock) -> None:
    """Only the two custodians who agreed may look, each with their own passphrase."""
    if not may(user, Permission.KEEP_IDENTITIES):
        raise AccessDenied(_("只有身份保管人可以查阅。"))
    if user.pk not in {unlock.approved_by_id, unlock.second_approved_by_id}:
        raise AccessDenied(_("只有同意本次申请的两位保管人可以查阅。"))


def check_can_revoke_decision(user: User, decision: Decision) -> None:
    """A decision is taken back by the head of the bureau, never by the person who drafted or handles it."""
    check_right(user, Permission.APPROVE_DECISIONS)
    is_writer = decision.drafted_by_id == user.pk or _own_texts(user, decision).exists()
    if is_writer or handles(user, decision.dossier):
        raise AccessDenied(_("撤销决定由局领导办理，起草人和承办人不能撤销。"))


def get_draftable_respondent(user: User, pk: int) -> Respondent:
    """The respondent of a case this person may draft a decision in; Http404 when the case is not theirs to see."""
    visible = Respondent.objects.filter(case__in=Case.objects.visible_to(user))
    respondent = load_visible(visible.select_related("case__dossier__handler", "case__rule_set", "subject"), pk=pk)
    check_can_draft_decision(user, respondent.case)
    return respondent


def get_credit_check_for(user: User, pk: int) -> CreditCheck:
    """A check this person asked; the auditor reads everybody's. Otherwise Http404."""
    checks = CreditCheck.objects.select_related("department", "asked_by")
    if not may(user, Permission.READ_AUDIT):
        checks = checks.filter(asked_by=user)
    return load_visible(checks, pk=pk)
