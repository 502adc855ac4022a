"""Love and hate are R's, their errors are honest, and nothing is flagged on noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import (
    Answer,
    Cells,
    FitDiverged,
    Rows,
    TooFewAnswers,
    cells_of,
    fit,
    gather_cells,
    make_rows,
    rows_of,
    screens,
    simulate_rows,
    with_clusters,
)
from canyu.bestworst.axes import Axes, love_and_hate
from tests.bestworst.golden import read_golden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# R 4.2.2, survival 3.5-3, clogit: worst given best, and one utility against two.
RICE_BY_WORST = {
    "Origin": 1.33931608,
    "Variety": 1.273835228,
    "Price": 2.049142813,
    "Taste": 2.480001065,
    "Safety": 2.717172477,
    "Milling": 1.397827803,
}
ISSUES_BY_WORST = {
    "biasmedia": -1.107662225,
    "drugs": -0.141914396,
    "economy": 1.015170135,
    "healthcare": 0.8098894059,
    "natsecurity": 0.552701508,
}
ONE_UTILITY = {"rice": (21.40722022, 6), "issues": (109.0359027, 12)}


def answers_of(truth: Sequence[float], n: int, seed: int, **habits: Any) -> Rows:
    worth = np.array(truth, dtype=np.float64)
    rng = np.random.default_rng(seed)
    return simulate_rows(worth, screens=screens(worth.size), n=n, rng=rng, **habits)


def split_week(n: int, rng: np.random.Generator, item: int = 3) -> Cells:
    """Twelve items of one taste, but one that half love and half hate."""
    worth = rng.normal(0, 0.5, 12)
    worth[item] = 0
    camp = np.zeros(12)
    camp[item] = 1.5
    half = [
        cells_of(simulate_rows(worth + side * camp, screens=screens(12), n=n // 2, rng=rng))
        for side in (1, -1)
    ]
    return half[0].plus(half[1])


def careless_week(worth: NDArray[np.float64], n: int, rng: np.random.Generator) -> Cells:
    """Worsts follow taste half as sharply as bests."""
    shown = np.array(screens(worth.size))[rng.integers(worth.size, size=n)]
    best = np.argmax(worth[shown] + rng.gumbel(size=shown.shape), axis=1)
    hate = -worth[shown] / 2 + rng.gumbel(size=shown.shape)
    row = np.arange(n)
    hate[row, best] = -np.inf
    worst = np.argmax(hate, axis=1)
    return cells_of(make_rows(shown, shown[row, best], shown[row, worst], n_items=worth.size))


@pytest.mark.parametrize(
    ("name", "base", "theirs"),
    [("rice", "Washfree", RICE_BY_WORST), ("issues", "abortion", ISSUES_BY_WORST)],
)
def test_love_and_hate_are_those_of_r(name: str, base: str, theirs: dict[str, float]) -> None:
    survey = read_golden(name)
    ours = love_and_hate(survey.cells(), ghost=0)
    zero = survey.items.index(base)
    for item, value in theirs.items():
        hate = ours.hate[survey.items.index(item)] - ours.hate[zero]
        assert -hate == pytest.approx(value, abs=1e-6)
    best = survey.fit("best")
    assert best["ref_item"] == base
    for item, value in best["coef"].items():
        love = ours.love[survey.items.index(item)] - ours.love[zero]
        assert love == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("ghost", [0, 0.5])
@pytest.mark.parametrize("name", ["rice", "issues"])
def test_the_test_of_one_worth_is_that_of_r(name: str, ghost: float) -> None:
    found = love_and_hate(read_golden(name).cells(), ghost=ghost).one_worth
    statistic, df = ONE_UTILITY[name]
    assert found.statistic == pytest.approx(statistic, abs=1e-6)
    assert found.df == df
    assert found.ghost == 0


def test_persons_make_the_test_of_one_worth_milder() -> None:
    survey = read_golden("issues")
    one, many = love_and_hate(survey.cells()).one_worth, love_and_hate(survey.rows()).one_worth
    assert many.statistic == pytest.approx(one.statistic)
    assert 1.2 < many.deff < 1.6
    assert many.p > one.p


def test_errors_of_love_are_those_of_its_own_fit() -> None:
    rows = read_golden("issues").rows()
    plain, clustered = love_and_hate(cells_of(rows)), love_and_hate(rows)
    own = fit(cells_of(rows), model="best")
    np.testing.assert_allclose(plain.se_love**2, np.diag(own.cov))
    np.testing.assert_allclose(clustered.se_love**2, np.diag(with_clusters(own, rows).cov))
    assert clustered.n_persons == 350
    assert plain.n_persons == 4_550


def test_errors_are_those_of_leaving_people_out() -> None:
    """The jackknife over people knows nothing of scores or of love going with hate."""
    rows = read_golden("issues").rows()
    assert rows.person is not None
    everybody = love_and_hate(rows)
    whole = cells_of(rows)
    without = [
        love_and_hate(whole.minus(cells_of(rows.take(rows.person == one)))) for one in range(350)
    ]
    for name in ("love", "hate", "appeal", "controversy", "excess"):
        left = np.stack([getattr(one, name) for one in without])
        jackknife = np.sqrt(349 / 350 * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
        np.testing.assert_allclose(getattr(everybody, f"se_{name}"), jackknife, rtol=0.03)


def test_the_parts_make_a_whole() -> None:
    found = love_and_hate(answers_of([1, 0.5, 0, -0.5, -1], 300, seed=1))
    np.testing.assert_allclose(found.appeal + found.controversy, found.love)
    np.testing.assert_allclose(found.controversy - found.appeal, found.hate)
    for values in (found.love, found.hate, found.appeal, found.controversy, found.excess):
        assert values.sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.z, found.controversy / found.se_controversy)


def test_nothing_is_flagged_of_one_taste() -> None:
    """At most 5% of weeks: 150 of them, so up to 13 would be bad luck."""
    rng = np.random.default_rng(2)
    flagged, rejected = 0, 0
    for _ in range(150):
        truth = rng.normal(0, 0.7, 12)
        rows = simulate_rows(truth, screens=screens(12), n=200, rng=rng, p_best_only=0.0)
        found = love_and_hate(rows)
        flagged += any(found.flags)
        rejected += found.one_worth.p < 0.05
    assert flagged <= 13
    assert rejected <= 16


def test_careless_worsts_divide_nobody() -> None:
    """What is liked by all seems loved and hated where worsts are named with less care."""
    rng = np.random.default_rng(3)
    flagged, plain = 0, 0
    for _ in range(60):
        found = love_and_hate(careless_week(rng.normal(0, 1, 12), 500, rng))
        flagged += any(found.flags)
        plain += bool((found.p_holm <= 0.05).any())
        assert found.tilt > 0
    assert plain > 30
    assert flagged <= 7


def test_what_half_love_and_half_hate_is_found() -> None:
    rng = np.random.default_rng(4)
    weeks = [love_and_hate(split_week(500, rng)) for _ in range(50)]
    assert sum(one.flags[3] == "divides" for one in weeks) >= 45
    assert sum(any(one.flags[:3] + one.flags[4:]) for one in weeks) <= 6
    assert all(one.index.argmax() == 3 for one in weeks)


def test_what_nobody_names_leaves_people_cold() -> None:
    rng = np.random.default_rng(5)
    shown = np.array(screens(12))[rng.integers(12, size=1_000)]
    # Item 5 is named half as often as chance would have it.
    weight = np.where(shown == 5, 0.3, 1.0)
    picks = np.argsort(np.log(weight) + rng.gumbel(size=shown.shape), axis=1)
    row = np.arange(1_000)
    rows = make_rows(shown, shown[row, picks[:, -1]], shown[row, picks[:, -2]], n_items=12)
    found = love_and_hate(rows)
    assert [item for item, said in enumerate(found.flags) if said] == [5]
    assert found.flags[5] == "leaves cold"


def test_few_people_are_not_told_apart() -> None:
    """The same answers are flagged of 200 people and not of 199."""
    truth = np.zeros(12)
    truth[3] = 4
    half = [
        simulate_rows(side * truth, screens=screens(12), n=100, rng=np.random.default_rng(seed))
        for seed, side in ((6, 1), (7, -1))
    ]
    many = cells_of(half[0]).plus(cells_of(half[1]))
    one_less = cells_of(half[0]).plus(cells_of(half[1].take(np.arange(99))))
    assert love_and_hate(many).flags[3] == "divides"
    fewer = love_and_hate(one_less)
    assert fewer.p_holm[3] < 0.001
    assert not any(fewer.flags)
    assert fewer.n_eff == pytest.approx(199)


def test_weights_lower_the_effective_number() -> None:
    rows = answers_of([0.5, 0, -0.5], 400, seed=8)
    weighted = rows.with_weight(np.where(np.arange(400) < 200, 0.2, 1.8))
    found = love_and_hate(weighted)
    assert found.n_persons == 400
    assert found.n_eff == pytest.approx(400**2 / (200 * 0.2**2 + 200 * 1.8**2))


def test_bests_without_worsts_count_for_half() -> None:
    rows = answers_of([0.5, 0, -0.5], 400, seed=9)
    silent = np.where(np.arange(400) < 250, -1, rows.worst)
    partial = make_rows(rows.shown, rows.best, silent, n_items=3)
    assert love_and_hate(partial).n_eff == 150


def test_an_item_never_named_or_never_shown_is_finite() -> None:
    rows = [Answer((0, 1, 2), 0, 1)] * 30 + [Answer((0, 1, 2), 1, 0)] * 30
    found = love_and_hate(gather_cells(rows, n_items=4))
    for values in vars(found).values():
        if isinstance(values, np.ndarray):
            assert np.isfinite(values).all()
    assert found.controversy[2] < 0
    assert found.index.tolist() == [1, 1, 0, 0]
    assert found.one_worth.ghost == 0.5
    assert 0 <= found.one_worth.p <= 1


def test_two_items_have_nothing_to_hate_but_the_other() -> None:
    """With two shown the worst follows from the best, and says nothing new."""
    rows = [Answer((0, 1), 0, 1)] * 300 + [Answer((0, 1), 1, 0)] * 100
    found = love_and_hate(gather_cells(rows, n_items=2))
    assert found.one_worth.df == 0
    assert found.one_worth.p == 1
    np.testing.assert_allclose(found.hate, 0, atol=1e-9)
    assert np.isfinite(found.p_excess).all()


@pytest.mark.parametrize(("best", "worst"), [(0, None), (None, 1)])
def test_one_side_alone_is_too_little(best: int | None, worst: int | None) -> None:
    cells = gather_cells([Answer((0, 1, 2), best, worst)] * 50, n_items=3)
    with pytest.raises(TooFewAnswers, match="nothing to fit"):
        love_and_hate(cells)


def test_without_a_ghost_agreement_is_an_error() -> None:
    cells = gather_cells([Answer((0, 1, 2), 0, 1)] * 50, n_items=3)
    with pytest.raises(FitDiverged):
        love_and_hate(cells, ghost=0)


def same(one: Axes, two: Axes, label: NDArray[np.intp]) -> None:
    for name, values in vars(one).items():
        if isinstance(values, np.ndarray):
            np.testing.assert_allclose(getattr(two, name)[label], values, atol=1e-6, rtol=1e-6)
    assert [two.flags[at] for at in label] == list(one.flags)
    assert two.tilt == pytest.approx(one.tilt, abs=1e-6)
    assert two.one_worth.statistic == pytest.approx(one.one_worth.statistic, abs=1e-6)


@given(st.integers(3, 8), st.integers(20, 400), st.integers(0, 1_000))
@CALM
def test_neither_names_nor_order_matter(size: int, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 0.7, size)
    habits = {"p_best_only": 0.2, "p_worst_only": 0.1, "p_empty": 0.1}
    rows = answers_of(truth.tolist(), n, seed, **habits)
    person = rng.integers(max(1, n // 3), size=n)
    label, order = rng.permutation(size), rng.permutation(n)
    named = np.append(label, -1)
    clustered = make_rows(rows.shown, rows.best, rows.worst, n_items=size, person=person)
    renamed = make_rows(
        named[rows.shown[order]],
        named[rows.best[order]],
        named[rows.worst[order]],
        n_items=size,
        person=1_000 - person[order],
    )
    same(love_and_hate(clustered), love_and_hate(renamed), label)


@given(st.integers(0, 1_000))
@CALM
def test_rows_with_a_person_each_are_their_cells(seed: int) -> None:
    rows = answers_of([0.8, 0.2, 0, -0.4], 120, seed, p_worst_only=0.2)
    person = np.random.default_rng(seed).permutation(120)
    alone = make_rows(rows.shown, rows.best, rows.worst, n_items=4, person=person)
    same(love_and_hate(rows), love_and_hate(alone), np.arange(4))
    same(love_and_hate(cells_of(rows)), love_and_hate(rows), np.arange(4))


def test_more_cells_and_people_than_are_looked_at_together() -> None:
    rng = np.random.default_rng(12)
    shown = np.argsort(rng.random((25_000, 20)), axis=1)[:, :5]
    pull = np.linspace(-1, 1, 20)[shown] + rng.gumbel(size=shown.shape)
    row = np.arange(25_000)
    columns = (shown, shown[row, pull.argmax(axis=1)], shown[row, pull.argmin(axis=1)])
    rows = make_rows(*columns, n_items=20)
    assert len(cells_of(rows)) > 20_000
    same(love_and_hate(rows), love_and_hate(make_rows(*columns, n_items=20, person=row)), row[:20])


def test_empty_answers_change_nothing() -> None:
    answers = [Answer((0, 1, 2), 0, 1)] * 40 + [Answer((0, 1, 2), 2, 0)] * 30
    full = rows_of(answers, n_items=3)
    padded = rows_of([*answers, Answer((0, 1, 2), None, None)], n_items=3)
    same(love_and_hate(full), love_and_hate(padded), np.arange(3))
