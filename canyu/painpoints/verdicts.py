"""Whether the asking stopped, as a sentence with its interval: the same for pages and programs."""

from collections.abc import Mapping
from typing import Any

from canyu.journal.errors import gettext_noop

TOO_EARLY = gettext_noop(
    "It is too early to tell: whole weeks on both sides are needed, and enough voices."
)
BACK_BY = gettext_noop(
    "It came back: of late it is asked %(ratio)s times as often as in the quiet before"
    " (95%% interval %(low)s to %(high)s)."
)
FEWER_OF_ALL = gettext_noop(
    "Fewer voices: %(after)s in %(weeks_after)s weeks after, %(before)s in"
    " %(weeks_before)s weeks before. Everything else is asked less as well, so"
    " nothing stronger can be said."
)
FEWER_NOT_ADJUSTED = gettext_noop(
    "Fewer voices: %(after)s in %(weeks_after)s weeks after, %(before)s in"
    " %(weeks_before)s weeks before. Not adjusted: how many people use it was not told,"
    " so nothing stronger can be said."
)
SENTENCES = {
    "gone": gettext_noop(
        "Gone: for each person who could have asked, the asking fell to %(ratio)s of what"
        " it was (95%% interval %(low)s to %(high)s)."
    ),
    "less": gettext_noop(
        "Less: the asking fell to %(ratio)s of what it was (95%% interval %(low)s to %(high)s)."
    ),
    "unchanged": gettext_noop(
        "Unchanged: the asking is %(ratio)s of what it was (95%% interval %(low)s to %(high)s)."
    ),
    "came back": gettext_noop("It came back: after a quiet time it is asked again."),
}


def sentence_of(answer: str, figures: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The sentence of a verdict, to be translated, and what is put into it."""
    ratio = figures.get("ratio")
    if answer == "too early" or ratio is None:
        return TOO_EARLY, {}
    back = figures.get("back")
    if answer == "came back" and back is not None:
        return BACK_BY, {name: f"{back[name]:.1f}" for name in ("ratio", "low", "high")}
    said = _figures(ratio)
    if answer == "fewer voices":
        return (FEWER_OF_ALL if ratio["adjusted"] else FEWER_NOT_ADJUSTED), said
    return SENTENCES[answer], said


def _figures(ratio: Mapping[str, Any]) -> dict[str, str]:
    shares = {name: f"{100 * ratio[name]:.0f}%" for name in ("ratio", "low", "high")}
    counts = ("after", "before", "weeks_after", "weeks_before")
    return {**shares, **{name: str(ratio[name]) for name in counts}}
