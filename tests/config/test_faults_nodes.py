"""Under a rush a PostgreSQL is killed, and one of two nodes: nothing acknowledged is lost."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.config.conftest import make_product, own_server
from tests.config.rush import N_KILLS, Crowd, counts_are_rows, kill, open_report, random_moments
from tests.config.shell import Running, serving
from tests.places import ask, share_database, variables_of
from tests.postgres import Postgres

pytestmark = pytest.mark.postgresql
KEY = {"CANYU_SECRET_KEY": "the same on every node, and longer than fifty characters are"}
# A page waits long for a worker that comes every five seconds, on a machine that has other work.
SOON = 60


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Postgres]:
    """A server that a test may kill.

    It does not wait for the disk, and need not here: what a process has written, the kernel has,
    and keeps when the process is killed. That it waits where it should is in test_durability.
    """
    with own_server(tmp_path) as server:
        yield server


def wait_until(home: Path, question: str, wanted: int) -> None:
    until = time.monotonic() + SOON
    while (found := ask(home, question)[0][0]) != wanted:
        assert time.monotonic() < until, f"{question}: {found}, not {wanted}"
        time.sleep(0.1)


def test_a_server_goes_on_when_its_postgresql_was_killed(mortal: Postgres, tmp_path: Path) -> None:
    home = make_product(tmp_path / "node" / "home")
    crowd, moments = Crowd(open_report(home, 300)), random_moments()
    with serving(home) as server:
        first = server.process.pid
        with crowd.insisting(server.port):
            for _ in range(max(1, N_KILLS // 3)):
                crowd.wait_for(30)
                time.sleep(moments.uniform(0, 0.3))
                mortal.kill()
                crowd.wait_for_refusals(5)
                assert server.get("/readyz").startswith("HTTP/1.1 503")
                mortal.start()
                crowd.wait_for(30)
        assert crowd.refusals
        assert all(has_time and "sent again" in said for said, has_time in crowd.refusals)
        assert server.process.pid == first
        # The worker came back by itself too: it closes what is due, and tells everybody.
        ask(home, "UPDATE reports_window SET closes_at = now() WHERE opened_at IS NOT NULL")
        wait_until(home, "SELECT count(*) FROM reports_window WHERE closed_at IS NOT NULL", 1)
        wait_until(home, "SELECT count(*) FROM journal_delivery WHERE done_at IS NULL", 0)
        assert server.stop() == 0
    crowd.check_stored(home)
    counts_are_rows(home)


@contextmanager
def two_nodes(home: Path) -> Iterator[tuple[Running, Running]]:
    """Two nodes on the database of this home, each with a folder of its own."""
    other = home.parent / "other" / "home"
    share_database(home, other)
    with serving(home, **KEY) as one, serving(other, **KEY) as two:
        yield one, two


def test_when_one_of_two_nodes_is_killed_the_other_takes_it_all(home: Path) -> None:
    crowd, moments = Crowd(open_report(home, 300, **KEY)), random_moments()
    other = home.parent / "other" / "home"
    share_database(home, other)
    with ExitStack() as stack:
        nodes = {place: stack.enter_context(serving(place, **KEY)) for place in (home, other)}
        ports = {place: node.port for place, node in nodes.items()}
        with crowd.insisting(*ports.values()):
            for turn in range(max(1, N_KILLS // 2)):
                place = (home, other)[turn % 2]
                crowd.wait_for(40)
                time.sleep(moments.uniform(0, 0.3))
                kill(nodes[place])
                crowd.wait_for(40)
                nodes[place] = stack.enter_context(
                    serving(place, port=ports[place], is_waited_for=False, **KEY)
                )
                nodes[place].wait()
            crowd.wait_for(40)
            # One more, and what it would have closed is closed by the one that is left.
            kill(nodes[home])
        crowd.check_stored(home)
        counts_are_rows(home, **KEY)
        ask(home, "UPDATE reports_window SET closes_at = now() WHERE opened_at IS NOT NULL")
        wait_until(home, "SELECT count(*) FROM reports_tally", 1)
        wait_until(home, "SELECT count(*) FROM journal_delivery WHERE done_at IS NULL", 0)
        ((n_closed,),) = ask(home, "SELECT count(*) FROM journal_event WHERE name='ReportClosed'")
        assert n_closed == 1
        assert nodes[other].stop() == 0


def test_a_report_that_one_node_took_is_changed_at_the_other(home: Path) -> None:
    crowd = Crowd(open_report(home, 5, **KEY))
    with two_nodes(home) as nodes:
        for node in (*nodes, *nodes):
            before = dict(crowd.acknowledged)
            with crowd.insisting(node.port):
                # Eight send for five people: each has another mind by then.
                crowd.wait_for(20)
            crowd.check_stored(home)
            assert all(crowd.acknowledged[one] > edited for one, edited in before.items())
        assert [node.stop() for node in nodes] == [0, 0]
    ((n_stored,),) = ask(home, "SELECT count(*) FROM reports_report")
    assert n_stored == 5
    counts_are_rows(home, **KEY)


def test_two_workers_deliver_once_what_a_dead_one_began(home: Path) -> None:
    """A delivery that is begun holds its row; a dead session holds nothing, so another does it."""
    open_report(home, 1, **KEY)
    ask(home, "UPDATE journal_delivery SET done_at = NULL")
    ((n_owed,),) = ask(home, "SELECT count(*) FROM journal_delivery")
    ((n_notices,),) = ask(home, "SELECT count(*) FROM channels_notice")
    assert n_owed > 0
    question = "SELECT count(*) FROM journal_delivery WHERE done_at IS NULL"
    with psycopg.connect(variables_of(home)["CANYU_DATABASE"]) as dying:
        # What a node does first; then it hangs in the middle of its work.
        dying.execute("SELECT id FROM journal_delivery ORDER BY id LIMIT 1 FOR NO KEY UPDATE")
        with two_nodes(home):
            # All others are done, though nobody knows how long this one will take.
            wait_until(home, question, 1)
            with psycopg.connect(variables_of(home)["CANYU_DATABASE"], autocommit=True) as session:
                # And dies.
                session.execute("SELECT pg_terminate_backend(%s)", [dying.info.backend_pid])
            wait_until(home, question, 0)
        dying.close()
    assert ask(home, "SELECT count(*) FROM channels_notice") == [(n_notices,)]
