"""A real server that is stopped and killed in a rush keeps every report that it acknowledged."""

import os
import random
import signal
import time
from pathlib import Path

from tests.config.rush import N_SENDERS, Crowd, open_report
from tests.config.shell import canyu, children_of, done, serving, wait_until_dead
from tests.places import ask

N_PEOPLE, N_KILLS = 400, 5


def counts_are_rows(home: Path, n_reports: int) -> None:
    said = done(canyu(home, "check", "--recount"))
    assert f"lumen 1.1.0: {n_reports} reports, and the counts are theirs" in said


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
    counts_are_rows(home, crowd.n_people)


def test_killed_at_any_moment_it_keeps_what_it_acknowledged(home: Path) -> None:
    crowd = Crowd(open_report(home, N_PEOPLE))
    seed = random.randrange(1_000_000)
    print(f"killed at moments drawn from the seed {seed}")
    moments = random.Random(seed)
    for _ in range(N_KILLS):
        with serving(home) as server, crowd.sending(server.port):
            crowd.wait_for(20)
            time.sleep(moments.uniform(0, 0.4))
            family = children_of(server.process.pid)
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
            wait_until_dead(family)
        # Each sender may have had one on its way that was stored and not answered.
        assert crowd.check_stored(home) <= N_SENDERS * N_KILLS
    assert crowd.n_acknowledged >= 20 * N_KILLS
    ((n_stored,),) = ask(home, "SELECT count(*) FROM reports_report")
    counts_are_rows(home, n_stored)
