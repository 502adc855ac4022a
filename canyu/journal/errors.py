"""The shape of every refusal, and how its words are marked for translation."""

from typing import Any


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation without translating it: pure code knows no language."""
    return message


class Refused(Exception):  # noqa: N818 - a refusal is an answer to a person, not a fault
    """Something was not done, and the person who asked is owed a sentence.

    `message` is English and marked with `gettext_noop`; `params` fill its `%(name)s` places.
    The pages translate it, the API sends it as it is. `status` is the HTTP status: 4xx,
    or 503 for what may be tried again as it is.
    """

    status = 409

    def __init__(self, message: str, *, status: int | None = None, **params: Any) -> None:  # noqa: ANN401
        """Keep the sentence and its values apart, so that it can be said in any language."""
        self.message = message
        self.params = params
        if status is not None:
            self.status = status
        super().__init__(message % params if params else message)


class NotAllowed(Refused):
    """This person may not do this."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or none that this person may see."""

    status = 404


class Invalid(Refused):
    """What was sent cannot be read."""

    status = 400
