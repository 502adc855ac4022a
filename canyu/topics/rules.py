"""What a topic may be, who looks after it, and when an answer is late."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from canyu.journal.errors import gettext_noop
from canyu.remarks.rules import check_words, clean_words
from canyu.topics.errors import TopicRefused

KINDS = ("idea", "question", "trouble", "praise")
STATUSES = (
    "received",
    "talking",
    "planned",
    "doing",
    "shipped",
    "confirmed",
    "declined",
)
# These say something about the future or the past that a bare word would not explain.
STATUSES_WITH_REASON = ("talking", "planned", "doing", "declined")
LONGEST_TITLE = 200
LONGEST_WORDS = 10_000
LONGEST_REASON = 2_000
LONGEST_VOICE = 500
LONGEST_LANGUAGE = 12
ANSWER_WITHIN = timedelta(days=7)


def check_kind(kind: str) -> str:
    """Return the kind, or raise `TopicRefused`."""
    if kind not in KINDS:
        raise TopicRefused(
            gettext_noop(
                "Your topic was not saved: “%(kind)s” is no kind of topic. "
                "Choose idea, question, trouble or praise."
            ),
            kind=kind[:40],
        )
    return kind


def check_title(title: str) -> str:
    """Return the title on one line, or raise `TopicRefused` when empty or too long."""
    one_line = " ".join(clean_words(title).split())
    if not one_line:
        raise TopicRefused(
            gettext_noop(
                "Your topic was not saved, because it has no title. Say in one line what it is."
            )
        )
    if len(one_line) > LONGEST_TITLE:
        raise TopicRefused(
            gettext_noop(
                "Your topic was not saved: its title has %(n)s characters, and %(longest)s fit. "
                "Put the rest into the words below it."
            ),
            status=413,
            n=len(one_line),
            longest=LONGEST_TITLE,
        )
    return one_line


def check_status(status: str, reason: str) -> str:
    """Return the reason to keep, or raise `TopicRefused`: a status without a why is silence."""
    if status not in STATUSES:
        raise TopicRefused(
            gettext_noop("The status was not changed: “%(word)s” is not one of ours."),
            word=status[:40],
        )
    words = check_words(reason, longest=LONGEST_REASON)
    if status in STATUSES_WITH_REASON and not words:
        raise TopicRefused(
            gettext_noop(
                "The status was not changed, because it has no reason. "
                "The people who asked are owed one: a sentence is enough."
            )
        )
    return words


def choose_keeper(loads: Mapping[int, int], preferred: Sequence[int]) -> int | None:
    """The member who looks after a new topic: the least loaded of the area's makers, else of all.

    `loads` holds the open topics of each team member; ties go to the lower id, so that the
    choice can be repeated.
    """
    among = [member_id for member_id in preferred if member_id in loads] or list(loads)
    if not among:
        return None
    return min(among, key=lambda member_id: (loads[member_id], member_id))


def is_late(raised_at: datetime, answered_at: datetime | None, status: str, at: datetime) -> bool:
    """Whether nobody of the team has answered in the time that the product promises."""
    return answered_at is None and status == "received" and at - raised_at > ANSWER_WITHIN


def days_late(raised_at: datetime, at: datetime) -> int:
    """Whole days since an answer was due, at least 1."""
    return max(1, (at - raised_at - ANSWER_WITHIN).days)


def likeness(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: the Dice coefficient of their character pairs.

    Character pairs need no dictionary and work in Chinese and English alike.
    """
    a, b = _pairs(one), _pairs(other)
    if not a or not b:
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b))


def _pairs(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(letter if letter.isalnum() else " " for letter in folded)
    return {
        word[start : start + 2]
        for word in letters.split()
        for start in range(max(1, len(word) - 1))
    }
