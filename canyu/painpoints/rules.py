"""What may be decided about pain points, and what follows. Values in, values out."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from canyu.journal.errors import gettext_noop
from canyu.painpoints.errors import PainPointRefused

STANDINGS = ("suggested", "accepted", "dismissed", "joined")
STATES = ("noticed", "digging", "planned", "shipped", "verified", "back")
# What a person may set by hand; the rest follows from the plan, a release, the asking.
STATES_BY_HAND = ("noticed", "digging", "planned")
SIZES = ("small", "medium", "large")
KINDS_OF_NOTE = ("learned", "asked", "tried")
ANSWERS = ("yes", "no")
LONGEST_NAME = 120
LONGEST_WORDS = 4_000
LONGEST_REASON = 500
MOST_AT_ONCE = 50
USUAL_CAP = 3

STANDS_ALONE = 0.1
"""Separation from which on a cluster stands by itself (see textmine)."""

RISE_DAYS = 28
BEGAN_WITHIN = timedelta(days=14)
HEARD_BEFORE = timedelta(days=56)
ASK_AFTER = timedelta(days=14)
"""Whoever asked is asked whether it is gone when they could have tried it."""


def check_reason(reason: str) -> str:
    """Return a reason without edges; a no without one is not said."""
    kept = " ".join(reason.split())
    if not kept:
        raise PainPointRefused(
            gettext_noop(
                "Nothing was dismissed, because no reason was given. One honest sentence is "
                "enough: whoever sees it again will want to know."
            )
        )
    if len(kept) > LONGEST_REASON:
        raise _too_long(len(kept), LONGEST_REASON)
    return kept


def check_name(name: str) -> str:
    """Return a name without edges."""
    kept = " ".join(name.split())
    if not kept:
        raise PainPointRefused(
            gettext_noop("Nothing was renamed, because the name is empty. Use a few words.")
        )
    if len(kept) > LONGEST_NAME:
        raise _too_long(len(kept), LONGEST_NAME)
    return kept


def check_words(words: str) -> str:
    """Return the words of a dig log's line without edges."""
    kept = words.strip()
    if not kept:
        raise PainPointRefused(
            gettext_noop("Nothing was written down, because there are no words.")
        )
    if len(kept) > LONGEST_WORDS:
        raise _too_long(len(kept), LONGEST_WORDS)
    return kept


def check_choice(word: str, allowed: Iterable[str]) -> str:
    """Return a word that is one of those allowed."""
    known = tuple(allowed)
    if word not in known:
        raise PainPointRefused(
            gettext_noop("Nothing was changed: “%(word)s” is none of %(allowed)s."),
            word=word[:40],
            allowed=", ".join(known),
        )
    return word


def check_cap(n_at_work: int, cap: int) -> None:
    """Refuse one more in work than the team lets itself have."""
    if n_at_work >= cap:
        raise PainPointRefused(
            gettext_noop(
                "The plan was not changed: as much is in work as the team lets itself have at once "
                "(%(n)s of %(cap)s). Finish something, put it back, or change the number."
            ),
            status=409,
            n=n_at_work,
            cap=cap,
        )


def check_number(n: int) -> int:
    """Return how much may be in work at once."""
    if not 1 <= n <= MOST_AT_ONCE:
        raise PainPointRefused(
            gettext_noop("Nothing was changed: between 1 and %(most)s things may be in work."),
            most=MOST_AT_ONCE,
        )
    return n


def check_parts(chosen: Sequence[int], all_of_it: Sequence[int]) -> None:
    """Refuse a split that leaves nothing on one side."""
    if not chosen or not set(all_of_it) - set(chosen):
        raise PainPointRefused(
            gettext_noop(
                "Nothing was split: choose some of what was said, but not all of it. "
                "What you choose becomes a pain point of its own."
            )
        )


def state_after(answer: str, state: str) -> str:
    """Return the state of a shipped pain point, after what the asking says."""
    if answer == "came back":
        return "back"
    if answer in {"gone", "less"} and state in {"shipped", "back", "verified"}:
        return "verified"
    return state


def began_with(
    first_at: datetime, releases: Iterable[tuple[str, datetime]], heard_since: datetime
) -> str:
    """Return the version in which it began, "" where that cannot be said.

    The newest release before the first voice, if it went out at most two weeks before, and if
    people had been heard for eight weeks before that without anybody saying so.
    """
    before = [(at, version) for version, at in releases if at <= first_at]
    if not before:
        return ""
    out_at, version = max(before)
    fresh = first_at - out_at <= BEGAN_WITHIN
    return version if fresh and heard_since <= out_at - HEARD_BEFORE else ""


def sureness(*, is_accepted: bool, has_maybe: bool, separation: float) -> str:
    """Return how sure it is that all of this says the same: decided, likely, or maybe."""
    if is_accepted:
        return "decided"
    return "likely" if not has_maybe and separation >= STANDS_ALONE else "maybe"


def monday_of(day: date) -> date:
    """Return the first day of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def _too_long(n: int, longest: int) -> PainPointRefused:
    return PainPointRefused(
        gettext_noop(
            "Nothing was saved: your text has %(n)s characters, and %(longest)s fit. "
            "Please shorten it."
        ),
        status=413,
        n=n,
        longest=longest,
    )
