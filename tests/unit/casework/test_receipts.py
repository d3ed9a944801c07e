"""A receipt finds its report again, however it is typed, and betrays nothing (B26)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.receipts import fingerprint, is_same_lookup, new_receipt, normalise_receipt, receipt_lookup, spaced

PEPPER = bytes(range(32))


def test_receipts_are_sixteen_digits_and_do_not_repeat():
    receipts = {new_receipt() for _ in range(500)}
    assert len(receipts) == 500
    assert all(len(receipt) == 16 and receipt.isascii() and receipt.isdigit() for receipt in receipts)
    assert {receipt[0] for receipt in receipts} == set("0123456789")


def test_a_receipt_is_printed_in_groups_of_four():
    assert spaced("0123456789012345") == "0123 4567 8901 2345"


@given(st.integers(0, 10**16 - 1), st.sampled_from([" ", "-", "－", "—", "\u3000", "", "\u200b"]))
def test_a_receipt_is_understood_with_any_separator_and_width(number, separator):
    receipt = f"{number:016d}"
    typed = separator.join(spaced(receipt).split(" "))
    wide = typed.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert normalise_receipt(typed) == normalise_receipt(wide) == receipt


@pytest.mark.parametrize(
    "typed", ["", "1234", "1" * 15, "1" * 17, "1234 5678 9012 345x", "١" * 16, "1234_5678_9012_3456"]
)
def test_what_is_not_sixteen_digits_is_none(typed):
    assert normalise_receipt(typed) is None


def test_the_lookup_is_the_same_each_time_and_differs_by_receipt_and_pepper():
    found = receipt_lookup("0123456789012345", PEPPER)

    assert is_same_lookup(found, receipt_lookup("0123456789012345", PEPPER))
    assert not is_same_lookup(found, receipt_lookup("0123456789012346", PEPPER))
    assert not is_same_lookup(found, receipt_lookup("0123456789012345", PEPPER[::-1]))
    assert len(found) == 64
    assert "0123456789012345" not in found


def test_the_fingerprint_proves_content_and_time():
    printed = fingerprint("论文数据重复".encode(), "2026-03-02T09:30:00+08:00")

    assert printed == fingerprint("论文数据重复".encode(), "2026-03-02T09:30:00+08:00")
    assert printed != fingerprint("论文数据重复。".encode(), "2026-03-02T09:30:00+08:00")
    assert printed != fingerprint("论文数据重复".encode(), "2026-03-02T09:30:01+08:00")
    assert len(printed) == 64
