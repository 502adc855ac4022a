"""Who stands behind the rows, how many they come to, and what a lead in counts survives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canyu.bestworst import Rows, cells_of, fit, make_rows
from canyu.bestworst.people import People, count_bound, effective_size, people_of
from canyu.bestworst.refits import prepare


def people(rows: Rows) -> People:
    return people_of(prepare(rows, fit(cells_of(rows))))


@st.composite
def weeks(draw: st.DrawFn) -> Rows:
    n = draw(st.integers(2, 12))
    pairs = draw(
        st.lists(
            st.permutations(range(4)).map(lambda order: (order[0], order[1])),
            min_size=n,
            max_size=n,
        )
    )
    best, worst = zip(*pairs, strict=True)
    weight = draw(st.lists(st.sampled_from([0.5, 1.0, 2.5]), min_size=n, max_size=n))
    person: Any = draw(
        st.none() | st.lists(st.integers(0, 4), min_size=n, max_size=n).map(np.array)
    )
    return make_rows(
        np.tile(range(4), (n, 1)), best, worst, n_items=4, weight=weight, person=person
    )


@given(rows=weeks())
@settings(deadline=None)
def test_kinds_of_people_add_up_to_all_of_them(rows: Rows) -> None:
    crowd = people(rows)
    weight, count = crowd.weights()
    assert crowd.n == rows.n_persons
    assert float(weight @ count) == pytest.approx(rows.weight.sum())
    assert crowd.removed(crowd.count) == pytest.approx(crowd.refits.weight)
    assert 1 <= effective_size(crowd) <= rows.n_persons + 1e-9


@given(rows=weeks())
@settings(deadline=None)
def test_the_lead_survives_the_worst_that_so_many_can_do(rows: Rows) -> None:
    crowd = people(rows)
    persons = np.arange(len(rows)) if rows.person is None else rows.person
    for item in range(4):
        lead, bound = count_bound(crowd.refits, crowd, item, "top")
        assert 0 <= bound <= crowd.n
        for rival in set(range(4)) - {item}:
            gain = np.zeros(len(rows))
            for sign, choice in ((1, rows.best), (-1, rows.worst)):
                gain += (
                    sign
                    * rows.weight
                    * ((choice == item).astype(float) - (choice == rival).astype(float))
                )
            theirs = [float(gain[persons == one].sum()) for one in np.unique(persons)]
            worst = sum(sorted(theirs, reverse=True)[:bound])
            assert lead <= sum(theirs) + 1e-9
            assert bound == 0 or sum(theirs) - worst > 0 or bound == crowd.n


def test_equal_weights_are_all_effective_and_unequal_ones_fewer() -> None:
    rows = make_rows(np.tile([0, 1], (4, 1)), [0, 0, 1, 1], [1, 1, 0, 0], n_items=2)
    assert effective_size(people(rows)) == pytest.approx(4)
    heavy = rows.with_weight(np.array([3.0, 1.0, 1.0, 1.0]))
    assert effective_size(people(heavy)) == pytest.approx(36 / 12)


def test_answers_of_one_person_are_one_weight() -> None:
    rows = make_rows(
        np.tile([0, 1], (4, 1)), [0, 0, 1, 1], [1, 1, 0, 0], n_items=2, person=[7, 7, 7, 9]
    )
    assert effective_size(people(rows)) == pytest.approx(16 / 10)


def test_a_lead_of_ten_survives_any_four() -> None:
    rows = make_rows(np.tile([0, 1], (15, 1)), [0] * 10 + [1] * 5, [1] * 10 + [0] * 5, n_items=2)
    crowd = people(rows)
    assert count_bound(crowd.refits, crowd, 0, "top") == (10.0, 4)
    assert count_bound(crowd.refits, crowd, 1, "bottom") == (10.0, 4)
    assert count_bound(crowd.refits, crowd, 1, "top") == (-10.0, 0)
