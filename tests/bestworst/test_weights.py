"""Weights bring the answers to the user base, and say what that costs and cannot do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from canyu.bestworst.errors import RakingDiverged
from canyu.bestworst.weights import NotRaked, Raked, rake

if TYPE_CHECKING:
    from numpy.typing import NDArray

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GOLDEN = json.loads(
    (Path(__file__).parent / "fixtures" / "raking.json").read_text(encoding="utf-8")
)


def people() -> dict[str, NDArray[np.int64]]:
    n = [cell[3] for cell in GOLDEN["cells"]]
    return {
        name: np.repeat([cell[place] for cell in GOLDEN["cells"]], n)
        for place, name in enumerate(("age", "hp", "chem"))
    }


def weights_of(library: str) -> NDArray[np.float64]:
    place = GOLDEN["columns"].index(library)
    values = np.array([cell[place] for cell in GOLDEN["cells"]])
    return np.repeat(values, [cell[3] for cell in GOLDEN["cells"]])


def share(raked: Raked, codes: Any, code: int) -> float:
    return float(raked.weight[np.asarray(codes) == code].sum() / raked.n_people)


@pytest.mark.parametrize(
    ("library", "digits"), [("r_survey", 1e-9), ("svy", 1e-10), ("weightipy", 1e-10)]
)
def test_weights_are_those_of_other_libraries(library: str, digits: float) -> None:
    ours = rake(people(), GOLDEN["targets"], min_people=1, tolerance=1e-12)
    np.testing.assert_allclose(ours.weight, weights_of(library), atol=digits)
    assert ours.n_eff == pytest.approx(GOLDEN["n_eff"], abs=1e-7)
    assert ours.deff == pytest.approx(90 / GOLDEN["n_eff"], abs=1e-9)
    assert ours.converged
    assert ours.left_out == ()


def test_trimmed_weights_are_those_of_svy() -> None:
    ours = rake(people(), GOLDEN["targets"], min_people=1, cap=2.5, tolerance=1e-12)
    np.testing.assert_allclose(ours.weight, weights_of("svy_trimmed"), atol=1e-9)
    assert ours.weight.max() / np.median(ours.weight) == pytest.approx(2.5)
    assert ours.n_eff == pytest.approx(GOLDEN["n_eff_trimmed"], abs=1e-6)
    assert ours.n_trimmed == 22
    assert ours.converged


def test_a_thin_category_is_named_and_not_weighted_up() -> None:
    """Fifteen of the ninety paid least; the target asks for twice as many."""
    ours = rake(people(), GOLDEN["targets"])
    thin = NotRaked("hp", 0, 15, pytest.approx(15 / 90), pytest.approx(0.3), "too few")
    assert ours.left_out == (thin,)
    assert share(ours, people()["hp"], 0) == pytest.approx(15 / 90)
    # The others share the rest as 0.45 to 0.25.
    assert share(ours, people()["hp"], 1) == pytest.approx(75 / 90 * 0.45 / 0.7)
    assert share(ours, people()["age"], 2) == pytest.approx(0.25)


def test_a_thin_category_may_be_weighted_down() -> None:
    codes = np.repeat([0, 1], [20, 40])
    ours = rake({"ring": codes}, {"ring": [0.1, 0.9]})
    assert ours.left_out == ()
    assert ours.weight[0] == pytest.approx(0.3)


def test_a_category_over_the_cap_is_named() -> None:
    codes = np.repeat([0, 1], [40, 960])
    ours = rake({"ring": codes}, {"ring": [0.5, 0.5]})
    assert [(one.code, one.reason) for one in ours.left_out] == [(0, "over cap")]
    np.testing.assert_allclose(ours.weight, 1)
    assert ours.deff == pytest.approx(1)


def test_holding_one_back_may_push_another_over() -> None:
    codes = np.repeat([0, 1, 2], [10, 40, 950])
    ours = rake({"ring": codes}, {"ring": [0.79, 0.20, 0.01]})
    # The share of 1 is 0.04, its target 0.20: at the cap, until 0 leaves it more.
    assert [(one.code, one.reason) for one in ours.left_out] == [(0, "too few"), (1, "over cap")]
    np.testing.assert_allclose(ours.weight, 1)


def test_a_category_that_nobody_is_in_is_named() -> None:
    codes = np.repeat([0, 1], [50, 50])
    ours = rake({"ring": codes}, {"ring": [0.2, 0.3, 0.5]})
    assert ours.left_out == (NotRaked("ring", 2, 0, 0.0, 0.5, "nobody"),)
    assert share(ours, codes, 0) == pytest.approx(0.4)


def test_a_target_of_nought_weighs_nothing_and_says_so() -> None:
    codes = np.repeat([0, 1, 2], [50, 50, 40])
    ours = rake({"ring": codes}, {"ring": [0.5, 0.5, 0]})
    assert [(one.code, one.n, one.reason) for one in ours.left_out] == [(2, 40, "no share")]
    np.testing.assert_allclose(ours.weight[codes == 2], 0)
    np.testing.assert_allclose(ours.weight[codes < 2], 1.4)
    assert ours.n_eff == pytest.approx(100)


def test_people_of_no_known_category_keep_their_share() -> None:
    codes = np.repeat([-1, 0, 1], [20, 40, 40])
    ours = rake({"ring": codes}, {"ring": [0.25, 0.75]})
    assert [(one.code, one.n, one.reason) for one in ours.left_out] == [(-1, 20, "unknown")]
    assert share(ours, codes, -1) == pytest.approx(0.2)
    assert share(ours, codes, 1) == pytest.approx(0.8 * 0.75)


def test_counts_do_as_well_as_shares() -> None:
    codes = np.repeat([0, 1], [40, 60])
    one = rake({"ring": codes}, {"ring": [0.5, 0.5]})
    two = rake({"ring": codes}, {"ring": [70_000, 70_000]})
    np.testing.assert_allclose(one.weight, two.weight)


def test_impossible_targets_are_refused() -> None:
    """All of ring 0 use phone 0 and the other way round, so their shares cannot differ."""
    ring = np.repeat([0, 1], [50, 50])
    with pytest.raises(RakingDiverged, match="No weights reach all targets together"):
        rake({"ring": ring, "phone": ring}, {"ring": [0.5, 0.5], "phone": [0.4, 0.6]})


def test_targets_that_leave_nobody_are_refused() -> None:
    with pytest.raises(RakingDiverged, match="The targets for ring leave nobody to weight"):
        rake({"ring": np.zeros(50, dtype=np.int64)}, {"ring": [0, 1]})


def test_the_cap_goes_before_the_targets() -> None:
    """Who is rare in both would count 16 times, were it not for the cap."""
    rng = np.random.default_rng(1)
    ring, phone = (rng.random((2, 4_000)) < 0.1).astype(np.int64)
    targets = {"ring": [0.6, 0.4], "phone": [0.6, 0.4]}
    ours = rake({"ring": ring, "phone": phone}, targets, cap=4.5)
    assert ours.weight.max() / np.median(ours.weight) <= 4.5 * (1 + 1e-9)
    assert not ours.converged
    assert ours.miss > 0.01
    assert ours.n_trimmed > 0
    assert ours.weight.mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("groups", "targets", "message"),
    [
        ({"ring": [0, 3]}, {"ring": [0.5, 0.5]}, "person 1: ring is 3, .* from 0 to 1, or -1"),
        ({"ring": [0, -2]}, {"ring": [0.5, 0.5]}, "person 1: ring is -2"),
        ({"ring": [0, 1]}, {"phone": [0.5, 0.5]}, r"groups are \['ring'\] and .* \['phone'\]"),
        ({}, {}, "at least one"),
        ({"ring": []}, {"ring": [1]}, "at least 1"),
        ({"ring": [0, 1], "phone": [0]}, {"ring": [1, 1], "phone": [1]}, "the same number"),
        ({"ring": [0.5, 1]}, {"ring": [1, 1]}, "must be a row of integers"),
        ({"ring": [[0, 1]]}, {"ring": [1, 1]}, "must be a row of integers"),
        ({"ring": [0, 1]}, {"ring": [-0.5, 1.5]}, "at least 0"),
        ({"ring": [0, 1]}, {"ring": [float("nan"), 1]}, "finite"),
        ({"ring": [0, 1]}, {"ring": [float("inf"), 1]}, "finite"),
        ({"ring": [0, 1]}, {"ring": [0, 0]}, "a sum above 0"),
        ({"ring": [0, 1]}, {"ring": []}, "a sum above 0"),
    ],
)
def test_bad_input_is_refused(groups: Any, targets: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rake(groups, targets)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"cap": 1.0}, "cap is 1.0, must be above 1"),
        ({"cap": float("nan")}, "cap is nan"),
        ({"min_people": 0}, "min_people is 0"),
        ({"tolerance": 0.0}, "tolerance is 0.0"),
        ({"max_rounds": 0}, "max_rounds is 0"),
    ],
)
def test_bad_settings_are_refused(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rake({"ring": [0, 1]}, {"ring": [0.5, 0.5]}, **setting)


@st.composite
def some_surveys(draw: st.DrawFn) -> tuple[dict[str, NDArray[np.int64]], dict[str, list[float]]]:
    n = draw(st.integers(1, 300))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    groups = {
        f"g{place}": rng.integers(draw(st.integers(-1, 0)), size, n)
        for place, size in enumerate(sizes)
    }
    targets = {name: rng.random(size).tolist() for name, size in zip(groups, sizes, strict=True)}
    return groups, targets


@given(some_surveys(), st.integers(1, 40), st.floats(1.5, 8))
@CALM
def test_whatever_is_asked_weights_are_sound(
    survey: tuple[dict[str, NDArray[np.int64]], dict[str, list[float]]], least: int, cap: float
) -> None:
    groups, targets = survey
    try:
        ours = rake(groups, targets, min_people=least, cap=cap)
    except RakingDiverged:
        return
    assert np.isfinite(ours.weight).all()
    assert (ours.weight >= 0).all()
    assert ours.weight.mean() == pytest.approx(1)
    assert ours.weight.max() <= cap * np.median(ours.weight[ours.weight > 0]) * (1 + 1e-9)
    assert 0 < ours.n_eff <= ours.n_people * (1 + 1e-9)
    assert ours.deff * ours.n_eff == pytest.approx(ours.n_people)
    if ours.converged and not ours.left_out:
        for name, target in targets.items():
            got = np.bincount(groups[name], weights=ours.weight, minlength=len(target))
            np.testing.assert_allclose(
                got / ours.n_people, np.array(target) / sum(target), atol=2e-9
            )


@given(some_surveys(), st.integers(0, 1_000))
@CALM
def test_weights_follow_people_and_names_of_categories(
    survey: tuple[dict[str, NDArray[np.int64]], dict[str, list[float]]], seed: int
) -> None:
    """Another order of people or other numbers of categories change no weight."""
    groups, targets = survey
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(next(iter(groups.values()))))
    try:
        ours = rake(groups, targets, min_people=5)
    except RakingDiverged:
        assume(False)
    renamed, moved = {}, {}
    for name, codes in groups.items():
        label = rng.permutation(len(targets[name]))
        renamed[name] = np.where(codes < 0, -1, label[codes])[order]
        moved[name] = np.array(targets[name])[np.argsort(label)]
    theirs = rake(renamed, moved, min_people=5)
    np.testing.assert_allclose(theirs.weight, ours.weight[order], rtol=1e-6, atol=1e-9)
    assert theirs.n_eff == pytest.approx(ours.n_eff)
    assert len(theirs.left_out) == len(ours.left_out)
