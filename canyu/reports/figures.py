"""Figures: everything that a tally says, as values that live in JSON. Pure.

A field that is not there in an older tally has its default, so every tally can be read for ever.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Share:
    """`n` of `of` people, with the 95% Wilson interval; shares from 0 to 1."""

    n: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ChangeFigures:
    """What the reports say of one change.

    `score` with its 95% interval is the change's part of 100; `p_win` and `p_last` the chances
    of being liked most and least of all. All five are None where there are too few answers.
    """

    change_id: int
    n_shown: int
    n_best: int
    n_worst: int
    best: Share
    worst: Share
    score: float | None = None
    low: float | None = None
    high: float | None = None
    p_win: float | None = None
    p_last: float | None = None


@dataclass(frozen=True)
class RingFigures:
    """The same for the reports of one ring; `changes` is empty where there are too few."""

    ring_key: str
    n_reports: int
    n_judging: int
    changes: tuple[ChangeFigures, ...]


@dataclass(frozen=True)
class MoodFigures:
    """How many chose one mood."""

    mood: str
    share: Share


@dataclass(frozen=True)
class WantedFigures:
    """How many want one plan item next."""

    item_id: int
    share: Share


@dataclass(frozen=True)
class AxisFigures:
    """How much a change is loved and how much it hurts, apart; both in logits about 0.

    `controversy` is half their sum: above 0 loved by some and disliked by others, below 0 left
    cold. `says` is "split" or "cold" where that is sure with all changes looked at together,
    else "". Each comes with its 95% interval.
    """

    change_id: int
    love: float
    love_low: float
    love_high: float
    hurt: float
    hurt_low: float
    hurt_high: float
    controversy: float
    controversy_low: float
    controversy_high: float
    says: str = ""


@dataclass(frozen=True)
class RingsFigures:
    """Whether rings judge alike: a likelihood-ratio test over the rings with enough people."""

    ring_keys: tuple[str, ...]
    statistic: float
    df: int
    p_value: float
    differ: bool


@dataclass(frozen=True)
class WeightedScore:
    """The score of a change when the answers are weighted to the people who use the product."""

    change_id: int
    score: float
    low: float
    high: float
    p_win: float


@dataclass(frozen=True)
class HeldRing:
    """A ring or device line that was not weighted to its share, and why (`weights.Reason`)."""

    kind: str
    name: str
    n: int
    reason: str


@dataclass(frozen=True)
class WeightedFigures:
    """The same answers, made to count as the product's people are spread.

    `base` says what they were weighted to: "told" by the product, or "members" of the rings; `by`
    what was weighted: "ring", "device". `n_eff` is Kish's effective number of people, `deff` what
    the weights cost.
    """

    base: str
    by: tuple[str, ...]
    n_eff: float
    deff: float
    held: tuple[HeldRing, ...]
    scores: tuple[WeightedScore, ...]


@dataclass(frozen=True)
class Figures:
    """Everything that the results page says. People of the team are counted apart.

    `changes` come in the order of their scores, or in the order of the notes where there are
    none. `ties` are runs of neighbours that the answers cannot put in order; `not_ruled_out`
    are the changes of which none can be excluded as the one liked most.
    """

    n_reports: int
    n_judging: int
    n_team: int
    is_enough: bool
    model: str
    ghost: float
    changes: tuple[ChangeFigures, ...]
    ties: tuple[tuple[int, ...], ...]
    not_ruled_out: tuple[int, ...]
    rings: tuple[RingFigures, ...]
    n_moods: int
    moods: tuple[MoodFigures, ...]
    n_wanted: int
    wanted: tuple[WantedFigures, ...]
    team: tuple[ChangeFigures, ...] = ()
    axes: tuple[AxisFigures, ...] = ()
    rings_apart: RingsFigures | None = None
    weighted: WeightedFigures | None = None


_FIGURES = TypeAdapter(Figures)


def figures_to_json(figures: Figures) -> dict[str, Any]:
    """Return figures in the form in which a tally stores them."""
    return asdict(figures)


def figures_from_json(data: Mapping[str, Any]) -> Figures:
    """Read figures back, those of older tallies too."""
    return _FIGURES.validate_python(data)
