"""What Elasticsearch takes on this machine: a Java it runs on, and its archive, which Maven fetches by name, once.

The archive lies in `var/elasticsearch` or CHENGYAN_ENGINE_DIR; docs/adr/0017 says why this one. Nothing here starts it.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = Path(os.environ.get("CHENGYAN_ENGINE_DIR") or ROOT / "var" / "elasticsearch").absolute()
ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
# Newest first, each with the only content we start: a package of ours is pinned by its hash, so is this one.
ARCHIVES = {
    "8.19.8": "8d943e94cef02cbceb6e39cd00175bb04e5f882fa32783a473880b8691a54376",
    "8.19.0": "14833b2d86c30656901f92049f81fb5777a8e4545413c8656cd1a21b55173033",
    "8.18.0": "6d31acf7ab3496eaa7cfbdc410095d02ed2232cd26c214c0c69e4f7b3b2958b8",
}
JAVA_VERSIONS = range(17, 22)


def find_java(homes: Iterable[Path] | None = None) -> Path | None:
    """The first Java that the server runs on: of JAVA_HOME, of the PATH, else of what Debian installed."""
    for home in _java_homes() if homes is None else homes:
        if java_version(home) in JAVA_VERSIONS and (home / "bin" / "java").exists():
            return home
    return None


def _java_homes() -> Iterator[Path]:
    named, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    if named:
        yield Path(named)
    if on_path:
        yield Path(on_path).resolve().parent.parent
    yield from sorted(Path("/usr/lib/jvm").glob("*"))


def java_version(home: Path) -> int | None:
    """17 for 17.0.15, 8 for 1.8.0; read from the file that every Java since 9 has beside its programs."""
    with contextlib.suppress(OSError):
        found = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', (home / "release").read_text(errors="replace"), re.MULTILINE)
        return int(found[1]) if found else None
    return None


def missing() -> str:
    """What this machine lacks; empty when a node can be started."""
    if find_java() is None:
        return "no Java of 17 to 21 here"
    if stored_archive() is None and not shutil.which("mvn"):
        return "no Maven here"
    return ""


def stored_archive() -> Path | None:
    """The newest server that was fetched before."""
    return next((path for path in map(_archive_path, ARCHIVES) if path.exists()), None)


def _archive_path(version: str) -> Path:
    return STORE / f"elasticsearch-{version}.zip"


def archive() -> Path:
    """The server as a zip file: as stored, else the newest of ours that Maven can get.

    Raises RuntimeError with Maven's own words when there is none to be had.
    """
    with alone("fetch"):
        stored = stored_archive()
        if stored:
            return stored
        refusals = []
        for version in ARCHIVES:
            try:
                return _fetch(version)
            except RuntimeError as refusal:
                refusals.append(str(refusal))
        raise RuntimeError("\n".join(refusals))


def _fetch(version: str) -> Path:
    artifact = ARTIFACT.format(version=version)
    print(f"fetching {artifact} with Maven (about 100 MB) …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="chengyan-maven-", dir=STORE) as folder:
        # Started in a folder without a project, Maven follows its own settings and nobody's build file.
        command = ["mvn", "--batch-mode", "--quiet", "dependency:copy"]
        command += [f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        fetched = next(Path(folder).glob("*.zip"), None)
        if done.returncode or fetched is None:
            raise RuntimeError(f"Maven could not get {artifact}: {done.stdout.strip()[:600]}")
        check_content(fetched, version)
        return fetched.rename(_archive_path(version))


def check_content(path: Path, version: str) -> None:
    """Raises RuntimeError when the file is not the one whose hash stands above."""
    with path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != ARCHIVES[version]:
        raise RuntimeError(f"{path.name} has the wrong content (SHA-256 {found}): it is not started")


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Two runs that begin at once fetch one after the other, and two people who start a node start one."""
    STORE.mkdir(parents=True, exist_ok=True)
    with (STORE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
