"""How sure the tally is of both ends of the scale: the core's verdict in terms of changes. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from canyu.bestworst import (
    Burst,
    End,
    Fit,
    Group,
    LeftOut,
    Pattern,
    Rows,
    Standings,
    Verdict,
    check_by_bootstrap,
    judge,
)
from canyu.reports.answers import exposed_on
from canyu.reports.bands import bands_of
from canyu.reports.columns import Reports
from canyu.reports.figures import (
    ChanceFigures,
    GroupsFigures,
    LeftOutFigures,
    PositionFigures,
    SmallestFigures,
    VerdictFigures,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHECKED_BELOW = 300
"""Below so many people the errors may not be normal, so the chances are checked (decision 0011)."""


def ask_both_ends(
    reports: Reports,
    rows: Rows,
    fitted: Fit,
    standings: Standings,
    *,
    change_ids: Sequence[int],
    rng: np.random.Generator,
) -> tuple[VerdictFigures, VerdictFigures]:
    """Apply the award rule to the top and to the bottom; `rows` are those of `reports`."""
    groups = [Group(band.kind, band.name, band.who) for band in bands_of(reports)]
    exposed = exposed_on(reports, change_ids)

    def ask(end: End) -> VerdictFigures:
        verdict = judge(
            rows,
            fitted,
            standings,
            groups=groups,
            hour=reports.hour,
            end=end,
            reach=exposed.reach,
            excess=np.array(exposed.excess),
            rng=rng,
        )
        return _figures(verdict, change_ids)

    top, bottom = ask("top"), ask("bottom")
    if len(rows) >= CHECKED_BELOW:
        return top, bottom
    check = check_by_bootstrap(standings, fitted, rows, rng=rng)
    item_of = {change_id: item for item, change_id in enumerate(change_ids)}
    return (
        _checked(top, float(check.p_win[item_of[top.change_id]])),
        _checked(bottom, float(check.p_last[item_of[bottom.change_id]])),
    )


def _checked(verdict: VerdictFigures, chance: float) -> VerdictFigures:
    return replace(verdict, chance=replace(verdict.chance, checked=chance))


def _figures(verdict: Verdict, change_ids: Sequence[int]) -> VerdictFigures:
    smallest, position = verdict.a3, verdict.a4
    return VerdictFigures(
        end=verdict.end,
        outcome=verdict.outcome,
        change_id=change_ids[verdict.item],
        sharing=tuple(change_ids[item] for item in verdict.winners),
        contenders=tuple(change_ids[item] for item in verdict.contenders),
        chance=ChanceFigures(verdict.a1.holds, verdict.a1.p_win, verdict.a1.needed),
        groups=GroupsFigures(
            verdict.a2.holds, tuple(_left_out(one, change_ids) for one in verdict.a2.left_out)
        ),
        smallest=SmallestFigures(
            holds=smallest.holds,
            k=smallest.k_flip,
            winner=_named(smallest.winner, change_ids),
            n_people=smallest.n_people,
            n_eff=smallest.n_eff,
            r=smallest.r,
            reach=smallest.reach,
            excess=smallest.excess,
            threshold=smallest.threshold,
        ),
        position=PositionFigures(
            holds=position.holds,
            p_best=position.p_best,
            p_worst=position.p_worst,
            corrected=position.corrected,
            winner=_named(position.winner, change_ids),
            p_win=position.p_win,
        ),
        count_lead=verdict.count_lead,
        count_bound=verdict.count_bound,
    )


def _left_out(one: LeftOut, change_ids: Sequence[int]) -> LeftOutFigures:
    best = worst = None
    name = one.name
    if isinstance(one.sign, Pattern):
        best, worst, name = change_ids[one.sign.best], change_ids[one.sign.worst], ""
    elif isinstance(one.sign, Burst):
        named = change_ids[one.sign.item]
        best, worst = (named, None) if one.sign.side == "best" else (None, named)
        name = f"{EPOCH + timedelta(hours=one.sign.hour):%Y-%m-%d %H:00}"
    return LeftOutFigures(
        kind=one.kind,
        name=name,
        n=one.n,
        winner=_named(one.winner, change_ids),
        changes=one.changes,
        best=best,
        worst=worst,
    )


def _named(item: int | None, change_ids: Sequence[int]) -> int | None:
    return None if item is None else change_ids[item]
