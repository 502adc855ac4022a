"""Scheduled work is done at its hour, and one failure does not end it."""

import time
from datetime import timedelta

import pytest

from canyu.config import worker as worker_module
from canyu.config.worker import Worker, work_once
from canyu.journal import queries as journal
from canyu.reports import queries as reports
from tests.builders import TUESDAY, WEDNESDAY, Town, fill, likes, make_people, publish, town

__all__ = ["town"]


def test_reports_open_and_close_at_their_hours(town: Town) -> None:
    release_id = publish(town)
    people = make_people(town.product, 2)
    moment = timedelta(seconds=1)
    for at, state in (
        (TUESDAY - moment, "scheduled"),
        (TUESDAY, "open"),
        (WEDNESDAY - moment, "open"),
    ):
        work_once(at)
        window = reports.window_of(release_id)
        assert window is not None
        assert window.state == state
    fill(release_id, people[0], likes(window.change_ids[0], window.change_ids[1]))
    assert reports.tally_of(release_id) is None
    work_once(WEDNESDAY)
    work_once(WEDNESDAY + moment)
    tally = reports.tally_of(release_id)
    assert tally is not None
    assert tally.figures.n_reports == 1
    assert journal.n_deliveries_owed() == 0


def test_a_failure_is_logged_and_the_next_round_tries_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = []

    def work(at: object) -> None:
        rounds.append(at)
        if len(rounds) == 1:
            msg = "the disk is away"
            raise OSError(msg)

    monkeypatch.setattr(worker_module, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(worker_module, "work_once", work)
    worker = Worker()
    worker.start()
    until = time.monotonic() + 10
    while len(rounds) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    worker.stop()
    assert not worker.is_alive()
    assert len(rounds) >= 3
    assert [record.message for record in caplog.records] == [
        "scheduled work failed and will be tried again"
    ]


def test_one_work_that_fails_keeps_nothing_else_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    release_id = publish(town)

    def fail(*, at: object) -> int:
        msg = f"not at {at}"
        raise OSError(msg)

    monkeypatch.setattr(worker_module, "WORK", (fail, *worker_module.WORK))
    work_once(TUESDAY)
    window = reports.window_of(release_id)
    assert window is not None
    assert window.state == "open"
    assert len(caplog.records) == 1


def test_it_stops_at_once_while_it_waits() -> None:
    worker = Worker()
    worker.start()
    asked = time.monotonic()
    worker.stop()
    assert time.monotonic() - asked < 2
    assert not worker.is_alive()
