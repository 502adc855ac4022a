"""The smallest group found is one that does, near the smallest there is, and the known one."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canyu.bestworst import (
    Flip,
    Model,
    Rows,
    cells_of,
    fit,
    make_rows,
    rows_of,
    screens,
    simulate_rows,
)
from canyu.bestworst.ends import End, is_first, leader
from canyu.bestworst.influence import fewest_to_flip
from canyu.bestworst.people import people_of
from canyu.bestworst.refits import prepare
from tests.bestworst.golden import read_golden

if TYPE_CHECKING:
    from tests.bestworst.conftest import Survey


def flip(
    rows: Rows,
    *,
    end: End = "top",
    model: Model = "sequential",
    ghost: float = 0.5,
) -> Flip:
    made = fit(cells_of(rows), model=model, ghost=ghost)
    return fewest_to_flip(people_of(prepare(rows, made)), leader(made.coef, end), end=end)


@pytest.mark.parametrize("ghost", [0.0, 0.5])
def test_issues_hang_on_fifteen_people(ghost: float) -> None:
    found = flip(read_golden("issues").rows(), ghost=ghost)
    economy = read_golden("issues").items.index("economy")
    assert found == Flip(15, economy, 16)


@pytest.mark.parametrize("ghost", [0.0, 0.5])
def test_breadwheat_hangs_on_seven_farmers(ghost: float) -> None:
    golden = read_golden("breadwheat")
    found = flip(rows_of(golden.answers(), n_items=len(golden.items)), ghost=ghost)
    assert found == Flip(7, golden.items.index("CSW18"), 11)


@pytest.mark.parametrize("ghost", [0.0, 0.5])
def test_rice_hangs_on_two_people(rice: Survey, ghost: float) -> None:
    rows = rows_of(rice.answers(), n_items=len(rice.items))
    person = [int(row["respondent"]) for row in rice.rows]
    rows = make_rows(rows.shown, rows.best, rows.worst, n_items=rows.n_items, person=person)
    assert flip(rows, ghost=ghost) == Flip(2, rice.items.index("Price"), 2)


@given(fans=st.integers(1, 60), others=st.integers(1, 60))
@settings(deadline=None)
def test_of_two_items_the_lead_says_it_all(fans: int, others: int) -> None:
    best = np.repeat([0, 1], [fans, others])
    rows = make_rows(np.tile([0, 1], (best.size, 1)), best, 1 - best, n_items=2)
    for end, model in (("top", "sequential"), ("bottom", "maxdiff")):
        found = flip(rows, end="top" if end == "top" else "bottom", model=_model(model))
        assert found.k == abs(fans - others)


def _model(name: str) -> Model:
    return "maxdiff" if name == "maxdiff" else "sequential"


@pytest.mark.parametrize("seed", range(8))
def test_no_smaller_group_than_the_smallest_there_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.array([0.9, 0.0, -0.9])
    rows = simulate_rows(truth, screens=((0, 1, 2),), n=9, rng=rng, p_best_only=0.2)
    found = flip(rows).k
    item = leader(fit(cells_of(rows)).coef, "top")
    exact = next((k for k in range(5) if _some_group_flips(rows, item, k)), None)
    if exact is None:
        assert found is None or found >= 5
    else:
        assert found is not None
        assert exact <= found <= exact + 1


def _some_group_flips(rows: Rows, item: int, k: int) -> bool:
    everybody = np.arange(len(rows))
    return any(
        not is_first(fit(cells_of(rows.take(np.delete(everybody, out)))).coef, item, "top")
        for out in combinations(everybody.tolist(), k)
    )


def test_without_them_another_is_first() -> None:
    rng = np.random.default_rng(5)
    rows = simulate_rows(rng.normal(0, 0.4, 12), screens=screens(12), n=900, rng=rng)
    made = fit(cells_of(rows))
    people = people_of(prepare(rows, made))
    item = leader(made.coef, "top")
    found = fewest_to_flip(people, item)
    assert found.k is not None
    for k, still in ((found.k - 1, True), (found.k, False)):
        moved = people.influence(
            people.refits.scores(_point(people), _direction(item, found.winner))[:, 0]
        )
        # The first guess is not the group that was found, but it is nearly as good.
        order = np.argsort(-moved, kind="stable")
        taken = np.zeros_like(people.count)
        before = np.cumsum(people.count[order]) - people.count[order]
        taken[order] = np.clip(k + (0 if still else 3) - before, 0, people.count[order])
        after = people.refits.without(people.removed(taken))
        assert after is not None
        assert is_first(after.worth, item, "top") is still


def _point(people: Any) -> Any:
    return people.refits.without(np.zeros_like(people.refits.weight))


def _direction(item: int, rival: int | None) -> Any:
    direction = np.zeros((12, 1))
    direction[item], direction[rival] = 1, -1
    return direction


def test_persons_of_one_answer_each_are_rows() -> None:
    rng = np.random.default_rng(6)
    rows = simulate_rows(np.linspace(0.5, -0.5, 6), screens=(tuple(range(6)),), n=300, rng=rng)
    alone = make_rows(rows.shown, rows.best, rows.worst, n_items=6, person=np.arange(300)[::-1])
    assert flip(rows) == flip(alone)


def test_a_heavy_person_counts_as_one() -> None:
    rows = make_rows(np.tile([0, 1], (40, 1)), [0] * 11 + [1] * 29, [1] * 11 + [0] * 29, n_items=2)
    weight = np.ones(40)
    weight[0] = 30.0
    assert flip(rows).k == 18
    assert flip(rows.with_weight(weight)).k == 1


def test_numbers_of_items_do_not_matter() -> None:
    rng = np.random.default_rng(7)
    rows = simulate_rows(np.linspace(0.6, -0.6, 7), screens=(tuple(range(7)),), n=500, rng=rng)
    new = rng.permutation(7)
    other = make_rows(new[rows.shown], new[rows.best], new[rows.worst], n_items=7)
    first, second = flip(rows), flip(other)
    assert first.winner is not None
    assert (first.k, first.first_order) == (second.k, second.first_order)
    assert new[first.winner] == second.winner


def test_when_all_agree_no_leaving_out_changes_anything() -> None:
    rows = make_rows(np.tile([0, 1, 2], (50, 1)), [0] * 50, [2] * 50, n_items=3)
    assert flip(rows).k is None


def test_a_tie_needs_nobody() -> None:
    rows = make_rows(np.tile([0, 1], (10, 1)), [0, 1] * 5, [1, 0] * 5, n_items=2)
    assert flip(rows).k == 0


def test_a_million_answers_in_a_blink() -> None:
    rng = np.random.default_rng(8)
    rows = simulate_rows(np.linspace(0.5, -0.5, 7), screens=(tuple(range(7)),), n=20_000, rng=rng)
    many = rows.take(np.tile(np.arange(20_000), 50))
    few, lots = flip(rows).k, flip(many).k
    assert few is not None
    assert lots is not None
    # The same share of fifty times as many; ghosts matter a little less.
    assert lots / 50 == pytest.approx(few, rel=0.01)
