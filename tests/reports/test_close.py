from datetime import timedelta
from functools import partial
from threading import Event

import numpy as np
import pytest
from scipy.stats import spearmanr

from canyu.bestworst import Answer, screens, simulate_answers
from canyu.config.worker import work_once
from canyu.journal.queries import n_events
from canyu.products import services as products
from canyu.products.exposure_table import ExposureRow
from canyu.releases import queries as releases
from canyu.reports import queries, services
from canyu.reports.errors import ReportRefused, WindowRefused
from canyu.reports.models import Repair, Report, Tally, Window
from canyu.reports.rules import ReportCells
from canyu.reports.services.claim import claim_tally
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    at_once,
    fill,
    fill_alike,
    fill_all,
    likes,
    make_people,
    make_town,
    open_week,
    publish,
)
from tests.releases.test_history import read, record

HOUR = timedelta(hours=1)


def close(release_id: int) -> None:
    services.close_report(release_id=release_id, at=WEDNESDAY)


def tally(release_id: int) -> queries.TallyView:
    found = queries.tally_of(release_id)
    assert found is not None
    return found


def test_before_the_close_there_is_no_figure_and_after_it_there_is(town: Town) -> None:
    people = make_people(town.product, 3)
    week = open_week(town, 3)
    first, second, _ = (one.id for one in releases.changes_of([week]))
    for member_id in people:
        fill(week, member_id, likes(first, second))
    assert queries.tally_of(week) is None
    assert queries.latest_tally(town.product) is None

    close(week)
    found = tally(week)
    assert (found.at, found.figures.n_reports, found.figures.is_enough) == (WEDNESDAY, 3, False)
    assert {one.change_id: one.n_best for one in found.figures.changes}[first] == 3
    assert queries.latest_tally(town.product) == found
    assert queries.tallied_release_ids(town.product) == [week]
    assert n_events("ReportClosed") == 1
    window = queries.window_of(week)
    assert window is not None
    assert (window.state, window.closed_at) == ("closed", WEDNESDAY)


def test_a_report_closes_once(town: Town) -> None:
    scheduled = publish(town, 3)
    for wrong in (scheduled, 999):
        with pytest.raises(WindowRefused, match="never opened"):
            close(wrong)
    services.open_due_reports(at=TUESDAY)
    close(scheduled)
    with pytest.raises(WindowRefused, match="closed already"):
        close(scheduled)

    assert n_events("ReportClosed") == 1


def test_reports_close_at_their_hour(town: Town) -> None:
    week = open_week(town, 3)

    assert services.close_due_reports(at=WEDNESDAY - HOUR) == []
    assert services.close_due_reports(at=WEDNESDAY) == [week]
    assert services.close_due_reports(at=WEDNESDAY) == []


def test_one_that_cannot_be_closed_keeps_no_other_from_it(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    broken = open_week(town, 1, version="5.1")
    # More than sixty changes can be judged by nobody.
    Window.objects.update(change_ids=list(range(1001, 1062)), closes_at=WEDNESDAY - HOUR)
    fill_alike(broken, 1001, 1002)
    week = open_week(town, 1)

    assert services.close_due_reports(at=WEDNESDAY) == [broken, week]
    assert "is closed but was not counted" in caplog.text
    assert tally(week).figures.n_reports == 0
    assert queries.tally_of(broken) is None
    window = queries.window_of(broken)
    assert window is not None
    assert (window.state, window.is_being_counted) == ("closed", True)

    Window.objects.filter(pk=broken).update(change_ids=list(range(1001, 1041)))
    Report.objects.filter(release_id=broken).update(shown=list(range(1001, 1041)))
    assert services.close_due_reports(at=WEDNESDAY + HOUR) == []
    assert tally(broken).figures.n_reports == 40
    # It is of the moment when it closed, whenever it was counted.
    assert tally(broken).at == WEDNESDAY
    assert n_events("ReportClosed") == 2


def test_nobody_answered_and_it_closes_all_the_same(town: Town) -> None:
    for version, n_changes in (("5.1", 1), ("5.2", 2), ("5.3", 9)):
        week = publish(town, n_changes, version=version)
        services.open_due_reports(at=TUESDAY)
        close(week)
        assert tally(week).figures.n_reports == 0
    assert not Repair.objects.exists()


def test_the_tally_can_be_computed_again_to_the_same_figures(town: Town) -> None:
    week = open_week(town, 4)
    changes = [one.id for one in releases.changes_of([week])]
    for place, (best, worst) in enumerate(zip(changes, reversed(changes), strict=True)):
        fill_alike(week, best, worst, n=10 + place, first_member=10_000 + 100 * place)
    close(week)
    before = tally(week)
    Tally.objects.all().delete()
    Window.objects.update(closed_at=None)
    close(week)

    assert tally(week) == before
    assert before.figures.is_enough


def test_what_the_product_tells_of_its_people_stands_beside_the_figures(town: Town) -> None:
    week = open_week(town, 3)
    close(week)
    assert tally(week).n_exposed is None

    day = FRIDAY.date() - timedelta(days=4)
    rows = [
        ExposureRow(week=day + timedelta(weeks=n), ring_key=ring, n_people=n_people, version="5.2")
        for n, ring, n_people in ((0, "daily", 10), (0, "weekly", 200), (1, "weekly", 150))
    ]
    products.record_exposure(actor_id=town.owner, product_id=town.product, rows=rows, at=FRIDAY)
    assert tally(week).n_exposed == 210


def test_the_change_that_clearly_hurt_gets_a_repair(town: Town) -> None:
    week = open_week(town, 4)
    first, second, third, hurt = (one.id for one in releases.changes_of([week]))
    for place, best in enumerate((first, second, third)):
        fill_alike(week, best, hurt, first_member=10_000 + 100 * place)
    close(week)

    (repair,) = Repair.objects.all()
    assert (repair.change_id, repair.release_id) == (hurt, week)
    assert repair.p_last >= 0.9
    assert n_events("RepairOpened") == 1


@pytest.mark.parametrize("n_each", [9, 40])
def test_where_nobody_knows_what_hurt_most_no_repair_is_opened(town: Town, n_each: int) -> None:
    # Too few answers, or answers that put nothing last.
    week = open_week(town, 3)
    first, second, third = (one.id for one in releases.changes_of([week]))
    pairs = [(first, second), (second, third), (third, first)]
    for place, (best, worst) in enumerate(pairs):
        fill_alike(week, best, worst, n=n_each, first_member=10_000 + 100 * place)
    close(week)

    assert not Repair.objects.exists()


def test_what_one_ring_alone_put_last_gets_no_repair(town: Town) -> None:
    week = open_week(town, 4)
    first, second, third, hurt = (one.id for one in releases.changes_of([week]))
    fill_alike(week, first, second, n=56)
    fill_alike(week, first, third, n=50, first_member=20_000)
    fill_alike(week, first, hurt, n=90, first_member=30_000)
    Report.objects.filter(member_id__gte=30_000).update(ring_key="weekly")
    close(week)

    bottom = tally(week).figures.bottom
    assert bottom is not None
    assert (bottom.change_id, bottom.chance.holds) == (hurt, True)
    assert [(one.name, one.winner) for one in bottom.groups.failed if one.kind == "ring"] == [
        ("weekly", second)
    ]
    assert bottom.outcome != "alone"
    assert not Repair.objects.exists()


def test_the_least_liked_of_the_loved_needs_no_repair(town: Town) -> None:
    week = open_week(town, 2)
    first, second = (one.id for one in releases.changes_of([week]))
    fill_alike(week, first, None, n=60)
    fill_alike(week, second, None, n=10, first_member=20_000)
    close(week)

    assert {one.change_id: one.p_last for one in tally(week).figures.changes}[second] >= 0.9  # type: ignore[operator]
    assert not Repair.objects.exists()


def test_the_order_of_real_answers_through_the_services_is_found(town: Town) -> None:
    people = make_people(town.product, 120)
    week = open_week(town, 9)
    changes = [one.id for one in releases.changes_of([week])]
    truth = np.linspace(2, -2, 9)
    rng = np.random.default_rng(5)

    def answer(shown: tuple[int, ...]) -> ReportCells:
        places = tuple(changes.index(one) for one in shown)
        (said,) = simulate_answers(truth, screens=[places], n=1, rng=rng)
        assert isinstance(said, Answer)
        return ReportCells(
            best=None if said.best is None else changes[said.best],
            worst=None if said.worst is None else changes[said.worst],
        )

    fill_all(week, dict.fromkeys(people, lambda shown: answer(tuple(shown))))
    close(week)

    figures = tally(week).figures
    scores = {one.change_id: one.score for one in figures.changes}
    assert figures.is_enough
    assert spearmanr([scores[one] for one in changes], truth).statistic > 0.8
    # Nine changes are shown on nine screens of five.
    n_shown = sum(one.n_shown for one in figures.changes)
    assert n_shown == 5 * 120
    assert len(screens(9)) == 9


def test_history_opened_by_hand_closes_by_itself(town: Town) -> None:
    read(town, record("1.0", n_changes=3))
    release_id = releases.release_of(town.product, "1.0").id
    services.open_report(release_id=release_id, at=FRIDAY, closes_at=FRIDAY + HOUR)

    assert services.close_due_reports(at=FRIDAY + HOUR) == [release_id]


@pytest.mark.usefixtures("on_disk")
def test_two_who_close_at_once_close_once() -> None:
    town = make_town()
    week = open_week(town, 3)

    said = at_once(
        partial(close, week),
        partial(close, week),
        partial(services.close_due_reports, at=WEDNESDAY),
    )
    closed = [one for one in said if one is None or one == [week]]
    assert len(closed) == 1
    assert Tally.objects.count() == n_events("ReportClosed") == 1
    assert not [
        one for one in said if isinstance(one, Exception) and type(one) is not WindowRefused
    ]


@pytest.mark.usefixtures("on_disk")
def test_a_report_that_races_the_close_is_counted_or_refused() -> None:
    town = make_town()
    people = make_people(town.product, 8)
    week = open_week(town, 3)
    first, second, _ = (one.id for one in releases.changes_of([week]))
    tokens = [queries.report_page_for(week, one, at=TUESDAY).token for one in people]
    calls = [
        partial(
            services.submit_report,
            token=token,
            cells=ReportCells(best=first, worst=second),
            at=WEDNESDAY,
        )
        for token in tokens
    ]

    said = at_once(*calls[:4], partial(close, week), *calls[4:])
    accepted = [one for one in said if one == 1]
    refused = [one for one in said if isinstance(one, ReportRefused)]
    assert len(accepted) + len(refused) == 8
    assert tally(week).figures.n_reports == len(accepted) == Report.objects.count()


def shut_by_a_node_that_died(release_id: int) -> None:
    Window.objects.filter(pk=release_id).update(closed_at=WEDNESDAY, n_eligible=3)


def test_what_was_closed_and_not_counted_is_counted_by_whoever_comes_next(town: Town) -> None:
    people = make_people(town.product, 3)
    week = open_week(town, 3)
    first, second, _ = (one.id for one in releases.changes_of([week]))
    for member_id in people:
        fill(week, member_id, likes(first, second))
    token = queries.report_page_for(week, people[0], at=TUESDAY).token
    shut_by_a_node_that_died(week)
    window = queries.window_of(week)
    assert window is not None
    assert (window.state, window.is_being_counted, window.n_reports) == ("closed", True, 3)
    assert queries.current_window(town.product) == window
    with pytest.raises(ReportRefused, match="is closed"):
        services.submit_report(token=token, cells=ReportCells(mood="smile"), at=WEDNESDAY)

    assert services.finish_tallies() == [week]
    assert services.finish_tallies() == []
    found = tally(week)
    assert (found.at, found.figures.n_reports) == (WEDNESDAY, 3)
    assert n_events("ReportClosed") == 1
    window = queries.window_of(week)
    assert window is not None
    assert not window.is_being_counted


@pytest.mark.usefixtures("on_disk")
def test_while_one_counts_others_leave_it_and_reports_go_on() -> None:
    town = make_town()
    (member_id,) = make_people(town.product, 1)
    week = open_week(town, 3)
    shut_by_a_node_that_died(week)
    is_counting, may_go_on = Event(), Event()

    def count() -> None:
        with claim_tally(week, waits=False) as is_ours:
            assert is_ours
            is_counting.set()
            assert may_go_on.wait(timeout=10)

    def others() -> list[int]:
        assert is_counting.wait(timeout=10)
        try:
            with claim_tally(week, waits=False) as is_ours:
                assert not is_ours
            left = services.finish_tallies()
            later = open_week(town, 2, version="5.3", at=FRIDAY + HOUR)
            fill(later, member_id, ReportCells(mood="smile"))
            return left
        finally:
            may_go_on.set()

    assert at_once(count, others) == [None, []]
    assert services.finish_tallies() == [week]


@pytest.mark.usefixtures("on_disk")
def test_four_that_count_at_once_make_one_tally() -> None:
    town = make_town()
    week = open_week(town, 3)
    shut_by_a_node_that_died(week)

    said = at_once(*[services.finish_tallies] * 4)
    assert sorted(said, key=str) == sorted([[], [], [], [week]], key=str)
    assert Tally.objects.count() == n_events("ReportClosed") == 1


def test_a_clock_that_steps_back_opens_nothing_and_counts_nothing_again(town: Town) -> None:
    (member_id,) = make_people(town.product, 1)
    week = open_week(town, 3)
    token = queries.report_page_for(week, member_id, at=TUESDAY).token
    before = WEDNESDAY - HOUR
    assert services.submit_report(token=token, cells=ReportCells(mood="smile"), at=WEDNESDAY) == 1
    # The token's hour is signed, so that it is as good an hour earlier.
    cells = ReportCells(mood="sigh")
    assert services.submit_report(token=token, cells=cells, at=before, base_revision=1) == 2
    work_once(WEDNESDAY)
    written = tally(week)
    for at in (before, WEDNESDAY - timedelta(days=1, hours=1), WEDNESDAY):
        work_once(at)
        with pytest.raises(ReportRefused, match="is closed"):
            services.submit_report(token=token, cells=cells, at=at, base_revision=2)
        assert tally(week) == written
        window = queries.window_of(week)
        assert window is not None
        assert (window.state, window.closed_at) == ("closed", WEDNESDAY)
    assert n_events("ReportClosed") == n_events("ReportOpened") == 1
