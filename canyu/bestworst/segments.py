"""Segments: whether rings, device lines or any other groups of people judge alike.

Each group is fitted by itself. A likelihood ratio says whether all of them
have the same worths, a test for each item where they part. What a page should
show of a group is not its own fit, which in a small group is mostly noise,
but that fit shrunk towards the common worths (see `shrinkage`).

In 100 to 200 simulated weeks of each of five sets of groups (8 to 20 items,
30 to 1,000 people) the 95% intervals of the shrunk worths held the truth 92%
to 99% of the time, and any item was said to differ in 0% to 7% of the weeks
in which none did. The ratio rejected 3% to 4% of these, but 8% to 10% where
groups had 30 people for 12 or 20 items, and a third where ten groups had 50
people each for 60 items: of groups that small believe the items, not the ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import Cells, cells_of
from canyu.bestworst.errors import FitDiverged, TooFewAnswers
from canyu.bestworst.fit import Fit, Model, fit, look
from canyu.bestworst.persons import with_clusters
from canyu.bestworst.ratio import (
    LikelihoodRatio,
    chances_of,
    differences,
    holm,
    likelihood_ratio,
    n_differences,
)
from canyu.bestworst.rows import NOT_NAMED, Rows
from canyu.bestworst.shrinkage import shrink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MIN_PEOPLE = 30
"""A group of fewer people is not compared."""

ALPHA = 0.05
"""The chance that any item is said to differ when none does."""


@dataclass(frozen=True, eq=False)
class Segment:
    """One group: its own fit, and its worths (J) shrunk towards the common ones.

    `worth` sums to zero, `cov` (J, J) is its posterior covariance. `pull` is
    how much of the group's own distance from the others is kept, from 0 to 1.
    """

    name: str
    fit: Fit
    worth: Array
    cov: Array
    pull: float

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        for values in (self.worth, self.cov):
            values.flags.writeable = False

    @property
    def n_persons(self) -> int:
        """The number of people of whom the model looks at an answer."""
        return self.fit.n_persons

    @property
    def error(self) -> Array:
        """The standard errors of `worth` (J)."""
        return np.asarray(np.sqrt(np.diag(self.cov)))


@dataclass(frozen=True, slots=True)
class TooThin:
    """A group of too few people to be compared."""

    name: str
    n_persons: int


@dataclass(frozen=True, eq=False)
class Segments:
    """How groups of people judge J items; arrays are indexed by item.

    `segments` are the groups compared, `too_thin` those left out. `common`
    are the worths around which the groups lie, `spread` tau, how far in
    logits. `homogeneity` tests whether all have the same worths; None when
    fewer than two groups are left. `differs` says of which items the groups
    think differently: `p_item`, which holds for all items together (Holm), is
    at most 0.05. Worths are relative to one another, so where one item is
    liked far better in a group, all others stand a little lower in it.
    """

    segments: tuple[Segment, ...]
    too_thin: tuple[TooThin, ...]
    common: Array
    spread: float
    homogeneity: LikelihoodRatio | None
    p_item: Array
    differs: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        for values in (self.common, self.p_item, self.differs):
            values.flags.writeable = False


def compare_segments(
    groups: Sequence[tuple[str, Cells | Rows]],
    *,
    model: Model = "sequential",
    ghost: float = 0.5,
    min_people: int = MIN_PEOPLE,
) -> Segments:
    """Fit each of the named `groups` of people by itself and compare them.

    Nobody may be in two groups. Give rows with persons where a person
    answered several screens, else every answer counts as a person. Groups
    of fewer than `min_people` people are left out.

    Raises ValueError when there are no groups, two have one name, or they are
    not about the same number of items; FitDiverged when a group has no
    maximum (only with ghost = 0).
    """
    _check(groups)
    n_items = groups[0][1].n_items
    kept: list[tuple[str, Fit, Cells]] = []
    too_thin = []
    for name, answers in groups:
        cells = answers if isinstance(answers, Cells) else cells_of(answers)
        found = _fit(answers, cells, model, ghost, min_people)
        if isinstance(found, Fit):
            kept.append((name, found, cells))
        else:
            too_thin.append(TooThin(name, found))
    fits = [found for _, found, _ in kept]
    shrunk = shrink(fits, n_items)
    p_item = _test_items(fits, n_items)
    return Segments(
        segments=tuple(
            Segment(name, found, worth, cov, pull)
            for (name, found, _), (worth, cov, pull) in zip(kept, shrunk.groups, strict=True)
        ),
        too_thin=tuple(too_thin),
        common=shrunk.common,
        spread=shrunk.spread,
        homogeneity=_homogeneity(fits, [cells for _, _, cells in kept], model, ghost),
        p_item=p_item,
        differs=p_item <= ALPHA,
    )


def _check(groups: Sequence[tuple[str, Cells | Rows]]) -> None:
    if not groups:
        message = "groups is empty, must hold at least one group"
        raise ValueError(message)
    names = [name for name, _ in groups]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        message = f"two groups are called {double[0]!r}, each must have a name of its own"
        raise ValueError(message)
    sizes = {name: answers.n_items for name, answers in groups}
    if len(set(sizes.values())) > 1:
        message = f"the groups are about {sizes} items, must be about the same"
        raise ValueError(message)


def _fit(
    answers: Cells | Rows, cells: Cells, model: Model, ghost: float, min_people: int
) -> Fit | int:
    """Return the fit of a group, or of too few people their number."""
    named = answers.take(answers.named) if isinstance(answers, Rows) else answers
    n_persons = named.n_persons if isinstance(named, Rows) else named.n_answers
    if n_persons < min_people:
        return n_persons
    try:
        found = fit(cells, model=model, ghost=ghost)
    except TooFewAnswers:
        return 0
    if isinstance(answers, Rows) and answers.person is not None:
        found = with_clusters(found, answers)
    return found if found.n_persons >= min_people else found.n_persons


def _homogeneity(
    fits: list[Fit], cells: list[Cells], model: Model, ghost: float
) -> LikelihoodRatio | None:
    """Compare the likelihood of all groups apart with that of all together."""
    if len(fits) < 2:
        return None
    pooled = reduce(Cells.plus, cells)
    try:
        apart, together, used = *_logliks(cells, pooled, model, 0.0), 0.0
    except FitDiverged:
        apart, together, used = *_logliks(cells, pooled, model, ghost), ghost
    df = sum(_n_differences(each, model) for each in cells) - _n_differences(pooled, model)
    return likelihood_ratio(
        apart=apart, together=together, df=df, deff=_design_effect(fits), ghost=used
    )


def _logliks(cells: list[Cells], pooled: Cells, model: Model, ghost: float) -> tuple[float, float]:
    apart = sum(fit(each, model=model, ghost=ghost).loglik for each in cells)
    return apart, fit(pooled, model=model, ghost=ghost).loglik


def _n_differences(cells: Cells, model: Model) -> int:
    seen = look(cells, cells.sum_w, model)
    bests = seen.masks[(seen.best != NOT_NAMED) & seen.counted]
    worsts = seen.masks_left[(seen.worst != NOT_NAMED) & seen.counted]
    return n_differences(np.concatenate([bests, worsts]), cells.n_items)


def _design_effect(fits: list[Fit]) -> float:
    """Return how much larger than its degrees of freedom the ratio is on average.

    Near the truth it is sum_g d_g' H_g d_g with d_g the distance of a group
    from the mean weighted by the informations H_g; robust covariances of the
    groups in place of the inverse informations give its mean.
    """
    basis = differences(fits[0].n_items)
    robust = [basis.T @ each.cov_robust @ basis for each in fits]
    weight = [np.linalg.inv(basis.T @ each.cov_model @ basis) for each in fits]
    mean = sum(float(np.trace(h @ v)) for h, v in zip(weight, robust, strict=True))
    inner = sum(h @ v @ h for h, v in zip(weight, robust, strict=True))
    mean -= float(np.trace(np.linalg.solve(sum(weight), inner)))
    return mean / ((fits[0].n_items - 1) * (len(fits) - 1))


def _test_items(fits: list[Fit], n_items: int) -> Array:
    """Return for each item the chance of differences as large (Cochran's Q, with Holm)."""
    if len(fits) < 2:
        return np.ones(n_items)
    seen = np.ones((len(fits), n_items), dtype=np.bool_)
    for place, each in enumerate(fits):
        seen[place, list(each.never_shown)] = False
    coef = np.stack([each.coef for each in fits])
    weight = seen / np.stack([np.diag(each.cov) for each in fits])
    mean = (weight * coef).sum(axis=0) / np.maximum(weight.sum(axis=0), np.finfo(float).tiny)
    square = (weight * (coef - mean) ** 2).sum(axis=0)
    df = seen.sum(axis=0) - 1
    p = np.ones(n_items)
    for size in np.unique(df[df > 0]):
        p[df == size] = chances_of(square[df == size], int(size))
    return holm(p)
