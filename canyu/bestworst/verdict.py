"""The award rule: whether one item may be called the first, and if not, why.

Four clauses, fixed before anybody answers. A1: its chance to be first is at
least 0.90. A2: it stays first without each group of people in turn. A3: it
stays first without any small group that could be found, however chosen. A4:
places on the screen did not make it first. All must hold for an award alone.
The same rule asks for the item liked least, at the other end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from canyu.bestworst.brigades import (
    Group,
    find_bursts,
    find_patterns,
    leave_bursts_out,
    leave_groups_out,
    leave_patterns_out,
)
from canyu.bestworst.clauses import ChanceClause, GroupsClause, PositionClause, SmallestClause
from canyu.bestworst.ends import End, leader
from canyu.bestworst.errors import FitDiverged
from canyu.bestworst.influence import Flip, fewest_to_flip
from canyu.bestworst.people import People, count_bound, effective_size, people_of
from canyu.bestworst.places import fit_places
from canyu.bestworst.position import check_positions
from canyu.bestworst.refits import Refits, looks_at, prepare
from canyu.bestworst.standing import Standings, stand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from canyu.bestworst.fit import Fit
    from canyu.bestworst.rows import Rows

    Array = NDArray[np.float64]

Outcome = Literal["alone", "shared", "nobody"]

SURE = 0.90
"""A1 and A4: the least chance to be first."""

SHARE = 0.03
"""A3: the share of people that must not be able to change who is first."""

FEWEST = 3
"""A3: and so many people at least."""

CLEAN = 0.01
"""A4: the level at which a test of positions fires."""

MOST_SHARING = 3


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the award rule says of one end of the scale.

    `item` is the first there by its fitted worth. `winners` are those who
    share the award by falling chance, one when alone, none when nobody has
    it. `contenders` are those who could not be told from the winner: the
    winners, or too many to share. `count_lead` is the lead of `item` in
    weighted bests less worsts over the next, and `count_bound` how many
    people that lead in counts survives for sure, whoever they are.
    """

    outcome: Outcome
    end: End
    item: int
    winners: tuple[int, ...]
    contenders: tuple[int, ...]
    a1: ChanceClause
    a2: GroupsClause
    a3: SmallestClause
    a4: PositionClause
    count_lead: float
    count_bound: int

    @property
    def clauses(self) -> dict[str, ChanceClause | GroupsClause | SmallestClause | PositionClause]:
        """The four clauses by name."""
        return {"A1": self.a1, "A2": self.a2, "A3": self.a3, "A4": self.a4}

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the clauses that do not hold."""
        return tuple(name for name, clause in self.clauses.items() if clause.holds is False)


def judge(
    rows: Rows,
    fit: Fit,
    standings: Standings,
    *,
    groups: Sequence[Group] = (),
    hour: ArrayLike | None = None,
    end: End = "top",
    reach: float = 1.0,
    excess: ArrayLike = 0.0,
    rng: np.random.Generator,
) -> Verdict:
    """Apply the award rule to the answers `rows` that `fit` and `standings` were made from.

    `groups` are people to leave out in turn, `hour` (N) the hour of the week
    of each answer, from 0. Where a server draws the screens, `reach` is the
    chance that a screen shows an item, m/J, and `excess` how many more times
    the item was shown than that (a number, or one for each item: see
    `shown_in_excess`): whoever wants to push an item must first be shown it.
    The state of `rng` fixes the verdict.

    When a clause fails, those share who could not be ruled out, the leading
    ones whose chances reach 0.90, and who is first where a clause failed; of
    more than three nobody has it, and one is never left to have it alone.

    Raises ValueError when arrays do not agree in length, when `reach` is not
    above 0 and at most 1, when `excess` is negative, or when no row says anything.
    """
    extra = _check(rows, fit, standings, groups, hour, reach, excess)
    kept = looks_at(rows, fit.model)
    if not (rows.weight[kept] > 0).any():
        message = "there is nothing to judge: no answer of positive weight names anything"
        raise ValueError(message)
    kept &= rows.weight > 0
    refits = prepare(rows.take(kept), fit)
    people = people_of(refits)
    item = leader(fit.coef, end)
    chance = standings.p_win if end == "top" else standings.p_last
    a1 = ChanceClause(bool(chance[item] >= SURE), float(chance[item]), SURE)
    a2 = _without_groups(
        refits,
        [replace(group, rows=np.asarray(group.rows, dtype=np.bool_)[kept]) for group in groups],
        None if hour is None else np.asarray(hour)[kept],
        item,
        end,
    )
    a3 = _without_few(people, a2, item, end, reach, float(extra[item]))
    a4, placed = _without_places(refits.rows, fit, item, end, rng)
    lead, bound = count_bound(refits, people, item, end)
    contenders = {item}
    if not all(clause.holds in {True, None} for clause in (a1, a2, a3, a4)):
        contenders |= _leading(chance) | _not_ruled_out(fit, standings, end, rng)
        contenders |= {one.winner for one in a2.failed if one.winner is not None}
        if not a3.holds and a3.winner is not None:
            contenders.add(a3.winner)
        if a4.holds is False and placed is not None:
            contenders |= _leading(placed)
    ranked = tuple(sorted(contenders, key=lambda one: (-chance[one], one)))
    outcome = _outcome(len(ranked), (a1, a2, a3, a4))
    return Verdict(
        outcome=outcome,
        end=end,
        item=item,
        winners=() if outcome == "nobody" else ranked,
        contenders=ranked,
        a1=a1,
        a2=a2,
        a3=a3,
        a4=a4,
        count_lead=lead,
        count_bound=bound,
    )


def shown_in_excess(rows: Rows, *, reach: float) -> Array:
    """Return how many more times each item was shown than a share `reach` of all screens (J).

    Counts answers that name something; never below nought.
    """
    shown = rows.shown[rows.named]
    times = np.bincount(shown[shown >= 0], minlength=rows.n_items)
    more: Array = np.maximum(times - reach * len(shown), 0.0)
    return more


def _outcome(
    n_contenders: int,
    clauses: tuple[ChanceClause, GroupsClause, SmallestClause, PositionClause],
) -> Outcome:
    if all(clause.holds in {True, None} for clause in clauses):
        return "alone"
    return "shared" if 1 < n_contenders <= MOST_SHARING else "nobody"


def _without_groups(
    refits: Refits,
    groups: Sequence[Group],
    hour: NDArray[np.integer] | None,
    item: int,
    end: End,
) -> GroupsClause:
    left_out = leave_groups_out(refits, groups, item=item, end=end)
    if hour is not None:
        bursts = find_bursts(refits.rows, hour)
        left_out += leave_bursts_out(refits, bursts, hour, item=item, end=end)
    left_out += leave_patterns_out(refits, find_patterns(refits), item=item, end=end)
    holds = not any(one.changes for one in left_out)
    return GroupsClause(holds, left_out, hours_known=hour is not None)


def _without_few(
    people: People, groups: GroupsClause, item: int, end: End, reach: float, excess: float
) -> SmallestClause:
    flip = fewest_to_flip(people, item, end=end)
    # A group that was left out and changed the outcome is a group found, too.
    for one in groups.failed:
        if flip.k is None or one.n < flip.k:
            flip = Flip(one.n, one.winner, flip.first_order)
    n_eff = effective_size(people)
    r = max(float(FEWEST), SHARE * n_eff)
    # However few a screen lets help: what three people decide is no award.
    threshold = max(float(FEWEST), min(r, r * reach + excess))
    return SmallestClause(
        holds=flip.k is None or flip.k > threshold,
        k_flip=flip.k,
        winner=flip.winner,
        first_order=flip.first_order,
        n_people=people.n,
        n_eff=n_eff,
        r=r,
        reach=reach,
        excess=excess,
        threshold=threshold,
    )


def _without_places(
    rows: Rows, fit: Fit, item: int, end: End, rng: np.random.Generator
) -> tuple[PositionClause, Array | None]:
    """Return the clause, and everybody's chance to be first once places are accounted for."""
    test = check_positions(rows)
    asked = PositionClause(
        holds=test.is_clean(CLEAN) if test.testable else None,
        p_best=None if test.best is None else test.best.p_value,
        p_worst=None if test.worst is None else test.worst.p_value,
        corrected=False,
        winner=None,
        p_win=None,
    )
    if asked.holds is not False:
        return asked, None
    try:
        placed = fit_places(rows, ghost=fit.ghost, start=fit.coef, rng=rng)
    except FitDiverged:
        return asked, None
    standings = stand(replace(fit, coef=placed.coef, cov=placed.cov), rng=rng)
    chance = standings.p_win if end == "top" else standings.p_last
    first = leader(placed.coef, end)
    holds = first == item and bool(chance[first] >= SURE)
    clause = replace(asked, holds=holds, corrected=True, winner=first, p_win=float(chance[first]))
    return clause, chance


def _leading(chance: Array) -> set[int]:
    """Return the fewest items whose chances reach 0.90."""
    order = np.argsort(-chance, kind="stable")
    # A sum of chances like 0.6 + 0.3 may end a rounding below its sum.
    few = int(np.searchsorted(np.cumsum(chance[order]), SURE - 1e-9)) + 1
    return {int(one) for one in order[:few]}


def _not_ruled_out(fit: Fit, standings: Standings, end: End, rng: np.random.Generator) -> set[int]:
    if end == "top":
        return set(standings.not_ruled_out)
    return set(stand(replace(fit, coef=-fit.coef), rng=rng).not_ruled_out)


def _check(
    rows: Rows,
    fit: Fit,
    standings: Standings,
    groups: Sequence[Group],
    hour: ArrayLike | None,
    reach: float,
    excess: ArrayLike,
) -> Array:
    """Return the excess of each item (J); refuse what does not fit together."""
    if not fit.n_items == standings.n_items == rows.n_items:
        message = (
            f"rows are about {rows.n_items} items, the fit about {fit.n_items} "
            f"and the standings about {standings.n_items}: must be as many"
        )
        raise ValueError(message)
    sizes = [("hour", hour), *((f"the rows of group {one.name!r}", one.rows) for one in groups)]
    for name, values in sizes:
        if values is not None and np.shape(values) != (len(rows),):
            message = f"{name} has shape {np.shape(values)}, must be ({len(rows)},), as rows have"
            raise ValueError(message)
    if not 0 < reach <= 1:
        message = f"reach is {reach}, must be above 0 and at most 1"
        raise ValueError(message)
    extra = np.broadcast_to(np.asarray(excess, dtype=np.float64), (rows.n_items,))
    if not (np.isfinite(extra) & (extra >= 0)).all():
        message = f"excess is {extra.tolist()}, must be finite and at least 0"
        raise ValueError(message)
    return extra
