"""Ask the core everything about a survey that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst import FitDiverged, TooFewAnswers, cells_of, check_positions, count_choices
from canyu.bestworst.axes import love_and_hate
from canyu.bestworst.standing import stand
from canyu.surveys.awarding import award_of
from canyu.surveys.fitting import base_of, errors, fit_rows, is_separated, islands_of, relative
from canyu.surveys.judgement import Item, Judgement, OneScale, Position
from canyu.surveys.names import listed, quoted
from canyu.surveys.segmenting import groups_of, segments_of
from canyu.surveys.weighting import weigh_survey
from canyu.surveys.words import count

FEW = 30

if TYPE_CHECKING:
    from canyu.bestworst import Fit, Standings
    from canyu.bestworst.axes import Axes
    from canyu.surveys.asked import Asked
    from canyu.surveys.judgement import Weights
    from canyu.surveys.reading import Survey


def judge_survey(survey: Survey, asked: Asked) -> Judgement:
    """Fit, rank and judge. The same survey and seed give the same numbers.

    Raises SurveyRefused where what was asked cannot be answered.
    """
    base = base_of(survey.items, asked)
    survey, weights = weigh_survey(survey, asked)
    groups = groups_of(survey, asked)
    found = fit_rows(survey.rows, survey.items, asked)
    rng = np.random.default_rng(asked.seed)
    standings = stand(found, rng=rng)
    axes = _axes(survey, asked)
    return Judgement(
        model=asked.model,
        ghost=asked.ghost,
        base=asked.base,
        n_answers=found.n_answers,
        n_respondents=found.n_persons,
        loglik=found.loglik,
        loglik_null=found.loglik_null,
        items=_items(survey, found, standings, axes, base),
        not_ruled_out=_names(survey, standings.not_ruled_out),
        ties=tuple(_names(survey, run) for run in standings.ties),
        award=award_of(survey, found, standings, groups=groups, rng=rng),
        one_scale=_one_scale(axes),
        position=_position(survey),
        weights=weights,
        segments=segments_of(survey, groups, standings.order, asked),
        notes=(*survey.notes, *_notes(survey, found, weights, asked)),
    )


def _axes(survey: Survey, asked: Asked) -> Axes | None:
    """Fit bests and worsts apart, where there are both and each has a finite answer."""
    if asked.model not in {"sequential", "maxdiff"}:
        return None
    try:
        return love_and_hate(survey.rows, ghost=asked.ghost)
    except (TooFewAnswers, FitDiverged):
        return None


def _one_scale(axes: Axes | None) -> OneScale | None:
    if axes is None:
        return None
    test = axes.one_worth
    return OneScale(
        lr=float(test.statistic), df=int(test.df), deff=float(test.deff), p_value=float(test.p)
    )


def _items(
    survey: Survey, found: Fit, standings: Standings, axes: Axes | None, base: int | None
) -> tuple[Item, ...]:
    counts = count_choices(cells_of(survey.rows))
    coef = relative(found.coef, base)
    se_model, se_robust = errors(found.cov_model, base), errors(found.cov_robust, base)
    return tuple(
        Item(
            name=survey.items[at],
            shown=int(counts.n_shown[at]),
            best=int(counts.n_best[at]),
            worst=int(counts.n_worst[at]),
            coef=float(coef[at]),
            se_model=float(se_model[at]),
            se_robust=float(se_robust[at]),
            score=float(standings.score[at]),
            low=float(standings.low[at]),
            high=float(standings.high[at]),
            p_win=float(standings.p_win[at]),
            p_last=float(standings.p_last[at]),
            appeal=None if axes is None else float(axes.appeal[at]),
            controversy=None if axes is None else float(axes.controversy[at]),
            se_controversy=None if axes is None else float(axes.se_controversy[at]),
            flag=None if axes is None else axes.flags[at],
        )
        for at in standings.order
    )


def _position(survey: Survey) -> Position:
    test = check_positions(survey.rows)
    return Position(
        orders_vary=bool(test.orders_vary),
        best_at=tuple(test.best_at.tolist()),
        worst_at=tuple(test.worst_at.tolist()),
        p_best=None if test.best is None else test.best.p_value,
        p_worst=None if test.worst is None else test.worst.p_value,
    )


def _names(survey: Survey, numbers: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(survey.items[at] for at in numbers)


def _notes(survey: Survey, found: Fit, weights: Weights | None, asked: Asked) -> list[str]:
    notes = []
    if survey.n_unanswered:
        rows = count(survey.n_unanswered, "row")
        notes.append(f"{rows} named neither a best nor a worst, and were left out.")
    twins = _twins(survey.items)
    if twins:
        notes.append(
            f"{listed(quoted(twins))} differ only in capitals, and are judged as different items."
        )
    if found.n_persons < FEW:
        people = count(found.n_persons, "person", "people")
        notes.append(f"Only {people} answered: take all of this for a first impression.")
    elif weights is not None and weights.n_eff < FEW:
        # Errors are summed from scores: of the few who weigh most there are too few to tell.
        notes.append(
            f"Weighted, the answers tell as much as those of {weights.n_eff:.0f} would: the "
            "intervals and chances are surer than that allows."
        )
    if found.never_shown:
        names = listed(_names(survey, found.never_shown))
        notes.append(
            f"{names} stood on no screen that was answered: the score says nothing about it."
        )
    islands = islands_of(survey.rows)
    if len(islands) > 1:
        notes.append(
            f"{listed(_names(survey, islands[-1]))} never stood on a screen with any of the other "
            "items, so nothing compares them; perhaps the file holds several surveys, of which "
            "--where chooses one."
        )
    elif asked.ghost and not found.never_shown and is_separated(survey.rows, asked):
        notes.append(
            "Some items always win, or always lose, against the others, so that only the "
            f"imagined wins and losses (--ghost {asked.ghost:g}) keep their scores finite."
        )
    return notes


def _twins(items: tuple[str, ...]) -> list[str]:
    """Return names that are another one but for their capitals."""
    folded = [item.casefold() for item in items]
    return [item for item in items if folded.count(item.casefold()) > 1]
