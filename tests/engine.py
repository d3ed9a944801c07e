"""A real Elasticsearch for tests, measurements and a desk without Docker: the minimal build that its makers test with.

`python -m tests.engine start|stop|status` keeps a node for `make elasticsearch`; it needs nothing but Python itself.
What it starts comes from tests/archives.py.
"""

import argparse
import contextlib
import http.client
import json
import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.archives import STORE, alone, archive, find_java, missing

URL_VARIABLE = "CHENGYAN_TEST_ELASTICSEARCH_URL"
ENABLE = f"apt-get install maven default-jre-headless (a Java of 17 to 21), or name a running node in {URL_VARIABLE}"
NOT_NAMED = f"no search engine named in {URL_VARIABLE}: `make test` starts one, `make elasticsearch` another"
DEFAULT_PORT = 9200
READY_WITHIN = 120.0


@dataclass(frozen=True)
class Node:
    """A server we started: the address it answers at, the number of its process group, the folder it lives in."""

    url: str
    pid: int
    folder: str


def why_not() -> str:
    """What is missing for a node; empty when one is named or can be started."""
    return "" if os.environ.get(URL_VARIABLE) else missing()


def is_available() -> bool:
    return not why_not()


# One node


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Address of a node for tests: the one the environment names, else one that lives as long as the block.

    Raises RuntimeError with the server's own words when it does not start.
    """
    named = os.environ.get(URL_VARIABLE)
    if named:
        yield named.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="chengyan-es-", ignore_cleanup_errors=True) as folder:
        server = lay_out(Path(folder))
        node, process = _start(server, port=0)
        try:
            yield node.url
        finally:
            _end(node.pid, process)


def lay_out(folder: Path) -> Path:
    """Unpack the server below `folder`. Who runs it may write what it stores and reports, and not what is run.

    `config` is of the first kind: the server puts its store of secrets there.
    """
    lacking = missing()
    if lacking:
        raise RuntimeError(f"{lacking}: {ENABLE}")
    with zipfile.ZipFile(archive()) as packed:
        packed.extractall(folder)
    server, owner = next(folder.glob("elasticsearch-*")), _owner()
    folder.chmod(0o755)
    for program in (server / "bin").iterdir():
        program.chmod(0o755)
    for place in (folder / "data", folder / "logs", folder / "tmp", server / "config", server / "logs"):
        place.mkdir(mode=0o700, exist_ok=True)
        if owner:
            os.chown(place, owner.pw_uid, owner.pw_gid)
    return server


def node_settings(folder: Path, port: int) -> dict[str, Any]:
    """Loopback and alone. Port 0 is any free one. A nearly full disk of a test machine must not make indexes read-only."""
    return {
        "cluster.name": "chengyan",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": 0,
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "node.portsfile": True,
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "xpack.security.enabled": False,
    }


def settings_arguments(settings: Mapping[str, Any]) -> list[str]:
    """For the command line. A file would lie in a folder that is not ours, and be written by root when root starts it."""
    words = {True: "true", False: "false"}
    return [f"-E{name}={words[value] if isinstance(value, bool) else value}" for name, value in settings.items()]


def unknown_setting(log: str) -> str | None:
    """The setting because of which a server refused to start: a smaller build lacks the part that knows it."""
    found = re.search(r"unknown setting \[([\w.]+)\]", log)
    return found[1] if found else None


def _start(server: Path, *, port: int) -> tuple[Node, subprocess.Popen[bytes]]:
    """Start and wait until it is healthy; a setting this build does not know is left out and the start repeated."""
    folder = server.parent
    settings = node_settings(folder, port)
    while True:
        process = _launch(server, settings)
        try:
            return Node(_wait_until_healthy(process, folder), process.pid, str(folder)), process
        except BaseException as failure:
            _end(process.pid, process)
            unknown = unknown_setting(_log(folder)) if isinstance(failure, RuntimeError) else None
            if unknown not in settings:
                raise
            del settings[unknown]


def _launch(server: Path, settings: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    folder, owner = server.parent, _owner()
    # Started by root the server refuses, so it gets another owner and no groups of ours.
    become: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    heap = os.environ.get("CHENGYAN_ENGINE_HEAP") or "512m"
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ES_JAVA_HOME": str(find_java()),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        "ES_TMPDIR": str(folder / "tmp"),
    }
    for left_over in (folder / "logs").glob("*.ports"):
        left_over.unlink()
    with (folder / "node.log").open("wb") as output:
        return subprocess.Popen(
            ["bash", server / "bin" / "elasticsearch", *settings_arguments(settings)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **become,
        )


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: we ourselves, or, when we are root, the account of the package or `nobody`."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("elasticsearch") or names["nobody"]


def _wait_until_healthy(process: subprocess.Popen[bytes], folder: Path) -> str:
    ports, end = folder / "logs" / "http.ports", time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException, IndexError):
            url = f"http://{ports.read_text().split()[0]}"
            if is_healthy(url):
                return url
        time.sleep(0.1)
    raise RuntimeError(f"Elasticsearch did not start: {_log(folder)[-3000:]}")


def _log(folder: Path) -> str:
    return (folder / "node.log").read_text(errors="replace")


def _end(pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Ask the launcher and its server to stop, and make them when they do not: nothing of the group is left."""
    for order, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        end = time.monotonic() + seconds
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, order)
            while time.monotonic() < end:
                # Our own child stays a member of its group until we have taken note of its end.
                if process:
                    process.poll()
                os.killpg(pid, 0)
                time.sleep(0.05)
            continue
        return


# Asking it


@dataclass(frozen=True)
class Answer:
    status: int
    product: str
    body: Any


def ask(url: str, path: str, method: str = "GET", body: Any = None) -> Answer:
    """One question without a client, and past any proxy this machine may use."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=30)
    content = None if body is None else json.dumps(body)
    with contextlib.closing(connection):
        connection.request(method, path, content, {"Accept": "application/json", "Content-Type": "application/json"})
        response = connection.getresponse()
        found = response.read()
        return Answer(response.status, response.getheader("X-Elastic-Product", ""), json.loads(found or b"null"))


def is_healthy(url: str) -> bool:
    return ask(url, "/_cluster/health?wait_for_status=yellow&timeout=2s").status == 200


def describe(url: str) -> str:
    """Product and version, e.g. "Elasticsearch 8.19.8". The minimal build has no page at `/` that would tell them."""
    answer = ask(url, "/_nodes/_local?filter_path=nodes.*.version")
    versions = [node["version"] for node in answer.body["nodes"].values()]
    return f"{answer.product or 'an unknown product'} {versions[0]}"


def index_names(url: str, prefix: str) -> list[str]:
    """Every index whose name begins so, closed ones included."""
    found = ask(url, f"/_cat/indices/{prefix}*?h=index&format=json&expand_wildcards=all")
    return sorted(row["index"] for row in found.body)


def delete_indexes(url: str, prefix: str) -> None:
    """By name, one by one: a node refuses to delete by a pattern, and is right."""
    for name in index_names(url, prefix):
        ask(url, f"/{name}", "DELETE")


# The node of `make elasticsearch`


def kept() -> Node | None:
    """The node that `start` left running."""
    node = _noted()
    return node if node and _is_ours(node) else None


def _noted() -> Node | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Node(**json.loads((STORE / "node.json").read_text()))
    return None


def _is_ours(node: Node) -> bool:
    """Numbers of processes are used again: only one whose command names the folder is the node."""
    with contextlib.suppress(OSError):
        return node.folder.encode() in Path(f"/proc/{node.pid}/cmdline").read_bytes()
    return False


def start(port: int) -> int:
    with alone("node"):
        node = kept()
        if node:
            print(f"{describe(node.url)} runs already on {node.url}")
            return 0
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise RuntimeError(f"port {port} is taken: choose another one")
        node = _start(_kept_server(), port=port)[0]
        (STORE / "node.json").write_text(json.dumps(asdict(node)))
    print(f"{describe(node.url)} on {node.url}, its files in {node.folder}")
    return 0


def _kept_server() -> Path:
    """The server of last time with its indexes, else a new one. Not below the work tree: its owner may not enter there."""
    noted = _noted()
    there = next(Path(noted.folder).glob("elasticsearch-*"), None) if noted else None
    return there or lay_out(Path(tempfile.mkdtemp(prefix="chengyan-es-")))


def stop() -> int:
    with alone("node"):
        node = kept()
        if node:
            _end(node.pid)
    print("stopped" if node else "no node runs here")
    return 0


def status() -> int:
    node = kept()
    print(f"{describe(node.url)} on {node.url}" if node else "no node runs here")
    return 0 if node else 3


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.engine", description="Elasticsearch for a desk.")
    parser.add_argument("command", choices=["start", "stop", "status"])
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    given = parser.parse_args(arguments)
    try:
        return start(given.port) if given.command == "start" else {"stop": stop, "status": status}[given.command]()
    except RuntimeError as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
