"""Numbers as typed and as written."""

from __future__ import annotations

import pytest

from casework.references import as_written


@pytest.mark.parametrize(
    "typed",
    ["线索〔2026〕0012号", "线索[2026]0012号", " 线索（2026） 0012 号 ", "线索【2026】0012号", "线索(2026)0012号\n"],
)
def test_a_number_is_known_whatever_brackets_and_spaces_were_typed(typed: str) -> None:
    assert as_written(typed) == "线索〔2026〕0012号"
