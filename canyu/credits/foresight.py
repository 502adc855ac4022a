"""How far a member's early voices came true more often than those of others. Pure.

A member's voices lie in strata, of which it is known how many voices there are and how many came
true. Had the member spoken at random, at the same times and as early as they did, the number that
came true would be a sum of hypergeometric numbers, one a stratum. Whoever sees further has odds of
`e^theta` times those of the others: the common odds ratio of 2 x 2 tables, given their margins.

    P(H = h; theta) = c_h e^(h theta) / sum_t c_t e^(t theta)

with c the convolution of the hypergeometric numbers. Exact test and interval of theta: J. J. Gart,
"Point and interval estimation of the common odds ratio in the combination of 2 x 2 tables with
fixed marginals", Biometrika 57 (1970); C. R. Mehta, N. R. Patel and R. Gray, JASA 80 (1985). Many
members are tested at once: Y. Benjamini, Y. Hochberg, JRSS B 57 (1995). Shrunk by two groups, those
at theta = 0 and the others: B. Efron, "Microarrays, empirical Bayes and the two-groups model",
Statistical Science 23 (2008).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lgamma

import numpy as np
from numpy.typing import NDArray

from canyu.credits.early import Early

Floats = NDArray[np.float64]

LEVEL = 0.95
FEWEST = 5
"""Early voices whose fate could differ, below which nobody is tested."""
COULD_BE = 0.01
"""Whose chance to come out so well by chance could not fall below this is not tested."""
LOWEST_THETA, HIGHEST_THETA = -8.0, 8.0
THETAS = np.linspace(-6.0, 6.0, 121)
SHARES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SPREADS = (0.5, 1.0, 1.5, 2.0)
"""How many members see further or less far, and by how much (in logits): averaged over, each
weighed by how well it explains all members together."""


@dataclass(frozen=True)
class Margin:
    """Voices of a stratum, and how many of them came true."""

    n: int
    n_true: int


@dataclass(frozen=True)
class Record:
    """What a member's early voices came to; strata where nothing could differ are left out.

    `chances[h]` is the chance that h of them came true by chance, given the margins.
    """

    member_id: int
    n: int
    n_true: int
    chances: tuple[float, ...]

    @property
    def expected(self) -> float:
        """How many of as many voices of others, at the same times, came true on average."""
        return float(np.dot(np.arange(len(self.chances)), self.chances))

    @property
    def p(self) -> float:
        """The chance that so many or more came true by chance: exact, one-sided."""
        return float(min(1.0, sum(self.chances[self.n_true :])))

    @property
    def least_p(self) -> float:
        """The least that p could be, had all come true that can: known before what came of it."""
        return next(chance for chance in reversed(self.chances) if chance > 0)


@dataclass(frozen=True)
class Foresight:
    """How a member stands: `record`, and how sure that is.

    `low` to `high` is the exact 95% interval of the share that comes true, `shrunk` that share as
    it is after looking at everybody; `p_ahead` the chance that they are ahead at all; `q` the share
    of mistakes among those who look at least as good.
    """

    record: Record
    low: float
    high: float
    shrunk: float
    p_ahead: float
    q: float

    @property
    def share(self) -> float:
        """The share of the member's early voices that came true."""
        return self.record.n_true / self.record.n

    @property
    def usual(self) -> float:
        """The share of as many voices of others at the same times."""
        return self.record.expected / self.record.n


def margins_of(voices: Iterable[Early]) -> dict[Hashable, Margin]:
    """Return {stratum: its voices, and those that came true}."""
    n: dict[Hashable, int] = defaultdict(int)
    n_true: dict[Hashable, int] = defaultdict(int)
    for one in voices:
        n[one.stratum] += 1
        n_true[one.stratum] += one.came_true
    return {stratum: Margin(n[stratum], n_true[stratum]) for stratum in n}


def records_of(
    voices: Iterable[Early], margins: Mapping[Hashable, Margin], *, fewest: int = FEWEST
) -> list[Record]:
    """Return the records of members with at least `fewest` voices whose fate could differ."""
    by_member: dict[int, dict[Hashable, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for one in voices:
        margin = margins[one.stratum]
        if 0 < margin.n_true < margin.n:
            by_member[one.member_id][one.stratum].append(one.came_true)
    found = []
    for member_id, strata in sorted(by_member.items()):
        n = sum(map(len, strata.values()))
        if n >= fewest:
            chances = np.ones(1)
            for stratum, came in strata.items():
                margin = margins[stratum]
                # A stratum that is all the member's own says nothing; it leaves one certain count.
                chances = np.convolve(chances, _drawn(margin.n, margin.n_true, len(came)))
            n_true = sum(sum(came) for came in strata.values())
            found.append(Record(member_id, n, n_true, tuple(chances.tolist())))
    return found


@lru_cache(maxsize=65536)
def _drawn(n: int, n_true: int, n_own: int) -> Floats:
    """Return P(h of `n_own` drawn are true), h = 0 … n_own, for `n_true` true among n."""
    of_all = _log_choose(n, n_own)
    chances = np.zeros(n_own + 1)
    # At least so many must be true where more are drawn than are false.
    for h in range(max(0, n_own - (n - n_true)), min(n_own, n_true) + 1):
        logs = _log_choose(n_true, h) + _log_choose(n - n_true, n_own - h)
        chances[h] = np.exp(logs - of_all)
    return chances


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _tilted(chances: Floats, theta: float) -> Floats:
    """Return P(H = h; theta)."""
    with np.errstate(divide="ignore"):
        logs = np.log(chances) + theta * np.arange(chances.size)
    likely = np.exp(logs - logs.max())
    return np.asarray(likely / likely.sum())


def interval_of(record: Record, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of theta, infinite at an end that the counts cannot bound.

    At the lower end so many or more have chance (1 - level) / 2, at the upper so many or fewer.
    """
    chances, h = np.asarray(record.chances), record.n_true
    tail = (1 - level) / 2
    possible = np.flatnonzero(chances)

    def upper(theta: float) -> float:
        return float(_tilted(chances, theta)[h:].sum()) - tail

    def lower(theta: float) -> float:
        return tail - float(_tilted(chances, theta)[: h + 1].sum())

    low = -np.inf if h <= possible[0] else _rising_root(upper)
    high = np.inf if h >= possible[-1] else _rising_root(lower)
    return float(low), float(high)


def _rising_root(of: Callable[[float], float]) -> float:
    """Return where a rising function is 0, within the thetas that are looked at."""
    low, high = LOWEST_THETA, HIGHEST_THETA
    for _ in range(40):
        middle = (low + high) / 2
        if of(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def share_at(record: Record, theta: float) -> float:
    """Return the share of the member's voices that comes true on average at a theta."""
    chances = np.asarray(record.chances)
    possible = np.flatnonzero(chances)
    if np.isinf(theta):
        return float(possible[0] if theta < 0 else possible[-1]) / record.n
    return float(np.dot(np.arange(chances.size), _tilted(chances, theta))) / record.n


def q_values(p_values: Sequence[float]) -> list[float]:
    """Return, for each test, the least false discovery rate at which it is taken.

    Benjamini and Hochberg's step-up: q of the i-th smallest is min over j >= i of p_j m / j.
    """
    if not p_values:
        return []
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.minimum.accumulate(steps[::-1])[::-1]
    found = np.empty(p.size)
    found[order] = np.minimum(q, 1.0)
    return [float(one) for one in found]


def foresights_of(records: Sequence[Record]) -> list[Foresight]:
    """Return how each of these stands, all of them looked at together."""
    if not records:
        return []
    q = _q_of(records)
    shrunk, ahead = _shrunk(records)
    found = []
    for place, one in enumerate(records):
        low, high = interval_of(one)
        found.append(
            Foresight(
                record=one,
                low=share_at(one, low),
                high=share_at(one, high),
                shrunk=float(shrunk[place]),
                p_ahead=float(ahead[place]),
                q=q[place],
            )
        )
    return found


def _q_of(records: Sequence[Record]) -> list[float]:
    """Return q of each; whoever could not be sure whatever came true is not in the count.

    The margins decide that, so that it favours nobody (R. E. Tarone, Biometrics 46 (1990);
    P. B. Gilbert, JRSS C 54 (2005)).
    """
    could = [place for place, one in enumerate(records) if one.least_p <= COULD_BE]
    found = [1.0] * len(records)
    for place, q in zip(could, q_values([records[one].p for one in could]), strict=True):
        found[place] = q
    return found


def _shrunk(records: Sequence[Record]) -> tuple[Floats, Floats]:
    """Return the mean share of each, and the chance that theta > 0, by two groups.

    theta is 0 with chance 1 - w, else normal with spread s; w and s averaged over a grid.
    """
    likely = np.empty((len(records), THETAS.size))
    shares = np.empty_like(likely)
    for place, one in enumerate(records):
        chances, h = np.asarray(one.chances), np.arange(len(one.chances))
        tilt = chances * np.exp(np.outer(THETAS, h - one.n_true))
        whole = tilt.sum(axis=1)
        likely[place] = chances[one.n_true] / whole
        shares[place] = tilt @ h / whole / one.n
    zero = THETAS.size // 2
    weight, mean, ahead = [], [], []
    for s in SPREADS:
        slab = np.exp(-0.5 * (THETAS / s) ** 2)
        slab /= slab.sum()
        under_slab = likely @ slab
        further = likely[:, THETAS > 0] @ slab[THETAS > 0]
        mean_slab = (likely * shares) @ slab
        for w in SHARES:
            whole = (1 - w) * likely[:, zero] + w * under_slab
            weight.append(float(np.log(whole).sum()))
            ahead.append(w * further / whole)
            mean.append(((1 - w) * likely[:, zero] * shares[:, zero] + w * mean_slab) / whole)
    weights = np.exp(np.asarray(weight) - max(weight))
    weights /= weights.sum()
    return weights @ np.asarray(mean), weights @ np.asarray(ahead)
