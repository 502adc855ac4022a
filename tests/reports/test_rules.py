from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.bestworst import screen_size
from canyu.reports.errors import RepairRefused, ReportRefused
from canyu.reports.rules import (
    LONGEST_REPAIR,
    LONGEST_STEP,
    MOODS,
    MOST_STEPS,
    ReportCells,
    bucket_of,
    calls_for_repair,
    check_cells,
    check_repair,
    check_steps,
    is_open,
    screen_for,
)
from tests.builders import FRIDAY

KEY = b"k" * 32
change_ids = st.lists(st.integers(1, 10**6), max_size=60, unique=True)


def shown_to(member_id: int, n_changes: int, *, release_id: int = 1) -> tuple[int, ...]:
    changes = range(1000, 1000 + n_changes)
    return screen_for(changes, key=KEY, release_id=release_id, member_id=member_id).shown


@given(change_ids, st.binary(min_size=1), st.integers(1), st.integers(1))
def test_a_screen_is_always_the_same_and_holds_as_many_as_it_should(
    ids: list[int], key: bytes, release_id: int, member_id: int
) -> None:
    screen = screen_for(ids, key=key, release_id=release_id, member_id=member_id)

    assert screen == screen_for(ids, key=key, release_id=release_id, member_id=member_id)
    assert len(set(screen.shown)) == len(screen.shown)
    assert set(screen.shown) <= set(ids)
    assert len(screen.shown) == (screen_size(len(ids)) if len(ids) >= 3 else len(ids))


@pytest.mark.parametrize(
    ("n_changes", "n_shown"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (7, 7), (8, 5), (39, 5), (40, 6), (60, 6)],
)
def test_up_to_seven_all_are_shown_then_five_and_from_forty_six(
    n_changes: int, n_shown: int
) -> None:
    assert len(shown_to(7, n_changes)) == n_shown


@pytest.mark.parametrize("n_changes", [8, 20, 40, 60])
def test_every_change_is_shown_about_as_often(n_changes: int) -> None:
    counts = Counter(one for member_id in range(2_000) for one in shown_to(member_id, n_changes))

    expected = 2_000 * screen_size(n_changes) / n_changes
    # Six standard errors of a binomial count.
    slack = 6 * expected**0.5
    assert len(counts) == n_changes
    assert all(abs(n - expected) < slack for n in counts.values())


def test_every_change_stands_about_as_often_in_every_place() -> None:
    firsts = Counter(shown_to(member_id, 5)[0] for member_id in range(2_000))

    assert all(abs(n - 400) < 120 for n in firsts.values())
    assert len(firsts) == 5


def test_members_and_releases_differ_in_screen_and_order() -> None:
    assert len({shown_to(member_id, 7) for member_id in range(50)}) > 45
    assert len({shown_to(1, 7, release_id=release_id) for release_id in range(50)}) > 45
    assert len({frozenset(shown_to(member_id, 20)) for member_id in range(200)}) == 20


def test_whoever_does_not_know_the_key_does_not_know_the_screen() -> None:
    ids = range(1, 8)
    orders = {
        screen_for(ids, key=bytes([number]), release_id=1, member_id=1).shown
        for number in range(30)
    }
    assert len(orders) > 25


def test_a_bucket_is_made_of_the_member_and_never_moves() -> None:
    # Stored in every row: a change here would lose every report.
    assert [bucket_of(member_id) for member_id in (1, 2, 42, 10**12)] == [55, 13, 8, 48]
    assert {bucket_of(member_id) for member_id in range(1_000)} == set(range(64))


SHOWN = (3, 1, 2)


def check(**cells: Any) -> ReportCells:
    return check_cells(ReportCells(**cells), shown=SHOWN, plan_item_ids=[8, 9])


@pytest.mark.parametrize(
    "cells",
    [
        *({"mood": mood} for mood in MOODS),
        {"best": 1},
        {"worst": 3},
        {"best": 1, "worst": 3, "untried": (2,)},
        {"wanted_item": 9},
        {"wanted": "Longer battery life"},
        {"best": 1, "worst": 2, "why_best": "Fast", "why_worst": "Ugly", "mood": "sigh"},
    ],
)
def test_any_cell_may_be_left_empty(cells: dict[str, Any]) -> None:
    assert check(**cells) == ReportCells(**cells)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({}, "all four cells are empty"),
        ({"wanted": " \u200b"}, "all four cells are empty"),
        ({"untried": (1,)}, "all four cells are empty"),
        ({"why_best": "because"}, "all four cells are empty"),
        ({"mood": "meh"}, "“meh” is no mood"),
        ({"best": 4}, "not on your screen"),
        ({"worst": 4}, "not on your screen"),
        ({"mood": "smile", "untried": (4,)}, "not on your screen"),
        ({"best": 1, "worst": 1}, "the same change is liked most and liked least"),
        ({"best": 1, "untried": (1, 2)}, "haven't tried it"),
        ({"worst": 1, "untried": (1,)}, "haven't tried it"),
        ({"wanted_item": 7}, "not in the plan"),
    ],
)
def test_what_cannot_be_meant_is_refused(cells: dict[str, Any], why: str) -> None:
    with pytest.raises(ReportRefused, match=why) as refusal:
        check(**cells)
    assert refusal.value.status == 400


def test_cells_are_kept_clean() -> None:
    kept = check(
        best=1,
        untried=(2, 3, 2),
        wanted=" Battery\r\nlife ",
        why_best="\x00Fast",
        why_worst="about nothing",
    )

    assert kept == ReportCells(
        best=1, untried=(3, 2), wanted="Battery\nlife", why_best="Fast", why_worst=""
    )
    assert check_cells(kept, shown=SHOWN, plan_item_ids=[]) == kept


def test_a_report_is_open_between_its_opening_and_its_close() -> None:
    assert [is_open(None, None), is_open(FRIDAY, None), is_open(FRIDAY, FRIDAY)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("outcome", "n_best", "n_worst", "owed"),
    [
        ("alone", 1, 2, True),
        ("shared", 0, 50, False),
        ("nobody", 0, 9, False),
        ("alone", 2, 2, False),
    ],
)
def test_a_repair_is_owed_where_it_is_clear(
    outcome: str, n_best: int, n_worst: int, *, owed: bool
) -> None:
    assert calls_for_repair(outcome, n_best=n_best, n_worst=n_worst) is owed


def test_a_repair_says_what_hurt_and_what_is_done() -> None:
    hurt, answer = {"en": " It is slow. ", "de": " "}, {"en": "We undo it."}

    assert check_repair("mend", hurt, answer) == ({"en": "It is slow."}, {"en": "We undo it."})
    assert check_repair("keep", {}, answer) == ({}, answer)
    for wrong in (("mend", {}, answer), ("mend", hurt, {"en": "\u200b"}), ("keep", hurt, {})):
        with pytest.raises(RepairRefused, match="The people who chose it will read this"):
            check_repair(*wrong)
    with pytest.raises(RepairRefused, match="mend it or keep it"):
        check_repair("ignore", hurt, answer)
    with pytest.raises(RepairRefused) as refusal:
        check_repair("keep", {}, {"en": "x" * (LONGEST_REPAIR + 1)})
    assert refusal.value.status == 413


def test_steps_are_few_and_short() -> None:
    assert check_steps([{"en": " One "}, {"en": " "}, {}]) == [{"en": "One"}]
    check_steps([{"en": "x" * LONGEST_STEP}] * MOST_STEPS + [{}])
    with pytest.raises(RepairRefused, match="12 steps"):
        check_steps([{"en": "x"}] * (MOST_STEPS + 1))
    with pytest.raises(RepairRefused) as refusal:
        check_steps([{"en": "x" * (LONGEST_STEP + 1)}])
    assert refusal.value.status == 413
