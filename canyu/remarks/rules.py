"""What may be written."""

import re
from dataclasses import dataclass

from canyu.journal.errors import gettext_noop
from canyu.remarks.errors import RemarkRefused

LONGEST_REMARK = 5_000
LONGEST_CELL = 1_000
# A remark in a conversation, or the words of one cell of a report.
ROLES = ("remark", "why_best", "why_worst", "wanted")

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Subject:
    """What a remark is about: a kind of thing ("change", "topic", …) and its id."""

    kind: str
    id: int


def clean_words(text: str) -> str:
    """Take out what cannot be seen (control and direction characters), trim, unify line ends."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check_words(text: str, *, longest: int) -> str:
    """Return the words to keep, or raise `RemarkRefused` when they are too many."""
    words = clean_words(text)
    if len(words) > longest:
        raise RemarkRefused(
            gettext_noop(
                "Your words were not saved: they are %(n)s characters long, and %(longest)s fit. "
                "Please shorten them and send them again."
            ),
            status=413,
            n=len(words),
            longest=longest,
        )
    return words


def check_remark(text: str) -> str:
    """Return the words of a remark; a remark without words is refused."""
    words = check_words(text, longest=LONGEST_REMARK)
    if not words:
        raise RemarkRefused(
            gettext_noop("Nothing was saved, because there were no words in it. Please write some.")
        )
    return words
