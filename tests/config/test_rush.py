"""A real server that is stopped and killed in a rush keeps every report that it acknowledged."""

import time
from pathlib import Path

from tests.config.rush import (
    N_KILLS,
    N_SENDERS,
    Crowd,
    counts_are_rows,
    kill,
    open_report,
    random_moments,
)
from tests.config.shell import serving

N_PEOPLE = 400


def test_told_to_stop_it_answers_all_that_it_took(home: Path) -> None:
    crowd = Crowd(open_report(home, N_PEOPLE))
    with serving(home) as server:
        with crowd.sending(server.port):
            crowd.wait_for(100)
            asked = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - asked < 20
        # Whoever was let in had an answer: nothing is stored that was not acknowledged.
        assert crowd.check_stored(home) == 0
    assert crowd.n_acknowledged >= 100
    counts_are_rows(home)


def test_killed_at_any_moment_it_keeps_what_it_acknowledged(home: Path) -> None:
    crowd, moments = Crowd(open_report(home, N_PEOPLE)), random_moments()
    for _ in range(N_KILLS):
        with serving(home) as server, crowd.sending(server.port):
            crowd.wait_for(20)
            time.sleep(moments.uniform(0, 0.4))
            kill(server)
        # Each sender may have had one on its way that was stored and not answered.
        assert crowd.check_stored(home) <= N_SENDERS * N_KILLS
    assert crowd.n_acknowledged >= 20 * N_KILLS
    counts_are_rows(home)
