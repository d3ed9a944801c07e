"""The node that the search tests run on: what is chosen, what it is told, and that it is the real thing."""

import os

import pytest

from search.analysis import index_terms
from tests import archives, engine, run


def java(folder, version):
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    (folder / "release").write_text(
        f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\nJAVA_VERSION_DATE="2026-01-20"\n'
    )
    return folder


# What it takes


@pytest.mark.parametrize(
    ("version", "major"), [("17.0.15", 17), ("21", 21), ("25.0.3", 25), ("1.8.0_442", 8), ("unknown", None)]
)
def test_java_tells_its_version_in_a_file(tmp_path, version, major):
    assert archives.java_version(java(tmp_path / "java", version)) == major


def test_the_first_java_that_the_server_runs_on_is_taken(tmp_path):
    too_new, fits, fits_too = (java(tmp_path / number, number) for number in ("25.0.3", "21.0.2", "17.0.15"))
    without_program = java(tmp_path / "other", "17.0.1")
    (without_program / "bin" / "java").unlink()

    assert archives.find_java([tmp_path / "none", without_program, too_new, fits, fits_too]) == fits
    assert archives.find_java([too_new]) is None


def test_java_home_goes_before_the_rest(tmp_path, monkeypatch):
    mine = java(tmp_path / "mine", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(mine))
    assert archives.find_java() == mine


def test_the_newest_archive_is_first_and_what_was_fetched_is_not_fetched_again(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "STORE", tmp_path / "store")
    monkeypatch.setenv("PATH", "")
    assert list(archives.ARCHIVES)[0] == max(archives.ARCHIVES, key=lambda version: [*map(int, version.split("."))])
    assert archives.stored_archive() is None

    (tmp_path / "store").mkdir()
    for version in ("8.18.0", "8.19.8"):
        (tmp_path / "store" / f"elasticsearch-{version}.zip").touch()
    assert archives.archive().name == "elasticsearch-8.19.8.zip"


def test_an_archive_with_other_content_is_refused(tmp_path):
    forged = tmp_path / "elasticsearch-8.19.8.zip"
    forged.write_bytes(b"something else")
    with pytest.raises(RuntimeError, match="wrong content"):
        archives.check_content(forged, "8.19.8")


def test_what_is_missing_is_said_with_what_brings_it(tmp_path, monkeypatch):
    monkeypatch.delenv(engine.URL_VARIABLE, raising=False)
    monkeypatch.setattr(archives, "STORE", tmp_path)
    monkeypatch.setattr(archives.shutil, "which", lambda name: None)
    monkeypatch.setattr(archives, "find_java", lambda: None)
    assert "Java" in engine.why_not()

    monkeypatch.setattr(archives, "find_java", lambda: tmp_path)
    assert "Maven" in engine.why_not()
    with pytest.raises(RuntimeError, match=r"no Maven here: apt-get install maven .*" + engine.URL_VARIABLE):
        engine.lay_out(tmp_path)

    (tmp_path / "elasticsearch-8.19.8.zip").touch()
    assert engine.why_not() == ""


def test_a_node_somebody_named_needs_nothing_and_is_used_as_it_is(monkeypatch):
    monkeypatch.setenv(engine.URL_VARIABLE, "http://127.0.0.1:9/")
    monkeypatch.setattr(engine, "missing", lambda: "everything")
    assert engine.is_available()
    with engine.running() as address:
        assert address == "http://127.0.0.1:9"


# What it is told


def test_the_node_is_alone_on_loopback_and_never_turns_read_only(tmp_path):
    told = engine.settings_arguments(engine.node_settings(tmp_path, 9200))
    assert {
        "-Ediscovery.type=single-node",
        "-Enetwork.host=127.0.0.1",
        "-Ehttp.port=9200",
        "-Etransport.port=0",
        f"-Epath.data={tmp_path}/data",
        f"-Epath.logs={tmp_path}/logs",
        "-Ecluster.routing.allocation.disk.threshold_enabled=false",
        "-Expack.security.enabled=false",
    } <= set(told)


def test_a_setting_the_build_does_not_know_is_read_from_its_words():
    log = "fatal exception\nIllegalArgumentException: unknown setting [xpack.security.enabled] please check that any"
    assert engine.unknown_setting(log) == "xpack.security.enabled"
    assert engine.unknown_setting("BindHttpException: Failed to bind to 127.0.0.1:9200") is None


def test_a_number_that_another_process_has_by_now_is_not_our_node(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(engine, "STORE", tmp_path)
    monkeypatch.setattr(archives, "STORE", tmp_path)
    assert engine.kept() is None

    note = f'{{"url": "http://127.0.0.1:9", "pid": {os.getpid()}, "folder": "{tmp_path}/gone"}}'
    (tmp_path / "node.json").write_text(note)
    assert engine.kept() is None
    assert engine.main(["stop"]) == 0
    assert engine.main(["status"]) == 3
    assert capsys.readouterr().out == "no node runs here\nno node runs here\n"


def test_tests_without_an_engine_are_named_once_and_not_as_skips():
    reason = engine.NOT_NAMED
    parts = [
        run.Part("sqlite", skips=[f"tests.search.test_a::test_one: {reason}", "tests.b::test_two: other"]),
        run.Part("postgres", skips=[f"tests.search.test_a::test_one: {reason}", f"tests.c::test_three: {reason}"]),
    ]
    missed = run._without_engine(parts, "no Maven here")
    assert [part.skips for part in parts] == [["tests.b::test_two: other"], []]
    assert missed.left_out.splitlines()[0] == "no Maven here; 2 tests:"
    assert [line.strip() for line in missed.left_out.splitlines()[1:]] == [
        "tests.c::test_three",
        "tests.search.test_a::test_one",
    ]


# The node itself


@pytest.mark.elasticsearch
def test_the_node_is_elasticsearch_and_healthy(engine_url):
    health = engine.ask(engine_url, "/_cluster/health")
    name, version = engine.describe(engine_url).split()
    assert (health.status, health.product, name) == (200, "Elasticsearch", "Elasticsearch")
    assert health.body["status"] in {"green", "yellow"}
    assert int(version.split(".")[0]) == 8


@pytest.mark.elasticsearch
def test_the_core_alone_takes_our_terms_as_they_are(engine_url, engine_prefix):
    """Nothing is installed beside the core, and its `whitespace` analyzer changes no term of ours."""
    assert engine.ask(engine_url, "/_cat/plugins?format=json").body == []
    terms = index_terms(["关于张某某论文图片重复使用的调查，DOI 10.1000/xyz，𠮷田"]).terms
    name = f"{engine_prefix}-terms"
    assert engine.ask(engine_url, f"/{name}", "PUT").status == 200

    found = engine.ask(engine_url, f"/{name}/_analyze", "POST", {"analyzer": "whitespace", "text": " ".join(terms)})
    assert [token["token"] for token in found.body["tokens"]] == list(terms)


@pytest.mark.elasticsearch
def test_only_our_own_indexes_are_removed(engine_url, engine_prefix):
    ours, others = f"{engine_prefix}-gone-1", f"{engine_prefix}-stays"
    for name in (ours, others):
        engine.ask(engine_url, f"/{name}", "PUT")
    engine.ask(engine_url, f"/{ours}/_close", "POST")

    engine.delete_indexes(engine_url, f"{engine_prefix}-gone")
    assert engine.index_names(engine_url, f"{engine_prefix}-gone") == []
    assert engine.index_names(engine_url, others) == [others]
