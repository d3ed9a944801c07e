"""What a fresh machine relies on: pinned packages, a Makefile contract, a production image that is shaped safely."""

import re
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.archives import ARCHIVES

ROOT = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==\S+", re.MULTILINE)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(requirements: list[str]) -> set[str]:
    return {_normal(re.split(r"[\[<>=!~ ;]", one)[0]) for one in requirements}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirement_files_name_no_address(name):
    text = (ROOT / name).read_text()
    assert [word for word in ("://", "index-url", "find-links", "trusted-host") if word in text] == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_pinned_package_has_hashes(name):
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text())
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_every_declared_package_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime = {_normal(name) for name in PINNED.findall((ROOT / "requirements.txt").read_text())}
    development = {_normal(name) for name in PINNED.findall((ROOT / "requirements-dev.txt").read_text())}
    assert _names(project["dependencies"]) - runtime == set()
    assert _names(project["optional-dependencies"]["dev"]) - development == set()


def test_both_files_pin_the_same_versions():
    pins = [set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE)) for name in REQUIREMENTS]
    assert pins[0] - pins[1] == set()


def test_every_declared_package_says_why():
    lines = (ROOT / "pyproject.toml").read_text().split("[tool.", 1)[0].splitlines()
    entries = [line for line in lines if re.match(r'^    "', line)]
    assert len(entries) > 40
    assert [line for line in entries if "# " not in line] == []


@pytest.mark.parametrize(
    "target", ["run", "test", "check", "bench", "format", "messages", "elasticsearch", "elasticsearch-stop", "indexer"]
)
def test_make_knows_the_target(target):
    answer = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_every_service_has_a_health_check_and_the_application_no_rights():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert {"web", "worker", "indexer", "migrate", "database", "elasticsearch"} == set(services)
    assert [name for name, service in services.items() if "healthcheck" not in service] == []
    for name in ("web", "worker", "indexer", "migrate"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True
        assert services[name]["command"] == name


def test_the_engine_comes_with_the_rest_and_nothing_waits_for_it():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    engine = services["elasticsearch"]
    # The stock image of the version that the tests run on, reached by the other services alone.
    assert engine["image"] == f"elasticsearch:{next(iter(ARCHIVES))}"
    assert {"profiles", "ports"} & set(engine) == set()
    assert [name for name, service in services.items() if "elasticsearch" in service.get("depends_on", {})] == []
    for name in ("web", "worker", "indexer"):
        assert services[name]["environment"]["SEARCH_ENGINE"] == "${SEARCH_ENGINE:-elasticsearch}"
        assert services[name]["environment"]["SEARCH_ENGINE_URL"] == "http://elasticsearch:9200"


@pytest.mark.parametrize("name", ["web", "worker", "indexer", "migrate"])
def test_the_entry_point_knows_every_service_of_the_application(name):
    script = (ROOT / "docker" / "entrypoint.sh").read_text()
    assert f"\n  {name})\n" in script


def test_the_image_runs_without_root_and_installs_only_hashed_packages():
    lines = (ROOT / "docker" / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    installs = [line for line in lines if "pip install" in line]
    assert users == ["chengyan"]
    assert len(installs) == 1
    installs += [line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line]
    # Older versions of pip take a newer release for a package asked for with an extra, and then miss its hash.
    assert [line for line in installs if "--no-deps --require-hashes" not in line] == []
    assert len(installs) == 3


def test_the_entry_point_migrates_only_when_told():
    script = (ROOT / "docker" / "entrypoint.sh").read_text()
    branches = dict(re.findall(r"^  (\w+)\)\n(.*?);;", script, re.MULTILINE | re.DOTALL))
    assert [name for name, body in branches.items() if "manage.py migrate" in body] == ["migrate"]
    answer = subprocess.run(["sh", ROOT / "docker" / "entrypoint.sh", "nonsense"], capture_output=True, text=True)
    assert answer.returncode == 64


def test_a_test_that_leaves_this_machine_fails():
    # 192.0.2.0/24 is reserved for documentation: nobody answers there, and no packet is sent.
    with socket.socket() as connection, pytest.raises((RuntimeError, UserWarning), match="192.0.2.1"):
        connection.connect(("192.0.2.1", 80))
