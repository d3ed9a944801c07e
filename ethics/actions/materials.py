"""Papers of an application: uploaded, replaced by a new version with its reason, left out; never removed (E23)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actions import files
from casework.enums import AttachmentKind
from casework.events import record_event
from casework.models import Attachment
from casework.refusals import InputRefused, MoveRefused
from casework.saving import save_record
from casework.texts import clean_text, required_text
from ethics.actions import letters
from ethics.actions.applications import check_open_to_applicant
from ethics.completeness import wanted_materials
from ethics.enums import LetterKind
from ethics.models import Application, Material
from ethics.review_access import check_can_run, check_is_applicant


@transaction.atomic
def add(*, application: Application, key: str, file: tuple[str, bytes], by: User, note: str = "") -> Material:
    """One paper more, of a kind the application asks for. The applicant, or whoever records a review held elsewhere."""
    _check_may_write(by, application)

    if key not in {one.key for one in wanted_materials(application, timezone.localdate())}:
        raise InputRefused(_("请从列表中选择材料。"), field="key")
    name, content = file
    attachment = files.attach(
        dossier=application.dossier, name=name, content=content, kind=AttachmentKind.MATERIAL, by=by
    )
    material = Material(
        application=application,
        key=key,
        attachment=attachment,
        note=clean_text(note, limit=300, field="note", field_label=_("说明"), multiline=False),
    )
    save_record(material, by=by, reason="上传申请材料")
    record_event(
        dossier=application.dossier,
        type="material_added",
        by=by,
        subject=material,
        data={"material": key, "sha256": attachment.sha256},
    )
    return material


@transaction.atomic
def replace(*, material: Material, file: tuple[str, bytes], reason: str, by: User) -> Material:
    """A new version in place of the old, which stays readable. By the secretary while it is under review: then the
    applicant is told by letter (E23)."""
    application = material.application
    is_applicant = application.applicant_id == by.pk
    if is_applicant:
        check_is_applicant(by, application)
        check_open_to_applicant(application)
    else:
        check_can_run(by, application)
    if not application.dossier.is_open:
        raise MoveRefused(_("审查已经结束，卷宗只供查阅，不能更换材料。"))
    if material.left_out_on is not None:
        raise MoveRefused(_("这份材料已经撤下，不能更换。"))

    reason = required_text(reason, limit=300, field="reason", field_label=_("更换原因"), multiline=False)
    name, content = file
    before = material.attachment
    # One file may serve several papers, and only one file can follow another: the first replacement goes on with its
    # versions, a later one begins anew.
    is_followed = Attachment.objects.filter(supersedes=before).exists()
    material.attachment = files.attach(
        dossier=application.dossier,
        name=name,
        content=content,
        kind=AttachmentKind.MATERIAL,
        supersedes=None if is_followed else before,
        by=by,
    )
    material.replaced_reason = reason
    save_record(material, by=by, reason=reason)
    record_event(
        dossier=application.dossier,
        type="material_replaced",
        by=by,
        subject=material,
        reason=reason,
        data={"material": material.key, "sha256": material.attachment.sha256, "before": before.sha256},
    )
    if application.applicant_id is not None and not is_applicant:
        letters.issue(
            kind=LetterKind.MATERIAL_REPLACED,
            application=application,
            paragraphs=lambda: [
                _("您的申请中的材料“%(old)s”已更换为“%(new)s”。") % {"old": before, "new": material.attachment},
                _("原因：%(reason)s。原材料仍保存在卷宗中。") % {"reason": reason},
            ],
            by=by,
        )
    return material


@transaction.atomic
def leave_out(*, material: Material, by: User) -> Material:
    """The applicant takes a paper out of the next version; the file stays in the dossier."""
    check_is_applicant(by, material.application)
    check_open_to_applicant(material.application)

    if material.left_out_on is not None:
        return material
    material.left_out_on = timezone.localdate()
    save_record(material, by=by, reason="撤下申请材料", fields=["left_out_on"])
    record_event(
        dossier=material.dossier,
        type="material_left_out",
        by=by,
        subject=material,
        data={"material": material.key, "sha256": material.attachment.sha256},
    )
    return material


def _check_may_write(by: User, application: Application) -> None:
    if application.applicant_id is not None:
        check_is_applicant(by, application)
        check_open_to_applicant(application)
    else:
        check_can_run(by, application)
