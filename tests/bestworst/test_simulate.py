"""Simulated people choose as the model says, and only from what they saw."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare

from canyu.bestworst import Answer, gather_cells, screens, simulate_answers

TRUTH = np.array([0.7, 0.0, -0.4])


def simulate(n: int, seed: int = 1, **settings: Any) -> list[Answer]:
    given: dict[str, Any] = {"screens": ((0, 1, 2),), "rng": np.random.default_rng(seed)}
    return simulate_answers(TRUTH, n=n, **(given | settings))


def test_full_answers_follow_the_best_then_worst_model() -> None:
    seen = Counter((row.best, row.worst) for row in simulate(20_000))
    expected = {}
    for best, worst in permutations(range(3), 2):
        left = [item for item in range(3) if item != best]
        chance = np.exp(TRUTH[best]) / np.exp(TRUTH).sum()
        expected[best, worst] = chance * np.exp(-TRUTH[worst]) / np.exp(-TRUTH[left]).sum()
    counts = [seen[key] for key in expected]
    assert chisquare(counts, [20_000 * chance for chance in expected.values()]).pvalue > 0.001


def test_the_worst_alone_is_chosen_from_the_whole_screen() -> None:
    rows = simulate(20_000, p_worst_only=1.0)
    assert all(row.best is None for row in rows)
    seen = Counter(row.worst for row in rows)
    chance = np.exp(-TRUTH) / np.exp(-TRUTH).sum()
    assert chisquare([seen[item] for item in range(3)], 20_000 * chance).pvalue > 0.001


def test_partial_answers_come_as_often_as_asked() -> None:
    rows = simulate(10_000, p_best_only=0.3, p_worst_only=0.1, p_empty=0.05)
    kinds = Counter((row.best is None, row.worst is None) for row in rows)
    assert kinds[False, True] == pytest.approx(3_000, abs=200)
    assert kinds[True, False] == pytest.approx(1_000, abs=140)
    assert kinds[True, True] == pytest.approx(500, abs=100)


def test_screens_are_shared_out_evenly_in_an_order_of_ones_own() -> None:
    truth = np.zeros(8)
    rows = simulate_answers(truth, screens=screens(8), n=8_000, rng=np.random.default_rng(3))
    drawn = Counter(frozenset(row.shown) for row in rows)
    assert set(drawn) == {frozenset(screen) for screen in screens(8)}
    assert chisquare(list(drawn.values())).pvalue > 0.001
    first = Counter(row.shown[0] for row in rows)
    assert chisquare([first[item] for item in range(8)]).pvalue > 0.001
    gather_cells(rows, n_items=8)


def test_screens_of_different_sizes_keep_their_people() -> None:
    rows = simulate(500, screens=((0, 1), (0, 1, 2)))
    assert {len(row.shown) for row in rows} == {2, 3}
    assert gather_cells(rows, n_items=3).n_answers == 500


@pytest.mark.parametrize(("effect", "early"), [(-0.5, True), (0.0, None), (0.5, False)])
def test_position_pulls_best_and_worst_alike(effect: float, *, early: bool | None) -> None:
    rows = simulate(9_000, position_effect=effect)
    for name in ("best", "worst"):
        places = Counter(row.shown.index(getattr(row, name)) for row in rows)
        if early is None:
            assert chisquare([places[at] for at in range(3)]).pvalue > 0.001
        else:
            assert (places[0] > places[2] + 500) is early


def test_the_same_seed_gives_the_same_people() -> None:
    assert simulate(50, seed=4, p_empty=0.2) == simulate(50, seed=4, p_empty=0.2)
    assert simulate(50, seed=4) != simulate(50, seed=5)


def test_nobody_answers_nothing() -> None:
    assert simulate(0) == []


def test_all_may_keep_silent() -> None:
    assert gather_cells(simulate(20, p_empty=1.0), n_items=3).n_empty == 20


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"n": -1}, "n is -1, must be at least 0"),
        ({"screens": ()}, "screens is empty, must hold at least one screen"),
        ({"screens": ((0,),)}, r"a screen is \(0,\), must hold at least 2 different items"),
        ({"screens": ((0, 0),)}, r"a screen is \(0, 0\), must hold"),
        ({"screens": ((0, 3),)}, r"a screen is \(0, 3\), must hold .* from 0 to 2"),
        ({"p_empty": -0.1}, "chances of partial answers are .*-0.1"),
        ({"p_empty": 0.6, "p_best_only": 0.6}, "must be from 0 and add up to 1 at most"),
        ({"truth": np.array([1.0, np.nan])}, "truth is .* must be a row of 2 to 60 finite"),
        ({"truth": np.zeros((2, 2))}, "truth is .* must be a row of 2 to 60 finite"),
    ],
)
def test_what_cannot_be_simulated_is_named(wrong: dict[str, Any], sentence: str) -> None:
    settings: dict[str, Any] = {
        "truth": TRUTH,
        "screens": ((0, 1, 2),),
        "n": 5,
        "rng": np.random.default_rng(1),
    }
    settings |= wrong
    with pytest.raises(ValueError, match=sentence):
        simulate_answers(settings.pop("truth"), **settings)
