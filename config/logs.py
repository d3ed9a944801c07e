"""Log lines never carry what identifies a person: numbers of identity cards, phones, receipts and mail addresses."""

import logging
import re

_PATTERNS = [
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "[id]"),
    (re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)"), "[receipt]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[phone]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[mail]"),
]


def scrub(text: str) -> str:
    """Replace everything that looks like an identity number, a receipt, a phone or a mail address."""
    for pattern, word in _PATTERNS:
        text = pattern.sub(word, text)
    return text


class ScrubFilter(logging.Filter):
    """Scrub the finished message, so that arguments are covered too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrub(record.getMessage())
        record.args = ()
        return True
