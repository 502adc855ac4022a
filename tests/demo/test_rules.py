"""Where a journey leads, and how well an estimate agrees with the truth."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from canyu.demo.acts import Act, acts_of
from canyu.demo.rules import MOVES, is_weekly, moment_of, ranks_of, spearman, version_at
from canyu.demo.story import Story, slot_of
from tests.demo.small_story import N_WEEKS, small_story

STORY = Story(**small_story())
ACTS = acts_of(STORY)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = slot_of(3)
TUESDAY = FRIDAY + 3 * DAY + 17 * HOUR
WEDNESDAY = TUESDAY + DAY
MOMENT, BATCH = timedelta(minutes=5), timedelta(minutes=40)


def moves_at(now: datetime) -> dict[str, datetime]:
    found = {move: moment_of(move, ACTS, now=now) for move in MOVES}
    return {move: moment for move, moment in found.items() if moment is not None}


def test_while_the_report_is_open_it_can_be_closed() -> None:
    assert moves_at(TUESDAY + BATCH) == {
        "close": WEDNESDAY + MOMENT,
        "friday": slot_of(4) + MOMENT,
        "next": TUESDAY + 7 * DAY + BATCH,
    }


def test_on_friday_the_report_of_this_week_is_ahead() -> None:
    assert moves_at(FRIDAY + MOMENT) == {
        "open": TUESDAY + BATCH,
        "close": WEDNESDAY + MOMENT,
        "friday": slot_of(4) + MOMENT,
        "next": TUESDAY + 7 * DAY + BATCH,
    }


def test_once_it_is_closed_only_the_next_week_is_ahead() -> None:
    assert set(moves_at(WEDNESDAY + MOMENT)) == {"friday", "next"}


def test_a_week_without_a_release_is_passed_over() -> None:
    assert moves_at(slot_of(1) + MOMENT)["friday"] == FRIDAY + MOMENT


def test_the_last_close_is_the_end() -> None:
    last = slot_of(N_WEEKS)
    assert set(moves_at(last + MOMENT)) == {"open", "close"}
    assert moves_at(last + 5 * DAY) == {}
    assert moment_of("yesterday", ACTS, now=FRIDAY) is None


@given(st.floats(0, N_WEEKS * 7), st.sampled_from(MOVES))
def test_every_move_leads_forward(days: float, move: str) -> None:
    now = slot_of(1) + timedelta(days=days)
    moment = moment_of(move, ACTS, now=now)
    assert moment is None or moment > now


def test_acts_are_in_order_and_the_same_each_time() -> None:
    assert acts_of(Story(**small_story())) == ACTS
    assert [act.at for act in ACTS] == sorted(act.at for act in ACTS)
    assert [act.place for act in ACTS] == list(range(len(ACTS)))
    assert [act.facts["release"]["version"] for act in ACTS if is_weekly(act)] == [
        "1.1",
        "1.3",
        "1.4",
        "1.5",
    ]


def test_what_follows_from_something_comes_after_it() -> None:
    def first(what: str, at_least: datetime = ACTS[0].at) -> Act:
        return next(act for act in ACTS if act.what == what and act.at >= at_least)

    assert first("raise_topic") < first("add_voices") < first("answer_topic", slot_of(1))
    week = [act.what for act in ACTS if FRIDAY <= act.at <= FRIDAY + 6 * DAY]
    told = [what for what in week if what in {"publish", "open", "fill", "close", "certify"}]
    assert told == ["publish", "publish", "open", "fill", "fill", "fill", "close", "certify"]


def test_the_version_is_the_newest_of_the_train() -> None:
    assert version_at(ACTS, now=FRIDAY - HOUR) == "1.1"
    assert version_at(ACTS, now=FRIDAY) == "1.3"
    assert version_at(ACTS, now=TUESDAY) == "1.3"
    assert version_at(ACTS, now=slot_of(1) - HOUR) == ""


PAIR = st.tuples(st.integers(-5, 5).map(float), st.integers(-5, 5).map(float))


@given(st.lists(PAIR, min_size=2, max_size=12))
def test_correlation_agrees_with_another_implementation(pairs: list[tuple[float, float]]) -> None:
    one, other = ([pair[side] for pair in pairs] for side in (0, 1))
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert spearman(one, other) is None
    else:
        assert spearman(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks_of([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]
    assert spearman([1.0], [2.0]) is None
