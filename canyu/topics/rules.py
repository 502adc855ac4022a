"""What a topic may be, who looks after it, and when an answer is late."""

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

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
# These ask for help, and are followed until somebody says that they are solved.
HELP_KINDS = ("question", "trouble")
SORTS = ("warm", "newest", "waiting")
# Where somebody of the team, or a helper, heard what they post for another person.
HEARD_IN = ("chat", "meetup", "phone", "letter", "elsewhere")
DEEDS = (
    "status",
    "merged",
    "unmerged",
    "took_in",
    "let_go",
    "moved",
    "locked",
    "unlocked",
    "hidden",
    "shown",
    "solved",
    "reopened",
    "rose",
)
# What waits for somebody; or that, and how much they keep open besides.
Load = TypeVar("Load", int, tuple[int, int])
# A voice weighs half as much after so long, and more voices than these lift no higher.
VOICE_HALVES_IN = timedelta(days=2)
CROWD = 32
# How often one person may write, as allauth reads it: those who came less than a week ago, and all.
NEW_FOR = timedelta(days=7)
PACE = {
    "new_topic": "3/h/key,6/d/key",
    "new_remark": "10/h/key,30/d/key",
    "new_voice": "30/h/key,60/d/key",
    "new_flag": "10/d/key",
    "known_topic": "12/h/key,40/d/key",
    "known_remark": "60/h/key,300/d/key",
    "known_voice": "120/h/key",
    "known_flag": "40/d/key",
}
_WARMTH_FROM = datetime(2020, 1, 1, tzinfo=UTC)
# Whoever solved the troubles of so many others may mark answers and post for others.
SOLVED_BY_A_HELPER = 3
MOST_MENTIONS = 10
# "@", then what a handle may be made of (members.rules); an address of mail is no mention, but
# Chinese goes on without a space on either side.
_MENTION = re.compile(r"(?<![A-Za-z0-9_@./+-])@([\w.-]{1,64})")
_LATIN = re.compile(r"[A-Za-z0-9_.-]*")


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


def choose_keeper(loads: Mapping[int, Load], preferred: Sequence[int]) -> int | None:
    """The member who looks after a new topic: the least loaded of the area's makers, else of all.

    `loads` holds what waits for each team member, or that and then all that they keep open; ties
    go to the lower id, so that the choice can be repeated.
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


def check_sort(sort: str) -> str:
    """Return how to sort, the usual way for what is unknown."""
    return sort if sort in SORTS else SORTS[0]


def check_heard_in(heard_in: str) -> str:
    """Return where somebody's words were heard; raise `TopicRefused` for an unknown place."""
    if heard_in not in HEARD_IN:
        raise TopicRefused(
            gettext_noop(
                "Nothing was posted: “%(word)s” is no place where one hears somebody. "
                "Choose chat, meetup, phone, letter or elsewhere."
            ),
            word=heard_in[:40],
        )
    return heard_in


def warmth_of(moments: Iterable[datetime]) -> float:
    """How far up a topic stands in its list, by the moments at which its voices came.

    The binary logarithm of the sum of 2^(t / half-life) over the voices, so of their number,
    where each weighs half as much after `VOICE_HALVES_IN`; a crowd of more than `CROWD` full
    voices counts as `CROWD`. The order of two topics needs no clock, and changes with a voice
    only, so that it is stored. What follows: a new topic stands above everything whose last voice
    is older than 10 days, however many voices it has; one new voice lifts any topic at least to
    where a new one begins; and within a few days of talk more people stand higher.
    Returns 0.0 for no voices.
    """
    times = sorted((moment - _WARMTH_FROM) / VOICE_HALVES_IN for moment in moments)
    if not times:
        return 0.0
    last = times[-1]
    crowd = math.log2(sum(2.0 ** (one - last) for one in times))
    return last + min(crowd, math.log2(CROWD))


def mentions_in(text: str) -> list[str]:
    """What may be handles after an “@”, each once, of at most `MOST_MENTIONS` places.

    Of “@lin看看” both “lin看看” and “lin”: only whoever knows the members can tell.
    """
    hits = [hit[1] for hit in _MENTION.finditer(text)][:MOST_MENTIONS]
    return list(dict.fromkeys(one for hit in hits for one in _readings(hit)))


def mentioned(text: str, handles: Collection[str]) -> list[tuple[int, int, str]]:
    """Where these handles are named in a text: (place of the “@”, length, handle), in order."""
    found = []
    for hit in _MENTION.finditer(text):
        for one in _readings(hit[1]):
            if one.casefold() in handles:
                found.append((hit.start(), len(one) + 1, one.casefold()))
                break
    return found


def _readings(hit: str) -> list[str]:
    whole = hit.rstrip(".-")
    latin = _LATIN.match(whole)
    readings = [whole, latin[0].rstrip(".-") if latin else ""]
    return [one for one in dict.fromkeys(readings) if one]


def may_solve(member_id: int, *, asker_id: int, is_team: bool, n_solved: int) -> bool:
    """Whether this member may say that a topic is solved: the asker, the team, or a helper."""
    return member_id == asker_id or may_post_for_others(is_team=is_team, n_solved=n_solved)


def may_post_for_others(*, is_team: bool, n_solved: int) -> bool:
    """Whether somebody's word for another person is taken: of the team, or a proven helper."""
    return is_team or n_solved >= SOLVED_BY_A_HELPER


def check_merge(topic_id: int, into_id: int, *, product_id: int, into_product_id: int) -> None:
    """Raise `TopicRefused` unless one topic can be put into the other."""
    if topic_id == into_id:
        raise TopicRefused(
            gettext_noop("Nothing was merged: these two are one topic already."), status=409
        )
    if product_id != into_product_id:
        raise TopicRefused(
            gettext_noop(
                "Nothing was merged, because the two topics are about different products. "
                "Move one of them first."
            ),
            status=409,
        )


def check_move(*, from_open: bool, to_open: bool) -> None:
    """Raise `TopicRefused` if a move would show to everybody what was said among members."""
    if to_open and not from_open:
        raise TopicRefused(
            gettext_noop(
                "The topic was not moved: this product is for members only, and the other one is "
                "open to all. Ask its author to raise it there."
            ),
            status=409,
        )


def limit_for(act: str, *, joined_at: datetime | None, is_team: bool, at: datetime) -> str:
    """The name of the limit (a key of `PACE`) that holds for this act, "" for none.

    The team writes as often as it has to.
    """
    if is_team:
        return ""
    is_new = joined_at is None or at - joined_at < NEW_FOR
    return f"{'new' if is_new else 'known'}_{act}"


def too_fast() -> TopicRefused:
    """What is said to whoever writes too often."""
    return TopicRefused(
        gettext_noop(
            "Nothing was saved, because so much came from your account in so short a time. "
            "Please keep your words, and send them in an hour."
        ),
        status=429,
    )
