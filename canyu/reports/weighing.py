"""The answers weighted to the people who use the product, beside the raw ones. Pure.

The award stands on the raw answers: a weight is an estimate about people who said nothing. Both
are published, so that a difference is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from canyu.bestworst import (
    UNKNOWN,
    FitDiverged,
    Raked,
    RakingDiverged,
    Rows,
    TooFewAnswers,
    cells_of,
    fit,
    rake,
    stand,
)
from canyu.reports.columns import Reports
from canyu.reports.figures import HeldRing, WeightedFigures, WeightedScore
from canyu.reports.rules import GHOST, MODEL

FEWEST_PARTS = 2
"""With one ring, or one device line, there is nothing to weight."""
EVEN = 1e-6


@dataclass(frozen=True)
class Base:
    """How many people use the product, by ring and by device line, as far as that is known.

    `source` is "told" (by the product, of this release) or "members" (of the rings here).
    """

    source: str
    rings: Mapping[str, int]
    devices: Mapping[str, int]


def weigh_answers(
    reports: Reports,
    rows: Rows,
    base: Base | None,
    *,
    change_ids: Sequence[int],
    rng: np.random.Generator,
) -> WeightedFigures | None:
    """Weight `rows`, which are those of `reports`, and score the changes anew.

    None where the base tells nothing, or nobody's weight would change. `scores` are empty where
    no part could be brought to its share; then `held` says why.
    """
    margins = {
        kind: people
        for kind, people in (
            ("ring", base.rings if base else {}),
            ("device", base.devices if base else {}),
        )
        if sum(n > 0 for n in people.values()) >= FEWEST_PARTS
    }
    if base is None or not margins or not len(reports):
        return None
    names = {
        kind: sorted(key for key, n in people.items() if n > 0) for kind, people in margins.items()
    }
    raked = _rake(reports, margins, names)
    if raked is None:
        return None
    held = tuple(
        HeldRing(
            one.grouping, names[one.grouping][one.code] if one.code >= 0 else "", one.n, one.reason
        )
        for one in raked.left_out
    )
    is_even = bool(np.ptp(raked.weight) < EVEN)
    if is_even and not held:
        return None
    return WeightedFigures(
        base=base.source,
        by=tuple(margins),
        n_eff=raked.n_eff,
        deff=raked.deff,
        held=held,
        scores=() if is_even else _scores(rows.with_weight(raked.weight), change_ids, rng),
    )


def _rake(
    reports: Reports,
    margins: Mapping[str, Mapping[str, int]],
    names: Mapping[str, Sequence[str]],
) -> Raked | None:
    said = {"ring": reports.ring, "device": reports.device}
    codes = {}
    for kind, known in names.items():
        place = {name: code for code, name in enumerate(known)}
        found = [place.get(one, UNKNOWN) for one in said[kind].values]
        codes[kind] = np.array(found, dtype=np.int64)[said[kind].code]
    targets = {kind: [margins[kind][name] for name in known] for kind, known in names.items()}
    try:
        return rake(codes, targets)
    except RakingDiverged:
        return None


def _scores(
    rows: Rows, change_ids: Sequence[int], rng: np.random.Generator
) -> tuple[WeightedScore, ...]:
    try:
        standings = stand(fit(cells_of(rows), model=MODEL, ghost=GHOST), rng=rng)
    except (TooFewAnswers, FitDiverged):
        return ()
    return tuple(
        WeightedScore(
            change_id=change_ids[item],
            score=float(standings.score[item]),
            low=float(standings.low[item]),
            high=float(standings.high[item]),
            p_win=float(standings.p_win[item]),
        )
        for item in standings.order
    )
