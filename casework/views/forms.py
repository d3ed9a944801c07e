"""How every form view calls its action: refusals land beside what was typed, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from casework.refusals import InputRefused, MoveRefused


def attempt(form: forms.BaseForm, action: Callable[..., Any], **kwargs: Any) -> tuple[bool, Any]:
    """Run the action; (True, result), or (False, None) with the refusal added to the form.

    AccessDenied is not caught: it is no fault of the form and becomes a page of its own.
    """
    try:
        return True, action(**kwargs)
    except InputRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
    except MoveRefused as refusal:
        form.add_error(None, refusal.reason)
    return False, None
