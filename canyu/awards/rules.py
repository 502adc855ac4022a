"""Who gets the Popcorn: fixed before anybody votes."""

from collections.abc import Sequence
from dataclasses import dataclass

from canyu.awards.errors import AwardRefused
from canyu.journal.errors import gettext_noop
from canyu.remarks.rules import clean_texts

OUTCOMES = ("alone", "shared", "nobody")
# Why it came out so. "clear": one is surely first. "close": one to three remain that the others
# cannot beat. "too_close": more than three. "too_few": too few people judged. "one_change": there
# was nothing to choose between. "unclear": answers without an order.
REASONS = ("clear", "close", "too_close", "too_few", "one_change", "unclear")
P_ALONE = 0.90
MOST_SHARING = 3
LONGEST_CITATION = 500


@dataclass(frozen=True)
class Contender:
    """A change and its chance of being the one liked most."""

    change_id: int
    p_win: float


@dataclass(frozen=True)
class Verdict:
    """What the rule says: an outcome, its reason, and the winners by falling chance."""

    outcome: str
    reason: str
    winners: tuple[Contender, ...]


def decide(
    contenders: Sequence[Contender],
    *,
    not_ruled_out: Sequence[int],
    n_changes: int,
    is_enough: bool,
) -> Verdict:
    """Apply the award rule to a tally.

    Alone with a chance of at least 0.90 of being liked most; else shared by those that cannot be
    ruled out if they are at most three (one that is left has it alone); else nobody this week.
    Nobody when fewer than 30 judged.
    """
    if n_changes < 2:  # noqa: PLR2004 - one change is no choice
        return Verdict("nobody", "one_change", ())
    if not is_enough:
        return Verdict("nobody", "too_few", ())
    ranked = sorted(contenders, key=lambda one: -one.p_win)
    if ranked and ranked[0].p_win >= P_ALONE:
        return Verdict("alone", "clear", (ranked[0],))
    return _without_winner(tuple(one for one in ranked if one.change_id in set(not_ruled_out)))


def _without_winner(sharing: tuple[Contender, ...]) -> Verdict:
    if not sharing:
        return Verdict("nobody", "unclear", ())
    if len(sharing) > MOST_SHARING:
        return Verdict("nobody", "too_close", sharing)
    return Verdict("alone" if len(sharing) == 1 else "shared", "close", sharing)


def check_citation(citation: dict[str, str]) -> dict[str, str]:
    """Return the citation without empty languages, or raise `AwardRefused` when too long."""
    kept = clean_texts(citation)
    if any(len(text) > LONGEST_CITATION for text in kept.values()):
        raise AwardRefused(
            gettext_noop("The award was not certified: %(longest)s characters fit in a citation."),
            status=413,
            longest=LONGEST_CITATION,
        )
    return kept
