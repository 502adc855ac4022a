"""Weights: those of the file, or such as bring the people to the shares that are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.errors import RakingDiverged
from canyu.bestworst.weights import UNKNOWN, rake
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.judgement import Weights
from canyu.surveys.names import clipped, listed, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.weights import NotRaked, Raked
    from canyu.surveys.asked import Asked, Targets
    from canyu.surveys.columns import Column
    from canyu.surveys.reading import Survey

    Array = NDArray[np.float64]


def weigh_survey(survey: Survey, asked: Asked) -> tuple[Survey, Weights | None]:
    """Return the survey with the weights that are asked for, and what they cost.

    Raises SurveyRefused where the targets and the column do not fit together.
    """
    if asked.rake:
        return _raked(survey, asked.rake)
    if asked.weight is not None:
        people = _by_person(survey)
        n_eff = float(people.sum() ** 2 / (people**2).sum())
        return survey, _told(n_eff, people.size, f"the column {clipped(asked.weight)}")
    return survey, None


def _raked(survey: Survey, rakes: tuple[Targets, ...]) -> tuple[Survey, Weights]:
    names = [targets.column for targets in rakes]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        message = f"--rake gives shares of {clipped(double)} twice; give all of them in one"
        raise SurveyRefused(message)
    groups = {
        targets.column: _codes(survey, survey.columns[targets.column], targets) for targets in rakes
    }
    shares = {targets.column: [share for _, share in targets.shares] for targets in rakes}
    try:
        raked = rake(groups, shares)
    except RakingDiverged as problem:
        message = str(problem)[:1].lower() + str(problem)[1:].rstrip(".")
        raise SurveyRefused(message) from None
    weight = raked.weight[_persons(survey)]
    if not weight.sum() > 0:
        message = "the targets leave nobody who answered any weight"
        raise SurveyRefused(message)
    rows = survey.rows.with_weight(weight / weight.mean())
    notes = (*survey.notes, *_notes(raked, rakes))
    by = f"the shares asked for in {listed(names)}"
    weights = _told(raked.n_eff, raked.n_people, by)
    return replace(survey, rows=rows, notes=notes), weights


def _codes(survey: Survey, column: Column, targets: Targets) -> NDArray[np.int64]:
    """Return for each person the number of the target that their value has."""
    number = {value: at for at, (value, _) in enumerate(targets.shares)}
    strange = [value for value in column.values if value and value not in number]
    if strange:
        message = (
            f"--rake gives {clipped(column.name)} no share for {listed(quoted(strange), most=6)}"
        )
        raise SurveyRefused(message)
    code = np.array([number.get(value, UNKNOWN) for value in column.values])[column.code]
    person = _persons(survey)
    first = np.full(int(person.max()) + 1, UNKNOWN, dtype=np.int64)
    first[person[::-1]] = code[::-1]
    mixed = first[person] != code
    if mixed.any():
        at = int(np.argmax(mixed))
        message = (
            f"line {survey.lines[at]}: the respondent has another {clipped(column.name)} than on "
            "an earlier line, and people can be weighed only by what they are throughout"
        )
        raise SurveyRefused(message)
    return first


def _notes(raked: Raked, rakes: tuple[Targets, ...]) -> list[str]:
    values = {targets.column: [value for value, _ in targets.shares] for targets in rakes}
    notes = [_left_out(left, values[left.grouping]) for left in raked.left_out]
    if not raked.converged:
        notes.append(
            "The shares are not quite met: no weight may be more than 5 times the middle one "
            f"(the largest miss is {100 * raked.miss:.1f} percentage points)."
        )
    return notes


def _left_out(left: NotRaked, values: list[str]) -> str:
    value = f'{clipped(left.grouping)} "{clipped(values[left.code])}"' if left.code >= 0 else ""
    return {
        "nobody": f"Nobody who answered has {value}; the other targets share its part.",
        "unknown": f"The {clipped(left.grouping)} of {left.n:,} people is empty; "
        "they keep the part that they have.",
        "no share": f"The {left.n:,} people with {value} have no share, and count nothing.",
        "too few": f"Only {left.n:,} people have {value}: too few to stand for "
        f"{100 * left.target:.0f}%, so they keep the part that they have.",
        "over cap": f"The {left.n:,} people with {value} would each need more than 5 times the "
        "usual weight, so they keep the part that they have.",
    }[left.reason]


def _told(n_eff: float, n_people: int, by: str) -> Weights:
    deff = n_people / n_eff
    sentence = (
        f"People are weighed by {by}: {n_people:,} people tell as much as "
        f"{n_eff:,.0f} would unweighted."
    )
    return Weights(n_eff=n_eff, deff=deff, sentence=sentence)


def _persons(survey: Survey) -> NDArray[np.int64]:
    person = survey.rows.person
    return np.arange(len(survey.rows)) if person is None else person


def _by_person(survey: Survey) -> Array:
    """Return the mean weight of each person's rows."""
    person = _persons(survey)
    total = np.bincount(person, weights=survey.rows.weight)
    return np.asarray(total / np.bincount(person), dtype=np.float64)
