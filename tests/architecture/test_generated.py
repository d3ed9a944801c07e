"""Convention 7: what is drawn from code is current, migrations are complete, production settings are safe."""

import base64
import os
import secrets
import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.architecture.code import ROOT


@pytest.mark.parametrize("command", ["draw_workflows", "draw_glossary", "draw_permissions"])
def test_drawn_documents_are_current(command):
    call_command(command, "--check")


@pytest.mark.django_db
def test_no_model_waits_for_a_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def _key(length: int = 32) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode()


def _check_deploy(folder, **changes):
    production = {
        "DEBUG": "0",
        "SECRET_KEY": _key(48),
        "ALLOWED_HOSTS": "integrity.invalid",
        "CHENGYAN_FIELD_KEYS": f"check={_key()}",
        "CHENGYAN_BLIND_KEY": _key(),
        "CHENGYAN_DATA_DIR": str(folder),
        "CHENGYAN_SITE_URL": "https://integrity.invalid",
        "DATABASE_URL": "postgres:///chengyan",
    }
    environment = {"PATH": os.environ["PATH"], **production, **changes}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_production_settings_pass_the_deploy_check(tmp_path):
    answer = _check_deploy(tmp_path)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({"CHENGYAN_FIELD_KEYS": ""}, "chengyan.E001"),
        ({"CHENGYAN_BLIND_KEY": "c2hvcnQ="}, "chengyan.E002"),
        ({"SECRET_KEY": "short"}, "security.W009"),
        ({"ALLOWED_HOSTS": ""}, "security.W020"),
    ],
)
def test_a_production_that_lacks_something_is_told_what(tmp_path, missing, told):
    answer = _check_deploy(tmp_path, **missing)
    assert answer.returncode != 0
    assert told in answer.stderr
