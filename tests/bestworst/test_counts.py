"""Counts are those published; shares carry Wilson's interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from canyu.bestworst import Answer, count_choices, gather_cells, wilson_interval

if TYPE_CHECKING:
    from tests.bestworst.conftest import Survey

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", ["rice", "issues", "breadwheat"])
def test_counts_are_those_of_the_surveys(name: str, request: pytest.FixtureRequest) -> None:
    survey: Survey = request.getfixturevalue(name)
    counts = count_choices(gather_cells(survey.answers(), n_items=len(survey.items)))
    for item, item_name in enumerate(survey.items):
        published = survey.reference["counts"][item_name]
        assert counts.n_shown[item] == published["shown"]
        assert counts.n_best[item] == published["best"]
        assert counts.n_worst[item] == published["worst"]


def test_partial_weighted_and_empty_answers() -> None:
    counts = count_choices(
        gather_cells(
            [
                Answer((0, 1, 2), 0, 2, 2.0),
                Answer((0, 1), None, 1, 0.5),
                Answer((1, 2), 1, None),
                Answer((0, 1, 2), None, None, 9.0),
            ],
            n_items=4,
        )
    )
    assert counts.n_shown.tolist() == [2, 3, 2, 0]
    assert counts.n_best.tolist() == [1, 1, 0, 0]
    assert counts.n_worst.tolist() == [0, 1, 1, 0]
    assert counts.w_shown.tolist() == [2.5, 3.5, 3.0, 0.0]
    assert counts.w_best.tolist() == [2.0, 1.0, 0.0, 0.0]
    assert counts.w_worst.tolist() == [0.0, 0.5, 2.0, 0.0]
    assert counts.best_share(0).share == 0.5
    assert counts.worst_share(1).k == 1
    assert counts.worst_share(1).n == 3


def test_an_item_never_shown_has_no_share() -> None:
    share = count_choices(gather_cells([Answer((0, 1), 0, 1)], n_items=3)).best_share(2)
    assert share.share is None
    assert (share.low, share.high) == (0.0, 1.0)


def test_no_answers_are_all_noughts() -> None:
    counts = count_choices(gather_cells([], n_items=3))
    assert counts.n_shown.tolist() == [0, 0, 0]
    assert counts.w_best.tolist() == [0.0, 0.0, 0.0]


# R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_published(k: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
@CALM
def test_wilson_agrees_with_scipy(k: int, n: int, confidence: float) -> None:
    k = min(k, n)
    judge = binomtest(k, n).proportion_ci(confidence, method="wilson")
    low, high = wilson_interval(k, n, confidence=confidence)
    assert (low, high) == pytest.approx((judge.low, judge.high), abs=1e-12)
    assert 0 <= low <= k / n <= high <= 1


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (float("nan"), 3), (0, -1)])
def test_wilson_refuses_what_is_not_a_share(k: float, n: float) -> None:
    with pytest.raises(ValueError, match=f"k is {k}, must be from 0 to n, which is {n}"):
        wilson_interval(k, n)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_wilson_refuses_a_confidence_that_is_none(confidence: float) -> None:
    with pytest.raises(ValueError, match=f"confidence is {confidence}, must be between 0 and 1"):
        wilson_interval(1, 2, confidence=confidence)
