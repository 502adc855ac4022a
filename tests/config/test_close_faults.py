"""Nodes that die while they count, that close at once, and reports that come as it closes."""

import http.client
import json
import os
import signal
import threading
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path

from tests.config.rush import DOOR, MAKE_TOKENS, open_report
from tests.config.shell import canyu, done, environment, run_program, serving
from tests.config.warm import WarmProcess
from tests.places import IS_POSTGRES, ask

CLOSE = ("close", "1.1.0", "--product", "lumen")
N_ROWS, N_SENDERS, N_REFUSED = 25_000, 6, 10
SOON = 30
# What the worker of any node does every few seconds, once.
WORK = """
import django
django.setup()
from canyu.config.worker import work_once
from canyu.journal.clock import now
work_once(now())
"""
NO = "false" if IS_POSTGRES else "0"
SERIES = (
    "SELECT value FROM generate_series(1, ?) AS series (value)"
    if IS_POSTGRES
    else "WITH RECURSIVE series (value) AS (SELECT 1 UNION ALL "
    "SELECT value + 1 FROM series WHERE value < ?) SELECT value FROM series"
)


def open_with_many(home: Path) -> None:
    """So many reports that counting them takes a while; these people have no accounts."""
    open_report(home, 0)
    ((release_id, shown),) = ask(home, "SELECT release_id, change_ids FROM reports_window")
    ids = shown if isinstance(shown, list) else json.loads(shown)
    at = "now()" if IS_POSTGRES else "'2026-11-24 10:00:00'"
    ask(
        home,
        "INSERT INTO reports_report (bucket, release_id, member_id, revision, ring_key, is_team, "  # noqa: S608 - our own words
        "screen, shown, untried, mood, best_id, worst_id, has_wanted_words, device, version, "
        "edited, filled_at, changed_at) "
        f"SELECT 1, {int(release_id)}, 90000 + value, 1, 'everyone', {NO}, 0, '{json.dumps(ids)}', "
        f"'[]', 'smile', CASE WHEN value * 3 > {N_ROWS} THEN {ids[0]} ELSE {ids[1]} END, {ids[2]}, "
        f"{NO}, '', '', 0, {at}, {at} FROM ({SERIES}) AS people",
        [N_ROWS],
    )


def node(home: Path, *words: str, program: str = "") -> WarmProcess:
    """A process that closes or counts, in the middle of which something happens."""
    own = environment(home, DJANGO_SETTINGS_MODULE="canyu.config.settings")
    with Path(os.devnull).open("wb") as nowhere:
        return WarmProcess(words, own, nowhere, nowhere, program=program)


def wait_until_shut(home: Path) -> None:
    until = time.monotonic() + SOON
    while not ask(home, "SELECT 1 FROM reports_window WHERE closed_at IS NOT NULL"):
        assert time.monotonic() < until
        time.sleep(0.005)


def n_rows(home: Path, table: str, where: str = "1 = 1") -> int:
    ((n,),) = ask(home, f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608 - our own words
    return int(n)


def check_closed_once(home: Path, n_reports: int) -> None:
    """One tally of all reports, told once, and followed by one repair and one award."""
    assert ask(home, "SELECT n_reports FROM reports_tally") == [(n_reports,)]
    assert n_rows(home, "journal_event", "name = 'ReportClosed'") == 1
    assert n_rows(home, "journal_event", "name = 'RepairOpened'") == n_rows(home, "reports_repair")
    assert n_rows(home, "reports_repair") <= 1
    # It is history's release, which is judged for practice and wins nothing.
    assert n_rows(home, "awards_award") == 0
    assert n_rows(home, "journal_delivery", "done_at IS NULL") == 0


def test_a_node_killed_while_it_counts_leaves_it_to_the_next(home: Path) -> None:
    open_with_many(home)
    first = node(home, *CLOSE)
    wait_until_shut(home)
    first.send_signal(signal.SIGKILL)
    assert first.wait(SOON) == -signal.SIGKILL
    assert (
        n_rows(home, "reports_tally") == n_rows(home, "journal_event", "name = 'ReportClosed'") == 0
    )

    # Another node's worker comes by while somebody gives the same command again.
    worker, command = node(home, program=WORK), node(home, *CLOSE)
    assert worker.wait(SOON) == 0
    # Whoever comes when all is done is told so.
    assert command.wait(SOON) in {0, 1}
    check_closed_once(home, N_ROWS)
    assert n_rows(home, "reports_repair") == 1


def test_two_nodes_that_close_at_the_same_second_close_once(home: Path) -> None:
    open_report(home, 0)
    long_ago = "2026-10-03 10:00:00" + ("+00" if IS_POSTGRES else "")
    ask(home, f"UPDATE reports_window SET closes_at = '{long_ago}'")  # noqa: S608 - our own words
    nodes = [node(home, program=WORK) for _ in range(2)]
    assert [one.wait(SOON) for one in nodes] == [0, 0]
    check_closed_once(home, 0)


class Sender(threading.Thread):
    """Hands in one report of each of some people; or again and again, until all are refused."""

    def __init__(self, port: int, tokens: list[str], *, is_until_refused: bool = False) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._tokens = tokens
        self._is_until_refused = is_until_refused
        self.statuses: list[int] = []
        # The longest that one of them waited for an answer.
        self.longest = 0.0

    def run(self) -> None:
        """Note what was answered to each."""
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)) as door:
            for token in cycle(self._tokens) if self._is_until_refused else self._tokens:
                body = json.dumps({"token": token, "mood": "smile"})
                asked = time.monotonic()
                door.request("POST", DOOR, body, {"Content-Type": "application/json"})
                answer = door.getresponse()
                answer.read()
                self.longest = max(self.longest, time.monotonic() - asked)
                self.statuses.append(answer.status)
                if self.statuses[-N_REFUSED:] == [409] * N_REFUSED:
                    return

    @property
    def n_taken(self) -> int:
        """Of how many people a report was acknowledged; their first ones come first."""
        return min(self.statuses.count(200), len(self._tokens))


def test_a_report_of_the_closing_second_is_counted_or_refused(home: Path) -> None:
    tokens = open_report(home, 600)
    with serving(home) as server:
        senders = [
            Sender(server.port, tokens[start::N_SENDERS], is_until_refused=True)
            for start in range(N_SENDERS)
        ]
        for one in senders:
            one.start()
        until = time.monotonic() + SOON
        while sum(len(one.statuses) for one in senders) < 100:
            assert time.monotonic() < until
            time.sleep(0.005)
        said = done(canyu(home, "close", "1.1.0", "--product", "lumen"))
        for one in senders:
            one.join(timeout=SOON)
            assert not one.is_alive()
        assert server.stop() == 0
    n_taken = sum(one.n_taken for one in senders)
    assert {status for one in senders for status in one.statuses} == {200, 409}
    # Once it is closed nobody is let in again.
    assert all(one.statuses == sorted(one.statuses) for one in senders)
    assert f"{n_taken} reports" in said
    assert n_rows(home, "reports_report") == n_taken
    check_closed_once(home, n_taken)
    assert f"{n_taken} reports, and the counts are theirs" in done(
        canyu(home, "check", "--recount")
    )


def test_while_one_report_is_counted_another_is_taken(home: Path) -> None:
    """Counting holds nothing that the door of another release needs, on either store."""
    open_with_many(home)
    tokens = tokens_of_another(home)
    with serving(home) as server:
        # The first one waits until who writes is there.
        Sender(server.port, tokens[:1]).run()
        counting = node(home, *CLOSE)
        wait_until_shut(home)
        sender = Sender(server.port, tokens[1:])
        sender.run()
        is_counted = bool(ask(home, "SELECT 1 FROM reports_tally"))
        assert set(sender.statuses) == {200}
        # Whoever had to wait for it would have waited for all of it, in one answer.
        assert not is_counted or sender.longest < 1
        assert counting.wait(SOON) == 0
        assert server.stop() == 0
    check_closed_once(home, N_ROWS)


def tokens_of_another(home: Path) -> list[str]:
    done(canyu(home, "open", "1.0.0", "--product", "lumen"))
    said = run_program(home, MAKE_TOKENS.replace("1.1.0", "1.0.0"), 5_000, 20)
    return [str(token) for token in json.loads(said)]
