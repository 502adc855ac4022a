"""Groups of several nodes that want the same rows and counts, at the same moment."""

from functools import partial

import pytest
from msgspec.structs import replace

from canyu.reports import queries, services
from canyu.reports.models import Count, Report
from canyu.reports.rules import ReportCells
from canyu.reports.services import recount_reports, take_reports
from tests.builders import WEDNESDAY, at_once, make_people, make_town, on_disk, open_week
from tests.reports.test_take import hands_in

__all__ = ["on_disk"]
pytestmark = pytest.mark.usefixtures("on_disk")


@pytest.fixture
def people(on_disk: None) -> list[int]:
    """Known before the report opens, with their week as the last."""
    town = make_town()
    people = make_people(town.product, 12)
    return [*people, open_week(town, 3)]


def test_the_same_reports_on_many_nodes_in_any_order_are_kept_once(people: list[int]) -> None:
    *people, week = people
    sent = [
        hands_in(week, one, ReportCells(mood="smile", wanted="Room"), edited=7) for one in people
    ]
    said = at_once(*[partial(take_reports, some) for some in (sent, sent[::-1]) * 3])
    assert said == [[1] * len(people)] * 6
    assert Report.objects.count() == len(people)
    assert recount_reports(release_id=week) == []


def test_each_change_of_mind_is_a_revision_whoever_takes_it(people: list[int]) -> None:
    *people, week = people
    moods = ["smile", "sigh", "scream", "shrug", "smile", "sigh"]
    groups = [
        [hands_in(week, one, ReportCells(mood=mood), edited=turn) for one in some]
        for turn, (mood, some) in enumerate(zip(moods, (people, people[::-1]) * 3, strict=True), 1)
    ]
    for outcomes in at_once(*[partial(take_reports, group) for group in groups]):
        assert isinstance(outcomes, list)
        assert all(isinstance(one, int) for one in outcomes)
    # Whatever came first, the one that was edited last stays.
    assert set(Report.objects.values_list("mood", "edited")) == {("sigh", 6)}
    assert recount_reports(release_id=week) == []
    (n,) = Count.objects.filter(kind="moods", n__gt=0).values_list("n", flat=True)
    assert n == len(people)


def test_a_close_waits_for_groups_and_shuts_the_others_out(people: list[int]) -> None:
    *people, week = people
    sent = [hands_in(week, one, ReportCells(mood="smile")) for one in people]
    late = [replace(one, edited=1) for one in sent]
    close = partial(services.close_report, release_id=week, at=WEDNESDAY)
    said = at_once(
        partial(take_reports, sent[:6]),
        close,
        partial(take_reports, sent[6:]),
        *[partial(take_reports, [one]) for one in late[:3]],
    )
    assert not [one for one in said if isinstance(one, Exception)]
    n_taken = Report.objects.count()
    outcomes = [one for some in said if isinstance(some, list) for one in some]
    assert all(isinstance(one, int) or "closed" in str(one) for one in outcomes)
    tally = queries.tally_of(week)
    assert tally is not None
    assert tally.figures.n_reports == n_taken
    counted = sum(Count.objects.filter(kind="reports").values_list("n", flat=True))
    assert counted == n_taken
