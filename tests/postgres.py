"""A throw-away PostgreSQL for tests and measurements: made in a temporary folder, reached by a unix socket, removed.

`python -m tests.postgres COMMAND …` runs one command with DATABASE_URL naming such a server.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

ENABLE = "apt-get install postgresql, or name a server in CHENGYAN_TEST_DATABASE_URL"
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
}


def find_binaries() -> Path | None:
    """The folder that holds `initdb` and `postgres`: of the PATH, else the newest that Debian installed."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).parent / "postgres").exists():
        return Path(on_path).parent
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(installed, key=lambda folder: int(folder.parent.name.split(".")[0]), default=None)


def is_available() -> bool:
    return bool(os.environ.get("CHENGYAN_TEST_DATABASE_URL")) or find_binaries() is not None


@contextlib.contextmanager
def database_url() -> Iterator[str]:
    """Address of a server for tests: the one the environment names, else one that lives as long as the block.

    Raises RuntimeError with the server's own words when it does not start.
    """
    named = os.environ.get("CHENGYAN_TEST_DATABASE_URL")
    if named:
        yield named
        return
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError(f"no PostgreSQL here: {ENABLE}")
    with (
        tempfile.TemporaryDirectory(prefix="chengyan-pg-", ignore_cleanup_errors=True) as folder,
        _cluster(binaries, Path(folder)) as socket_folder,
    ):
        yield f"postgres://chengyan@/{socket_folder}/chengyan"


@contextlib.contextmanager
def _cluster(binaries: Path, folder: Path) -> Iterator[Path]:
    cluster, log = folder / "cluster", folder / "server.log"
    owner = _owner()
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)
    # Started by root the server refuses, so it gets another owner and no groups of ours.
    become: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    settings = [part for name, value in SERVER_OPTIONS.items() for part in ("-c", f"{name}={value}")]
    make: list[str | Path] = [
        binaries / "initdb",
        "-D",
        cluster,
        "-U",
        "chengyan",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    environment = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"}
    made = subprocess.run(make, cwd=folder, env=environment, capture_output=True, text=True, **become)
    if made.returncode:
        raise RuntimeError(f"initdb: {made.stdout}{made.stderr}")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", cluster, "-k", folder, *settings],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **become,
        )
    try:
        _wait_until_ready(server, folder, log)
        yield folder
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: we ourselves, or, when we are root, the account of the package or `nobody`."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _wait_until_ready(server: subprocess.Popen[bytes], socket_folder: Path, log: Path, *, seconds: float = 60) -> None:
    address = f"host={socket_folder} user=chengyan dbname=postgres connect_timeout=2"
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE chengyan")
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")


def main(command: list[str]) -> int:
    with database_url() as address:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}).returncode


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
