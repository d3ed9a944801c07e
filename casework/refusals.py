"""Refusals: the only exceptions a person ever reads. Each carries one sentence that says what is wrong and what to do.

config.middleware turns them into HTTP once; forms show InputRefused and MoveRefused beside what was typed.
"""


class Refusal(Exception):
    """A sentence for the reader, with the article that demands it when there is one."""

    status = 400

    def __init__(self, reason: str, *, article: str = "") -> None:
        super().__init__(reason)
        self.reason = str(reason)
        self.article = article


class AccessDenied(Refusal):
    """This person may not do this. Never raised for a record the person may not even see: that is a 404."""

    status = 403


class MoveRefused(Refusal):
    """Not the moment: the record's state does not allow the step."""

    status = 409


class InputRefused(Refusal):
    """What was typed cannot be accepted. `field` names the form field, empty for the whole form."""

    status = 422

    def __init__(self, reason: str, *, field: str = "", article: str = "") -> None:
        super().__init__(reason, article=article)
        self.field = field
