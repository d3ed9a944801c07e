"""Files of an upload that was refused do not lie in the store for ever; a file with a row is never touched."""

from __future__ import annotations

import datetime as dt
import os
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from casework.actions import files
from casework.actors import SYSTEM
from casework.enums import AttachmentKind
from casework.management.commands.sweep_sealed import KEPT_FOR
from casework.models import Attachment
from casework.refusals import InputRefused
from casework.storage import SealedStore, default_store
from config.management.commands.tick import STEPS
from integrity.actions import leads
from tests.factories.dossiers import dossier
from tests.factories.leads import ANSWERS

pytestmark = pytest.mark.django_db
GOOD, ORPHAN, FRESH = "图三与图五相同。".encode(), "原始记录。".encode(), "今天的。".encode()


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> SealedStore:
    settings.CHENGYAN_SEALED_DIR = tmp_path / "sealed"
    return default_store()


def kept(content: bytes) -> Attachment:
    return files.attach(dossier=dossier(), name="说明.txt", content=content, kind=AttachmentKind.EVIDENCE, by=SYSTEM)


def age(store: SealedStore, sha256: str) -> None:
    """Two days ago."""
    then = (timezone.now() - 2 * KEPT_FOR).timestamp()
    os.utime(store.root / sha256[:2] / sha256, (then, then))


def sweep(*arguments: str) -> str:
    said = StringIO()
    call_command("sweep_sealed", *arguments, stdout=said, stderr=said)
    return said.getvalue().strip()


def test_what_a_refused_upload_leaves_is_removed_after_a_day_and_nothing_else(store):
    row = kept(GOOD)
    with pytest.raises(InputRefused):
        leads.submit(
            mode="anonymous", answers=ANSWERS, identity={}, files=[("一.txt", ORPHAN), ("二.exe", b"MZ")], by=SYSTEM
        )
    orphan, fresh = store.put(ORPHAN), store.put(FRESH)
    for sha256 in (row.sha256, orphan):
        age(store, sha256)

    assert sweep() == "removed 1"

    assert store.get(row.sha256) == GOOD and store.holds(fresh) and not store.holds(orphan)
    assert sweep() == "removed 0"
    assert "sweep_sealed" in STEPS


def test_bytes_put_again_are_kept_although_they_lay_there_for_long(store):
    age(store, kept(GOOD).sha256)
    wanted = store.put(ORPHAN)
    age(store, wanted)
    before = timezone.now() - KEPT_FOR
    assert wanted in store.put_before(before)

    store.put(ORPHAN)

    assert sweep() == "removed 0" and store.get(wanted) == ORPHAN
    assert store.remove(wanted, put_before=before) is False, "put between looking and removing"
    assert store.get(wanted) == ORPHAN


def test_a_file_removed_in_the_moment_it_is_put_is_written_anew(store, monkeypatch):
    sha256 = store.put(ORPHAN)
    looked = store.holds

    def removed_after_the_look(name: str) -> bool:
        found = looked(name)
        (store.root / name[:2] / name).unlink()
        return found

    monkeypatch.setattr(store, "holds", removed_after_the_look)
    store.put(ORPHAN)

    assert store.get(sha256) == ORPHAN


def test_a_store_beside_the_wrong_database_is_not_emptied(store):
    for content in (ORPHAN, FRESH):
        age(store, store.put(content))

    assert "2 of 2 files have no row" in sweep()
    assert len(store.put_before(timezone.now())) == 2
    assert sweep("--all") == "removed 2"


def test_what_a_dead_process_left_goes_or_comes_back(store):
    sha256 = kept(GOOD).sha256
    folder = store.root / sha256[:2]
    draft, young = folder / ".draft-old", folder / ".draft-young"
    for path in (draft, young):
        path.write_bytes(b"half")
    then = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(draft, (then, then))
    os.replace(folder / sha256, folder / f".swept-{sha256}")

    sweep()

    assert store.get(sha256) == GOOD
    assert young.exists() and not draft.exists()
