"""The award rule: each clause by itself, and all of them on real surveys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from canyu.bestworst import (
    Rows,
    Verdict,
    cells_of,
    fit,
    judge,
    make_rows,
    screens,
    simulate_rows,
    stand,
    with_clusters,
)
from canyu.bestworst.brigades import Group

CLEAR = np.array([1.0, 0.0, -0.2, -0.4, -0.4])
ALL = (tuple(range(5)),)


def judged(rows: Rows, *, seed: int = 1, **settings: Any) -> Verdict:
    made = with_clusters(fit(cells_of(rows)), rows)
    standings = stand(made, rng=np.random.default_rng(seed))
    return judge(rows, made, standings, rng=np.random.default_rng(seed), **settings)


def clear_week(n: int = 2_000, seed: int = 1, **settings: Any) -> Rows:
    rng = np.random.default_rng(seed)
    return simulate_rows(CLEAR, screens=ALL, n=n, rng=rng, **settings)


def test_a_clear_week_has_one_winner_and_every_clause_holds() -> None:
    verdict = judged(clear_week())
    assert (verdict.outcome, verdict.winners, verdict.failed) == ("alone", (0,), ())
    assert {clause.holds for clause in verdict.clauses.values()} == {True}


def test_a_close_week_is_shared() -> None:
    truth = np.array([0.5, 0.5, -0.5, -0.5])
    rows = simulate_rows(truth, screens=((0, 1, 2, 3),), n=1_000, rng=np.random.default_rng(2))
    verdict = judged(rows)
    assert verdict.outcome == "shared"
    assert set(verdict.winners) == {0, 1}
    assert "A3" in verdict.failed


def test_a_week_without_taste_is_nobodys() -> None:
    rows = simulate_rows(np.zeros(8), screens=screens(8), n=400, rng=np.random.default_rng(3))
    verdict = judged(rows)
    assert (verdict.outcome, verdict.winners) == ("nobody", ())
    assert len(verdict.contenders) > 3


def test_the_bottom_is_judged_like_the_top_turned_round() -> None:
    rows = clear_week()
    turned = make_rows(rows.shown, rows.worst, rows.best, n_items=5)
    made = fit(cells_of(turned), model="maxdiff")
    settings: dict[str, Any] = {"rng": np.random.default_rng(4)}
    bottom = judge(
        turned, made, stand(made, rng=np.random.default_rng(5)), end="bottom", **settings
    )
    made = fit(cells_of(rows), model="maxdiff")
    top = judge(rows, made, stand(made, rng=np.random.default_rng(5)), **settings)
    assert (bottom.outcome, bottom.winners) == (top.outcome, top.winners) == ("alone", (0,))
    assert bottom.a3.k_flip == top.a3.k_flip
    assert bottom.count_lead == top.count_lead


def test_a_group_that_made_the_winner_is_named() -> None:
    crowd = clear_week(600)
    fans = make_rows(np.tile(range(5), (400, 1)), np.full(400, 3), np.full(400, 0), n_items=5)
    rows = make_rows(
        np.concatenate([crowd.shown, fans.shown]),
        np.concatenate([crowd.best, fans.best]),
        np.concatenate([crowd.worst, fans.worst]),
        n_items=5,
    )
    theirs = np.arange(1_000) >= 600
    groups = (Group("ring", "fans", theirs), Group("ring", "crowd", ~theirs))
    verdict = judged(rows, groups=groups)
    named = {one.name: one for one in verdict.a2.left_out if one.kind == "ring"}
    assert (named["fans"].n, named["fans"].winner, named["fans"].changes) == (400, 0, True)
    # More than half are no brigade.
    assert named["crowd"].winner is None
    assert "A2" in verdict.failed
    assert verdict.outcome != "alone"
    assert {0, 3} <= set(verdict.contenders)


def test_one_that_fails_is_never_alone_through_the_back_door() -> None:
    for seed in range(20):
        rows = simulate_rows(
            np.array([0.35, 0.0]), screens=((0, 1),), n=60, rng=np.random.default_rng(seed)
        )
        verdict = judged(rows, seed=seed)
        assert (verdict.outcome == "alone") == (not verdict.failed)
        assert len(verdict.winners) == 1 or verdict.outcome != "alone"
        assert len(verdict.winners) != 1 or verdict.outcome == "alone"


def test_reach_and_excess_move_the_threshold_between_their_bounds() -> None:
    rows = clear_week(2_000)
    assert judged(rows).a3.threshold == pytest.approx(60)
    assert judged(rows, reach=0.25).a3.threshold == pytest.approx(15)
    assert judged(rows, reach=0.25, excess=20).a3.threshold == pytest.approx(35)
    assert judged(rows, reach=0.25, excess=[100, 0, 0, 0, 0]).a3.threshold == pytest.approx(60)


def test_a_habit_of_places_is_corrected_and_said() -> None:
    verdict = judged(clear_week(3_000, position_effect=-0.3))
    assert verdict.a4.corrected
    assert verdict.a4.winner == 0
    assert verdict.a4.holds
    assert verdict.outcome == "alone"


def test_one_fixed_order_cannot_be_tested_and_does_not_block() -> None:
    rows = clear_week()
    fixed = make_rows(np.tile(range(5), (len(rows), 1)), rows.best, rows.worst, n_items=5)
    verdict = judged(fixed)
    assert verdict.a4.holds is None
    assert verdict.outcome == "alone"


def test_the_same_state_gives_the_same_verdict() -> None:
    rows = clear_week(300)
    assert judged(rows, seed=7).clauses == judged(rows, seed=7).clauses
