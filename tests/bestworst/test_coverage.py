"""Whoever knows the truth finds it inside the stated intervals as often as they say.

500 simulated weeks at each of three sizes, and 60 weeks of the demo's own
generator: 93 to 97% of true scores and worths lie inside their 95% intervals,
and whoever is called sure of the win has won in nine cases of ten. `make soak`
simulates twice as many.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings as examples

from canyu.bestworst import (
    Answer,
    Camp,
    Cells,
    Standings,
    cells_of,
    fit_sequential,
    gather_cells,
    screens,
    simulate_rows,
    simulate_week,
    stand,
)
from canyu.bestworst.intervals import score_of
from canyu.demo import choices, story

IS_SOAK = examples().max_examples >= 200
WEEKS = 1_000 if IS_SOAK else 500
TOWN_WEEKS = 200 if IS_SOAK else 60
# Three standard errors of a share of 95% among 1,000 intervals, or 500.
OF_ONE_SETTING = 0.02 if IS_SOAK else 0.03
STORY = Path(story.__file__).parent / "data" / "story.json"
SETTINGS = ((5, 0.75), (8, 0.3), (8, 1.2), (12, 0.75), (20, 0.75))
"""Items, and the spread of their true worths; two weeks in three with partial answers."""


@dataclass
class Seen:
    """One simulated week: its truth and what was said."""

    setting: tuple[int, float]
    truth: np.ndarray
    said: Standings

    @property
    def score_held(self) -> np.ndarray:
        true_score = score_of(self.truth)
        return (self.said.low <= true_score) & (true_score <= self.said.high)

    @property
    def worth_held(self) -> np.ndarray:
        true_worth = self.truth - self.truth.mean()
        return (self.said.worth_low <= true_worth) & (true_worth <= self.said.worth_high)


@cache
def weeks_of(n: int) -> list[Seen]:
    rng = np.random.default_rng(n)
    seen = []
    for number in range(WEEKS):
        n_items, spread = setting = SETTINGS[number % len(SETTINGS)]
        partial = 0.0 if number % 3 == 0 else 1.0
        truth = rng.normal(0, spread, n_items)
        rows = simulate_rows(
            truth,
            screens=screens(n_items),
            n=n,
            rng=rng,
            p_best_only=0.2 * partial,
            p_worst_only=0.1 * partial,
        )
        said = stand(fit_sequential(cells_of(rows)), rng=rng, n_draws=1_000)
        seen.append(Seen(setting, truth, said))
    return seen


@pytest.mark.parametrize("n", [60, 300, 2_000])
def test_intervals_hold_the_truth_as_often_as_they_say(n: int) -> None:
    weeks = weeks_of(n)
    assert 0.93 < np.concatenate([week.score_held for week in weeks]).mean() < 0.97
    assert 0.93 < np.concatenate([week.worth_held for week in weeks]).mean() < 0.97
    for setting in SETTINGS:
        held = [week.score_held for week in weeks if week.setting == setting]
        assert abs(np.concatenate(held).mean() - 0.95) < OF_ONE_SETTING, setting


@pytest.mark.parametrize("n", [60, 300, 2_000])
def test_whoever_is_called_sure_to_win_has_won(n: int) -> None:
    leaders = [(int(week.said.p_win.argmax()), week) for week in weeks_of(n)]
    claimed = np.array([week.said.p_win[leader] for leader, week in leaders])
    right = np.array([leader == week.truth.argmax() for leader, week in leaders])
    sure = claimed >= 0.9
    assert sure.sum() > WEEKS / 10
    assert right[sure].mean() > 0.95
    assert abs(claimed.mean() - right.mean()) < 0.05


@pytest.mark.parametrize("n", [60, 300, 2_000])
def test_the_true_winner_is_among_those_not_ruled_out(n: int) -> None:
    kept = [int(week.truth.argmax()) in week.said.not_ruled_out for week in weeks_of(n)]
    assert np.mean(kept) > 0.95


@dataclass(frozen=True)
class TownWeek:
    """A week of the town: its changes as the crowd sees them, and how many answer."""

    judged: dict[int, choices.Judged]
    n: int

    @property
    def n_items(self) -> int:
        return len(self.judged)

    def worth_to_all(self) -> np.ndarray:
        """What the answers of everybody in the world would say.

        With one mind that is the truth told. Where tastes differ, and camps
        love what others hate, it is what most of the town's people would
        answer, and that is what a report asks.
        """
        shift = np.array([one.camp for one in self.judged.values()])
        rows = simulate_week(
            np.array([one.truth for one in self.judged.values()]),
            screens=screens(self.n_items),
            n=200_000,
            rng=np.random.default_rng(self.n),
            camps=[Camp(0.5, shift), Camp(0.5, -shift)],
            taste_sd=choices.TASTE,
            p_best_only=choices.P_BEST_ONLY,
            p_worst_only=choices.P_WORST_ONLY,
        ).rows
        return fit_sequential(cells_of(rows), ghost=0).coef

    def answers(self, seed: int) -> Cells:
        """Let the town answer, by the demo's own generator."""
        rng = random.Random(seed)
        answers = []
        for _ in range(self.n):
            screen = rng.choice(screens(self.n_items))
            cells = choices.draw_cells(
                rng,
                shown=rng.sample(screen, len(screen)),
                judged=self.judged,
                moods=[1, 1, 1, 1],
                wanted={},
                wanted_words={},
                language="en",
            )
            tried = tuple(item for item in screen if item not in cells.untried)
            if len(tried) > 1:
                answers.append(Answer(tried, cells.best, cells.worst))
        return gather_cells(answers, n_items=self.n_items)


def town_weeks() -> list[TownWeek]:
    """Return the weeks of the story in which something can be judged."""
    told = story.read_story(STORY)
    return [
        TownWeek(
            judged={
                at: choices.Judged(at, float(one["truth"]), float(one.get("camp", 0)), {}, {})
                for at, one in enumerate(week["changes"])
            },
            n=round(week["turnout"] * told.n_people),
        )
        for week in told.weeks
        if len(week.get("changes", ())) > 2 and week["turnout"] * told.n_people > 30
    ]


def test_the_town_s_truth_lies_where_it_is_said_to_lie() -> None:
    """Weeks of people whose tastes differ, with habits, and changes they never tried."""
    weeks = town_weeks()
    truths = [score_of(week.worth_to_all()) for week in weeks]
    held = []
    for seed in range(TOWN_WEEKS):
        which = seed % len(weeks)
        fit = fit_sequential(weeks[which].answers(seed))
        said = stand(fit, rng=np.random.default_rng(seed), n_draws=1_000)
        held.append((said.low <= truths[which]) & (truths[which] <= said.high))
    assert 0.93 < np.concatenate(held).mean() < 0.97
