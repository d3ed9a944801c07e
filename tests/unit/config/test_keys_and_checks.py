"""Keys of a development machine, and what the deploy checks say when a production lacks its own."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import Any

import pytest

from config.addresses import client_address
from config.checks import field_keys_are_set, search_engine_is_known
from config.keys import development_keys

GOOD = base64.b64encode(b"k" * 32).decode()
SHORT = base64.b64encode(b"k" * 16).decode()


def test_keys_of_a_development_machine_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = development_keys(tmp_path)

    assert development_keys(tmp_path) == first
    files = list(tmp_path.iterdir())
    assert [file.name for file in files] == ["development_keys.json"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert len(base64.b64decode(first["field_keys"]["dev1"])) == 32


def test_of_two_processes_that_start_at_once_the_first_one_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = development_keys(tmp_path)
    looks = iter([False])
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: next(looks, None) if path.suffix == ".json" else real(path))

    assert development_keys(tmp_path) == first


@pytest.mark.parametrize(
    ("keys", "blind", "problems"),
    [
        ({"k1": GOOD}, GOOD, []),
        ({}, GOOD, ["chengyan.E001"]),
        ({"k1": SHORT}, GOOD, ["chengyan.E002"]),
        ({"k1": "not base64"}, "", ["chengyan.E002", "chengyan.E002"]),
    ],
)
def test_the_deploy_check_names_every_key_that_cannot_serve(
    keys: dict[str, str], blind: str, problems: list[str], settings: Any
) -> None:
    settings.CHENGYAN_FIELD_KEYS, settings.CHENGYAN_BLIND_KEY = keys, blind

    found = field_keys_are_set(None)

    assert [message.id for message in found] == problems
    assert all(message.hint for message in found)


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "9.9.9.9", "10.0.0.7"),
        (True, "9.9.9.9, 10.0.0.1", "10.0.0.1"),
        (True, "", "10.0.0.7"),
    ],
)
def test_a_forwarded_address_counts_only_behind_our_proxy(
    behind: bool, forwarded: str, address: str, settings: Any, rf: Any
) -> None:
    settings.BEHIND_PROXY = behind
    request = rf.get("/", REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address


@pytest.mark.parametrize(
    ("engine", "found"),
    [("database", []), ("elasticsearch", []), ("elastic", ["chengyan.E003"]), ("", ["chengyan.E003"])],
)
def test_only_a_known_search_engine_starts(settings, engine, found):
    settings.SEARCH_ENGINE = engine
    assert [problem.id for problem in search_engine_is_known(None)] == found
