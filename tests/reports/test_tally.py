import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.bestworst import screens, simulate_answers
from canyu.reports.answers import Filled, reports_of
from canyu.reports.figures import ChangeFigures, Figures, figures_from_json, figures_to_json
from canyu.reports.rules import MOODS
from canyu.reports.tally import tally_reports

IDS = (101, 102, 103, 104)


def filled(**more: Any) -> Filled:
    return Filled(
        **{
            "is_team": False,
            "ring_key": "everyone",
            "mood": "",
            "shown": IDS,
            "untried": (),
            "best": None,
            "worst": None,
            "wanted_item": None,
            **more,
        }
    )


def tally(reports: list[Filled], ids: tuple[int, ...] = IDS, *, seed: int = 1) -> Figures:
    return tally_reports(reports_of(reports), change_ids=ids, rng=np.random.default_rng(seed))


def simulated(truth: list[float], n: int, *, seed: int = 1, **more: Any) -> list[Filled]:
    """Reports of people whose taste is known, on changes 101, 102, …"""
    rng = np.random.default_rng(seed)
    design = screens(len(truth)) if len(truth) >= 3 else [tuple(range(len(truth)))]
    answers = simulate_answers(np.array(truth), screens=design, n=n, rng=rng, p_best_only=0.1)
    return [
        filled(
            shown=tuple(101 + item for item in answer.shown),
            best=None if answer.best is None else 101 + answer.best,
            worst=None if answer.worst is None else 101 + answer.worst,
            **more,
        )
        for answer in answers
    ]


def by_id(figures: Figures) -> dict[int, ChangeFigures]:
    return {one.change_id: one for one in figures.changes}


def test_without_reports_there_are_no_figures() -> None:
    figures = tally([])

    assert (figures.n_reports, figures.n_judging, figures.is_enough) == (0, 0, False)
    assert [one.change_id for one in figures.changes] == list(IDS)
    assert all(one.score is None and one.best.share == 0 for one in figures.changes)
    assert figures.rings == figures.wanted == figures.team == ()


def test_below_thirty_people_counts_are_given_and_nothing_is_estimated() -> None:
    people = [filled(best=101, worst=104)] * 29
    assert not tally(people).is_enough
    assert by_id(tally(people))[101].score is None
    assert by_id(tally(people))[101].n_best == 29
    # Those who judged nothing do not make it enough.
    assert not tally([*people, *[filled(mood="smile")] * 50]).is_enough

    figures = tally([*people, filled(best=101)])
    assert figures.is_enough
    assert by_id(figures)[101].score is not None


def test_counts_are_of_those_who_tried_and_judged() -> None:
    figures = tally(
        [
            filled(best=101, worst=102),
            filled(best=101, untried=(104,)),
            filled(worst=103, shown=(103, 102), untried=()),
            filled(mood="sigh"),
        ]
    )

    counts = {one.change_id: (one.n_shown, one.n_best, one.n_worst) for one in figures.changes}
    assert counts == {101: (2, 2, 0), 102: (3, 0, 1), 103: (3, 0, 1), 104: (1, 0, 0)}
    assert (figures.n_reports, figures.n_judging) == (4, 3)
    share = by_id(figures)[102].worst
    assert (share.n, share.of) == (1, 3)
    assert 0 < share.low < share.share < share.high < 1


def test_the_order_of_a_known_truth_is_found_again() -> None:
    truth = [-1.5, 0.5, 2.0, -0.5, 1.0, 0.0, -1.0, 1.5, -2.0, -0.2]
    ids = tuple(range(101, 111))
    figures = tally(simulated(truth, 800), ids)

    found = [one.change_id for one in figures.changes]
    true_order = sorted(ids, key=lambda one: -truth[one - 101])
    ranks = np.corrcoef([found.index(one) for one in ids], [true_order.index(one) for one in ids])
    assert ranks[0, 1] > 0.95
    assert (found[0], found[-1]) == (103, 109)
    assert 103 in figures.not_ruled_out
    scores = [one.score for one in figures.changes]
    assert scores == sorted(scores, key=lambda score: -(score or 0))
    assert sum(score or 0 for score in scores) == pytest.approx(100)
    for chances in ("p_win", "p_last"):
        assert sum(getattr(one, chances) for one in figures.changes) == pytest.approx(1)
    assert all((one.low or 0) <= (one.score or 0) <= (one.high or 0) for one in figures.changes)


def test_the_same_seed_gives_the_same_figures() -> None:
    people = simulated([1.0, 0.0, 0.0, -1.0], 60)

    assert tally(people) == tally(people)
    assert tally(people) != tally(people, seed=2)


def test_figures_survive_the_journey_through_json() -> None:
    people = simulated([1.0, 0.0, -1.0], 90, mood="smile", wanted_item=7)
    figures = tally([*people, filled(is_team=True, best=101, shown=(101, 102, 103))], IDS[:3])

    stored = json.loads(json.dumps(figures_to_json(figures), allow_nan=False))
    assert figures_from_json(stored) == figures
    assert figures.team
    assert figures.rings


def test_the_team_is_counted_apart_in_every_figure() -> None:
    people = simulated([1.0, 0.0, 0.0, -1.0], 50, mood="smile", wanted_item=7)
    team = [filled(is_team=True, ring_key="daily", mood="sigh", best=104, worst=101, wanted_item=9)]
    alone, together = tally(people), tally(people + team * 40)

    assert together.n_team == 40
    assert [(one.change_id, one.n_best) for one in together.team if one.n_best] == [(104, 40)]
    assert dataclasses.replace(together, n_team=0, team=()) == alone


def test_rings_stand_apart_and_small_ones_get_no_figures() -> None:
    liked, hated = [2.0, 0.0, 0.0, 0.0], [-2.0, 0.0, 0.0, 0.0]
    figures = tally(
        [
            *simulated(liked, 100, ring_key="weekly"),
            *simulated(hated, 100, ring_key="everyone", seed=2),
            *simulated(hated, 29, ring_key="daily", seed=3),
        ]
    )

    rings = {one.ring_key: one for one in figures.rings}
    assert [one.ring_key for one in figures.rings] == ["daily", "everyone", "weekly"]
    assert rings["daily"].changes == ()
    assert rings["daily"].n_judging == 29
    assert rings["weekly"].changes[0].change_id == 101
    assert rings["everyone"].changes[-1].change_id == 101


def test_moods_and_wishes_are_shares_of_those_who_told_them() -> None:
    figures = tally(
        [
            *[filled(mood="scream", wanted_item=8)] * 2,
            filled(mood="sigh", wanted_item=9),
            filled(wanted_item=7),
            filled(best=101),
        ]
    )

    assert [one.mood for one in figures.moods] == list(MOODS)
    assert [one.share.n for one in figures.moods] == [2, 0, 0, 1]
    assert figures.n_moods == 3
    assert figures.moods[0].share.share == pytest.approx(2 / 3)
    assert figures.n_wanted == 4
    assert [(one.item_id, one.share.n) for one in figures.wanted] == [(8, 2), (7, 1), (9, 1)]


def test_one_change_is_counted_and_compared_with_nothing() -> None:
    figures = tally([filled(shown=(101,), best=101)] * 40, (101,))

    assert figures.is_enough
    (only,) = figures.changes
    assert (only.n_shown, only.n_best, only.score) == (40, 40, None)
    assert figures.not_ruled_out == ()


def test_two_changes_are_compared() -> None:
    people = [filled(shown=(101, 102), best=101, worst=102)] * 30
    other = [filled(shown=(102, 101), best=102, worst=101)] * 5
    figures = tally([*people, *other], (101, 102))

    first, second = figures.changes
    assert first.change_id == 101
    assert (first.p_win or 0) > 0.99
    assert (second.p_last or 0) > 0.99


def test_one_change_or_two_judged_by_one_cell_only() -> None:
    figures = tally([filled(shown=(101, 102), worst=102)] * 40, (101, 102))

    assert [one.change_id for one in figures.changes] == [101, 102]


def test_everyone_of_one_mind_gives_finite_figures() -> None:
    figures = tally([filled(best=103, worst=102)] * 200)

    assert [figures.changes[0].change_id, figures.changes[-1].change_id] == [103, 102]
    assert figures.not_ruled_out == (103,)
    json.dumps(figures_to_json(figures), allow_nan=False)


def test_whoever_tried_only_one_change_compared_nothing() -> None:
    lonely = [filled(untried=IDS[1:], best=101)] * 40
    figures = tally(lonely)
    assert figures.is_enough
    assert all(one.score is None for one in figures.changes)
    assert by_id(figures)[101].n_best == 40
    assert figures.not_ruled_out == ()

    agreed = [filled(best=104, worst=102)] * 29
    few = tally([*agreed, *lonely])
    assert few.is_enough
    assert all(one.score is None for one in few.changes)
    assert few.top is None
    assert all(one.score is not None for one in tally([*agreed, agreed[0], *lonely]).changes)

    people = simulated([0.0, 0.0, 0.0, 3.0], 60)
    both = tally([*people, *lonely])
    assert both.changes[0].change_id == 104


cells = st.builds(
    lambda shown, n_untried, picks, mood, ring, team, item: filled(
        is_team=team,
        ring_key=ring,
        mood=mood,
        shown=tuple(shown),
        untried=tuple(shown[:n_untried]),
        best=next(iter(shown[n_untried:]), None) if picks in {1, 3} else None,
        worst=next(iter(shown[n_untried + 1 :]), None) if picks in {2, 3} else None,
        wanted_item=item,
    ),
    st.permutations(IDS),
    st.integers(0, 4),
    st.integers(0, 3),
    st.sampled_from(["", *MOODS]),
    st.sampled_from(["daily", "everyone"]),
    st.booleans(),
    st.sampled_from([None, 7, 8]),
)


@given(st.lists(cells, max_size=4), st.lists(cells, max_size=20), st.integers(1, 30))
def test_any_reports_can_be_tallied(few: list[Filled], many: list[Filled], times: int) -> None:
    reports = few * times + many
    figures = tally(reports)

    people = [one for one in reports if not one.is_team]
    assert figures.n_reports + figures.n_team == len(reports)
    assert figures.n_judging == sum(one.best is not None or one.worst is not None for one in people)
    assert sorted(one.change_id for one in figures.changes) == list(IDS)
    assert sum(one.n_best for one in figures.changes) == sum(one.best is not None for one in people)
    assert sum(ring.n_reports for ring in figures.rings) == len(people)
    assert sum(one.share.n for one in figures.moods) == figures.n_moods
    json.dumps(figures_to_json(figures), allow_nan=False)
