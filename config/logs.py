"""Log lines never carry what identifies a person: numbers of identity cards, phones, receipts and mail addresses."""

import logging
import re

_PATTERNS = [
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "[id]"),
    (re.compile(r"(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)"), "[receipt]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[phone]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[mail]"),
]

_PLAIN = logging.Formatter()


def scrub(text: str) -> str:
    """Replace everything that looks like an identity number, a receipt, a phone or a mail address."""
    for pattern, word in _PATTERNS:
        text = pattern.sub(word, text)
    return text


class ScrubFilter(logging.Filter):
    """Scrub the finished message, so that arguments are covered too, and the words of the exception below it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrub(record.getMessage())
        record.args = ()
        if record.exc_info:
            # A database names the value it refused; formatters take this text instead of making their own.
            record.exc_text = scrub(record.exc_text or _PLAIN.formatException(record.exc_info))
        return True
