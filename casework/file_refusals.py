"""The refusal of an uploaded file, shared by the modules that look into files."""

from __future__ import annotations

from casework.refusals import InputRefused


class FileRefused(InputRefused):
    """`reason_code` for logs and tests, the sentence for the person who uploaded. Never quotes the content."""

    def __init__(self, reason_code: str, sentence: str) -> None:
        super().__init__(sentence, field="file")
        self.reason_code = reason_code
