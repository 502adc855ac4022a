"""From reports to figures: what was loved, what hurt, how sure that is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from canyu.bestworst import (
    Answer,
    Cells,
    FitDiverged,
    Standings,
    TooFewAnswers,
    fit_sequential,
    gather_cells,
    stand,
    wilson_interval,
)
from canyu.reports.rules import ENOUGH, MOODS

MODEL = "sequential"
GHOST = 0.5
FEWEST_ITEMS = 2


@dataclass(frozen=True)
class Filled:
    """What the tally needs of one report."""

    is_team: bool
    ring_key: str
    mood: str
    shown: tuple[int, ...]
    untried: tuple[int, ...]
    best: int | None
    worst: int | None
    wanted_item: int | None


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
    team: tuple[ChangeFigures, ...] = field(default=())


def tally_reports(
    reports: Iterable[Filled], *, change_ids: Sequence[int], rng: np.random.Generator
) -> Figures:
    """Compute all figures of a closed release. The same `rng` state gives the same figures.

    `change_ids` are the judged changes in the order of the notes. Below 30 people who judged
    nothing is estimated; with one change there is nothing to compare.
    """
    people: list[Filled] = []
    team: list[Filled] = []
    for report in reports:
        (team if report.is_team else people).append(report)
    changes, standings = _judge(people, change_ids, rng)
    by_ring: dict[str, list[Filled]] = {}
    for report in people:
        by_ring.setdefault(report.ring_key, []).append(report)
    moods = [report.mood for report in people if report.mood]
    wanted = [report.wanted_item for report in people if report.wanted_item is not None]
    n_judging = _n_judging(people)
    return Figures(
        n_reports=len(people),
        n_judging=n_judging,
        n_team=len(team),
        is_enough=n_judging >= ENOUGH,
        model=MODEL,
        ghost=GHOST,
        changes=tuple(_in_order(changes, standings)),
        ties=_named(standings.ties, change_ids) if standings else (),
        not_ruled_out=(
            tuple(change_ids[item] for item in standings.not_ruled_out) if standings else ()
        ),
        rings=tuple(
            _ring(ring_key, by_ring[ring_key], change_ids, rng) for ring_key in sorted(by_ring)
        ),
        n_moods=len(moods),
        moods=tuple(MoodFigures(mood, _share(moods.count(mood), len(moods))) for mood in MOODS),
        n_wanted=len(wanted),
        wanted=_wanted(wanted),
        team=tuple(_counts(team, change_ids)) if team else (),
    )


def _ring(
    ring_key: str, reports: list[Filled], change_ids: Sequence[int], rng: np.random.Generator
) -> RingFigures:
    n_judging = _n_judging(reports)
    changes: tuple[ChangeFigures, ...] = ()
    if n_judging >= ENOUGH:
        changes = tuple(_in_order(*_judge(reports, change_ids, rng)))
    return RingFigures(ring_key, len(reports), n_judging, changes)


def _judge(
    reports: Sequence[Filled], change_ids: Sequence[int], rng: np.random.Generator
) -> tuple[list[ChangeFigures], Standings | None]:
    figures = _counts(reports, change_ids)
    if _n_judging(reports) < ENOUGH or len(change_ids) < FEWEST_ITEMS:
        return figures, None
    try:
        standings = stand(fit_sequential(_cells(reports, change_ids), ghost=GHOST), rng=rng)
    except (TooFewAnswers, FitDiverged):
        return figures, None
    return [_with_standing(one, standings, item) for item, one in enumerate(figures)], standings


def _with_standing(figures: ChangeFigures, standings: Standings, item: int) -> ChangeFigures:
    return ChangeFigures(
        change_id=figures.change_id,
        n_shown=figures.n_shown,
        n_best=figures.n_best,
        n_worst=figures.n_worst,
        best=figures.best,
        worst=figures.worst,
        score=float(standings.score[item]),
        low=float(standings.low[item]),
        high=float(standings.high[item]),
        p_win=float(standings.p_win[item]),
        p_last=float(standings.p_last[item]),
    )


def _counts(reports: Sequence[Filled], change_ids: Sequence[int]) -> list[ChangeFigures]:
    judging = [report for report in reports if _is_judging(report)]
    shown = Counter(one for report in judging for one in _tried(report))
    best = Counter(report.best for report in judging)
    worst = Counter(report.worst for report in judging)
    return [
        ChangeFigures(
            change_id=one,
            n_shown=shown[one],
            n_best=best[one],
            n_worst=worst[one],
            best=_share(best[one], shown[one]),
            worst=_share(worst[one], shown[one]),
        )
        for one in change_ids
    ]


def _cells(reports: Sequence[Filled], change_ids: Sequence[int]) -> Cells:
    item_of: Mapping[int, int] = {change_id: item for item, change_id in enumerate(change_ids)}
    answers = [
        Answer(
            shown=tuple(item_of[one] for one in tried),
            best=item_of[report.best] if report.best is not None else None,
            worst=item_of[report.worst] if report.worst is not None else None,
        )
        for report in reports
        # Whoever tried only one of the changes compared nothing.
        if _is_judging(report) and len(tried := _tried(report)) >= FEWEST_ITEMS
    ]
    return gather_cells(answers, n_items=len(change_ids))


def _tried(report: Filled) -> list[int]:
    return [one for one in report.shown if one not in report.untried]


def _is_judging(report: Filled) -> bool:
    return report.best is not None or report.worst is not None


def _n_judging(reports: Sequence[Filled]) -> int:
    return sum(_is_judging(report) for report in reports)


def _in_order(changes: Sequence[ChangeFigures], standings: Standings | None) -> list[ChangeFigures]:
    if standings is None:
        return list(changes)
    return [changes[item] for item in standings.order]


def _named(runs: Sequence[Sequence[int]], change_ids: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(change_ids[item] for item in run) for run in runs)


def _wanted(wanted: Sequence[int]) -> tuple[WantedFigures, ...]:
    counts = {item_id: wanted.count(item_id) for item_id in dict.fromkeys(wanted)}
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(WantedFigures(item_id, _share(n, len(wanted))) for item_id, n in ordered)


def _share(n: int, of: int) -> Share:
    low, high = wilson_interval(n, of) if of else (0.0, 1.0)
    return Share(n=n, of=of, share=n / of if of else 0.0, low=low, high=high)
