"""What a judgement says in words, for people who never saw a logit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canyu.surveys.names import clipped, listed

if TYPE_CHECKING:
    from canyu.surveys.judgement import Judgement

MODELS = {
    "sequential": "people pick the best, then the worst of the others",
    "maxdiff": "people pick best and worst together, as the pair furthest apart",
    "best": "bests alone",
    "worst": "worsts alone",
}
_PICKED_AS_BEST = "is how often {it} would be picked as best if all were shown at once"
# Only where a model has bests of their own are they proportional to e^v.
_SCORES = {
    "sequential": _PICKED_AS_BEST,
    "maxdiff": (
        "is how attractive {it} is beside the others; two items are picked as best and worst in "
        "proportion to the score of the one over that of the other"
    ),
    "best": _PICKED_AS_BEST,
    "worst": (
        "is how attractive {it} is beside the others, as far as worsts tell; half the score means "
        "picked as worst twice as often"
    ),
}
_HALF_PERCENT = 0.005


def count(n: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {plural or noun + 's'}"


def facts(judgement: Judgement) -> str:
    """Return who answered how much about what."""
    return (
        f"{count(judgement.n_respondents, 'person', 'people')}, "
        f"{count(judgement.n_answers, 'answered screen')}, {len(judgement.items)} items"
    )


def headline(judgement: Judgement) -> str:
    """Return who is first in one sentence."""
    award = judgement.award
    if award.outcome == "alone":
        return f"{clipped(award.leader)} comes first"
    if award.outcome == "shared":
        return f"{listed(award.items)} share first place"
    return "No item surely comes first"


def may_be_first(judgement: Judgement) -> str:
    """Return who may be first where nobody surely is; else nothing."""
    if judgement.award.outcome != "nobody":
        return ""
    return f"Any of these may be: {listed(judgement.award.contenders, last='or')}."


def what_a_score_is(model: str, *, it: str) -> str:
    """Return what the score 100 e^v / sum e^v of an item, called `it`, says in this model."""
    return _SCORES[model].format(it=it)


def how_to_read(judgement: Judgement) -> str:
    """Return what scores, lines and chances are."""
    words = (
        f"Scores add up to 100: a score {what_a_score_is(judgement.model, it='the item')}. "
        "The line spans where the true score lies, with 95% certainty. "
    )
    if judgement.award.outcome == "nobody":
        words += "Any of the items in bold may be first."
    return words.rstrip()


def percent(chance: float) -> str:
    """Return a chance in percent, never as a certainty."""
    if chance < _HALF_PERCENT:
        return "<1%"
    if chance > 1 - _HALF_PERCENT:
        return ">99%"
    return f"{100 * chance:.0f}%"
