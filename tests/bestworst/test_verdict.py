"""The award rule: each clause by itself, and all of them on real surveys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canyu.bestworst import (
    Brigade,
    Model,
    Rows,
    Verdict,
    cells_of,
    fit,
    judge,
    make_rows,
    rows_of,
    screens,
    shown_in_excess,
    simulate_rows,
    simulate_week,
    stand,
    with_clusters,
)
from canyu.bestworst.brigades import Group
from tests.bestworst.drawn import some_answers
from tests.bestworst.golden import read_golden

CLEAR = np.array([1.0, 0.0, -0.2, -0.4, -0.4])
ALL = (tuple(range(5)),)


def judged(
    rows: Rows, *, seed: int = 1, model: Model = "sequential", ghost: float = 0.5, **asked: Any
) -> Verdict:
    made = with_clusters(fit(cells_of(rows), model=model, ghost=ghost), rows)
    standings = stand(made, rng=np.random.default_rng(seed))
    return judge(rows, made, standings, rng=np.random.default_rng(seed), **asked)


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
    bottom = judged(turned, model="maxdiff", end="bottom")
    top = judged(rows, model="maxdiff")
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
    assert judged(clear_week(60), reach=0.25).a3.threshold == pytest.approx(3)


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


def test_issues_stand_and_say_that_places_cannot_be_asked() -> None:
    golden = read_golden("issues")
    verdict = judged(golden.rows(), ghost=0.0)
    assert (verdict.outcome, verdict.failed) == ("alone", ())
    assert golden.items[verdict.item] == "healthcare"
    assert (verdict.a3.k_flip, verdict.a3.first_order, verdict.a3.n_people) == (15, 16, 350)
    assert verdict.a3.threshold == pytest.approx(10.5)
    assert (verdict.count_lead, verdict.count_bound) == (91.0, 3)


def test_breadwheat_hangs_on_too_few() -> None:
    golden = read_golden("breadwheat")
    verdict = judged(rows_of(golden.answers(), n_items=len(golden.items)))
    assert verdict.outcome != "alone"
    assert "A3" in verdict.failed
    assert {golden.items[item] for item in verdict.contenders} >= {"K9107", "CSW18"}


@pytest.mark.parametrize("spread", ["week", "hour"])
@pytest.mark.parametrize("worst", ["one", "random"])
@pytest.mark.parametrize(("n_items", "sees"), [(7, "assigned"), (12, "assigned"), (12, "picked")])
def test_three_in_a_hundred_do_not_make_a_winner(
    n_items: int, sees: Any, worst: str, spread: Any
) -> None:
    fooled = 0
    reach = len(screens(n_items)[0]) / n_items
    for seed in range(20):
        rng = np.random.default_rng([n_items, seed])
        truth = rng.normal(0, 0.5, n_items)
        first, second = (int(item) for item in np.argsort(-truth)[:2])
        truth[second] = truth[first] - rng.uniform(0.1, 0.3)
        agreed = Brigade(0.03, second, first if worst == "one" else None, spread, sees)
        week = simulate_week(truth, screens=screens(n_items), n=2_000, rng=rng, brigades=(agreed,))
        excess = shown_in_excess(week.rows, reach=reach)
        verdict = judged(week.rows, hour=week.hour, reach=reach, excess=excess)
        if verdict.outcome == "alone":
            honest = fit(cells_of(week.rows.take(~week.is_brigade))).coef
            fooled += verdict.winners == (second,) and int(honest.argmax()) != second
        else:
            assert verdict.failed
    assert fooled <= 1


def test_who_agreed_quietly_is_seen_by_nothing_but_the_smallest_group() -> None:
    truth = np.array([0.5, 0.45, 0.1, 0.0, -0.2, -0.3, -0.5])
    for seed in range(5):
        week = simulate_week(
            truth,
            screens=screens(7),
            n=20_000,
            rng=np.random.default_rng(seed),
            brigades=(Brigade(0.03, choice=1),),
        )
        verdict = judged(week.rows, hour=week.hour)
        assert verdict.item == 1
        assert (verdict.a1.holds, verdict.failed) == (True, ("A3",))
        assert (verdict.outcome, verdict.winners) == ("shared", (1, 0))
        assert verdict.a3.k_flip is not None
        # No more than the brigade, without whom the other is first.
        assert verdict.a3.k_flip <= week.is_brigade.sum() == 600


@pytest.mark.parametrize("n_items", [7, 20])
def test_honest_weeks_with_a_clear_leader_are_awarded(n_items: int) -> None:
    alone = 0
    reach = len(screens(n_items)[0]) / n_items
    for seed in range(20):
        rng = np.random.default_rng([n_items, seed])
        truth = np.sort(rng.normal(0, 0.5, n_items))[::-1]
        truth[0] = truth[1] + 0.5
        week = simulate_week(truth, screens=screens(n_items), n=2_000, rng=rng)
        excess = shown_in_excess(week.rows, reach=reach)
        verdict = judged(week.rows, hour=week.hour, reach=reach, excess=excess)
        alone += verdict.winners == (0,)
    assert alone >= 17


@pytest.mark.parametrize("model", ["sequential", "maxdiff", "best", "worst"])
@pytest.mark.parametrize("ghost", [0.0, 0.5])
def test_every_model_can_be_judged(model: Model, ghost: float) -> None:
    rows = clear_week(2_000, p_best_only=0.2, p_worst_only=0.2, p_empty=0.1)
    verdict = judged(rows, model=model, ghost=ghost, hour=np.arange(2_000) % 168)
    assert verdict.winners == (0,)
    counted = {"best": 0.7, "worst": 0.7}.get(model, 0.9)
    assert verdict.a3.n_people == pytest.approx(2_000 * counted, rel=0.05)


@given(answers=some_answers(), seed=st.integers(0, 3), end=st.sampled_from(["top", "bottom"]))
@settings(deadline=None)
def test_whatever_was_answered_the_rule_says_something_sound(
    answers: Any, seed: int, end: Any
) -> None:
    rows = rows_of(answers, n_items=5)
    verdict = judged(rows, seed=seed, end=end, hour=np.arange(len(rows)) % 3)
    assert (verdict.outcome == "alone") == (not verdict.failed)
    assert verdict.item in verdict.contenders
    assert len(set(verdict.contenders)) == len(verdict.contenders)
    if verdict.outcome == "alone":
        assert verdict.winners == verdict.contenders == (verdict.item,)
    elif verdict.outcome == "shared":
        assert verdict.winners == verdict.contenders
        assert 2 <= len(verdict.winners) <= 3
    else:
        assert verdict.winners == ()
    assert np.isfinite([verdict.a1.p_win, verdict.a3.n_eff, verdict.a3.threshold]).all()


def test_weights_count_people_by_what_they_stand_for() -> None:
    rows = clear_week(1_000)
    weight = np.where(np.arange(1_000) < 500, 0.5, 1.5)
    verdict = judged(rows.with_weight(weight))
    assert verdict.a3.n_people == 1_000
    assert verdict.a3.n_eff == pytest.approx(1_000**2 / (500 * 0.25 + 500 * 2.25))
    assert verdict.a3.r == pytest.approx(0.03 * verdict.a3.n_eff)


def test_who_weighs_nothing_is_not_asked() -> None:
    rows = clear_week(1_000)
    weight = (np.arange(1_000) < 900).astype(float)
    assert judged(rows.with_weight(weight)).a3.n_people == 900
    with pytest.raises(ValueError, match="nothing to judge"):
        judge(
            rows.with_weight(np.zeros(1_000)),
            (made := fit(cells_of(rows))),
            stand(made, rng=np.random.default_rng(1)),
            rng=np.random.default_rng(1),
        )


def test_a_crowd_that_agrees_has_its_winner() -> None:
    rows = make_rows(np.tile([0, 1, 2], (60, 1)), [0] * 60, [2] * 60, n_items=3)
    verdict = judged(rows)
    assert verdict.outcome == "alone"
    assert verdict.a3.k_flip is None
    assert verdict.count_bound == 29


def test_shown_in_excess_counts_only_what_is_too_much() -> None:
    rows = make_rows([[0, 1], [0, 2], [0, 1], [1, 2]], [0, 0, 0, 1], [1, 2, 1, 2], n_items=3)
    assert shown_in_excess(rows, reach=0.5).tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hour": [1, 2]}, r"hour has shape \(2,\), must be \(50,\)"),
        ({"groups": (Group("r", "x", np.ones(3, dtype=np.bool_)),)}, "the rows of group 'x'"),
        ({"reach": 0.0}, "reach is 0.0"),
        ({"reach": 1.5}, "reach is 1.5"),
        ({"excess": -1.0}, "excess is"),
        ({"excess": np.nan}, "excess is"),
    ],
)
def test_what_does_not_fit_together_is_named(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        judged(clear_week(50), **wrong)


def test_a_fit_of_other_items_is_refused() -> None:
    rows = clear_week(50)
    made = fit(
        cells_of(
            simulate_rows(np.zeros(3), screens=((0, 1, 2),), n=50, rng=np.random.default_rng(1))
        )
    )
    with pytest.raises(ValueError, match="rows are about 5 items, the fit about 3"):
        judge(rows, made, stand(made, rng=np.random.default_rng(1)), rng=np.random.default_rng(1))
