"""A migrated SQLite file, made once for each state of the migrations and copied for each worker.

Running all migrations takes ten seconds and more; a copy takes none. PostgreSQL copies a template of its own instead.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / ".pytest_cache" / "migrated"
DECIDING = ["*/migrations/*.py", "*/rulesets/**/*.toml", "requirements-dev.txt", "config/settings.py"]


def copy_to(target: Path) -> None:
    """Put a freshly migrated database at `target`. Raises RuntimeError with the words of `migrate` if that fails."""
    STORE.mkdir(parents=True, exist_ok=True)
    template = STORE / f"{_state()}.sqlite3"
    with (STORE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for outdated in STORE.glob("*.sqlite3"):
                outdated.unlink()
            _make(template)
        shutil.copyfile(template, target)


def _state() -> str:
    state = hashlib.sha256()
    for path in sorted(path for pattern in DECIDING for path in ROOT.glob(pattern)):
        state.update(f"{path.relative_to(ROOT)}\n".encode())
        state.update(path.read_bytes())
    return state.hexdigest()[:24]


def _make(template: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="chengyan-migrated-") as folder:
        migrate({"CHENGYAN_DATA_DIR": folder})
        shutil.copyfile(Path(folder) / "db.sqlite3", template)


def migrate(changes: dict[str, str]) -> None:
    """Run `migrate` in a process of its own, with these environment variables. Raises RuntimeError if it fails."""
    dropped = {"DATABASE_URL", "DEBUG", "SECRET_KEY", "COVERAGE_PROCESS_START"}
    environment = {key: value for key, value in os.environ.items() if key not in dropped} | changes
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"migrate: {done.stdout}{done.stderr}")
