"""Figures: everything that a tally says, as values that live in JSON. Pure.

A field that is not there in an older tally has its default, so every tally can be read for ever.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from canyu.reports.rules import ENOUGH


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
    """How much a change is loved and how much it hurts, fitted apart; both in logits about 0.

    `controversy` is half their sum: above 0 it divides people, below 0 it leaves them cold. Each
    comes with its 95% interval. `says` is "divides" or "leaves cold" where that is sure, all
    changes looked at together and at least 200 people judging; else "".
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
    """Whether rings judge alike, by a likelihood-ratio test over the rings with enough people.

    `differ` where the chance of so large a difference among rings of one mind is at most 0.05;
    `change_ids` are those on which they surely differ, all changes looked at together.
    """

    ring_keys: tuple[str, ...]
    statistic: float
    df: int
    p_value: float
    differ: bool
    change_ids: tuple[int, ...]


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
class ChanceFigures:
    """A1: the chance of the change to be the first at its end, and the least that is asked.

    `checked` is the same chance by a Bayesian bootstrap of the people, below 300 of them, else
    None: a check beside it, on which nothing stands.
    """

    holds: bool
    p: float
    needed: float
    checked: float | None = None


@dataclass(frozen=True)
class LeftOutFigures:
    """Who is first without a group of `n` people; `winner` is None where that was not tried.

    `kind` is "ring", "device", "invited", "joined_hour" or "joined_day" (bands), "hour" (many alike
    in one hour) or "pattern" (more than likely choose one pair). `name` is a ring's key, a device
    line, an hour or day of UTC, the number of a tree of invitations; "" below five people. `best`
    and `worst` are the changes of a pattern; `best` or `worst` that of an hour.
    """

    kind: str
    name: str
    n: int
    winner: int | None
    changes: bool
    best: int | None = None
    worst: int | None = None


@dataclass(frozen=True)
class GroupsFigures:
    """A2: whether the change stays the first without each group in turn."""

    holds: bool
    left_out: tuple[LeftOutFigures, ...]

    @property
    def failed(self) -> tuple[LeftOutFigures, ...]:
        """Those without whom another change is the first."""
        return tuple(one for one in self.left_out if one.changes)


@dataclass(frozen=True)
class SmallestFigures:
    """A3: the smallest group that was found without whom another change, `winner`, is the first.

    `k` counts its people, None where leaving people out never changes it. It must be more than
    `threshold`: the smaller of `r` (3, or 3% of `n_eff` people) and r * reach + excess, never
    below 3.
    """

    holds: bool
    k: int | None
    winner: int | None
    n_people: int
    n_eff: float
    r: float
    reach: float
    excess: float
    threshold: float


@dataclass(frozen=True)
class PositionFigures:
    """A4: whether places on the screen decided it; `holds` is None where that cannot be asked.

    `p_best` and `p_worst` are the p-values of an even spread over the places. Where one is below
    0.01, worths are fitted anew without the pull of places: then `winner` is first with `p_win`.
    """

    holds: bool | None
    p_best: float | None
    p_worst: float | None
    corrected: bool
    winner: int | None
    p_win: float | None


@dataclass(frozen=True)
class VerdictFigures:
    """What the award rule says of one end of the scale: "top", the liked most, or "bottom".

    `outcome` is "alone", "shared" or "nobody"; `change_id` the first by its score; `sharing` who
    shares it by falling chance (one when alone); `contenders` who could not be told from it.
    `count_bound` says how many people the lead in bare counts, `count_lead`, survives whoever
    they are.
    """

    end: str
    outcome: str
    change_id: int
    sharing: tuple[int, ...]
    contenders: tuple[int, ...]
    chance: ChanceFigures
    groups: GroupsFigures
    smallest: SmallestFigures
    position: PositionFigures
    count_lead: float
    count_bound: int

    @property
    def failed(self) -> tuple[str, ...]:
        """The clauses that do not hold, in the order of the rule."""
        clauses = {
            "chance": self.chance.holds,
            "groups": self.groups.holds,
            "smallest": self.smallest.holds,
            "position": self.position.holds,
        }
        return tuple(name for name, holds in clauses.items() if holds is False)


@dataclass(frozen=True)
class Figures:
    """Everything that the results page says. People of the team are counted apart.

    `changes` come in the order of their scores, or in the order of the notes where there are
    none. `ties` are runs of neighbours that the answers cannot put in order; `not_ruled_out`
    are the changes of which none can be excluded as the one liked most. `top` and `bottom` are what
    the award rule says of both ends of the scale.
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
    top: VerdictFigures | None = None
    bottom: VerdictFigures | None = None
    n_comparing: int | None = None
    """Who judged having tried two changes or more; None in tallies that do not tell it apart."""

    @property
    def n_fitted(self) -> int:
        """How many people the scores are fitted to."""
        return self.n_judging if self.n_comparing is None else self.n_comparing

    @property
    def can_compare(self) -> bool:
        """Whether enough people compared changes for scores and an award."""
        return self.is_enough and self.n_fitted >= ENOUGH


_FIGURES = TypeAdapter(Figures)
_VERDICT = TypeAdapter(VerdictFigures)


def figures_to_json(figures: Figures) -> dict[str, Any]:
    """Return figures in the form in which a tally stores them."""
    return asdict(figures)


def figures_from_json(data: Mapping[str, Any]) -> Figures:
    """Read figures back, those of older tallies too."""
    return _FIGURES.validate_python(data)


def verdict_to_json(verdict: VerdictFigures) -> dict[str, Any]:
    """Return a verdict as JSON values."""
    return asdict(verdict)


def verdict_from_json(data: Mapping[str, Any]) -> VerdictFigures:
    """Read a verdict back."""
    return _VERDICT.validate_python(data)
