from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import NotAllowed, NotFound, Refused
from canyu.plan import services as plan
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.remarks import queries as remarks
from canyu.remarks.errors import RemarkRefused
from canyu.reports import queries, services
from canyu.reports.errors import ReportRefused
from canyu.reports.models import Report
from canyu.reports.records import ReportRecord
from canyu.reports.rules import ReportCells
from canyu.reports.tokens import ReportToken, seal_token, signing_key
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    fill,
    make_member,
    make_people,
    make_product,
    open_week,
    publish,
)
from tests.places import IS_POSTGRES
from tests.releases.test_history import read, record

HOUR = timedelta(hours=1)


@pytest.fixture
def ana(town: Town) -> int:
    return make_people(town.product, 1)[0]


@pytest.fixture
def week(town: Town, ana: int) -> int:
    return open_week(town, 3)


def page(week: int, member_id: int, **more: Any) -> queries.ReportPage:
    return queries.report_page_for(week, member_id, **{"at": TUESDAY, **more})


def submit(token: str, cells: ReportCells, **more: Any) -> int:
    return services.submit_report(**{"token": token, "cells": cells, "at": TUESDAY, **more})


def smile(**more: Any) -> ReportCells:
    return ReportCells(**{"mood": "smile", **more})


def test_a_page_shows_the_screen_and_a_report_is_kept(week: int, ana: int) -> None:
    found = page(week, ana)
    assert (found.revision, found.cells, found.n_judged) == (0, ReportCells(), 3)
    first, second, third = found.shown
    cells = smile(
        best=first,
        worst=second,
        untried=(third,),
        wanted="Longer battery",
        why_best="Fast",
        why_worst="Ugly",
    )
    assert not queries.has_filled(week, ana)

    assert submit(found.token, cells, member_id=ana, base_revision=0) == 1
    assert queries.own_cells(week, ana) == cells
    assert queries.has_filled(week, ana)
    again = page(week, ana, at=TUESDAY + HOUR)
    assert (again.revision, again.cells, again.shown) == (1, cells, found.shown)
    row = Report.objects.get()
    assert (row.ring_key, row.is_team, row.filled_at) == ("everyone", False, TUESDAY)
    assert row.shown == list(found.shown)


def test_a_report_may_be_changed_until_the_close(week: int, ana: int) -> None:
    first, second, third = page(week, ana).shown
    fill(week, ana, smile(best=first, why_best="Fast", wanted="More", untried=(third,)))
    changed = ReportCells(best=second, why_best="Faster", worst=first)
    assert fill(week, ana, changed, at=TUESDAY + HOUR) == 2

    assert queries.own_cells(week, ana) == changed
    row = Report.objects.get()
    assert (row.revision, row.filled_at, row.changed_at) == (2, TUESDAY, TUESDAY + HOUR)
    assert [one["text"] for one in remarks.words_of(ana)] == ["Faster"]
    # Taking all words back leaves none.
    fill(week, ana, smile())
    assert remarks.words_of(ana) == []


def test_a_page_that_knows_less_writes_over_nothing(week: int, ana: int) -> None:
    stale = page(week, ana).token
    said = smile(wanted="Two\nlines", best=page(week, ana).shown[0], why_best="Fast")
    fill(week, ana, said)

    with pytest.raises(ReportRefused, match="filled this report before") as refusal:
        submit(stale, ReportCells(mood="sigh"), base_revision=0)
    assert refusal.value.status == 409
    assert queries.own_cells(week, ana) == said


def test_sending_the_same_twice_is_no_conflict(week: int, ana: int) -> None:
    found = page(week, ana)
    first, second, third = found.shown
    # As a browser sends it: line ends of its own, spaces, marks in the order of its boxes.
    cells = smile(
        wanted=" Two\r\nlines ",
        best=first,
        why_best="Fast ",
        untried=(third, second, third),
        why_worst="about none",
    )

    assert submit(found.token, cells, base_revision=0) == 1
    assert submit(found.token, cells, base_revision=0) == 1
    assert Report.objects.get().revision == 1


def test_without_a_revision_the_newest_counts(week: int, ana: int) -> None:
    token = page(week, ana).token
    assert [submit(token, smile()), submit(token, ReportCells(mood="sigh"))] == [1, 2]


def test_a_token_is_of_its_member(week: int, ana: int) -> None:
    with pytest.raises(NotAllowed, match="opened by another member") as refusal:
        submit(page(week, ana).token, smile(), member_id=ana + 1)
    assert refusal.value.status == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("at", "why", "status"),
    [
        (FRIDAY, "not open yet", 409),
        (WEDNESDAY, "is closed", 409),
        (WEDNESDAY + 25 * HOUR, "open for too long", 410),
    ],
)
def test_a_report_is_taken_while_it_is_open(
    town: Town, ana: int, at: Any, why: str, status: int
) -> None:
    # The token is as good as it can be: made while the report was open.
    week = open_week(town, 3)
    token = page(week, ana).token
    fill(week, ana, smile())
    if at == FRIDAY:
        other = publish(town, 3, version="5.3", at=FRIDAY + HOUR)
        with pytest.raises(NotFound, match="not open"):
            page(other, ana)
        token = _token_of_a_report_not_yet_open(other, ana)
    else:
        services.close_due_reports(at=WEDNESDAY)
        with pytest.raises(NotFound, match="not open"):
            page(week, ana)

    with pytest.raises(ReportRefused, match=why) as refusal:
        submit(token, ReportCells(mood="sigh"), at=at)
    assert refusal.value.status == status
    assert queries.own_cells(week, ana) == smile()


def _token_of_a_report_not_yet_open(release_id: int, member_id: int) -> str:
    token = ReportToken(release_id, member_id, "everyone", 0, (), WEDNESDAY)
    return seal_token(token, key=signing_key())


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (ReportCells(), 400),
        (ReportCells(mood="meh"), 400),
        (ReportCells(best=999), 400),
        (ReportCells(wanted_item=999), 400),
        (smile(wanted="x" * 1_001), 413),
        (smile(wanted="x" * 10_000_000), 413),
    ],
)
def test_what_is_refused_leaves_what_was_accepted(
    week: int, ana: int, wrong: ReportCells, status: int
) -> None:
    before = smile(best=page(week, ana).shown[0], why_best="Fast", wanted="More")
    fill(week, ana, before)
    with pytest.raises(Refused) as refusal:
        fill(week, ana, wrong)

    assert refusal.value.status == status
    assert queries.own_cells(week, ana) == before
    assert Report.objects.get().revision == 1


def test_too_many_words_about_a_change_leave_what_was_accepted(week: int, ana: int) -> None:
    first, second, _ = page(week, ana).shown
    before = smile(best=first, why_best="Fast")
    fill(week, ana, before)
    for wrong in (
        smile(best=second, why_best="x" * 1_001),
        smile(best=second, why_best="New", worst=first, why_worst="x" * 1_001),
    ):
        with pytest.raises(RemarkRefused):
            fill(week, ana, wrong)
    assert queries.own_cells(week, ana) == before


def test_the_wish_is_from_the_plan_or_in_own_words(town: Town, ana: int) -> None:
    item = plan.put_plan_item(
        actor_id=town.maker,
        product_id=town.product,
        title={"en": "Dark"},
        state="planned",
        at=FRIDAY,
    )
    week = open_week(town, 3)

    fill(week, ana, ReportCells(wanted_item=item, wanted="and soon"))
    assert queries.own_cells(week, ana) == ReportCells(wanted_item=item, wanted="and soon")


def test_only_whose_ring_got_the_release_may_fill_it(town: Town) -> None:
    (weekly,) = make_people(town.product, 1, ring="weekly")
    (everyone,) = make_people(town.product, 1)
    stranger = make_member("stranger")
    week = open_week(town, 3, rings={"everyone": TUESDAY + HOUR})

    assert page(week, weekly).revision == 0
    with pytest.raises(NotAllowed, match="your ring has not got this release yet"):
        page(week, everyone)
    with pytest.raises(NotAllowed, match="in no ring"):
        page(week, stranger)
    assert [
        queries.may_fill(week, one, at=TUESDAY) for one in (weekly, everyone, stranger, town.maker)
    ] == [True, False, False, True]
    assert page(week, everyone, at=TUESDAY + HOUR).revision == 0
    assert not queries.may_fill(999, weekly, at=TUESDAY)


def test_the_team_fills_always_and_stands_apart(town: Town) -> None:
    products.choose_ring(
        actor_id=town.owner, product_id=town.product, ring_key="everyone", at=FRIDAY
    )
    week = open_week(town, 3, rings={"everyone": WEDNESDAY})
    for member_id in (town.owner, town.maker):
        fill(week, member_id, smile())

    rows = {row.member_id: row for row in Report.objects.all()}
    assert all(row.is_team for row in rows.values())
    assert rows[town.maker].ring_key == "everyone"
    window = queries.window_of(week)
    assert window is not None
    assert window.n_reports == 0


def test_what_members_say_of_their_device_goes_along(town: Town, ana: int, week: int) -> None:
    products.state_device(
        actor_id=ana, product_id=town.product, device="小米 14", version="5.2", at=FRIDAY
    )
    fill(week, ana, smile())

    row = Report.objects.get()
    assert (row.device, row.version) == ("小米 14", "5.2")


def test_a_first_report_takes_few_queries(
    week: int, ana: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = page(week, ana).token
    # A savepoint and its release, the window, whose account was ended, the row, its counts; on
    # SQLite also the number of the last row, to know which were there.
    with django_assert_num_queries(6 if IS_POSTGRES else 7):
        submit(token, smile(), member_id=ana, base_revision=0)


def told(**more: Any) -> ReportRecord:
    return ReportRecord(
        **{
            "release": "5.2",
            "member": "far-away",
            "ring": "weekly",
            "mood": "scream",
            "shown": ("2", "1", "3"),
            "best": "1",
            "worst": "3",
            "why_best": "Fast",
            "at": TUESDAY - HOUR,
            **more,
        }
    )


def take(town: Town, record_: ReportRecord) -> bool:
    return services.import_report(product_id=town.product, record=record_, at=TUESDAY)


def test_a_report_from_elsewhere_is_read_once(town: Town, week: int) -> None:
    assert [take(town, told()), take(town, told())] == [True, False]

    first, _, third = (one.id for one in releases.changes_of([week]))
    row = Report.objects.get()
    assert (row.best_id, row.worst_id, row.ring_key) == (first, third, "weekly")
    assert (row.revision, row.filled_at) == (1, TUESDAY - HOUR)


@pytest.mark.parametrize(
    "difference",
    [
        {"mood": "sigh"},
        {"why_best": "Faster"},
        {"shown": ("1", "3")},
        {"ring": "daily"},
        {"untried": ("2",)},
        {"wanted": "More"},
    ],
)
def test_a_report_that_says_something_else_is_written_over(
    town: Town, week: int, difference: dict[str, Any]
) -> None:
    take(town, told())
    assert [take(town, told(**difference)), take(town, told(**difference))] == [True, False]
    assert Report.objects.get().revision == 2


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"release": "9.9"}, "no such release"),
        ({"ring": "moon"}, "“moon” is not known. Known are: daily, everyone, weekly"),
        ({"shown": ("1", "7")}, "“7” is not known. Known are: 1, 2, 3"),
        ({"wanted_item": "p9"}, "“p9” is not known. Known are: -"),
        ({"best": "2", "shown": ("1", "3")}, "not on your screen"),
        ({"mood": "", "best": "", "worst": ""}, "all four cells are empty"),
    ],
)
def test_a_report_that_names_something_unknown_is_refused(
    town: Town, week: int, wrong: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        take(town, told(**wrong))
    assert not Report.objects.exists()


def test_reports_are_read_into_open_reports_only(town: Town, week: int) -> None:
    read(town, record("1.0"))
    with pytest.raises(ReportRefused, match="not open yet"):
        take(town, told(release="1.0"))
    services.close_due_reports(at=WEDNESDAY)
    with pytest.raises(ReportRefused, match="is closed"):
        take(town, told())
    other = replace(town, product=make_product(town.owner, "other"))
    with pytest.raises(NotFound):
        take(other, told())
