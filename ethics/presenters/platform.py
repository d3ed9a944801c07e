"""The page of the field mapping for the national platform."""

from __future__ import annotations

from typing import Any

from ethics.platform_export import FIELDS, Mapped


def mapping_rows(mapped: Mapped | None) -> list[dict[str, Any]]:
    """Per sheet the columns in their order, and the fields nobody has mapped; nothing for a mapping that cannot be read."""
    if mapped is None:
        return []
    return [
        {
            "key": key,
            "title": sheet.title,
            "columns": sheet.columns,
            "spare": [field for field in FIELDS[key] if field not in dict(sheet.columns)],
        }
        for key, sheet in mapped.sheets.items()
    ]
