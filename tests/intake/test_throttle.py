"""How often one source may write."""

from canyu.intake.throttle import Throttle


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    throttle = Throttle(per_second=2, burst=3)
    assert [throttle.admit("a", now=10.0) for _ in range(3)] == [0, 0, 0]
    assert throttle.admit("a", now=10.0) == 0.5
    assert throttle.admit("b", now=10.0) == 0
    assert throttle.admit("a", now=10.25) == 0.25
    assert throttle.admit("a", now=10.5) == 0


def test_a_clock_that_steps_back_locks_nobody_out() -> None:
    throttle = Throttle(per_second=1, burst=1)
    assert throttle.admit("a", now=100.0) == 0
    assert throttle.admit("a", now=10.0) == 1
    assert throttle.admit("a", now=11.0) == 0


def test_memory_has_a_bound_and_the_longest_unseen_are_forgotten() -> None:
    throttle = Throttle(per_second=0.001, burst=1, most_sources=2)
    for source in "abc":
        assert throttle.admit(source, now=1.0) == 0
    assert throttle.admit("c", now=1.0) > 0
    assert throttle.admit("a", now=1.0) == 0
