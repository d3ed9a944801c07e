"""Load a rule book file as rows. A published version is immutable; a corrected file needs a new version number."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from casework.access import check_right
from casework.actors import Actor
from casework.events import record_event, register_dossier
from casework.models import Clause, RuleSet
from casework.refusals import InputRefused
from casework.rulebook import RuleBook, read_rulebook
from casework.saving import save_record


@transaction.atomic
def publish(*, path: Path, by: Actor) -> RuleSet:
    """Publish the version in the file. The same file again returns the row that is there; a changed one is refused.

    People need the right to keep rules; the system itself loads the books of a release.
    """
    if isinstance(by, User):
        check_right(by, Permission.KEEP_RULES)

    book = read_rulebook(path)
    digest = _digest(book)
    known = RuleSet.objects.filter(code=book.code, version=book.version).first()
    if known is not None:
        if known.sha256 != digest:
            raise InputRefused(
                _("规则 %(code)s 第 %(version)s 版已经发布，内容不能改动；请提高版本号后再载入。")
                % {"code": book.code, "version": book.version}
            )
        return known

    rule_set = RuleSet(
        code=book.code,
        version=book.version,
        zh=book.zh,
        en=book.en,
        document_no=book.document_no,
        regime=book.regime,
        in_force_from=book.in_force_from,
        in_force_to=book.in_force_to,
        suggest=book.suggest,
        from_precision=book.from_precision,
        scale_from=book.scale_from,
        status=book.status,
        sha256=digest,
        supersedes=RuleSet.objects.filter(code=book.code, superseded_by=None).first(),
        published_at=timezone.now(),
        published_by=by if isinstance(by, User) else None,
        published_by_label=str(by),
    )
    save_record(rule_set, by=by, reason="载入规则")
    for order, clause in enumerate(book.clauses):
        row = Clause(
            rule_set=rule_set,
            kind=clause.kind,
            key=clause.key,
            order=order,
            article=clause.article,
            mark=clause.mark,
            zh=clause.zh,
            en=clause.en,
            numbers=dict(clause.numbers),
        )
        save_record(row, by=by, reason="载入规则")
    record_event(
        dossier=register_dossier("rules"),
        type="rule_set_published",
        by=by,
        subject=rule_set,
        reference=f"{book.code} v{book.version}",
        data={"sha256": digest, "clauses": len(book.clauses)},
    )
    return rule_set


def _digest(book: RuleBook) -> str:
    clauses = [{**asdict(clause), "numbers": dict(clause.numbers)} for clause in book.clauses]
    text = json.dumps([book.header(), clauses], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
