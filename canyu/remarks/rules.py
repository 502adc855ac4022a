"""What may be written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from canyu.journal.errors import gettext_noop
from canyu.remarks.errors import RemarkRefused

LONGEST_REMARK = 5_000
LONGEST_CELL = 1_000
LONGEST_FLAG = 500
FLAG_REASONS = ("spam", "rude", "private", "copied", "other")
# A remark in a conversation, or the words of one cell of a report.
ROLES = ("remark", "why_best", "why_worst", "wanted")

# Control and direction characters, and halves of pairs, which no store takes.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True)
class Subject:
    """What a remark is about: a kind of thing ("change", "topic", …) and its id."""

    kind: str
    id: int


def clean_words(text: str) -> str:
    """Take out control and direction characters, trim, unify line ends.

    Words of which nothing could be seen, such as joiners only, become none.
    """
    words = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return words if any(map(_can_be_seen, words)) else ""


def _can_be_seen(sign: str) -> bool:
    # Signs that are too new for our tables (Cn) may well be emoji.
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"}


def clean_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Clean the words of every language, and leave out the languages without any."""
    kept = {language: clean_words(text) for language, text in texts.items()}
    return {language: text for language, text in kept.items() if text}


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


def check_flag_reason(reason: str) -> str:
    """Return why words are flagged, or raise `RemarkRefused` for an unknown reason."""
    if reason not in FLAG_REASONS:
        raise RemarkRefused(
            gettext_noop(
                "Nothing was flagged: “%(reason)s” is none of the reasons. "
                "Choose spam, rude, private, copied or other."
            ),
            reason=reason[:40],
        )
    return reason
