"""From reports to figures: what was loved, what hurt, how sure that is. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from canyu.bestworst import (
    Fit,
    FitDiverged,
    Rows,
    Standings,
    TooFewAnswers,
    cells_of,
    fit,
    stand,
)
from canyu.reports.answers import rows_for
from canyu.reports.certainty import ask_both_ends
from canyu.reports.columns import FEWEST_ITEMS, Reports, count_ids
from canyu.reports.counts import count_changes, count_moods, count_wanted
from canyu.reports.division import axes_of, rings_apart_of
from canyu.reports.figures import ChangeFigures, Figures, RingFigures
from canyu.reports.rules import ENOUGH, GHOST, MODEL
from canyu.reports.weighing import Base, weigh_answers


@dataclass(frozen=True, eq=False)
class Scored:
    """What was fitted to the reports of one group of people: those that compare, as rows."""

    reports: Reports
    rows: Rows
    fitted: Fit
    standings: Standings


def tally_reports(
    reports: Reports,
    *,
    change_ids: Sequence[int],
    rng: np.random.Generator,
    base: Base | None = None,
) -> Figures:
    """Compute all figures of a closed release. The same `rng` state gives the same figures.

    `change_ids` are the judged changes in the order of the notes; `base` tells of how many people
    the answers speak, for the weighted scores. Below 30 people who judged, having tried two
    changes at least, nothing is estimated; with one change there is nothing to compare.
    """
    people, team = reports.take(~reports.is_team), reports.take(reports.is_team)
    scored = _score(people, change_ids, rng)
    moods = {mood: n for mood, n in people.mood.counts().items() if mood}
    wanted = count_ids(people.wanted)
    judging = people.n_judging
    figures = Figures(
        n_reports=len(people),
        n_judging=judging,
        n_team=len(team),
        is_enough=judging >= ENOUGH,
        n_comparing=int(people.compares.sum()),
        model=MODEL,
        ghost=GHOST,
        changes=tuple(_changes(people, change_ids, scored)),
        ties=_named(scored.standings.ties, change_ids) if scored else (),
        not_ruled_out=(
            tuple(change_ids[item] for item in scored.standings.not_ruled_out) if scored else ()
        ),
        rings=tuple(_ring(ring_key, part, change_ids, rng) for ring_key, part in _by_ring(people)),
        n_moods=sum(moods.values()),
        moods=count_moods(moods),
        n_wanted=sum(wanted.values()),
        wanted=count_wanted(wanted),
        team=tuple(count_changes(team, change_ids)) if len(team) else (),
    )
    return figures if scored is None else _look_closer(figures, scored, change_ids, base, rng)


def _look_closer(
    figures: Figures,
    scored: Scored,
    change_ids: Sequence[int],
    base: Base | None,
    rng: np.random.Generator,
) -> Figures:
    """Add what is asked of scores: love against hurt, rings apart, weights, the award's rule."""
    top, bottom = ask_both_ends(
        scored.reports,
        scored.rows,
        scored.fitted,
        scored.standings,
        change_ids=change_ids,
        rng=rng,
    )
    return replace(
        figures,
        axes=axes_of(scored.rows, change_ids),
        rings_apart=rings_apart_of(
            {
                ring_key: scored.rows.take(scored.reports.ring.is_any(ring_key.__eq__))
                for ring_key in sorted(scored.reports.ring.counts())
            },
            change_ids,
        ),
        top=top,
        bottom=bottom,
        weighted=weigh_answers(scored.reports, scored.rows, base, change_ids=change_ids, rng=rng),
    )


def _by_ring(people: Reports) -> Iterator[tuple[str, Reports]]:
    for ring_key in sorted(people.ring.counts()):
        yield ring_key, people.take(people.ring.is_any(ring_key.__eq__))


def _ring(
    ring_key: str, reports: Reports, change_ids: Sequence[int], rng: np.random.Generator
) -> RingFigures:
    judging = reports.n_judging
    changes: tuple[ChangeFigures, ...] = ()
    if judging >= ENOUGH:
        changes = tuple(_changes(reports, change_ids, _score(reports, change_ids, rng)))
    return RingFigures(ring_key, len(reports), judging, changes)


def _score(reports: Reports, change_ids: Sequence[int], rng: np.random.Generator) -> Scored | None:
    # Many may judge the one change that they tried: they are no ground for a score.
    comparing = reports.take(reports.compares)
    if len(comparing) < ENOUGH or len(change_ids) < FEWEST_ITEMS:
        return None
    try:
        rows = rows_for(comparing, change_ids)
        fitted = fit(cells_of(rows), model=MODEL, ghost=GHOST)
        return Scored(comparing, rows, fitted, stand(fitted, rng=rng))
    except (TooFewAnswers, FitDiverged):
        return None


def _changes(
    reports: Reports, change_ids: Sequence[int], scored: Scored | None
) -> list[ChangeFigures]:
    """Count, and where there are scores put them in their order."""
    counted = count_changes(reports, change_ids)
    if scored is None:
        return counted
    return [
        _with_standing(counted[item], scored.standings, item) for item in scored.standings.order
    ]


def _with_standing(figures: ChangeFigures, standings: Standings, item: int) -> ChangeFigures:
    return replace(
        figures,
        score=float(standings.score[item]),
        low=float(standings.low[item]),
        high=float(standings.high[item]),
        p_win=float(standings.p_win[item]),
        p_last=float(standings.p_last[item]),
    )


def _named(runs: Sequence[Sequence[int]], change_ids: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(change_ids[item] for item in run) for run in runs)
