"""For whose eyes a field is. Ordered: a reader of one level sees that level and everything below it."""

import enum


class Audience(enum.IntEnum):
    """PUBLIC: anyone. PARTNER: a department it was shared with. INTERNAL: staff with access. RESTRICTED: named duty only."""

    PUBLIC = 0
    PARTNER = 1
    INTERNAL = 2
    RESTRICTED = 3
