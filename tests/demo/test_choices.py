"""Answers obey the truth they are drawn from, and are ones that a person could give."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.demo.choices import Judged, draw_cells
from canyu.demo.people import people_of
from canyu.demo.rules import spearman
from canyu.demo.story import Story
from canyu.reports.rules import ReportCells, check_cells
from tests.demo.small_story import N_PEOPLE, small_story

WORDS = {"en": ["Yes", "No"], "zh-hans": ["好", "不好"]}


def judged(truths: dict[int, float], camp: float = 0.0) -> dict[int, Judged]:
    return {
        one: Judged(one, truth=truth, camp=camp, why_best=WORDS, why_worst=WORDS)
        for one, truth in truths.items()
    }


def draw(seed: int, among: dict[int, Judged], language: str = "en") -> ReportCells:
    return draw_cells(
        random.Random(seed),
        shown=tuple(among),
        judged=among,
        moods=[0.1, 0.5, 0.3, 0.1],
        wanted={7: 1.0, 8: 2.0},
        wanted_words=WORDS,
        language=language,
    )


@given(st.integers(0, 2**32), st.integers(1, 7), st.sampled_from(["en", "zh-hans", "de"]))
def test_every_answer_is_one_that_a_person_could_give(
    seed: int, n_shown: int, language: str
) -> None:
    among = judged({one: one / 3 for one in range(1, n_shown + 1)})
    cells = draw(seed, among, language)
    check_cells(cells, shown=tuple(among), plan_item_ids=(7, 8))
    assert cells.best is None or cells.best not in cells.untried
    assert cells.mood or cells.best or cells.worst
    assert not cells.why_best or cells.best is not None


@pytest.mark.parametrize("seed", range(3))
def test_many_answers_find_the_truth(seed: int) -> None:
    chance = random.Random(seed)
    truths = {one: chance.uniform(-1.6, 1.8) for one in range(1, 7)}
    among = judged(truths)
    net = dict.fromkeys(truths, 0)
    for number in range(600):
        cells = draw(seed * 10_000 + number, among)
        if cells.best is not None:
            net[cells.best] += 1
        if cells.worst is not None:
            net[cells.worst] -= 1
    agreement = spearman(list(truths.values()), [float(net[one]) for one in truths])
    assert agreement is not None
    assert agreement > 0.8


def test_a_camp_is_loved_and_hated() -> None:
    among = judged({1: 0.0, 2: 0.0, 3: 0.0}) | {
        4: Judged(4, truth=0.0, camp=3.0, why_best=WORDS, why_worst=WORDS)
    }
    cells = [draw(number, among) for number in range(400)]
    best = sum(one.best == 4 for one in cells)
    worst = sum(one.worst == 4 for one in cells)
    assert best > 130
    assert worst > 90


def test_everybody_has_a_handle_of_their_own() -> None:
    story = Story(**small_story())
    people = list(people_of(story))
    handles = [one.handle for one in people] + [one["handle"] for one in story.team]
    assert len(set(handles)) == len(handles) == N_PEOPLE
    assert people == list(people_of(story))
    assert {one.ring for one in people} <= {"daily", "weekly", "everyone"}
