"""From reports to figures: what was loved, what hurt, how sure that is. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from canyu.bestworst import (
    FitDiverged,
    Standings,
    TooFewAnswers,
    cells_of,
    fit,
    stand,
)
from canyu.reports.answers import FEWEST_ITEMS, Filled, n_judging, rows_for
from canyu.reports.counts import count_changes, count_moods, count_wanted
from canyu.reports.figures import ChangeFigures, Figures, RingFigures
from canyu.reports.rules import ENOUGH

MODEL: Final = "sequential"
GHOST = 0.5


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
    judging = n_judging(people)
    return Figures(
        n_reports=len(people),
        n_judging=judging,
        n_team=len(team),
        is_enough=judging >= ENOUGH,
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
        moods=count_moods(moods),
        n_wanted=len(wanted),
        wanted=count_wanted(wanted),
        team=tuple(count_changes(team, change_ids)) if team else (),
    )


def _ring(
    ring_key: str, reports: list[Filled], change_ids: Sequence[int], rng: np.random.Generator
) -> RingFigures:
    judging = n_judging(reports)
    changes: tuple[ChangeFigures, ...] = ()
    if judging >= ENOUGH:
        changes = tuple(_in_order(*_judge(reports, change_ids, rng)))
    return RingFigures(ring_key, len(reports), judging, changes)


def _judge(
    reports: Sequence[Filled], change_ids: Sequence[int], rng: np.random.Generator
) -> tuple[list[ChangeFigures], Standings | None]:
    figures = count_changes(reports, change_ids)
    if n_judging(reports) < ENOUGH or len(change_ids) < FEWEST_ITEMS:
        return figures, None
    comparing = [report for report in reports if report.compares]
    try:
        cells = cells_of(rows_for(comparing, change_ids))
        standings = stand(fit(cells, model=MODEL, ghost=GHOST), rng=rng)
    except (TooFewAnswers, FitDiverged):
        return figures, None
    return [_with_standing(one, standings, item) for item, one in enumerate(figures)], standings


def _with_standing(figures: ChangeFigures, standings: Standings, item: int) -> ChangeFigures:
    return replace(
        figures,
        score=float(standings.score[item]),
        low=float(standings.low[item]),
        high=float(standings.high[item]),
        p_win=float(standings.p_win[item]),
        p_last=float(standings.p_last[item]),
    )


def _in_order(changes: Sequence[ChangeFigures], standings: Standings | None) -> list[ChangeFigures]:
    if standings is None:
        return list(changes)
    return [changes[item] for item in standings.order]


def _named(runs: Sequence[Sequence[int]], change_ids: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(change_ids[item] for item in run) for run in runs)
