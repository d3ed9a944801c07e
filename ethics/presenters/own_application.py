"""What an applicant reads of the own application: public words for its state, never who reviews it or what was said inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from casework.models import Attachment
from casework.rulebook import RuleBook
from casework.workflow import blocker
from ethics.actions.versions import content_of
from ethics.application_choices import material_words, ordered_books
from ethics.completeness import PAGES, Missing, Wanted, first_incomplete, missing, wanted_materials
from ethics.enums import ENDED, ActivityStatus, ApplicationStatus, LetterKind
from ethics.models import Activity, Application, Material, ReviewLetter
from ethics.presenters.marks import kind_words
from ethics.presenters.version_diff import worded
from ethics.review_workflow import APPLICATION

Row = dict[str, Any]
Link = tuple[str, str]
S = ApplicationStatus

# status → (what the applicant reads, colour, what to do or wait for)
PUBLIC_WORDS: dict[str, tuple[Any, str, Any]] = {
    S.DRAFT: (gettext_lazy("填写中"), "", gettext_lazy("请填完各页后提交。")),
    S.SUBMITTED: (
        gettext_lazy("已提交，等待受理"),
        "go",
        gettext_lazy("委员会秘书正在核对材料，请等待受理或者补正通知。"),
    ),
    S.RETURNED: (gettext_lazy("请补正"), "soon", gettext_lazy("请按补正告知书补齐后重新提交。")),
    S.ACCEPTED: (gettext_lazy("已受理，审查中"), "go", gettext_lazy("委员会正在审查，审查期间不能修改。")),
    S.IN_REVIEW: (gettext_lazy("审查中"), "go", gettext_lazy("委员会正在审查，审查期间不能修改。")),
    S.PRELIMINARY_PASSED: (gettext_lazy("审查中"), "go", gettext_lazy("这项活动还须专家复核，请等待决定。")),
    S.EXPERT_REQUESTED: (gettext_lazy("专家复核中"), "go", gettext_lazy("这项活动正在专家复核，请等待决定。")),
    S.AWAITING_REVISION: (
        gettext_lazy("请按决定修改"),
        "soon",
        gettext_lazy("请按审查决定书的要求修改，然后提交修改稿。"),
    ),
    S.REVISION_SUBMITTED: (gettext_lazy("修改稿核实中"), "go", gettext_lazy("正在核实修改稿，请等待通知。")),
    S.AWAITING_RESUBMISSION: (
        gettext_lazy("请修改后重新提交"),
        "soon",
        gettext_lazy("请按审查决定书的要求修改，然后重新提交，委员会将再次审查。"),
    ),
    S.APPROVED: (gettext_lazy("已批准"), "done", gettext_lazy("可以按批准的方案开展活动。有变化的，请先提出修正案。")),
    S.REJECTED: (gettext_lazy("不予批准"), "late", gettext_lazy("理由和申诉的途径见审查决定书。")),
    S.WAIVED: (gettext_lazy("免除审查"), "done", gettext_lazy("免除审查不等于免除知情同意。")),
    S.WITHDRAWN: (gettext_lazy("已撤回"), "", gettext_lazy("需要审查的，请重新申请。")),
}
# Status of the activity → the same of an approved application whose activity does not run.
STANDING_STILL: dict[str, tuple[Any, str, Any]] = {
    ActivityStatus.SUSPENDED: (
        gettext_lazy("已暂停"),
        "soon",
        gettext_lazy("活动已暂停，没有书面通知不得恢复。理由见文书。"),
    ),
    ActivityStatus.REVIEWING: (
        gettext_lazy("须重新审查"),
        "late",
        gettext_lazy("活动须重新审查，原批准不再有效；重新批准之前不得进行。"),
    ),
    ActivityStatus.TERMINATED: (gettext_lazy("已终止"), "", gettext_lazy("活动已终止，不得继续进行。")),
    ActivityStatus.REFUSED: (gettext_lazy("已终止"), "", gettext_lazy("活动已终止，不得继续进行。")),
    ActivityStatus.COMPLETED: (gettext_lazy("已完成"), "", gettext_lazy("活动已登记完成。")),
}
PAGE_WORDS = {
    "basics": gettext_lazy("基本情况"),
    "circumstances": gettext_lazy("有关情形"),
    "people": gettext_lazy("研究人员"),
    "materials": gettext_lazy("申请材料"),
    "review": gettext_lazy("核对和提交"),
}

OwnLinks = Callable[[Application, User], Iterable[Link]]
_OWN_LINKS: list[OwnLinks] = []


def register_own_links(source: OwnLinks) -> OwnLinks:
    """Add links to the applicant's page of an application (decorator); each source says itself when."""
    _OWN_LINKS.append(source)
    return source


def public_words(application: Application) -> tuple[Any, str, Any]:
    """What the applicant reads: an approval counts only while the activity runs."""
    activity = application.activity
    if application.status == S.APPROVED and activity is not None and activity.status in STANDING_STILL:
        return STANDING_STILL[activity.status]
    return PUBLIC_WORDS[application.status]


def title_of(activity: Activity | None, user: User) -> str:
    """The title a further application begins with: as the applicant wrote it last, not the number a secret one is listed by."""
    if activity is None:
        return ""
    last = Application.objects.of_applicant(user).filter(activity=activity).order_by("-pk").first()
    return last.title if last is not None else activity.title


def begin_words(activity: Activity | None) -> Row:
    """Heading and meaning of what is about to begin: a first application, an amendment, or a review anew."""
    if activity is None:
        return {"heading": _("新的申请"), "what_now": ""}
    words = {"title": activity.title}
    if activity.status == ActivityStatus.REVIEWING:
        return {
            "heading": _("申请重新审查"),
            "what_now": _(
                "活动“%(title)s”须重新审查，重新批准之前不得进行。上一次填写的内容会带入新的申请，"
                "请逐项核对，改正有关的地方；材料重新上传，“计划开始日期”填写重新批准以后恢复的日期。"
            )
            % words,
        }
    return {
        "heading": _("提出修正案"),
        "what_now": _("修改已批准的活动“%(title)s”。修正案批准之前，原批准继续有效，按原方案进行。") % words,
    }


def list_rows(applications: Iterable[Application], letters: set[int]) -> list[Row]:
    """`letters`: applications with a letter whose receipt is not yet confirmed."""
    return [
        {
            "title": one.title,
            "reference": one.dossier.reference,
            "url": own_url(one),
            "kind": kind_words(one),
            "label": public_words(one)[0],
            "pill": public_words(one)[1],
            "has_letter": one.pk in letters,
        }
        for one in applications
    ]


def own_url(application: Application, page: str = "detail") -> str:
    return reverse(f"ethics:own-{page}", args=[application.dossier.reference])


def unconfirmed(applications: Sequence[Application]) -> set[int]:
    """Those with a letter that still waits for "confirm receipt". One query."""
    rows = ReviewLetter.objects.filter(application__in=applications, delivered_on=None)
    return set(rows.to_the_applicant().values_list("application_id", flat=True))


def stepper(application: Application, found: Sequence[Missing], current: str) -> list[Row]:
    """The pages of the form with what each still lacks."""
    counts = {page: sum(one.page == page for one in found) for page in PAGES}
    rows = [
        {
            "label": PAGE_WORDS[page],
            "url": own_url(application, page),
            "left": counts.get(page, 0),
            "is_done": page in counts and not counts[page],
            "is_now": page == current,
        }
        for page in (*PAGES, "review")
    ]
    return rows


def next_page(page: str) -> str:
    """The page after this one."""
    pages = [*PAGES, "review"]
    return pages[pages.index(page) + 1]


def form_context(application: Application, page: str, on: dt.date) -> Row:
    """What every page of the form shows: the stepper, and the notice to be answered on top."""
    found = missing(application, on)
    return {
        "application": application,
        "page": page,
        "heading": PAGE_WORDS[page],
        "steps": stepper(application, found, page),
        "missing": [{"one": one, "url": own_url(application, one.page), "page": PAGE_WORDS[one.page]} for one in found],
        "here": [one for one in found if one.page == page],
        "notice": notice_of(application),
    }


def notice_of(application: Application) -> Row | None:
    """The newest letter the applicant now has to answer; None where none waits for an answer."""
    kind = {
        S.RETURNED: LetterKind.CORRECTION,
        S.AWAITING_REVISION: LetterKind.DECISION,
        S.AWAITING_RESUBMISSION: LetterKind.DECISION,
    }.get(S(application.status))
    if kind is None:
        return None
    letter = application.letters.filter(kind=kind).order_by("-pk").first()
    if letter is None:
        return None
    return {"letter": letter, "lines": letter.body.split("\n")}


def paper_rows(application: Application, on: dt.date, *, may_write: bool) -> list[Row]:
    """Every wanted paper with the files handed in for it and their versions; then files no rule asks for any more."""
    given: dict[str, list[Material]] = {}
    for one in application.materials.filter(left_out_on=None).select_related("attachment").order_by("pk"):
        given.setdefault(one.key, []).append(one)
    earlier = earlier_versions(application)
    wanted = wanted_materials(application, on)
    rows = [_paper_row(one, given.pop(one.key, []), earlier, number, may_write) for number, one in enumerate(wanted)]
    for key, files in given.items():
        gone = Wanted(key, _("不再需要的材料"), "", "", is_optional=True)
        rows.append(_paper_row(gone, files, earlier, len(rows), may_write) | {"is_wanted": False})
    return rows


def given_papers(application: Application, books: list[RuleBook]) -> list[Row]:
    """The papers handed in, under their names. Two queries."""
    files = earlier_versions(application)
    rows: dict[str, Row] = {}
    for one in application.materials.filter(left_out_on=None).select_related("attachment").order_by("pk"):
        row = rows.setdefault(one.key, {"label": material_words(one.key, books), "files": []})
        row["files"].append(_file_row(one, files, may_write=False))
    return list(rows.values())


def earlier_versions(application: Application) -> dict[int, Attachment]:
    """Every file of the application by key, for walking from a version to the one before. One query."""
    return {one.pk: one for one in Attachment.objects.filter(dossier=application.dossier_id, kind="material")}


def versions_of(attachment: Attachment, files: dict[int, Attachment]) -> list[Attachment]:
    """The versions this file took the place of, newest first."""
    found: list[Attachment] = []
    before = attachment.supersedes_id
    while before is not None and before in files:
        found.append(files[before])
        before = files[before].supersedes_id
    return found


def _paper_row(
    wanted: Wanted, materials: list[Material], files: dict[int, Attachment], number: int, may_write: bool
) -> Row:
    return {
        "key": wanted.key,
        "anchor": f"paper-{number}",
        "label": wanted.label,
        "article": wanted.article,
        "mark": wanted.mark,
        "is_optional": wanted.is_optional,
        "is_wanted": True,
        "files": [_file_row(one, files, may_write) for one in materials],
    }


def _file_row(material: Material, files: dict[int, Attachment], may_write: bool) -> Row:
    file = material.attachment
    return {
        "name": file.display_name,
        "url": reverse("ethics:own-file", args=[file.pk]),
        "version": file.version,
        "size": file.size,
        "at": file.uploaded_at,
        "reason": material.replaced_reason,
        "earlier": [
            {"name": one.display_name, "version": one.version, "url": reverse("ethics:own-file", args=[one.pk])}
            for one in versions_of(file, files)
        ],
        "replace_url": reverse("ethics:own-material-replace", args=[material.pk]) if may_write else "",
        "leave_url": reverse("ethics:own-material-leave", args=[material.pk]) if may_write else "",
    }


def letter_rows(application: Application) -> list[Row]:
    """Letters about the application and the activity it led to, newest first. Who signed is not for the applicant."""
    about = Q(application=application)
    if application.activity_id is not None and not application.is_amendment:
        about |= Q(activity=application.activity_id)
    letters = list(ReviewLetter.objects.filter(about).to_the_applicant())
    letters.sort(key=lambda one: (one.issued_at, one.pk), reverse=True)
    recalled = {one.recalls_id for one in letters}
    return [
        {
            "number": one.number,
            "url": reverse("ethics:own-letter", args=[one.pk]),
            "kind": one.get_kind_display(),
            "heading": one.heading,
            "lines": one.body.split("\n"),
            "issued_at": one.issued_at,
            "delivered_on": one.delivered_on,
            "is_recalled": one.pk in recalled,
            "confirm_url": reverse("ethics:own-letter-confirm", args=[one.pk])
            if one.delivered_on is None and one.application_id == application.pk
            else "",
        }
        for one in letters
    ]


def activity_facts(activity: Activity | None) -> list[tuple[str, Any]]:
    if activity is None:
        return []
    return [
        (_("状态"), activity.get_status_display()),
        (_("批准日期"), activity.approved_on),
    ]


def own_steps(application: Application, user: User, on: dt.date) -> list[Row]:
    """What the applicant can do now, the form first."""
    steps: list[Row] = []
    if application.status in {S.DRAFT, S.RETURNED, S.AWAITING_REVISION, S.AWAITING_RESUBMISSION}:
        steps.append(_step(*_form_step(application, on)))
    activity = application.activity
    if (
        activity is not None
        and not application.is_amendment
        and activity.status in {ActivityStatus.ACTIVE, ActivityStatus.SUSPENDED}
    ):
        steps.append(_step(_("提出修正案"), reverse("ethics:own-amend", args=[activity.pk])))
    if activity is not None and _may_be_reviewed_again(application, activity):
        steps.append(_step(_("申请重新审查"), reverse("ethics:own-review-again", args=[activity.pk])))
    steps += [_step(label, url) for source in _OWN_LINKS for label, url in source(application, user)]
    if blocker(APPLICATION, application, "withdraw") is None:
        steps.append(_step(_("撤回申请"), own_url(application, "withdraw"), danger=True))
    return steps


def _may_be_reviewed_again(application: Application, activity: Activity) -> bool:
    """From the page of any own application that is ended, while the approval is taken away and nothing else is open."""
    if application.is_amendment or application.status not in ENDED or activity.status != ActivityStatus.REVIEWING:
        return False
    return not Application.objects.still_open().filter(activity=activity).exists()


def _form_step(application: Application, on: dt.date) -> Link:
    """To the first page with something missing. What came back complete is still to be changed before it is handed in:
    after a correction notice the papers, after a decision the whole form."""
    page = first_incomplete(application, on)
    if application.status == S.DRAFT:
        return _("继续填写"), own_url(application, page)
    if application.status == S.RETURNED:
        return _("补正材料"), own_url(application, "materials" if page == "review" else page)
    return _("修改申请"), own_url(application, "basics" if page == "review" else page)


def _step(label: str, url: str, *, danger: bool = False) -> Row:
    return {"label": label, "url": url, "method": "get", "enabled": True, "danger": danger}


def own_page(application: Application, user: User, on: dt.date) -> Row:
    """The page of one application as its applicant sees it."""
    label, kind, what_now = public_words(application)
    content, books = content_of(application), ordered_books()
    return {
        "application": application,
        "label": label,
        "kind": kind,
        "what_now": what_now,
        "notice": notice_of(application),
        "steps": own_steps(application, user, on),
        "letters": letter_rows(application),
        "papers": given_papers(application, books),
        "people": content["people"],
        "versions": list(application.versions.order_by("-number")),
        "activity": application.activity,
        "activity_facts": activity_facts(application.activity),
        "facts": content_facts(content, books),
        "side": [(_("编号"), application.dossier.reference), (_("申请类别"), kind_words(application))],
    }


def facts_to_check(application: Application) -> list[tuple[str, str]]:
    """What is about to be handed in."""
    return content_facts(content_of(application), ordered_books())


def content_facts(content: Row, books: list[RuleBook]) -> list[tuple[str, str]]:
    """What an application says, in words; people and papers have cards of their own."""
    apart = {_("研究人员"), _("申请材料")}
    rows = worded(content, books)
    return [(label, words) for label, words in rows.items() if words and label not in apart]
