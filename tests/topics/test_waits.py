from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from canyu.topics.waits import Wait, clock_of, wait_of

HOUR = timedelta(hours=1)
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_of_those_who_were_all_answered_it_is_the_middle_and_the_ninth_tenth() -> None:
    clock = clock_of([Wait(hours * HOUR, is_over=True) for hours in range(1, 11)])
    assert (clock.n, clock.n_over) == (10, 10)
    assert (clock.median, clock.ninetieth) == (5 * HOUR, 9 * HOUR)
    assert clock.is_few


def test_those_who_wait_still_count() -> None:
    quick = [Wait(HOUR, is_over=True)] * 10
    ignored = [Wait(400 * HOUR, is_over=False)] * 11
    clock = clock_of(quick + ignored)
    assert (clock.n, clock.n_over, clock.median) == (21, 10, None)
    assert clock_of(quick).median == HOUR
    assert clock_of([]) == clock_of([Wait(HOUR, is_over=False)] * 0)
    assert clock_of([]).median is None


def test_a_wait_is_what_is_known_of_it() -> None:
    assert wait_of(AT, AT + HOUR, AT + 2 * HOUR) == Wait(HOUR, is_over=True)
    assert wait_of(AT, None, AT + 2 * HOUR) == Wait(2 * HOUR, is_over=False)
    assert wait_of(AT, AT + 3 * HOUR, AT + 2 * HOUR) == Wait(2 * HOUR, is_over=False)


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=60).filter(
        lambda some: any(over for _, over in some)
    )
)
def test_it_agrees_with_scipy(some: list[tuple[int, bool]]) -> None:
    clock = clock_of([Wait(hours * HOUR, is_over=over) for hours, over in some])
    known = CensoredData(
        uncensored=[float(hours) for hours, over in some if over],
        right=[float(hours) for hours, over in some if not over],
    )
    left = ecdf(known).sf
    overs = {float(hours) for hours, over in some if over}
    for share, ours in ((0.5, clock.median), (0.1, clock.ninetieth)):
        reached = [
            time
            for time, still in zip(left.quantiles, left.probabilities, strict=True)
            if still <= share + 1e-9 and time in overs
        ]
        expected = timedelta(hours=float(np.min(reached))) if reached else None
        assert ours == expected
