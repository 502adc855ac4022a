"""The fit: worths of items with their uncertainty, from cells and one of four models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn, get_args

import numpy as np

from canyu.bestworst.choices import Choices
from canyu.bestworst.errors import TooFewAnswers
from canyu.bestworst.maxdiff import MaxDiff
from canyu.bestworst.newton import Convergence, Objective, climb
from canyu.bestworst.robust import covariances, usable
from canyu.bestworst.rows import NOT_NAMED
from canyu.bestworst.separation import check_connected
from canyu.bestworst.sequential import Sequential

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.cells import Cells

    Array = NDArray[np.float64]

Model = Literal["sequential", "maxdiff", "best", "worst"]
"""Best then worst; both at once; bests only; worsts only, of all that was shown."""

MODELS: tuple[Model, ...] = get_args(Model)


@dataclass(frozen=True, eq=False)
class Fit:
    """Worths of J items on the logit scale, with their uncertainty.

    Worths of different models are on different scales: never compare them.

    `coef` (J) sums to zero. The covariances (J, J) are those of `coef`:
    `cov_model` is the inverse information, `cov_robust` the sandwich
    H^-1 (sum w^2 g g') H^-1 with one score g an answer (or a person, after
    `with_clusters`), right also when people differ or weights vary. `cov` is
    the one to use: the robust one, except that below 300 people, where
    simulation finds it 1 to 2 points short of its 95%, each item takes the
    larger of its two standard errors and the robust correlations are kept.
    `cov_ghost` is the part of `cov_robust` owed to the ghost.

    `loglik` is of the answers alone, without the ghost, and `loglik_null` the
    same at equal worths. `n_answers` counts the answers that the model looks
    at, `n_persons` the people behind them: as many, until `with_clusters`
    knows better. Neither counts weight. `never_shown` lists items that stood
    on no screen that counts: their worths are the ghost's doing.
    """

    model: Model
    coef: Array
    cov_model: Array
    cov_robust: Array
    cov: Array
    cov_ghost: Array
    loglik: float
    loglik_null: float
    n_answers: int
    n_persons: int
    ghost: float
    never_shown: tuple[int, ...]
    convergence: Convergence

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        for values in (self.coef, self.cov_model, self.cov_robust, self.cov, self.cov_ghost):
            values.flags.writeable = False

    @property
    def n_items(self) -> int:
        """The number of items J."""
        return int(self.coef.size)

    @property
    def n_iterations(self) -> int:
        """How many steps Newton's method took."""
        return self.convergence.n_iterations


def fit(
    cells: Cells,
    *,
    model: Model = "sequential",
    ghost: float = 0.5,
    tolerance: float = 1e-9,
    max_iterations: int = 50,
) -> Fit:
    """Fit `model` to `cells` by maximum (penalised) likelihood.

    `ghost` lets every item win and lose that many times against an item of
    worth zero, which adds ghost * (v - 2 log(1 + e^v)) an item (a log-F
    prior: Greenland and Mansournia 2015; `npseudo` of R's PlackettLuce). It
    keeps worths finite when everybody agrees or an item was never shown, and
    is invisible from a thousand answers on; 0 is plain maximum likelihood.
    `tolerance` bounds the last Newton step, in logits.

    Raises TooFewAnswers when no answer of positive weight says what the model
    looks at, FitDiverged when the worths are not finite (only with ghost = 0)
    or `max_iterations` did not do, ValueError for settings out of range.
    """
    _check_settings(model, ghost, tolerance, max_iterations)
    choices = look(cells, cells.sum_w, model)
    if not choices.counted.any():
        _refuse_nothing(model)
    if ghost == 0:
        check_connected(choices)
    objective = objective_of(choices, model)
    summit = climb(objective, ghost=ghost, tolerance=tolerance, max_iterations=max_iterations)
    top = summit.top
    cov = covariances(objective, top, ghost=ghost, sum_w2=cells.sum_w2)
    n_answers = int(cells.n[choices.named].sum())
    return Fit(
        model=model,
        coef=top.worth - top.worth.mean(),
        cov_model=cov.model,
        cov_robust=cov.robust,
        cov=usable(cov.model, cov.robust, n_persons=n_answers),
        cov_ghost=cov.ghost,
        loglik=top.loglik,
        loglik_null=summit.loglik_null,
        n_answers=n_answers,
        n_persons=n_answers,
        ghost=ghost,
        never_shown=tuple(np.flatnonzero(~choices.shown).tolist()),
        convergence=summit.convergence,
    )


def fit_sequential(
    cells: Cells,
    *,
    ghost: float = 0.5,
    tolerance: float = 1e-9,
    max_iterations: int = 50,
) -> Fit:
    """Fit the best-then-worst model: `fit` with model "sequential"."""
    return fit(cells, ghost=ghost, tolerance=tolerance, max_iterations=max_iterations)


def look(cells: Cells | Choices, weight: Array, model: Model) -> Choices:
    """Return what `model` looks at: worsts are nothing to the model of bests."""
    nobody = np.full(cells.masks.size, NOT_NAMED, dtype=np.int64)
    return Choices(
        n_items=cells.n_items,
        masks=cells.masks,
        best=nobody if model == "worst" else cells.best,
        worst=nobody if model == "best" else cells.worst,
        weight=weight,
    )


def objective_of(choices: Choices, model: Model) -> Objective:
    """Return the log-likelihood of what was looked at."""
    return MaxDiff(choices) if model == "maxdiff" else Sequential(choices)


def _check_settings(model: str, ghost: float, tolerance: float, max_iterations: int) -> None:
    if model not in MODELS:
        message = f"model is {model!r}, must be one of {', '.join(map(repr, MODELS))}"
        raise ValueError(message)
    if not (np.isfinite(ghost) and ghost >= 0):
        message = f"ghost is {ghost}, must be a finite number of at least 0"
        raise ValueError(message)
    if not (np.isfinite(tolerance) and tolerance > 0):
        message = f"tolerance is {tolerance}, must be above 0 and finite"
        raise ValueError(message)
    if max_iterations < 1:
        message = f"max_iterations is {max_iterations}, must be at least 1"
        raise ValueError(message)


def _refuse_nothing(model: Model) -> NoReturn:
    looked_for = {"best": "a best", "worst": "a worst"}.get(model, "a best or a worst")
    message = (
        f"There is nothing to fit: no answer of positive weight names {looked_for}. "
        "Wait for the first answers."
    )
    raise TooFewAnswers(message)
