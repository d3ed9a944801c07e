"""How alike two headings are. Pure. A reason for a person to look, never a verdict."""

import unicodedata
from difflib import SequenceMatcher


def normalised(title: str) -> str:
    """Letters and digits only, full-width ones folded: what two titles are compared by."""
    return "".join(one for one in unicodedata.normalize("NFKC", title).lower() if one.isalnum())


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the share of characters that stand in both in the same order. 0 for a title without any letter."""
    first, second = normalised(one), normalised(other)
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
