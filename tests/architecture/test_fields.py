"""Convention 2: a moment has its person and a constraint; a field that may tell of people has its class."""

import re

import pytest
from django.db import models

from config.personal import CLASSES, PersonalData, classed_fields
from tests.architecture.code import calls, name_of, our_models, python_files

WITHOUT_PERSON = {
    "casework.Event.at": "the person is the actor, in a row that cannot be written without one",
    "casework.AccessEvent.at": "the person is the user, or the label of the stand-in",
    "casework.IdempotencyKey.made_at": "the owner of the key",
    "integrity.ReporterVault.added_at": "who sealed is the reporter; an account beside a vault helps to guess",
}
OPENERS = {
    "casework/directory.py": "an identifier, for those who keep the directory",
    "casework/models/devices.py": "the shared key of a second factor, to compare one code",
    "integrity/actions/vault.py": "an identity, for a custodian with two consents and a passphrase",
    "integrity/slips.py": "the receipt, on its way to the one page that shows it, for ten minutes in one browser",
    "notices/visits.py": "the mark of a visit in the reporter's own browser",
    "integrity/presenters/leads.py": "what the reporter wrote, for those who may see the lead and for the reporter",
}
WHO_ELSE_KNOWS_THE_VAULT = {
    "config/personal.py": "names the class of its field",
}


def _moments(model):
    return [field for field in model._meta.concrete_fields if re.fullmatch(r"(\w+_)?at", field.name)]


def _people_of(model, moment):
    stem = moment.name.removesuffix("at")
    names = {field.name: field for field in model._meta.concrete_fields}
    return [names[name] for name in (f"{stem}by", f"{stem}by_label") if name in names]


def _all_moments():
    return [(model, moment) for model in our_models() for moment in _moments(model)]


def _fields_in(condition):
    """Names of fields a constraint speaks of, without lookups."""
    if isinstance(condition, models.Q):
        return {name for child in condition.children for name in _fields_in(child)}
    return {condition[0].split("__")[0]} if isinstance(condition, tuple) else set()


def _is_bound(model, moment, person):
    checks = [one for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]
    return any({moment.name, person.name} <= _fields_in(check.condition) for check in checks)


def test_every_moment_has_its_person():
    alone = {f"{model._meta.label}.{moment.name}" for model, moment in _all_moments() if not _people_of(model, moment)}
    assert alone == set(WITHOUT_PERSON)


def test_every_moment_that_may_be_empty_is_bound_to_its_person_by_a_constraint():
    loose = [
        f"{model._meta.label}.{moment.name}"
        for model, moment in _all_moments()
        if moment.null and not any(_is_bound(model, moment, person) for person in _people_of(model, moment))
    ]
    assert loose == []


def test_every_moment_that_is_always_set_has_a_person_that_is_always_set():
    loose = [
        f"{model._meta.label}.{moment.name}"
        for model, moment in _all_moments()
        if not moment.null and _people_of(model, moment) and all(one.null for one in _people_of(model, moment))
    ]
    assert loose == []


def test_no_boolean_may_be_unknown():
    loose = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BooleanField) and field.null
    ]
    assert loose == []


def test_nothing_is_deleted_with_what_it_points_to():
    derived = {
        "search.IndexItem.dossier": "a derived row must never be what keeps a dossier alive",
        "search.PendingIndex.dossier": "a derived row must never be what keeps a dossier alive",
        "casework.OneTimeCode.user": "inherited from django_otp; accounts are closed, never deleted",
    }
    loose = {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is not models.PROTECT
    }
    # guardian's abstract rows bring their own keys to user, group and permission
    guardian = {
        one for one in loose if one.startswith(("casework.DossierUserPermission", "casework.DossierGroupPermission"))
    }
    assert loose - guardian == set(derived)
    assert not any(one.endswith("content_object") for one in guardian)


def test_every_field_that_may_tell_of_people_has_a_class():
    wanted = {f"{model._meta.label}.{field.name}" for model in our_models() for field in classed_fields(model)}
    assert wanted - set(CLASSES) == set(), "name the class of these fields in config/personal.py"
    assert set(CLASSES) - wanted == set(), "these fields are gone or need no class"


@pytest.mark.parametrize("kept_from", [PersonalData.IDENTITY, PersonalData.SECRET])
def test_no_history_table_holds_what_must_have_no_second_copy(kept_from):
    second = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        if hasattr(model, "history")
        for field in model.history.model._meta.concrete_fields
        if CLASSES.get(f"{model._meta.label}.{field.name}") is kept_from
    ]
    assert second == []


def test_only_these_modules_open_what_is_sealed():
    opening = {
        name_of(path)
        for path in python_files()
        for _line, name, _node in calls(path)
        if name.rsplit(".", 1)[-1] == "open_with" or name in {"default_cipher().open", "cipher.open"}
    }
    assert opening == set(OPENERS)


def test_only_these_modules_know_the_vault():
    knowing = {name_of(path) for path in python_files() if re.search(r"\bReporterVault\b|\.vault\b", path.read_text())}
    vault = {"integrity/models/vault.py", "integrity/models/__init__.py", "integrity/actions/vault.py"}
    assert knowing - vault == set(WHO_ELSE_KNOWS_THE_VAULT)
