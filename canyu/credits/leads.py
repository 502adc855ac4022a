"""Whom the team is told of as ahead, and what may be decided about them. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from canyu.credits.errors import LeadRefused
from canyu.journal.errors import gettext_noop

if TYPE_CHECKING:
    # The tables read this file; the statistics are not needed for that.
    from canyu.credits.foresight import Foresight

STANDINGS = ("suggested", "invited", "not_now", "never")
MOST_FALSE = 0.05
SURE = 0.95
FEWEST_TRUE = 3
FEWEST_SAID = 1
MOST_AT_ONCE = 5
"""So many suggestions wait at most: a team that is told of everybody invites nobody."""
MOST_TOLD = 12
AGAIN_AFTER = timedelta(days=182)
"""How long "not now" is kept, before somebody who is still ahead is suggested again."""
SETTLED_DAYS = 28
"""Of a younger voice nobody knows yet what becomes of it."""
FROM_HOUR = 2
"""Of the day, in UTC: after the night of the pain points, which this reads."""
LONGEST_WORDS = 1_000


@dataclass(frozen=True)
class Evidence:
    """An early voice as the team is told of it.

    `kind` is "raised", "joined", "wanted" or "liked"; `subject_id` a topic, a plan item or a
    change; `became` is "shipped", "pain", "loved" or "" where nothing came of it. `others` said it
    before, `n_after` after them.
    """

    kind: str
    subject_id: int
    at: str
    became: str
    became_at: str
    others: str
    n_after: int


def is_sure(one: "Foresight", *, n_said: int = FEWEST_SAID) -> bool:
    """Whether it is sure enough that a member is ahead, to tell the team.

    Fewer than one in twenty of those told of may be there by chance (q); the chance that this one
    is ahead is at least 0.95; three of their early voices came true or more, and at least one of
    those was said in words or began a topic (`n_said`): a lead user has the need themself.
    """
    return (
        one.q <= MOST_FALSE
        and one.p_ahead >= SURE
        and one.record.n_true >= FEWEST_TRUE
        and n_said >= FEWEST_SAID
    )


def told(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Return the voices that are told, as JSON values: what came true first, the newest first."""
    ordered = sorted(evidence, key=lambda one: one.at, reverse=True)
    return [asdict(one) for one in sorted(ordered, key=lambda one: not one.became)[:MOST_TOLD]]


def figures_of(one: "Foresight") -> dict[str, float]:
    """Return what is kept of how sure it is."""
    return {
        "n": one.record.n,
        "n_true": one.record.n_true,
        "expected": round(one.record.expected, 2),
        "low": round(one.low, 4),
        "high": round(one.high, 4),
        "shrunk": round(one.shrunk, 4),
        "p_ahead": round(one.p_ahead, 4),
        "q": round(one.q, 6),
    }


def may_suggest_again(decided_at: datetime | None, at: datetime) -> bool:
    """Whether a "not now" is old enough."""
    return decided_at is not None and at - decided_at >= AGAIN_AFTER


def check_open(standing: str) -> None:
    """Raise `LeadRefused` unless nothing was decided yet."""
    if standing != "suggested":
        raise LeadRefused(
            gettext_noop(
                "Nothing was changed: somebody of the team decided about this person before you. "
                "What was decided stands on the page."
            ),
            status=409,
        )


def check_lead_words(words: str) -> str:
    """Return a reason or invitation without edges; raise `LeadRefused` if it is empty or long."""
    kept = words.strip()
    if not kept:
        raise LeadRefused(
            gettext_noop(
                "Nothing was sent or noted, because there are no words. One honest sentence is "
                "enough."
            )
        )
    if len(kept) > LONGEST_WORDS:
        raise LeadRefused(
            gettext_noop(
                "Nothing was saved: your text has %(n)s characters, and %(longest)s fit. "
                "Please shorten it."
            ),
            status=413,
            n=len(kept),
            longest=LONGEST_WORDS,
        )
    return kept
