"""What goes to the province with a request for re-review (办法 第27条): a .zip of application, papers and preliminary opinion.

Every file is listed with its SHA-256, so that the authority can see that nothing was changed on the way.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from casework.filetypes import safe_display_name
from casework.models import Attachment
from casework.storage import default_store
from ethics.completeness import wanted_materials
from ethics.enums import LetterKind, ListItem, MemberCategory, Procedure, Regime, ScopeClass
from ethics.letter_docx import letter_docx, paper_docx
from ethics.models import Application, Material, Review
from ethics.presenters.application_letters import letter_text

CHECKSUMS = "校验值 SHA-256.txt"
LONGEST_LABEL = 40


def expert_pack(application: Application, review: Review) -> tuple[bytes, list[dict[str, str]]]:
    """The file and its entries [{name, sha256}]. Papers are read one by one.

    StoreError when a paper is gone or was changed: then nothing is handed out.
    """
    content = io.BytesIO()
    entries: list[dict[str, str]] = []
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _contents(application, review):
            archive.writestr(name, data)
            entries.append({"name": name, "sha256": hashlib.sha256(data).hexdigest()})
        lines = [f"{one['sha256']}  {one['name']}" for one in entries]
        archive.writestr(CHECKSUMS, "\r\n".join(["\ufeff" + application.dossier.reference, *lines, ""]))
    return content.getvalue(), entries


def _contents(application: Application, review: Review) -> Iterator[tuple[str, bytes]]:
    letters = application.letters.filter(review=review, kind=LetterKind.EXPERT_REQUEST, recalled_by=None)
    related = ("application__committee", "application__unit__organization", "recalls")
    letter = letters.select_related(*related).order_by("-pk").first()
    if letter is not None:
        yield "1 专家复核申请函.docx", letter_docx(letter_text(letter))
    yield "2 申请内容.docx", paper_docx(application.title, _application_text(application, review))
    yield "3 初步审查意见.docx", paper_docx("初步审查意见", _opinion_text(application, review))
    document = Attachment.objects.filter(dossier=application.dossier, pk=review.preliminary.get("file")).first()
    if document is not None:
        yield f"3 初步审查意见/{safe_display_name(document.display_name)}", default_store().get(document.sha256)
    labels = {one.key: one.label for one in wanted_materials(application, timezone.localdate(review.accepted_at))}
    papers = application.materials.filter(left_out_on=None).select_related("attachment").order_by("key", "pk")
    for place, paper in enumerate(papers, start=1):
        yield _paper_name(place, paper, labels), default_store().get(paper.attachment.sha256)


def _paper_name(place: int, paper: Material, labels: dict[str, str]) -> str:
    label = safe_display_name(labels.get(paper.key, paper.key).split("：")[0].replace("/", " ")[:LONGEST_LABEL])
    return f"4 申请材料/{place:02d} {label}/{safe_display_name(paper.attachment.display_name)}"


def _words(choices: Any, keys: list[str]) -> str:
    known = dict(choices)
    return "、".join(str(known.get(key, key)) for key in keys)


def _application_text(application: Application, review: Review) -> Iterator[tuple[str, list[str]]]:
    """The frozen version the round was held on; of a review held elsewhere the record as it stands."""
    content = review.version.content if review.version is not None else {}
    unit = application.unit.organization.name if application.unit is not None else application.unit_name
    yield (
        "一、活动概况",
        [
            f"申请编号：{application.dossier.reference}",
            f"活动名称：{content.get('title', application.title)}",
            f"申请单位：{unit}",
            f"负责人：{content.get('leader_name', application.leader_name)}",
            f"审查范围：{_words(ScopeClass.choices, content.get('scope_classes', application.scope_classes))}",
            f"适用规则：{_words(Regime.choices, [one['regime'] for one in review.rule_sets])}",
            f"清单事项：{application.list_item} {ListItem(application.list_item).label if application.list_item else ''}",
            f"计划时间：{application.start_on or '—'} 至 {application.end_on or '—'}",
        ],
    )
    answers = content.get("answers", application.answers)
    if answers:
        yield "二、申请内容", [text for text in answers.values() if text]
    people = content.get("people", [])
    if people:
        yield (
            "三、研究人员",
            [
                "，".join(part for part in (one["name"], one["organization_name"], one["duty"]) if part)
                for one in people
            ],
        )


def _opinion_text(application: Application, review: Review) -> Iterator[tuple[str, list[str]]]:
    """What the committee passed and with which numbers, and who may therefore not sit on the panel (第28条)."""
    passed = review.preliminary
    yield (
        "一、审查情况",
        [
            f"审查委员会：{application.committee}",
            f"受理时间：{timezone.localtime(review.accepted_at):%Y-%m-%d %H:%M}",
            f"审查程序：{Procedure(review.procedure).label}",
            f"初步审查通过日期：{passed['decided_on']}",
            *([f"审查意见文号：{passed['document_no']}"] if passed["document_no"] else []),
        ],
    )
    yield "二、表决情况", [_vote_line(row) for row in passed["counted"]]
    if passed["reasons"]:
        yield "三、审查理由", [passed["reasons"]]
    on = timezone.localdate(review.accepted_at)
    assert application.committee is not None
    terms = application.committee.members.filter(ends_on__gte=on).select_related("person").order_by("pk")
    yield (
        "四、委员会委员（不得参加复核专家组）",
        [
            f"{one.person.name}（{_words(MemberCategory.choices, one.categories) or '委员'}）"
            for one in terms
            if one.last_day >= on
        ],
    )


def _vote_line(row: dict[str, Any]) -> str:
    regime = _words(Regime.choices, [row["regime"]])
    return (
        f"{regime}：赞成 {row['yes']}，反对 {row['no']}，弃权 {row['abstain']}；"
        f"基数 {row['base']}，至少需要 {row['needed']}"
    )
