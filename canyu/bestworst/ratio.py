"""Likelihood ratios between a common model and its parts, honest about people who differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import members_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Twice the log-likelihood that the parts gain over the common model.

    `p_model` is its chance to be this large or larger when nothing differs,
    by chi-square with `df` degrees of freedom, which holds for one unweighted
    answer a person. Several answers of one person, and weights, make it
    larger by `deff` on average (at least 1); `p` allows for that (Rao and
    Scott 1984, first order). `ghost` is 0, or the ghost of the fits compared
    where they have no maximum without one.
    """

    statistic: float
    df: int
    deff: float
    p: float
    p_model: float
    ghost: float


def likelihood_ratio(
    *, apart: float, together: float, df: int, deff: float, ghost: float
) -> LikelihoodRatio:
    """Compare the log-likelihoods of parts fitted apart and together."""
    # With a ghost, or where nothing can differ, the parts may gain a rounding less than nothing.
    statistic = max(0.0, 2 * (apart - together)) if df else 0.0
    widened = max(1.0, deff)
    return LikelihoodRatio(
        statistic=statistic,
        df=df,
        deff=widened,
        p=_chance(statistic / widened, df),
        p_model=_chance(statistic, df),
        ghost=ghost,
    )


def chances_of(statistic: Array, df: int) -> Array:
    """Return the chances of chi-square values as large or larger."""
    from scipy.special import chdtrc  # noqa: PLC0415 - a quarter of a second, when it is needed

    return np.asarray(chdtrc(df, statistic), dtype=np.float64)


def two_sided(z: Array) -> Array:
    """Return the chances of a normal value as far from nought or farther."""
    from scipy.special import ndtr  # noqa: PLC0415 - a quarter of a second, when it is needed

    return np.asarray(2 * ndtr(-np.abs(z)), dtype=np.float64)


def holm(p: Array) -> Array:
    """Return p-values that hold together (Holm 1979)."""
    order = np.argsort(p)
    raised = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(raised, 1)
    return adjusted


def n_differences(masks: NDArray[np.uint64], n_items: int) -> int:
    """Return how many differences of worths choices from these sets can tell.

    One fewer than the items for each block of items that hang together by
    having been shown with one another.
    """
    members = members_of(np.unique(masks), n_items).astype(np.float64)
    together = members.T @ members
    laplacian = np.diag(together.sum(axis=1)) - together
    return int(np.linalg.matrix_rank(laplacian, hermitian=True))


def differences(n_items: int) -> Array:
    """Return an orthonormal basis (J, J-1) of what centred worths can be."""
    flat = np.ones((n_items, 1)) / np.sqrt(n_items)
    return np.asarray(np.linalg.svd(flat)[0][:, 1:], dtype=np.float64)


def _chance(statistic: float, df: int) -> float:
    from scipy.special import chdtrc  # noqa: PLC0415 - a quarter of a second, when it is needed

    return float(chdtrc(df, statistic)) if df else 1.0
