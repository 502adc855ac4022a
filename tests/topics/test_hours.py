from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from canyu.topics.hours import RISES_AFTER, Hours, rises_at, working_time

HOUR = timedelta(hours=1)
SHANGHAI = Hours("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_question_on_friday_afternoon_rises_on_monday_afternoon() -> None:
    # Friday 20 November 2026, 16:00 in Shanghai: two hours are left of the week.
    assert rises_at(utc(20, 8), hours=SHANGHAI) == utc(23, 8)


def test_a_question_at_night_waits_for_the_morning() -> None:
    assert rises_at(utc(23, 18), hours=SHANGHAI, after=HOUR) == utc(24, 2)
    assert rises_at(utc(21, 3), hours=SHANGHAI) == utc(23, 10)


def test_a_day_on_which_clocks_change_is_as_long_as_it_is() -> None:
    # In Berlin the night to Sunday 29 March 2026 has one hour less.
    hours = Hours("Europe/Berlin", opens_at=time(0), closes_at=time(12), weekdays=frozenset({6}))
    since = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert working_time(since, since + 30 * HOUR, hours=hours) == 11 * HOUR


def test_hours_in_which_nobody_works_and_zones_that_are_none_count_as_all() -> None:
    assert rises_at(utc(21, 3), hours=Hours("UTC", weekdays=frozenset())) == utc(21, 12)
    assert rises_at(utc(21, 3), hours=Hours("UTC", closes_at=time(9))) == utc(21, 12)
    assert rises_at(utc(20, 9), hours=Hours("No/Such", opens_at=time(9))) == utc(20, 18)


@given(MOMENTS, st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu"]))
def test_until_it_rises_as_much_is_worked_as_was_promised(since: datetime, zone: str) -> None:
    hours = Hours(zone)
    rise = rises_at(since, hours=hours)
    assert working_time(since, rise, hours=hours) == RISES_AFTER
    assert working_time(since, rise - timedelta(seconds=1), hours=hours) < RISES_AFTER
    assert rise - since <= timedelta(days=5)
    assert working_time(rise, since, hours=hours) == timedelta()
