"""The line of the week: what is done, what is now, what is ahead, in the train's own time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from canyu.journal.services import deliver_due
from canyu.releases.queries import train_of
from canyu.releases.rules import Timetable
from canyu.reports.services import close_report, open_due_reports, open_report
from canyu.web.week import Week, week_of
from canyu.web.zone import zone_of
from tests.builders import FRIDAY, TUESDAY, WEDNESDAY, Town, fill_alike, publish, set_train, town

pytestmark = pytest.mark.django_db
__all__ = ["town"]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: Any) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: FRIDAY)


def look(town: Town, at: datetime, zone: str = "UTC") -> Week:
    return week_of(town.product, zone=zone, train=train_of(town.product, at=at), at=at)


def states(week: Week) -> list[str]:
    return [step.state for step in week.steps]


def test_nothing_has_gone_out(town: Town) -> None:
    week = look(town, FRIDAY)
    assert (week.state, week.release, week.window, week.steps) == ("none", None, None, ())


def test_one_step_is_now_and_it_moves(town: Town) -> None:
    release_id = publish(town, 3)
    week = look(town, FRIDAY + HOUR)
    assert week.state == "using"
    assert states(week) == ["now", "ahead", "ahead", "ahead", "ahead"]
    assert [step.short for step in week.steps] == ["Fri", "Mon", "Tue", "Wed", "Thu"]
    assert states(look(town, TUESDAY - 5 * HOUR)) == ["done", "now", "ahead", "ahead", "ahead"]
    open_due_reports(at=TUESDAY)
    week = look(town, TUESDAY + HOUR)
    assert (week.state, states(week)) == ("open", ["done", "done", "now", "ahead", "ahead"])
    assert week.steps[2].words == "Open now: four cells"
    close_report(release_id=release_id, at=WEDNESDAY)
    week = look(town, WEDNESDAY + HOUR)
    assert (week.state, states(week)) == ("closed", ["done", "done", "done", "now", "ahead"])
    assert states(look(town, WEDNESDAY + 15 * HOUR)) == ["done"] * 4 + ["now"]
    assert look(town, WEDNESDAY + 900 * HOUR).state == "closed"


def test_the_popcorn_is_told_as_far_as_it_is_known(town: Town) -> None:
    release_id = publish(town, 3)
    open_due_reports(at=TUESDAY)
    assert look(town, TUESDAY).steps[3].words == "One award and one repair"
    close_report(release_id=release_id, at=WEDNESDAY)
    while deliver_due(at=WEDNESDAY):
        pass
    assert look(town, WEDNESDAY).steps[3].words == "Nobody this week"

    later = publish(town, 3, version="5.3", at=WEDNESDAY)
    open_report(release_id=later, at=WEDNESDAY)
    week = look(town, WEDNESDAY)
    assert week.window
    fill_alike(later, week.window.change_ids[0], week.window.change_ids[1], n=60)
    close_report(release_id=later, at=WEDNESDAY + HOUR)
    while deliver_due(at=WEDNESDAY + HOUR):
        pass
    assert "Waits for its owner" in [step.words for step in look(town, WEDNESDAY + HOUR).steps]


def test_the_days_are_those_of_the_train(town: Town) -> None:
    assert zone_of(town.product) == "UTC"
    set_train(town, Timetable(zone="Pacific/Kiritimati"))
    assert zone_of(town.product) == "Pacific/Kiritimati"
    publish(town, 3)
    # Friday, 17:00 in UTC is Saturday on the far side of the line.
    assert look(town, FRIDAY, "Pacific/Kiritimati").steps[0].short == "Sat"


def test_a_report_opened_by_hand_keeps_the_days_in_order(town: Town) -> None:
    release_id = publish(town, 3)
    open_report(release_id=release_id, at=FRIDAY + HOUR)
    week = look(town, FRIDAY + 2 * HOUR)
    assert week.state == "open"
    assert [step.title for step in week.steps][:2] == ["Release", "Report"]
    assert states(week) == ["done", "now", "ahead", "ahead", "ahead"]


def test_a_hotfix_does_not_begin_a_week(town: Town) -> None:
    publish(town, 3)
    publish(town, 1, version="5.2.1", is_hotfix=True, at=FRIDAY + HOUR)
    week = look(town, FRIDAY + 2 * HOUR)
    assert week.release
    assert week.release.version == "5.2"


def test_a_report_that_never_opened_is_not_promised_any_more(town: Town) -> None:
    publish(town, 3)
    assert look(town, TUESDAY - HOUR).window
    week = look(town, WEDNESDAY)
    assert (week.state, week.window, week.steps) == ("using", None, ())
