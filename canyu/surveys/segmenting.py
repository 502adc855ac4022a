"""The groups of a column: whether they like the same, and who is left out in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from canyu.bestworst.brigades import Group as LeaveOut
from canyu.bestworst.errors import FitDiverged
from canyu.bestworst.segments import MIN_PEOPLE, compare_segments
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.judgement import Group, GroupItem, Segments
from canyu.surveys.names import clipped, listed, quoted
from canyu.surveys.words import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst import Model
    from canyu.bestworst.segments import Segments as Compared
    from canyu.surveys.asked import Asked
    from canyu.surveys.columns import Column
    from canyu.surveys.reading import Survey

    Array = NDArray[np.float64]

MOST_GROUPS = 40
_SURE = 0.05


def groups_of(survey: Survey, asked: Asked) -> tuple[LeaveOut, ...]:
    """Return the groups of the column that is asked for, to be left out in turn.

    Raises SurveyRefused where there are too many to compare.
    """
    if asked.by is None:
        return ()
    column = survey.columns[asked.by]
    if len(column.values) > MOST_GROUPS:
        message = (
            f"the column {clipped(column.name)} has {len(column.values):,} different values, and "
            f"at most {MOST_GROUPS} groups can be compared; join them in a column of their own"
        )
        raise SurveyRefused(message)
    return tuple(
        LeaveOut(kind=column.name, name=value, rows=column.code == at)
        for at, value in enumerate(column.values)
    )


def segments_of(
    survey: Survey, groups: tuple[LeaveOut, ...], order: tuple[int, ...], asked: Asked
) -> Segments | None:
    """Compare the groups; items come in `order`. None when nothing was asked for.

    Raises SurveyRefused where a group has no finite answer (without a ghost).
    """
    if asked.by is None:
        return None
    column = survey.columns[asked.by]
    try:
        compared = compare_segments(
            [(group.name, survey.rows.take(group.rows)) for group in groups],
            model=cast("Model", asked.model),
            ghost=asked.ghost,
        )
    except FitDiverged:
        message = (
            f"without a ghost a group of {clipped(column.name)} has no finite answer; "
            "leave --ghost at its 0.5"
        )
        raise SurveyRefused(message) from None
    return _segments(survey, column, compared, order)


def _segments(
    survey: Survey, column: Column, compared: Compared, order: tuple[int, ...]
) -> Segments:
    test = compared.homogeneity
    differs = tuple(survey.items[at] for at in order if compared.differs[at])
    told = {
        each.name: Group(
            name=each.name,
            n_respondents=each.n_persons,
            n_answers=each.fit.n_answers,
            items=_items(survey, each.worth, each.error, order),
        )
        for each in compared.segments
    }
    thin = {each.name: Group(each.name, each.n_persons, None, ()) for each in compared.too_thin}
    sentence = _sentence(column, None if test is None else test.p, differs)
    if thin:
        names = listed(quoted(thin), most=6)
        sentence += f" With fewer than {MIN_PEOPLE} people, too few to tell: {names}."
    if _is_mixed(survey, column):
        sentence += " Some people are in several groups, which makes the test a rough one."
    return Segments(
        column=column.name,
        lr=None if test is None else float(test.statistic),
        df=None if test is None else test.df,
        deff=None if test is None else float(test.deff),
        p_value=None if test is None else float(test.p),
        differs=differs,
        groups=tuple({**told, **thin}[value] for value in sorted(column.values, key=_in_order)),
        sentence=sentence,
    )


def _items(
    survey: Survey, worth: Array, error: Array, order: tuple[int, ...]
) -> tuple[GroupItem, ...]:
    share = np.exp(worth - worth.max())
    share *= 100 / share.sum()
    return tuple(
        GroupItem(
            name=survey.items[at],
            coef=float(worth[at]),
            se=float(error[at]),
            score=float(share[at]),
        )
        for at in order
    )


def _sentence(column: Column, p_value: float | None, differs: tuple[str, ...]) -> str:
    name = clipped(column.name)
    if p_value is None:
        return f"There are not two groups of {name} with enough people to compare."
    if p_value > _SURE:
        return f"The groups of {name} do not differ by more than chance allows."
    if not differs:
        return f"The groups of {name} like different things, though no single item stands out."
    noun = count(len(differs), "item")
    return f"The groups of {name} like different things, most surely {noun}: {listed(differs)}."


def _in_order(value: str) -> tuple[bool, float, str]:
    """Sort numbers by their size, and after them words."""
    try:
        return False, float(value), value
    except ValueError:
        return True, 0.0, value


def _is_mixed(survey: Survey, column: Column) -> bool:
    """Whether anybody is in more than one group."""
    person = survey.rows.person
    if person is None:
        return False
    pairs = np.unique(person * len(column.values) + column.code)
    return bool(pairs.size > np.unique(person).size)
