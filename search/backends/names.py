"""What the indexes of the engine are called. One is read through the alias of its audience, written through its own.

A write names an alias that must exist, so that nothing written too late makes an index of its own.
"""

import datetime as dt
import secrets

from django.conf import settings

from casework.audience import Audience


def read_alias(audience: Audience) -> str:
    return f"{settings.SEARCH_ENGINE_PREFIX}-{audience.name.lower()}"


def write_alias(name: str) -> str:
    return f"{name}-write"


def new_name(audience: Audience, shape: str, now: dt.datetime) -> str:
    """A name no index had before, also when the clock stands still or goes back: audience, shape, moment, chance."""
    return f"{read_alias(audience)}-{shape}-{now.astimezone(dt.UTC):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
