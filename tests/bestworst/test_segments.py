"""Groups are compared as R does, shrunk as far as they agree, and never ranked on noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import (
    Answer,
    Cells,
    FitDiverged,
    Rows,
    cells_of,
    fit,
    gather_cells,
    make_rows,
    screens,
    simulate_rows,
    with_clusters,
)
from canyu.bestworst.segments import Segments, TooThin, compare_segments
from tests.bestworst.golden import read_golden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def week(truth: NDArray[np.float64], n: int, rng: np.random.Generator) -> Rows:
    return simulate_rows(truth, screens=screens(truth.size), n=n, rng=rng)


def rings(
    sizes: Sequence[int], spread: float, rng: np.random.Generator, n_items: int = 8
) -> tuple[list[NDArray[np.float64]], list[tuple[str, Cells | Rows]]]:
    common = rng.normal(0, 0.7, n_items)
    truths = [common + rng.normal(0, spread, n_items) for _ in sizes]
    return [truth - truth.mean() for truth in truths], [
        (f"ring {place}", week(truth, n, rng))
        for place, (truth, n) in enumerate(zip(truths, sizes, strict=True))
    ]


def rice() -> list[tuple[str, Cells | Rows]]:
    survey = read_golden("rice")
    return [(name, survey.cells(name)) for name in ("chem0", "chem1")]


@pytest.mark.parametrize("ghost", [0, 0.5])
def test_homogeneity_is_that_of_r(ghost: float) -> None:
    """R 4.2.2, survival 3.5-3: clogit of each group and of both together."""
    found = compare_segments(rice(), ghost=ghost).homogeneity
    assert found is not None
    assert found.statistic == pytest.approx(28.60154433, abs=1e-6)
    assert found.df == 6
    assert found.p_model == pytest.approx(7.236e-05, rel=1e-3)
    assert found.ghost == 0


def test_each_group_is_fitted_as_r_does() -> None:
    survey = read_golden("rice")
    base = survey.items.index("Washfree")
    for segment in compare_segments(rice(), ghost=0).segments:
        theirs = survey.raw["segments"][segment.name]["fit"]
        for name, value in theirs["coef"].items():
            item = survey.items.index(name)
            assert segment.fit.coef[item] - segment.fit.coef[base] == pytest.approx(value, abs=1e-6)


def test_who_values_few_chemicals_cares_more_for_safety() -> None:
    found = compare_segments(rice())
    items = read_golden("rice").items
    assert [items[item] for item in np.flatnonzero(found.differs)] == ["Safety"]
    few, many = found.segments
    safety = items.index("Safety")
    assert few.fit.coef[safety] < few.worth[safety] < found.common[safety]
    assert found.common[safety] < many.worth[safety] < many.fit.coef[safety]


def test_a_group_of_few_is_left_out_and_said() -> None:
    rng = np.random.default_rng(1)
    _, groups = rings([200, 29, 150], 0.3, rng)
    found = compare_segments(groups)
    assert found.too_thin == (TooThin("ring 1", 29),)
    assert [segment.name for segment in found.segments] == ["ring 0", "ring 2"]
    alone = compare_segments([groups[0], groups[2]])
    np.testing.assert_array_equal(found.common, alone.common)


@pytest.mark.parametrize("sizes", [[10, 5], [50, 5], [0, 0]])
def test_where_nothing_can_be_compared_all_is_finite(sizes: list[int]) -> None:
    _, groups = rings(sizes, 0.3, np.random.default_rng(2))
    found = compare_segments(groups)
    assert found.homogeneity is None
    assert not found.differs.any()
    assert len(found.segments) + len(found.too_thin) == 2
    assert np.isfinite(found.common).all()
    for segment in found.segments:
        np.testing.assert_allclose(segment.worth, segment.fit.coef)


def test_people_and_not_answers_are_counted() -> None:
    rows = week(np.array([0.5, 0.0, -0.5]), 100, np.random.default_rng(3))
    several = make_rows(rows.shown, rows.best, rows.worst, n_items=3, person=np.arange(100) // 5)
    found = compare_segments([("few", several), ("many", rows)])
    assert found.too_thin == (TooThin("few", 20),)


def test_answers_of_one_person_make_the_test_milder() -> None:
    """Everybody answers five times the same; every other test would take it for evidence."""
    rng = np.random.default_rng(4)
    truth = rng.normal(0, 0.5, 6)
    groups, cells = [], []
    for name in ("one", "two"):
        rows = week(truth, 60, rng)
        five = rows.take(np.repeat(np.arange(60), 5))
        person = np.repeat(np.arange(60), 5)
        again = make_rows(five.shown, five.best, five.worst, n_items=6, person=person)
        groups.append((name, again))
        cells.append((name, cells_of(again)))
    found, naive = compare_segments(groups).homogeneity, compare_segments(cells).homogeneity
    assert found is not None
    assert naive is not None
    assert found.statistic == pytest.approx(naive.statistic)
    assert found.deff == pytest.approx(5, rel=0.25)
    assert found.p > naive.p


def test_the_robust_errors_are_used() -> None:
    rows = read_golden("issues").rows()
    assert rows.person is not None
    halves: list[tuple[str, Cells | Rows]] = [
        (name, rows.take(rows.person % 2 == odd)) for odd, name in enumerate(("even", "odd"))
    ]
    first = compare_segments(halves).segments[0]
    half = rows.take(rows.person % 2 == 0)
    expected = with_clusters(fit(cells_of(half)), half)
    np.testing.assert_allclose(first.fit.cov, expected.cov)
    assert first.n_persons == expected.n_persons


def test_groups_of_one_mind_are_called_so() -> None:
    """Size of both tests at 0.05, in 100 weeks of four rings: up to 12 by bad luck."""
    rng = np.random.default_rng(5)
    rejected, named = 0, 0
    for _ in range(100):
        _, groups = rings([100, 200, 60, 40], 0.0, rng)
        found = compare_segments(groups)
        assert found.homogeneity is not None
        rejected += found.homogeneity.p < 0.05
        named += bool(found.differs.any())
    assert rejected <= 12
    assert named <= 12


def test_the_item_that_divides_groups_is_named() -> None:
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(20):
        truth = rng.normal(0, 0.5, 8)
        other = truth.copy()
        other[2] += 1.5
        found = compare_segments([("a", week(truth, 300, rng)), ("b", week(other, 300, rng))])
        assert found.homogeneity is not None
        hits += bool(found.differs[2]) and found.homogeneity.p < 0.01
    assert hits >= 19


@pytest.mark.parametrize("spread", [0.1, 0.4, 1.0])
def test_shrunk_worths_are_closer_to_the_truth_and_as_sure_as_they_say(spread: float) -> None:
    rng = np.random.default_rng(7)
    own, shrunk, held = [], [], []
    for _ in range(25):
        truths, groups = rings([300, 100, 60, 40], spread, rng)
        found = compare_segments(groups)
        for truth, segment in zip(truths, found.segments, strict=True):
            own.append(((segment.fit.coef - truth) ** 2).mean())
            shrunk.append(((segment.worth - truth) ** 2).mean())
            held.append((np.abs(segment.worth - truth) <= 1.96 * segment.error).mean())
    assert np.mean(shrunk) < np.mean(own)
    assert 0.92 < np.mean(held) < 0.985


def test_groups_that_agree_are_pulled_together_and_others_left_alone() -> None:
    rng = np.random.default_rng(8)
    _, same = rings([100] * 5, 0.0, rng)
    _, different = rings([2_000] * 5, 1.5, rng)
    pulled, free = compare_segments(same), compare_segments(different)
    assert all(segment.pull < 0.4 for segment in pulled.segments)
    assert all(segment.pull > 0.97 for segment in free.segments)
    assert pulled.spread < 0.3
    assert 1 < free.spread < 2


@pytest.mark.parametrize("model", ["best", "worst", "maxdiff"])
def test_every_model_can_be_compared(model: str) -> None:
    _, groups = rings([150, 150], 0.0, np.random.default_rng(9), n_items=7)
    found = compare_segments(groups, model=model)  # type: ignore[arg-type]
    assert found.homogeneity is not None
    assert found.homogeneity.df == 6
    assert found.homogeneity.p > 0.001


def test_an_item_that_only_one_group_saw_differs_in_none() -> None:
    rng = np.random.default_rng(10)
    some = simulate_rows(np.zeros(4), screens=[(0, 1, 2)], n=200, rng=rng)
    everything = simulate_rows(np.array([0, 0, 0, 3.0]), screens=[(0, 1, 2, 3)], n=200, rng=rng)
    found = compare_segments([("some", some), ("all", everything)])
    assert found.homogeneity is not None
    assert found.homogeneity.df == 2
    assert found.homogeneity.p > 0.01
    assert found.p_item[3] == 1


def test_a_group_that_names_nothing_the_model_looks_at_is_thin() -> None:
    silent = gather_cells([Answer((0, 1, 2), None, 1)] * 40, n_items=3)
    rows = week(np.zeros(3), 60, np.random.default_rng(11))
    found = compare_segments([("silent", silent), ("rest", rows)], model="best")
    assert found.too_thin == (TooThin("silent", 0),)


def test_agreement_is_finite_with_a_ghost_and_an_error_without() -> None:
    groups = [
        ("a", gather_cells([Answer((0, 1, 2), 0, 1)] * 50, n_items=3)),
        ("b", gather_cells([Answer((0, 1, 2), 1, 0)] * 50, n_items=3)),
    ]
    found = compare_segments(groups)
    assert found.homogeneity is not None
    assert found.homogeneity.ghost == 0.5
    assert found.homogeneity.p < 0.001
    with pytest.raises(FitDiverged):
        compare_segments(groups, ghost=0)


@pytest.mark.parametrize(
    ("names", "sizes", "message"),
    [
        ([], [], "groups is empty"),
        (["a", "a"], [3, 3], "two groups are called 'a'"),
        (["a", "b"], [3, 4], "must be about the same"),
    ],
)
def test_bad_groups_are_refused(names: list[str], sizes: list[int], message: str) -> None:
    groups = [
        (name, gather_cells([Answer((0, 1, 2), 0, 1)] * 40, n_items=size))
        for name, size in zip(names, sizes, strict=True)
    ]
    with pytest.raises(ValueError, match=message):
        compare_segments(groups)


def same(one: Segments, two: Segments, label: NDArray[np.intp]) -> None:
    np.testing.assert_allclose(two.common[label], one.common, atol=1e-6)
    np.testing.assert_allclose(two.p_item[label], one.p_item, atol=1e-5)
    assert two.spread == pytest.approx(one.spread, abs=1e-6)
    assert one.homogeneity is not None
    assert two.homogeneity is not None
    assert two.homogeneity.p == pytest.approx(one.homogeneity.p, abs=1e-6)
    by_name = {segment.name: segment for segment in two.segments}
    for segment in one.segments:
        other = by_name[segment.name]
        np.testing.assert_allclose(other.worth[label], segment.worth, atol=1e-6)
        np.testing.assert_allclose(other.error[label], segment.error, atol=1e-6)


@given(st.integers(3, 8), st.lists(st.integers(30, 200), min_size=2, max_size=4), st.integers(0))
@CALM
def test_neither_names_nor_order_matter(n_items: int, sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, groups = rings(sizes, 0.4, rng, n_items)
    label = rng.permutation(n_items)
    named = np.append(label, -1)
    renamed: list[tuple[str, Cells | Rows]] = []
    for name, rows in groups:
        assert isinstance(rows, Rows)
        order = rng.permutation(len(rows))
        columns = (named[values[order]] for values in (rows.shown, rows.best, rows.worst))
        renamed.append((name, make_rows(*columns, n_items=n_items)))
    same(compare_segments(groups), compare_segments(renamed[::-1]), label)
