"""How the API reads what it is sent. Apart from config.api: the framework's views load the parsers while they load."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class WholeJson(JSONParser):
    """JSON in UTF-8. What is broken off, or nested until the reader gives up, is refused alike."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, RecursionError) as error:
            raise ParseError(_("收到的不是完整的 JSON，或者不是 UTF-8 编码。")) from error
