"""How alike is alike enough: a threshold that starts from a rule and follows people's decisions.

Each decision gives examples: a post and a cluster, how alike they were, and whether a person says
that they belong together. Taken as P(belong) = 1 / (1 + exp(-s (likeness - t))) with s fixed and a
normal prior about the rule's threshold, the best t is where a monotone function crosses 0.
Examples that anybody would have placed right hardly move it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

LOWEST, HIGHEST = 0.1, 0.8
"""Between these no rule and no decisions move a threshold out."""

MOST_EXAMPLES = 500
"""The latest are kept, since what belongs together changes with the product."""

_STEEPNESS = 25.0
_PRIOR_SD = 0.05


@dataclass(frozen=True, slots=True)
class Example:
    """How alike a post and a cluster were (likeness), and whether they belong together."""

    likeness: float
    belongs: bool


def tuned_threshold(rule: float, examples: Sequence[Example]) -> float:
    """Return the threshold for `examples` about that of the `rule`, both in units of likeness."""
    if not examples:
        return min(max(rule, LOWEST), HIGHEST)
    from scipy.optimize import brentq  # noqa: PLC0415 - half a second, when it is needed
    from scipy.special import expit  # noqa: PLC0415 - half a second, when it is needed

    likeness = np.array([each.likeness for each in examples])
    belongs = np.array([each.belongs for each in examples], dtype=np.float64)

    def pull(threshold: float) -> float:
        surplus = expit(_STEEPNESS * (likeness - threshold)) - belongs
        return float(_STEEPNESS * surplus.sum() - (threshold - rule) / _PRIOR_SD**2)

    if pull(LOWEST) <= 0:
        return LOWEST
    if pull(HIGHEST) >= 0:
        return HIGHEST
    return float(brentq(pull, LOWEST, HIGHEST, xtol=1e-9))


@dataclass(frozen=True, slots=True)
class Rule:
    """Thresholds for a post that comes in (`online`) and for the average link of the night."""

    online: float
    night: float


SPARSE = {True: Rule(online=0.52, night=0.44), False: Rule(online=0.42, night=0.28)}
"""Where most posts are about something of their own; by whether there are vectors."""

CROWDED = {True: Rule(online=0.38, night=0.23), False: Rule(online=0.27, night=0.12)}
"""Where most posts repeat others in other words, as customers of a bank do."""

_CROWDS = {True: (0.34, 0.44), False: (0.27, 0.37)}
"""Up to the first crowding a stream is sparse, from the second on it is crowded."""


def rule_for(crowding: float, *, has_vectors: bool) -> Rule:
    """Return the thresholds for a stream: the more its posts repeat one another, the wider.

    `crowding` is the median likeness of a post to its third nearest neighbour among a thousand.
    A stream of many small subjects and one of few large ones need other thresholds, and this tells
    the one from the other without a mark: on the development sets .29 and .31 against .46. Each
    threshold is near the best of its sets, and flat about it.
    """
    sparse, crowded = SPARSE[has_vectors], CROWDED[has_vectors]
    low, high = _CROWDS[has_vectors]
    share = min(max((crowding - low) / (high - low), 0.0), 1.0)
    return Rule(
        online=sparse.online + share * (crowded.online - sparse.online),
        night=sparse.night + share * (crowded.night - sparse.night),
    )
