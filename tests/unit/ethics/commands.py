"""Asking the two commands as a shell does: text in, exit code and text out."""

from __future__ import annotations

import io
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command


class Shell:
    """Runs a command with a given standard input; keeps what was said and the exit code."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.said = ""
        self.exit_code = 0

    def run(self, name: str, given: bytes, *arguments: str) -> str:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        out, self.said, self.exit_code = StringIO(), "", 0
        try:
            call_command(name, *arguments, stdout=out)
        except CommandError as failed:
            self.said, self.exit_code = str(failed), failed.returncode
        return out.getvalue()


class Terminal(io.StringIO):
    """A standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def codes(answer: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in answer["findings"]]
