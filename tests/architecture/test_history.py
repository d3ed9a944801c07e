"""Convention 1: what people edit keeps its history; what must leave no second copy keeps none."""

from casework.models.events import AppendOnlyQuerySet
from casework.records import RecordQuerySet
from tests.architecture.code import our_models

WITHOUT_HISTORY = {
    "casework.ReferenceCounter": "a counter under a lock; the numbers it gave out stand on the dossiers",
    "casework.ClockEvent": "append-only, it is itself a history",
    "casework.Event": "append-only, it is itself a history",
    "casework.AccessEvent": "append-only, it is itself a history",
    "casework.IdempotencyKey": "a key of a form that was sent; says nothing about a case",
    "casework.OneTimeCode": "a second copy of the shared key would be a second way in; binding and removal are events",
    "casework.DossierUserPermission": "derived from Grant, which has history",
    "casework.DossierGroupPermission": "derived from Grant, which has history",
    "integrity.ReporterVault": "a second copy of a reporter's identity must not exist (ADR 0007)",
    "ethics.ApplicationVersion": "append-only, it is itself the frozen copy",
    "ethics.ConflictDeclaration": "append-only, it is itself a history",
    "ethics.Vote": "append-only, a correction is a new row",
    "notices.ThrottleCount": "keyed hashes that are thrown away the next day",
    "search.IndexItem": "derived and rebuildable",
    "search.SavedSearch": "a person's own words, which are gone when the person removes them; the register keeps that",
    "search.PendingIndex": "a note until the index has followed",
    "search.AccessSweep": "derived and rebuildable",
    "search.ReconcileRun": "a log of its own",
    "search.EngineWrite": "a note until the engine has followed",
    "search.IndexGeneration": "derived and rebuildable",
}
TRAILS = {
    "casework.Event",
    "casework.AccessEvent",
    "casework.ClockEvent",
    "ethics.ApplicationVersion",
    "ethics.ConflictDeclaration",
    "ethics.Vote",
}
NEVER_WITH_HISTORY = {"integrity.ReporterVault", "casework.OneTimeCode"}
OF_DJANGO = {
    "accounts.User": "made by Django's own manager",
    "accounts.Department": "below the record layer",
    "accounts.DepartmentName": "below the record layer",
    "accounts.Membership": "below the record layer",
}


def _label(model):
    return model._meta.label


def test_every_model_has_history_or_a_reason():
    bare = {_label(model) for model in our_models() if not hasattr(model, "history")}
    assert bare == set(WITHOUT_HISTORY)


def test_vault_models_have_no_history():
    kept = {_label(model) for model in our_models() if hasattr(model, "history")}
    assert kept & NEVER_WITH_HISTORY == set()


def test_every_model_with_history_refuses_writes_that_leave_none():
    kept = [model for model in our_models() if hasattr(model, "history")]
    open_door = {_label(model) for model in kept if not isinstance(model._default_manager.all(), RecordQuerySet)}
    assert open_door == set(OF_DJANGO)


def test_every_trail_only_grows():
    trails = [model for model in our_models() if _label(model) in TRAILS]
    assert len(trails) == len(TRAILS)
    assert [_label(model) for model in trails if not isinstance(model._default_manager.all(), AppendOnlyQuerySet)] == []
