"""The next-step bar of a case: what may happen now, and for what may not, the sentence of the check that refuses it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import may
from accounts.permissions import Permission
from casework.access import permitted
from casework.refusals import AccessDenied
from casework.rulebook import RuleBook
from casework.workflow import Blocker, blocker
from integrity import access
from integrity.enums import CaseStatus
from integrity.models import Case, Respondent
from integrity.presenters.marks import article_mark
from integrity.workflow import CASE

Row = dict[str, Any]


def next_steps(case: Case, user: User, book: RuleBook) -> list[Row]:
    """Steps of this status, the main one first; decisions and sharing add their own after these.

    An officer who does not handle this case sees the main step only, greyed, with the reason; roles that never handle
    cases see no step of a handler.
    """
    if case.is_imported:
        return []
    steps = []
    if may(user, Permission.HANDLE_CASES):
        refusal = permitted(access.check_can_handle_case, user, case)
        main = _main_steps(case, refusal)
        steps = main[:1] if refusal else main + [{**step, "aside": True} for step in _side_steps(case)]
    steps += _head_steps(case, user)
    return [{**step, "mark": article_mark(book, step["article"])} for step in steps]


def _main_steps(case: Case, refusal: AccessDenied | None) -> list[Row]:
    status = case.status
    if status == CaseStatus.OPENED:
        begin = _post(
            case, "case-begin-investigation", _("开始调查"), refusal or blocker(CASE, case, "begin_investigation")
        )
        add = _get(case, "case-respondent-add", _("增加被调查人"), refusal)
        return [begin, add] if case.respondents.all() else [add, begin]
    if status == CaseStatus.INVESTIGATING:
        return [_get(case, "case-report", _("登记调查报告"), refusal)]
    if status == CaseStatus.REPORT_READY:
        return [_prenotice(case, respondent, refusal) for respondent in case.respondents.all()]
    if status == CaseStatus.HEARING_RESPONDENT:
        return [*_hearing_steps(case, refusal), _deliberate(case, refusal)]
    if status == CaseStatus.DECIDED:
        return [_get(case, "case-close", _("结案"), refusal or blocker(CASE, case, "close"))]
    return []


def _hearing_steps(case: Case, refusal: AccessDenied | None) -> list[Row]:
    steps = []
    for respondent in case.respondents.all():
        request = getattr(respondent, "statement_request", None)
        if request is None:
            steps.append(_prenotice(case, respondent, refusal))
        elif not request.answer_kind:
            label = _("记录 %(name)s 的陈述申辩") % {"name": respondent}
            steps.append(_get(case, "case-statement", label, refusal, respondent.pk))
    return steps


def _deliberate(case: Case, refusal: AccessDenied | None) -> Row:
    stop = refusal or blocker(CASE, case, "begin_deliberation")
    return _post(case, "case-begin-deliberation", _("进入审议"), stop)


def _prenotice(case: Case, respondent: Respondent, refusal: AccessDenied | None) -> Row:
    label = _("向 %(name)s 送达处理前告知") % {"name": respondent}
    return _get(case, "case-prenotice", label, refusal, respondent.pk)


def _side_steps(case: Case) -> list[Row]:
    steps = []
    if case.status == CaseStatus.INVESTIGATING:
        steps.append(_get(case, "case-respondent-add", _("增加被调查人"), None))
    if case.status == CaseStatus.REPORT_READY:
        steps.append(_get(case, "case-report", _("更换调查报告"), None))
    if case.status != CaseStatus.CLOSED:
        steps.append(_get(case, "case-files", _("增加材料"), None))
        steps.append(_get(case, "case-lead-attach", _("并入线索"), None))
    return steps


def _head_steps(case: Case, user: User) -> list[Row]:
    if not may(user, Permission.ASSIGN_CASES):
        return []
    if case.status == CaseStatus.CLOSED:
        return [_get(case, "case-reopen", _("重新调查"), None)]
    return [{**_get(case, "case-assign", _("改派承办人"), None), "aside": True}]


def _get(case: Case, name: str, label: str, stop: Blocker | AccessDenied | None, *args: int) -> Row:
    return _step(case, name, label, "get", stop, *args)


def _post(case: Case, name: str, label: str, stop: Blocker | AccessDenied | None) -> Row:
    return _step(case, name, label, "post", stop)


def _step(case: Case, name: str, label: str, method: str, stop: Blocker | AccessDenied | None, *args: int) -> Row:
    return {
        "label": label,
        "url": reverse(f"integrity:{name}", args=[case.dossier.reference, *args]),
        "method": method,
        "enabled": stop is None,
        "reason": stop.reason if stop else "",
        "article": stop.article if stop else "",
        "danger": False,
    }
