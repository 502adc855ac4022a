from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.remarks.errors import RemarkRefused
from canyu.topics import rules
from canyu.topics.errors import TopicRefused
from canyu.topics.rules import (
    KINDS,
    LONGEST_TITLE,
    STATUSES,
    STATUSES_WITH_REASON,
    check_kind,
    check_status,
    check_title,
    choose_keeper,
    days_late,
    is_late,
    likeness,
)

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_topic_has_one_of_four_kinds() -> None:
    assert [check_kind(kind) for kind in KINDS] == ["idea", "question", "trouble", "praise"]
    with pytest.raises(TopicRefused, match="“vote” is no kind"):
        check_kind("vote")


def test_a_title_is_one_line() -> None:
    assert check_title("  A \n screenshot\t with  one tap ") == "A screenshot with one tap"


@pytest.mark.parametrize("title", ["", " \n", "\u200b", "\x00\ud800"])
def test_a_topic_without_a_title_is_refused(title: str) -> None:
    with pytest.raises(TopicRefused, match="no title"):
        check_title(title)


def test_a_title_that_is_too_long_is_refused() -> None:
    assert check_title("字" * LONGEST_TITLE)
    with pytest.raises(TopicRefused, match="201 characters, and 200 fit") as refusal:
        check_title("字" * (LONGEST_TITLE + 1))
    assert refusal.value.status == 413


@pytest.mark.parametrize("status", STATUSES)
def test_some_statuses_need_a_reason(status: str) -> None:
    assert check_status(status, " Because. ") == "Because."
    if status in STATUSES_WITH_REASON:
        with pytest.raises(TopicRefused, match="owed one"):
            check_status(status, " \u200b")
    else:
        assert check_status(status, "") == ""


def test_a_status_that_is_none_and_a_reason_without_end_are_refused() -> None:
    with pytest.raises(TopicRefused, match="“closed” is not one of ours"):
        check_status("closed", "Because.")
    with pytest.raises(RemarkRefused):
        check_status("declined", "x" * 2_001)


@pytest.mark.parametrize(
    ("loads", "preferred", "keeper"),
    [
        ({}, (), None),
        ({}, (1,), None),
        ({1: 3, 2: 1, 3: 1}, (), 2),
        ({1: 3, 2: 1}, (1,), 1),
        ({1: 3, 2: 1, 3: 2}, (1, 3), 3),
        # Whoever left the team is passed over, and with them the whole area if nobody is left.
        ({1: 3, 2: 1}, (9,), 2),
        ({2: 0, 1: 0}, (2, 1), 1),
    ],
)
def test_the_least_loaded_of_the_area_looks_after_a_topic(
    loads: dict[int, int], preferred: tuple[int, ...], keeper: int | None
) -> None:
    assert choose_keeper(loads, preferred) == keeper


@given(st.dictionaries(st.integers(), st.integers(0, 50), min_size=1), st.data())
def test_nobody_preferred_has_less_than_the_keeper(
    loads: dict[int, int], data: st.DataObject
) -> None:
    preferred = data.draw(st.lists(st.sampled_from(sorted(loads))))
    keeper = choose_keeper(loads, preferred)

    assert keeper in (preferred or loads)
    assert keeper is not None
    assert loads[keeper] == min(loads[one] for one in (preferred or loads))


@pytest.mark.parametrize(
    ("days", "answered", "status", "late"),
    [
        (7, None, "received", False),
        (7.01, None, "received", True),
        (30, AT, "received", False),
        (30, None, "talking", False),
    ],
)
def test_an_answer_is_late_after_seven_days(
    days: float, answered: datetime | None, status: str, *, late: bool
) -> None:
    assert is_late(AT, answered, status, AT + days * DAY) is late


def test_days_late_are_counted_from_when_an_answer_was_due() -> None:
    late = [days_late(AT, AT + days * DAY) for days in (7.1, 8, 9.9, 17)]

    assert late == [1, 1, 2, 10]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("怎么截屏", "怎样截屏？", True),
        ("希望有深色模式", "深色模式什么时候有", True),
        ("How do I take a screenshot?", "how to take a SCREENSHOT", True),
        ("Ｄａｒｋ mode", "dark mode", True),
        ("怎么截屏", "电池掉电快", False),
        ("Take a screenshot", "Battery drains overnight", False),
        ("", "anything", False),
        ("？？", "！", False),
    ],
)
def test_titles_that_say_the_same_are_alike_in_both_languages(
    one: str, other: str, *, alike: bool
) -> None:
    assert (likeness(one, other) >= 0.3) is alike


@given(st.text(), st.text())
def test_likeness_is_symmetric_and_from_nought_to_one(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) in {0.0, 1.0}


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60))
def test_one_new_voice_lifts_a_topic_at_least_to_where_a_new_one_begins(days: list[float]) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [since + timedelta(days=one) for one in days]
    assert rules.warmth_of(moments) >= rules.warmth_of([max(moments)])
    later = [*moments, max(moments) + timedelta(hours=1)]
    assert rules.warmth_of(later) > rules.warmth_of([max(moments)])


def test_a_new_topic_stands_above_every_crowd_that_is_ten_days_old() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    crowd = [since] * 10_000
    new = rules.warmth_of([since + timedelta(days=10, seconds=1)])
    assert rules.warmth_of(crowd) < new
    assert rules.warmth_of(crowd) > rules.warmth_of([since + timedelta(days=9)])
    assert rules.warmth_of([since] * 8) > rules.warmth_of([since] * 7)
    assert rules.warmth_of([]) == 0.0


def test_who_is_named_in_a_text() -> None:
    assert rules.mentions_in("@lin, @Su-Wan. and mail@bo.example, x/@y") == ["lin", "Su-Wan"]
    assert rules.mentions_in("请@lin看看") == ["lin看看", "lin"]
    assert len(rules.mentions_in(" ".join(f"@m{n}" for n in range(30)))) == 10
    assert rules.mentioned("请@Lin看看", {"lin"}) == [(1, 4, "lin")]
    assert rules.mentioned("@nobody", {"lin"}) == []
