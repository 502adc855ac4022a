from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from canyu.journal.rules import FIRST_WAIT, LONGEST_WAIT, next_attempt_at

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def test_the_first_failures_wait_ten_twenty_and_forty_seconds() -> None:
    waits = [next_attempt_at(AT, attempts) - AT for attempts in (1, 2, 3)]

    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]


@given(st.integers(min_value=1, max_value=1_000))
def test_a_wait_never_shrinks_and_is_six_hours_at_most(attempts: int) -> None:
    wait = next_attempt_at(AT, attempts) - AT

    assert FIRST_WAIT <= wait <= LONGEST_WAIT
    assert next_attempt_at(AT, attempts + 1) - AT >= wait
