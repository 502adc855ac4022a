"""Worths of groups shrunk towards common ones, as far as the groups resemble one another.

Worths v_g ~ N(mu, tau^2) lie around common ones, estimates have the
covariance V_g of their fits, so that given tau

    v_g = mu + tau^2 (V_g + tau^2)^-1 (estimate_g - mu)

and mu is the mean of the estimates weighted by (V_g + tau^2)^-1. As for the
items of one fit, tau is averaged over under a half-Cauchy(1) prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.ratio import differences
from canyu.bestworst.robust import symmetric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from canyu.bestworst.fit import Fit

    Array = NDArray[np.float64]

_TAUS = np.geomspace(1e-3, 30, 64)
_PRIOR = _TAUS / (1 + _TAUS**2)
"""Of steps that are equal on the log scale, so a factor tau beside the half-Cauchy's."""


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Common worths (J), spread tau, and for each group worths, covariance and pull.

    A pull is how much of a group's own distance from the others is kept, 0 to 1.
    """

    common: Array
    spread: float
    groups: list[tuple[Array, Array, float]]


@dataclass(frozen=True, eq=False)
class _Given:
    """Given one tau: its log-likelihood, the common worths, and means and covariances."""

    loglik: float
    common: Array
    mean: Array
    cov: Array
    pull: Array


def shrink(fits: list[Fit], n_items: int) -> Shrunk:
    """Return the posterior of every group, averaged over tau; a lone group keeps its fit."""
    if not fits:
        return Shrunk(np.zeros(n_items), 0.0, [])
    basis = differences(n_items)
    if len(fits) == 1:
        only = fits[0]
        return Shrunk(only.coef.copy(), 0.0, [(only.coef.copy(), only.cov.copy(), 1.0)])
    estimate = np.stack([each.coef @ basis for each in fits])
    turned = [np.linalg.eigh(symmetric(basis.T @ each.cov @ basis)) for each in fits]
    given = [_given(float(tau) ** 2, estimate, turned) for tau in _TAUS]
    loglik = np.array([one.loglik for one in given])
    chance = _PRIOR * np.exp(loglik - loglik.max())
    chance /= chance.sum()
    mean = sum(p * one.mean for p, one in zip(chance, given, strict=True))
    cov = sum(
        p * (one.cov + np.einsum("gi,gj->gij", one.mean - mean, one.mean - mean))
        for p, one in zip(chance, given, strict=True)
    )
    pull = sum(p * one.pull for p, one in zip(chance, given, strict=True))
    common = sum(p * one.common for p, one in zip(chance, given, strict=True))
    return Shrunk(
        common=np.asarray(basis @ common),
        spread=float(chance @ _TAUS),
        groups=[
            (basis @ mean[at], symmetric(basis @ cov[at] @ basis.T), float(pull[at]))
            for at in range(len(fits))
        ],
    )


def _given(square: float, estimate: Array, turned: Sequence[tuple[Array, Array]]) -> _Given:
    """Return posteriors given tau^2, a flat prior on the common worths."""
    inverse = np.stack([(axes / (values + square)) @ axes.T for values, axes in turned])
    precision = inverse.sum(axis=0)
    weighted = np.einsum("gij,gj->gi", inverse, estimate)
    common = np.linalg.solve(precision, weighted.sum(axis=0))
    apart = estimate - common
    kept = square * inverse
    moved = np.einsum("gij,gj->gi", kept, apart)
    rest = np.eye(len(common)) - kept
    error = np.linalg.inv(precision)
    loglik = -0.5 * (
        sum(np.log(values + square).sum() for values, _ in turned)
        + np.linalg.slogdet(precision)[1]
        + float(np.einsum("gi,gij,gj->", apart, inverse, apart))
    )
    return _Given(
        loglik=float(loglik),
        common=common,
        mean=common + moved,
        cov=square * rest + rest @ error @ rest.transpose(0, 2, 1),
        pull=np.trace(kept, axis1=1, axis2=2) / len(common),
    )
