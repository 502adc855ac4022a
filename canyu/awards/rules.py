"""Who gets the Popcorn: fixed before anybody votes."""

from collections.abc import Mapping
from dataclasses import dataclass

from canyu.awards.errors import AwardRefused
from canyu.bestworst.verdict import MOST_SHARING, SURE
from canyu.journal.errors import gettext_noop
from canyu.remarks.rules import clean_texts
from canyu.reports.figures import VerdictFigures

OUTCOMES = ("alone", "shared", "nobody")
# Why it came out so. "clear": one is surely first, whatever was asked. Else the first clause that
# does not hold: "close" and "too_close", the chance (of up to three, of more); "groups", a group
# without which another is first; "smallest", a handful could change it; "position", places on the
# screen. "too_few": too few people judged. "one_change": there was nothing to choose between.
# "unclear": answers without an order.
REASONS = (
    "clear",
    "close",
    "too_close",
    "groups",
    "smallest",
    "position",
    "too_few",
    "one_change",
    "unclear",
)
P_ALONE = SURE
LONGEST_CITATION = 500

__all__ = [
    "LONGEST_CITATION",
    "MOST_SHARING",
    "OUTCOMES",
    "P_ALONE",
    "REASONS",
    "Contender",
    "Decision",
    "check_citation",
    "decide",
]


@dataclass(frozen=True)
class Contender:
    """A change and its chance of being the one liked most."""

    change_id: int
    p_win: float


@dataclass(frozen=True)
class Decision:
    """An outcome, its reason, and those who win or could not be told from the winner.

    They come by falling chance: one when alone, two or three who share it; when nobody wins, those
    between whom nothing was decided.
    """

    outcome: str
    reason: str
    contenders: tuple[Contender, ...]


def decide(
    verdict: VerdictFigures | None,
    chances: Mapping[int, float],
    *,
    n_changes: int,
    is_enough: bool,
) -> Decision:
    """Turn what the award rule says of the top of a tally into an award.

    The rule's clauses are asked in the tally (A1 to A4, decision 0009). Alone where all hold, else
    shared by at most three, else nobody; and nobody where fewer than 30 judged, where there was
    one change, or where the answers bear no scores (`verdict` None). `chances` are {change: chance
    of being liked most}.
    """
    if n_changes < 2:  # noqa: PLR2004 - one change is no choice
        return Decision("nobody", "one_change", ())
    if not is_enough:
        return Decision("nobody", "too_few", ())
    if verdict is None:
        return Decision("nobody", "unclear", ())
    contenders = tuple(Contender(one, chances.get(one, 0.0)) for one in verdict.contenders)
    return Decision(verdict.outcome, _reason(verdict), contenders)


def _reason(verdict: VerdictFigures) -> str:
    if not verdict.failed:
        return "clear"
    first = verdict.failed[0]
    if first == "chance":
        return "too_close" if verdict.outcome == "nobody" else "close"
    return first


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
