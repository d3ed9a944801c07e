"""What the tests of the pages of ethics review share."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse


def at(name: str, *keys: Any) -> str:
    """The address of a page of ethics review."""
    return reverse(f"ethics:{name}", args=keys)


def upload(name: str = "材料.txt", text: str = "内容") -> SimpleUploadedFile:
    """A small paper as a browser sends it."""
    return SimpleUploadedFile(name, text.encode())
