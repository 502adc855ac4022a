"""Where people part: love and hurt as two axes, and rings that judge differently. Pure."""

from collections.abc import Mapping, Sequence
from statistics import NormalDist

from canyu.bestworst import (
    FitDiverged,
    Rows,
    TooFewAnswers,
    compare_segments,
    love_and_hate,
)
from canyu.reports.figures import AxisFigures, RingsFigures
from canyu.reports.rules import ENOUGH, GHOST, MODEL

Z = NormalDist().inv_cdf(0.975)
SURELY_DIFFER = 0.05


def axes_of(rows: Rows, change_ids: Sequence[int]) -> tuple[AxisFigures, ...]:
    """Fit love and hurt apart; nothing where nobody named one of the two."""
    try:
        axes = love_and_hate(rows, ghost=GHOST)
    except (TooFewAnswers, FitDiverged):
        return ()
    found = []
    for item, change_id in enumerate(change_ids):
        love, hurt, split = (
            (float(value[item]), Z * float(error[item]))
            for value, error in (
                (axes.love, axes.se_love),
                (axes.hate, axes.se_hate),
                (axes.controversy, axes.se_controversy),
            )
        )
        found.append(
            AxisFigures(
                change_id=change_id,
                love=love[0],
                love_low=love[0] - love[1],
                love_high=love[0] + love[1],
                hurt=hurt[0],
                hurt_low=hurt[0] - hurt[1],
                hurt_high=hurt[0] + hurt[1],
                controversy=split[0],
                controversy_low=split[0] - split[1],
                controversy_high=split[0] + split[1],
                says=axes.flags[item] or "",
            )
        )
    return tuple(found)


def rings_apart_of(
    rows_by_ring: Mapping[str, Rows], change_ids: Sequence[int]
) -> RingsFigures | None:
    """Test whether rings with enough people judge alike; None where fewer than two have them."""
    if not rows_by_ring:
        return None
    try:
        compared = compare_segments(
            list(rows_by_ring.items()), model=MODEL, ghost=GHOST, min_people=ENOUGH
        )
    except FitDiverged:
        return None
    ratio = compared.homogeneity
    if ratio is None:
        return None
    return RingsFigures(
        ring_keys=tuple(one.name for one in compared.segments),
        statistic=ratio.statistic,
        df=ratio.df,
        p_value=ratio.p,
        differ=ratio.p <= SURELY_DIFFER,
        change_ids=tuple(
            change_id
            for change_id, differs in zip(change_ids, compared.differs, strict=True)
            if differs
        ),
    )
