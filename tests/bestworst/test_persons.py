"""Robust errors by person: what they add up, and that they are honest."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from canyu.bestworst import (
    MODELS,
    Model,
    Rows,
    cells_of,
    fit,
    make_rows,
    score_cells,
    score_rows,
    screens,
    simulate_rows,
    with_clusters,
)

every_model = pytest.mark.parametrize("model", MODELS)
TRUTH = np.array([0.9, 0.4, 0.0, -0.3, -1.0])


def some_rows(n: int = 400, seed: int = 1) -> Rows:
    rows = simulate_rows(
        TRUTH,
        screens=[(0, 1, 2, 3, 4), (0, 1, 2), (2, 3, 4), (1, 3)],
        n=n,
        rng=np.random.default_rng(seed),
        p_best_only=0.2,
        p_worst_only=0.2,
        p_empty=0.1,
    )
    return rows.with_weight(np.random.default_rng(seed).uniform(0, 3, n))


def told_by(rows: Rows, person: np.ndarray) -> Rows:
    return make_rows(
        rows.shown,
        rows.best,
        rows.worst,
        n_items=rows.n_items,
        weight=rows.weight,
        person=person,
    )


@every_model
@pytest.mark.parametrize("ghost", [0.0, 0.5])
def test_one_answer_a_person_changes_nothing(model: Model, ghost: float) -> None:
    rows = some_rows()
    plain = fit(cells_of(rows), model=model, ghost=ghost)
    for told in (rows, told_by(rows, np.random.default_rng(2).permutation(len(rows)))):
        clustered = with_clusters(plain, told)
        np.testing.assert_allclose(clustered.cov_robust, plain.cov_robust, rtol=1e-9)
        np.testing.assert_allclose(clustered.cov, plain.cov, rtol=1e-9)
        assert clustered.n_persons == plain.n_answers
        twice = with_clusters(clustered, told)
        np.testing.assert_allclose(twice.cov_robust, plain.cov_robust, rtol=1e-9)


@every_model
def test_scores_are_added_up_within_each_person(model: Model) -> None:
    rows = some_rows()
    person = np.random.default_rng(3).integers(60, size=len(rows)) * 7
    ours = with_clusters(fit(cells_of(rows), model=model, ghost=0), told_by(rows, person))
    scores = score_rows(ours, rows) * rows.weight[:, None]
    meat = np.zeros((5, 5))
    for one in np.unique(person):
        summed = scores[person == one].sum(axis=0)
        meat += np.outer(summed, summed)
    expected = ours.cov_model @ meat @ ours.cov_model
    np.testing.assert_allclose(ours.cov_robust, expected, atol=1e-12)
    seen = {"best": rows.best >= 0, "worst": rows.worst >= 0}.get(model, rows.named)
    assert ours.n_persons == np.unique(person[seen]).size


@every_model
def test_scores_at_the_top_add_up_to_nought(model: Model) -> None:
    rows = some_rows()
    cells = cells_of(rows)
    ours = fit(cells, model=model, ghost=0)
    by_cell = score_cells(ours, cells)
    by_row = score_rows(ours, rows)
    np.testing.assert_allclose(cells.sum_w @ by_cell, 0, atol=1e-7)
    np.testing.assert_allclose(rows.weight @ by_row, 0, atol=1e-7)
    np.testing.assert_allclose(by_row.sum(axis=1), 0, atol=1e-12)
    assert not by_row[~rows.named].any()


def test_an_answer_moves_the_worths_by_its_score() -> None:
    rows = some_rows(2_000)
    ours = fit(cells_of(rows), ghost=0)
    at = int(np.flatnonzero(rows.named)[7])
    more = rows.weight.copy()
    more[at] += 1
    moved = fit(cells_of(rows.with_weight(more)), ghost=0).coef - ours.coef
    step = ours.cov_model @ score_rows(ours, rows)[at]
    np.testing.assert_allclose(moved, step, atol=0.02 * np.abs(step).max())


@every_model
def test_the_same_said_ten_times_is_said_once(model: Model) -> None:
    """Errors grow to those of the people, as if each had answered once."""
    once = some_rows()
    tenfold = once.take(np.tile(np.arange(len(once)), 10))
    tenfold = told_by(tenfold, np.tile(np.arange(len(once)), 10))
    lone = fit(cells_of(once), model=model, ghost=0)
    ours = with_clusters(fit(cells_of(tenfold), model=model, ghost=0), tenfold)
    np.testing.assert_allclose(ours.cov_robust, lone.cov_robust, rtol=1e-7)
    np.testing.assert_allclose(ours.cov_model, lone.cov_model / 10, rtol=1e-7)


def test_few_people_with_many_answers_are_few() -> None:
    rows = told_by(some_rows(1_000), np.arange(1_000) % 50)
    plain = fit(cells_of(rows))
    ours = with_clusters(plain, rows)
    assert np.array_equal(plain.cov, plain.cov_robust)
    assert (plain.n_persons, ours.n_persons) == (plain.n_answers, 50)
    larger = np.maximum(np.diag(ours.cov_model), np.diag(ours.cov_robust))
    np.testing.assert_allclose(np.diag(ours.cov), larger)


def test_other_rows_than_those_fitted_are_refused() -> None:
    rows = some_rows()
    ours = fit(cells_of(rows))
    with pytest.raises(ValueError, match=rf"hold 9 answers .*, must hold the {ours.n_answers}"):
        with_clusters(ours, rows.take(np.flatnonzero(rows.named)[:9]))
    strangers = replace(rows, n_items=6)
    for ask in (with_clusters, score_rows):
        with pytest.raises(ValueError, match="about 6 items, must be about the 5 fitted"):
            ask(ours, strangers)
    with pytest.raises(ValueError, match="about 6 items, must be about the 5 fitted"):
        score_cells(ours, cells_of(strangers))


@every_model
def test_intervals_by_person_hold_the_truth(model: Model) -> None:
    """Six screens each of people whose tastes differ: model errors are far too small."""
    rng = np.random.default_rng(11)
    held: dict[str, list[float]] = {"model": [], "person": []}
    found = []
    for _ in range(60):
        taste = np.repeat(TRUTH + rng.normal(0, 1.5, (60, 5)), 6, axis=0)
        best = (taste + rng.gumbel(size=taste.shape)).argmax(axis=1)
        hate = -taste + rng.gumbel(size=taste.shape)
        hate[np.arange(len(hate)), best] = -np.inf
        rows = make_rows(
            np.tile(np.arange(5), (360, 1)),
            best,
            hate.argmax(axis=1),
            n_items=5,
            person=np.repeat(np.arange(60), 6),
        )
        found.append(with_clusters(fit(cells_of(rows), model=model), rows))
    # The truth of the average differs from TRUTH: take the mean of the estimates.
    centre = np.mean([one.coef for one in found], axis=0)
    for one in found:
        for name, cov in (("model", one.cov_model), ("person", one.cov)):
            held[name].append(
                float(np.mean(np.abs(one.coef - centre) < 1.96 * np.sqrt(np.diag(cov))))
            )
    assert np.mean(held["model"]) < 0.85
    assert 0.9 < np.mean(held["person"]) < 0.99


@pytest.mark.parametrize("screen", ["cyclic", "any"])
def test_a_hundred_thousand_rows_take_well_under_a_second(screen: str) -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(0, 0.8, 20)
    chosen = (
        screens(20)
        if screen == "cyclic"
        else [tuple(rng.permutation(20)[:4].tolist()) for _ in range(4_000)]
    )
    rows = simulate_rows(truth, screens=chosen, n=100_000, rng=rng)
    rows = told_by(rows, rng.integers(30_000, size=100_000))
    plain = fit(cells_of(rows))
    start = process_time()
    with_clusters(plain, rows)
    assert process_time() - start < 0.6
