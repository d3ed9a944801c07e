"""JSON as programs hand it to our commands: read without surprises, refused by a sentence. No Django."""

from __future__ import annotations

import json
from typing import Any


class InputFault(ValueError):
    """Something handed in that cannot be used. `zh` and `en` say what is wrong with it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en


def parse_json(text: str) -> Any:
    """The value, or InputFault. What Python reads and no JSON text may hold is refused too: \\ud800, NaN, 1e999."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputFault(
            f"不是完整的 JSON（第 {error.colno} 个字符处）。", f"This is not valid JSON (at character {error.colno})."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputFault("不是完整的 JSON。", "This is not valid JSON.") from error
    if not _can_be_written(value):
        raise InputFault(
            "其中有 JSON 不允许的半个字符，或者不是数的数（NaN、Infinity）。",
            "It holds what JSON does not allow: half a character or a number that is none.",
        )
    return value


def _can_be_written(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True
