"""What channels refuse."""

from collections.abc import Sequence

from canyu.journal.errors import Invalid, Refused, gettext_noop

__all__ = [
    "AddressRefused",
    "BrowserRefused",
    "FormatUnknown",
    "LetterRefused",
    "MailRefused",
    "SayingRefused",
    "SayingsRefused",
    "WebhookRefused",
]


class FormatUnknown(Invalid):
    """A file whose form could not be told from its name and beginning."""


class SayingRefused(Invalid):
    """Words from elsewhere that cannot be taken."""


class SayingsRefused(Invalid):
    """Some of several words cannot be taken, so that none was; `problems` are (number, why)."""

    def __init__(self, problems: Sequence[tuple[int, Refused]]) -> None:
        """Keep which ones; they are counted from 1."""
        super().__init__(
            gettext_noop(
                "Nothing was kept: %(n)s of these words cannot be taken. Number %(number)s: %(why)s"
            ),
            n=len(problems),
            number=problems[0][0],
            why=str(problems[0][1]),
        )
        self.problems = tuple(problems)


class LetterRefused(Refused):
    """A mail that was not taken; `code` is how the command ends, as mail servers read it.

    The sentence goes back to whoever wrote, in English, with the enhanced status (RFC 3463)
    before it.
    """

    def __init__(self, message: str, *, code: int, enhanced: str, **params: str | int) -> None:
        """Keep what the mail server is told."""
        super().__init__(message, status=400, **params)
        self.code = code
        self.enhanced = enhanced


class BrowserRefused(Refused):
    """Something about what a browser tells a person was not done."""


class MailRefused(Refused):
    """Something about what is mailed to a person was not done."""


class AddressRefused(Invalid):
    """An address that must not, or cannot, be reached from here."""


class WebhookRefused(Refused):
    """Something about what is sent to programs was not done."""
