"""Keys of a development machine, made once and kept in the data folder. Production never comes here."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any


def development_keys(folder: Path) -> dict[str, Any]:
    """Read, or make once, the keys of a machine that runs with DEBUG. The file is readable by its owner only."""
    path = folder / "development_keys.json"
    if not path.exists():
        keys = {
            "secret_key": secrets.token_urlsafe(50),
            "field_keys": {"dev1": base64.b64encode(secrets.token_bytes(32)).decode()},
            "blind_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(keys))
        draft.chmod(0o600)
        # Two processes may start at once: the first name to arrive stays.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        draft.unlink()
    return json.loads(path.read_text())
